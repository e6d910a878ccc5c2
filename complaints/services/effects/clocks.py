"""Pauses, and escalations asked for and answered. (DL-5, DL-7, WF-7)"""

from typing import Any

from django.utils.translation import gettext as _

from complaints.models import ANSWER_CLOCK, ClockPause, Escalation, EscalationOrigin
from complaints.queries.calendars import working_calendar
from complaints.services import deadlines, escalations, notices
from complaints.services.doing import Doing, effect
from complaints.working_time import Limit


@effect("pause")
def pause(doing: Doing) -> None:
    """Stop the clocks that the policy lets stand still on this ground, up to what is left of its cap (DL-7)."""
    ground = doing.given["pause_reason"]
    rule = doing.case.rules.pause_reasons[ground]
    calendar = working_calendar(doing.complaint.calendar)
    used = 0
    for row in doing.case.pauses:
        if row.ends_at is None:  # its cap has passed, or the act would have been refused
            row.ends_at = row.cap_at
            doing.save(row)
        if row.ground == ground and row.round == doing.complaint.round:
            used += -(-calendar.elapsed(row.starts_at, row.ends_at, rule.cap.unit) // 1)
    left = rule.cap.amount - int(used)
    if left <= 0:
        doing.refuse(_("The cap of this ground for a pause is used up in this round."))
    until = calendar.add(doing.now, Limit(left, rule.cap.unit)).due_at
    doing.save(
        ClockPause(
            complaint=doing.complaint,
            round=doing.complaint.round,
            ground=ground,
            names=dict(rule.names),
            reason=doing.reason,
            paused_by=doing.by,
            starts_at=doing.now,
            cap_at=until,
        )
    )
    _follow(doing)
    doing.detail["ground"] = ground
    doing.detail["until"] = until.isoformat()


@effect("resume")
def resume(doing: Doing) -> None:
    """The clocks run again, before the cap."""
    row: Any = doing.case.open_pause
    row.ends_at, row.resumed_by = doing.now, doing.by
    doing.save(row)
    _follow(doing)
    doing.detail["ground"] = row.ground


def _follow(doing: Doing) -> None:
    """Deadlines follow the pauses; old and new moments go into the event."""
    for name in ("pauses", "open_pause", "running"):
        doing.case.__dict__.pop(name, None)
    moved = deadlines.recompute(doing.case, by=doing.by, reason=doing.reason or doing.act.code)
    if moved:
        doing.detail["moved"] = moved


@effect("request_escalation")
def request_escalation(doing: Doing) -> None:
    """The complainant asks for higher management, which owes an answer within the policy's time (WF-7)."""
    rules = doing.case.rules.escalation
    route = doing.case.organisation.find(rules.requested_to, notices.case_post(doing.case))
    if route.person_id is None:
        doing.refuse(_("There is nobody to escalate to: the organisation has no executive and no administrator."))
        return
    escalation = Escalation(
        complaint=doing.complaint,
        round=doing.complaint.round,
        origin=EscalationOrigin.REQUESTED,
        role=rules.requested_to,
        addressee_id=route.person_id,
        route=route.tried,
        reason=doing.reason,
        opened_at=doing.now,
    )
    doing.save(escalation)
    escalations.await_answer(doing.case, escalation, by=doing.by)
    notices.tell(
        [route.person_id],
        complaint_id=doing.complaint.pk,
        key=f"escalation:{escalation.pk}",
        kind="escalate",
        detail={"origin": escalation.origin, "reason": doing.reason},
        now=doing.now,
    )
    doing.case.__dict__.pop("open_escalations", None)
    doing.detail["escalation"] = escalation.pk


@effect("answer_escalation")
def answer_escalation(doing: Doing) -> None:
    """Reason and improvement measure, by the addressee or who stands in for them (DL-5)."""
    wanted = int(doing.given["row"])
    mine = [row for row in doing.case.open_escalations if row.addressee_id in doing.standing.people]
    escalation = next((row for row in mine if row.pk == wanted), None)
    if escalation is None:
        doing.refuse(_("This escalation is not addressed to you, or is answered already."))
        return
    escalation.answered_at, escalation.answered_by = doing.now, doing.by
    escalation.cause, escalation.improvement = doing.given["cause"], doing.given["improvement"]
    doing.save(escalation)
    for deadline in doing.case.running:
        if deadline.clock == ANSWER_CLOCK and deadline.escalation_id == escalation.pk:
            deadlines.end(deadline, doing.now, met=True, by=doing.by, reason=doing.act.code)
    for name in ("open_escalations", "running"):
        doing.case.__dict__.pop(name, None)
    doing.detail["escalation"] = escalation.pk
