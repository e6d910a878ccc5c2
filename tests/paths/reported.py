"""What belongs to figures and reports: a row of everything that has an address."""

from reporting.models import PolicyReview
from tests.factories import NOW


def rows(w):
    """One of each."""
    return {
        "policyreview": PolicyReview.objects.create(
            policy=w.policy.policy,
            half="2025H2",
            as_of=NOW,
            definitions_edition=1,
            figures={"figures": {}, "before": {}, "clocks": [], "stages": []},
            made_by=w.quality,
            made_at=NOW,
        ),
    }
