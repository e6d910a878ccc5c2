"""Clocks that another part of the system appoints for one person: a task, an answer asked of a party. (DL-3, AC-1)

Such a clock says what it is for (`subject`, like "task:12"), its date was set by people, and reminders and ladder are
those that the policy has for steps of plans. Its owner is asked before anybody else; with no owner, or where the owner
cannot be asked, the handler is. Its names are read by everybody who reads the complaint, and mailed: they say what kind
of thing is due, not what it is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.models import APPOINTED_CLOCK, LASTING_CLOCK, Deadline, User
from complaints.queries.calendars import working_calendar
from complaints.queries.case import Case
from complaints.services import deadlines, records
from complaints.states import CaseRole


@dataclass(frozen=True, slots=True)
class Owner:
    """To whom a clock goes; nobody means the handler of the case."""

    person: User | None


def start(
    case: Case,
    *,
    subject: str,
    owner: User | None,
    names: Mapping[str, str],
    due_at: datetime,
    by: Any,
    answers: bool = False,
    outlives: bool = False,
) -> Deadline:
    """Start the clock of `subject`, due at `due_at`.

    One who `answers` is asked although they must keep away from the case: a party that is heard. The clock ends with
    the case unless it `outlives` it.
    """
    complaint = case.complaint
    role = CaseRole.ADDRESSEE if answers else CaseRole.INVESTIGATOR
    calendar = working_calendar(complaint.calendar)
    schedule = deadlines.appointed_course(calendar, case.rules.step_clock, role, case.now, due_at)
    deadline = Deadline(
        complaint=complaint,
        round=complaint.round,
        clock=LASTING_CLOCK if outlives else APPOINTED_CLOCK,
        names=dict(names),
        owner_role=role,
        owner=owner,
        subject=subject,
        started_at=case.now,
        due_at=due_at,
        calendar_edition=complaint.calendar.edition,
        schedule=schedule,
        next_action_at=deadlines.next_action(schedule, ()),
    )
    case.__dict__.pop("running", None)
    return records.save(deadline, by=by, reason=subject, now=case.now)


def move(
    case: Case, subject: str, *, by: Any, reason: str, due_at: datetime | None = None, to: Owner | None = None
) -> Deadline | None:
    """Give the running clock of `subject` another date, another owner, or both; None if it does not run.

    Reminders and ladder follow the new date. What was missed stays missed, and what is on record is not done again.
    """
    deadline = running(case, subject)
    if deadline is None:
        return None
    if to is not None:
        deadline.owner = to.person
    if due_at is not None:
        deadline.due_at = due_at
    deadlines.plan_anew(case, deadline)
    case.__dict__.pop("running", None)
    return records.save(deadline, by=by, reason=reason, now=case.now)


def end(case: Case, subject: str, *, met: bool, by: Any, reason: str) -> Deadline | None:
    """Meet or cancel the running clock of `subject`; None if it does not run. Late is late: see `deadlines.end`."""
    deadline = running(case, subject)
    if deadline is None:
        return None
    case.__dict__.pop("running", None)
    return deadlines.end(deadline, case.now, met=met, by=by, reason=reason)


def running(case: Case, subject: str) -> Deadline | None:
    """The running clock of `subject`."""
    rows = Deadline.objects.filter(complaint=case.complaint, subject=subject, met_at=None, cancelled_at=None)
    return rows.first()
