"""Drawing samples of closed cases, scoring them, concluding. (RP-12)"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.models.standing import standing_of
from complaints.services import records
from complaints.services.refusal import ActRefusedError
from reporting.checklist import CODES, EDITION, Score, points
from reporting.models import HandlingReview, SampledCase
from reporting.periods import Period, Span
from reporting.permissions import may_work_on_reports
from reporting.queries.handling_reviews import closed_in, digest_of, draw
from reporting.services import facts


def begin(quarter: Period, size: int, *, by: Any, now: datetime, seed: str = "") -> HandlingReview:
    """Draw a simple random sample of the cases closed in a quarter that is over.

    Without a seed one is made; it is kept, so that anybody can draw the sample again. Raises ActRefusedError if the
    quarter is not over, has its sample already, or has no closed case.
    """
    _authorise(by, now)
    if quarter.span != Span.QUARTER or quarter.bounds(timezone.get_default_timezone())[1] > now:
        raise ActRefusedError("not_over", _("Only a quarter that is over can be reviewed."))
    if size < 1:
        raise ActRefusedError("missing", _("The sample needs at least one case."))
    facts.refresh(now)
    with transaction.atomic():
        if HandlingReview.objects.filter(quarter=quarter.code).exists():
            raise ActRefusedError("exists", _("The sample of this quarter was drawn already."))
        cases = closed_in(quarter, by, now)
        if not cases:
            raise ActRefusedError("nothing", _("No case that you may open was closed in this quarter."))
        review = records.save(
            HandlingReview(
                quarter=quarter.code,
                seed=seed or secrets.token_hex(8),
                frame=len(cases),
                frame_sha256=digest_of(cases),
                checklist_edition=EDITION,
                drawn_by=by,
                drawn_at=now,
            ),
            by=by,
            reason="",
            now=now,
        )
        sample = [
            SampledCase(review=review, position=position, complaint_id=complaint, round=round_)
            for position, (complaint, round_) in enumerate(draw(cases, size, review.seed), 1)
        ]
        records.save_all(SampledCase, sample, by=by, reason="", now=now)
    return review


def score(case: SampledCase, scores: Mapping[str, str], comment: str, *, by: Any, now: datetime) -> SampledCase:
    """Keep the scores of one case; they may be corrected until the review is concluded.

    Raises ActRefusedError for who may not open the case or handled it, and for scores that are missing or unknown.
    """
    standing = _authorise(by, now)
    with transaction.atomic():
        case = SampledCase.objects.select_for_update(of=("self",)).select_related("review").get(pk=case.pk)
        _open(case.review)
        complaint = Complaint.objects.visible_to(standing).filter(pk=case.complaint_id).first()
        if complaint is None or complaint.handler_id == by.pk:
            raise ActRefusedError("not_allowed", _("Whoever scores a case may open it and did not handle it."))
        if set(scores) != set(CODES) or not set(scores.values()) <= set(Score.values):
            raise ActRefusedError("missing", _("Every item needs its score, or is said not to apply."))
        if not points(scores.values()):
            raise ActRefusedError("missing", _("At least one item must apply."))
        case.scores, case.comment = dict(scores), comment.strip()
        case.scored_by, case.scored_at = by, now
        return records.save(case, by=by, reason="", now=now)


def conclude(review: HandlingReview, findings: str, *, by: Any, now: datetime) -> HandlingReview:
    """Write down what the sample showed; every case must be scored. Nothing of it changes afterwards."""
    _authorise(by, now)
    with transaction.atomic():
        review = HandlingReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        _open(review)
        left = review.cases.filter(scored_at=None).count()
        found = []
        if left:
            found.append(_("%(count)d cases have not been scored yet.") % {"count": left})
        if not findings.strip():
            found.append(_("The findings are missing."))
        if found:
            raise ActRefusedError("missing", *found)
        review.findings, review.concluded_by, review.concluded_at = findings.strip(), by, now
        return records.save(review, by=by, reason="", now=now)


def _authorise(by: Any, now: datetime) -> Any:
    standing = standing_of(by, now)
    if not may_work_on_reports(standing):
        raise ActRefusedError("not_allowed", _("Only the quality department reviews how cases were handled."))
    return standing


def _open(review: HandlingReview) -> None:
    if review.is_concluded:
        raise ActRefusedError("wrong_state", _("The review is concluded; nothing of it changes any more."))
