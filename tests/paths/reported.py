"""What belongs to figures and reports: a row of everything that has an address."""

from reporting.models import (
    Budget,
    CaseStudy,
    Commendation,
    Exposure,
    HandlingReview,
    PolicyReview,
    Report,
    RiskWarning,
    SampledCase,
    WorkEntry,
)
from reporting.queries.reports.content import content_of
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
        "budget": Budget.objects.create(
            year=2026, kind="systems", amount=1, basis="总经理办公会", entered_by=w.quality, entered_at=NOW
        ),
        "workentry": WorkEntry.objects.create(
            complaint=complaint,
            round=1,
            person=w.handler,
            department=w.service,
            worked_on=NOW.date(),
            minutes=5,
            kind="other",
            entered_by=w.handler,
            entered_at=NOW,
        ),
        "commendation": Commendation.objects.create(
            person=w.handler, quarter="2025Q4", reason="办得好", proposed_by=w.quality, proposed_at=NOW
        ),
        "handlingreview": sample,
        "sampledcase": SampledCase.objects.create(review=sample, position=1, complaint=complaint, round=1),
        "report": Report.objects.create(
            quarter="2025Q4",
            edition=1,
            as_of=NOW,
            definitions_edition=1,
            content=content_of("2025Q4", "2025Q4", [], NOW),
            sha256="0" * 64,
            made_by=w.quality,
            made_at=NOW,
        ),
        "exposure": Exposure.objects.create(
            month=NOW.date().replace(day=1), dimension="all", kind="customers", amount=1, made_by=w.quality, made_at=NOW
        ),
        "riskwarning": RiskWarning.objects.create(
            number="RW20260301-01",
            dimension="product",
            key="X1",
            department=w.service,
            urgency="incident",
            since=NOW.date(),
            found_on=NOW.date(),
            last_found_on=NOW.date(),
            days=1,
            observed=9,
            expected=0.4,
            threshold=5,
            p_value=0.0001,
            false_alarms=0.03,
            groups=9,
            made_at=NOW,
        ),
        "casestudy": _case_study(w, complaint, round=1, status="published", published_by=w.quality, published_at=NOW),
        "casedraft": _case_study(w, complaint, round=2),
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


def _case_study(w, complaint, **values):
    """A case study that says nothing of whom."""
    texts = dict.fromkeys(("title", "matter", "resolution", "lesson"), "门封先做老化试验")
    return CaseStudy.objects.create(
        complaint=complaint, proposed_by=w.quality, proposed_at=NOW, length=9, **texts | values
    )
