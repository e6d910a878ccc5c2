"""What belongs to figures and reports: a row of everything that has an address."""

from reporting.models import HandlingReview, PolicyReview, SampledCase
from tests.factories import NOW


def rows(w, complaint):
    """One of each."""
    sample = HandlingReview.objects.create(
        quarter="2025Q4",
        seed="1",
        frame=1,
        frame_sha256="0" * 64,
        checklist_edition=1,
        drawn_by=w.quality,
        drawn_at=NOW,
    )
    return {
        "handlingreview": sample,
        "sampledcase": SampledCase.objects.create(review=sample, position=1, complaint=complaint, round=1),
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
