"""The answer that an escalation demands (DL-5)."""

from typing import Any

from complaints.models import ANSWER_CLOCK, Deadline, Escalation
from complaints.queries.calendars import working_calendar
from complaints.queries.case import Case
from complaints.services import deadlines, records
from complaints.states import CaseRole

ANSWER_NAMES = {"zh-hans": "升级答复", "zh-hant": "升級答覆", "en": "Answer to the escalation"}


def answer_deadline(
    escalation: Escalation, course: deadlines.Course, *, complaint_id: int, round_: int, limit: Any, edition: int
) -> Deadline:
    """The deadline of an answer, not yet saved."""
    return Deadline(
        complaint_id=complaint_id,
        round=round_,
        clock=ANSWER_CLOCK,
        names=ANSWER_NAMES,
        owner_role=CaseRole.ADDRESSEE,
        escalation=escalation,
        started_at=escalation.opened_at,
        limit_amount=limit.amount,
        limit_unit=limit.unit.value,
        due_at=course.due_at,
        is_provisional=course.is_provisional,
        calendar_edition=edition,
        schedule=course.schedule,
        next_action_at=deadlines.next_action(course.schedule, ()),
    )


def await_answer(case: Case, escalation: Escalation, *, by: Any) -> Deadline:
    """Start the clock of the answer; silence sends the matter further up."""
    rules = case.rules.escalation
    course = deadlines.answer_course(working_calendar(case.complaint.calendar), rules, escalation.opened_at)
    deadline = answer_deadline(
        escalation,
        course,
        complaint_id=case.complaint.pk,
        round_=case.complaint.round,
        limit=rules.answer_within,
        edition=case.complaint.calendar.edition,
    )
    return records.save(deadline, by=by, reason=ANSWER_CLOCK, now=case.now)
