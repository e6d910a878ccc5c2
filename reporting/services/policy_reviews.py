"""Reviewing policies every half-year: begin, ask what would have been, conclude. (RP-10)"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Calendar, Policy, PolicyVersion
from complaints.models.standing import standing_of
from complaints.policy_rules import parse_limit
from complaints.services import records
from complaints.services.refusal import ActRefusedError
from complaints.states import Severity
from complaints.working_time import Limit
from reporting.definitions import DEFINITIONS, EDITION, Value, figure
from reporting.models import PolicyReview, ReviewDecision
from reporting.periods import Period, Span
from reporting.permissions import may_work_on_reports
from reporting.queries.cells import cells
from reporting.queries.what_if import Change, clocks_of, replay, stages
from reporting.services import facts
from reporting.tallies import Dimension, Tally


def begin(policy: Policy, half: Period, *, by: Any, now: datetime) -> PolicyReview:
    """Make the figures of a policy for a half-year that is over, and a review to write findings into.

    Raises ActRefusedError if there is a review already, or the half-year is not over.
    """
    _authorise(by, now)
    zone = timezone.get_default_timezone()
    start, end = half.bounds(zone)
    if half.span != Span.HALF or end > now:
        raise ActRefusedError("not_over", _("Only a half-year that is over can be reviewed."))
    facts.refresh(now)
    with transaction.atomic():
        if PolicyReview.objects.filter(policy=policy, half=half.code).exists():
            raise ActRefusedError("exists", _("This half-year of the policy is being reviewed already."))
        review = PolicyReview(
            policy=policy,
            half=half.code,
            as_of=now,
            definitions_edition=EDITION,
            figures={
                "figures": _figures(policy, half, now),
                "before": _figures(policy, half.previous, now),
                "clocks": _clocks(policy, start, end, now),
                "stages": [
                    {"code": row.code, "count": row.count, "mean": row.mean, "median": row.median, "share": row.share}
                    for row in stages(policy.pk, start, end)
                ],
            },
            made_by=by,
            made_at=now,
        )
        return records.save(review, by=by, reason="", now=now)


def ask(
    review: PolicyReview, clock: str, limits: Mapping[str, str], calendar: Calendar | None, *, by: Any, now: datetime
) -> dict[str, Any]:
    """Run the clocks of the half-year again under other limits or another calendar, and keep question and answer.

    `limits` as policies write them ("3 working days"), by severity. Raises ActRefusedError naming what is wrong.
    """
    _authorise(by, now)
    if clock not in clocks_of(review.policy_id):
        raise ActRefusedError("missing", _("The policy has no such clock."))
    change = Change(_limits(limits), calendar)
    if not change.limits and calendar is None:
        raise ActRefusedError("missing", _("Say what is to be different: a limit or the calendar."))
    start, end = Period.parse(review.half).bounds(timezone.get_default_timezone())
    rows = replay(review.policy_id, clock, change, start=start, end=end, now=now)
    answer = {
        "clock": clock,
        "limits": {severity: text for severity, text in limits.items() if text},
        "calendar": calendar.code if calendar is not None else "",
        "asked_at": now.isoformat(),
        "asked_by": str(by),
        "rows": [
            {
                "severity": row.severity.value,
                "count": row.count,
                "late": row.late,
                "would_be_late": row.would_be_late,
                "newly_late": row.newly_late,
                "no_longer_late": row.no_longer_late,
                "undecided": row.undecided,
            }
            for row in rows
        ],
    }
    with transaction.atomic():
        review = _open(review.pk)
        review.replays = [*review.replays, answer]
        records.save(review, by=by, reason=_("What if"), now=now)
    return answer


def conclude(
    review: PolicyReview, *, findings: str, decision: str, version: PolicyVersion | None, by: Any, now: datetime
) -> PolicyReview:
    """Write down what the review found and decided; from then on nothing of it changes."""
    _authorise(by, now)
    found = []
    if not findings.strip():
        found.append(_("The findings are missing."))
    if decision not in ReviewDecision.values:
        found.append(_("The decision is missing."))
    if decision == ReviewDecision.CHANGE and version is None:
        found.append(_("Name the version that resulted."))
    if version is not None and version.policy_id != review.policy_id:
        found.append(_("The version belongs to another policy."))
    if found:
        raise ActRefusedError("missing", *found)
    with transaction.atomic():
        review = _open(review.pk)
        review.findings, review.decision = findings.strip(), decision
        review.version = version if decision == ReviewDecision.CHANGE else None
        review.concluded_by, review.concluded_at = by, now
        return records.save(review, by=by, reason=_("Concluded"), now=now)


def _authorise(by: Any, now: datetime) -> None:
    if not may_work_on_reports(standing_of(by, now)):
        raise ActRefusedError("not_allowed", _("Only the quality department reviews policies."))


def _open(pk: int) -> PolicyReview:
    review = PolicyReview.objects.select_for_update().get(pk=pk)
    if review.is_concluded:
        raise ActRefusedError("wrong_state", _("The review is concluded; nothing of it changes any more."))
    return review


def _limits(texts: Mapping[str, str]) -> dict[Severity, Limit]:
    found, wrong = {}, []
    for severity, text in texts.items():
        if not text.strip():
            continue
        try:
            found[Severity(severity)] = parse_limit(text.strip())
        except ValueError:
            wrong.append(_("“%(text)s” is no limit; write it like “3 working days” or “2 hours”.") % {"text": text})
    if wrong:
        raise ActRefusedError("missing", *wrong)
    return found


def _figures(policy: Policy, half: Period, now: datetime) -> dict[str, Any]:
    tally = cells([half], Dimension.POLICY, [str(policy.pk)]).get((half, str(policy.pk)), Tally())
    return {code: _kept(figure(code, tally, now)) for code in DEFINITIONS}


def _kept(value: Value) -> list[Any]:
    number = value.value
    return [None if number is None else float(number), value.part, value.whole, value.not_reached]


def _clocks(policy: Policy, start: datetime, end: datetime, now: datetime) -> list[dict[str, Any]]:
    """For each clock how many were late, as it was."""
    found = []
    for code, names in clocks_of(policy.pk).items():
        rows = replay(policy.pk, code, Change({}), start=start, end=end, now=now)
        found.append(
            {
                "code": code,
                "names": dict(names),
                "count": sum(row.count for row in rows),
                "late": sum(row.late for row in rows),
                "undecided": sum(row.undecided for row in rows),
            }
        )
    return found
