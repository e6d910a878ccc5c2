"""Starting, meeting, pausing and recomputing deadlines (DL-1, DL-6, DL-7, CL-7).

Due moments are always derived from what is stored: start, limit, pauses, calendar. A pause that lasts is counted up to
its cap, so a due moment exists at all times and the clock runs on by itself when the cap is reached.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from complaints.models import (
    ANSWER_CLOCK,
    LASTING_CLOCK,
    STEP_CLOCK,
    ClockPause,
    Complaint,
    ComplaintEvent,
    Deadline,
    DeadlineStep,
    PlanStep,
    StepKind,
)
from complaints.policy_rules import Clock, EscalationRules, PolicyRules, Rung, StepClock
from complaints.queries.calendars import working_calendar
from complaints.queries.case import Case
from complaints.services import records
from complaints.states import CaseRole
from complaints.working_time import Interval, Limit, Unit, WorkingCalendar

#: What the ladder says to people who do the work is a reminder that the matter is overdue; above them it escalates.
WORKING_ROLES = frozenset({CaseRole.INTAKE, CaseRole.HANDLER, CaseRole.LIAISON})

#: Who answers for work that does not lie with the responsible department, where the ladder names that one.
OWNER_S_SIDE = {CaseRole.LIAISON: CaseRole.HANDLER, CaseRole.RESPONSIBLE_HEAD: CaseRole.OWNER_HEAD}

#: What is recorded later than this after its moment was found late: nobody swept in between (DL-4).
LATE = timedelta(minutes=5)
BREACH = "breach"

Planned = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Course:
    """When a deadline is due and what falls due on it."""

    due_at: datetime
    is_provisional: bool
    schedule: Planned


def iso(moment: datetime) -> str:
    """A moment as schedules and details of events keep it: UTC, always of the same length, so that it sorts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str) -> datetime:
    """A moment of a schedule."""
    return datetime.fromisoformat(text)


def _planned(
    owner: CaseRole | str,
    reminders: Iterable[datetime],
    due_at: datetime,
    rungs: Iterable[tuple[Rung, datetime]],
) -> Planned:
    """Positions in the order of the policy: reminders, overdue, then the rungs of the ladder."""
    position = count()
    rows: Planned = [[next(position), StepKind.REMINDER.value, str(owner), iso(at)] for at in reminders]
    rows.append([next(position), StepKind.OVERDUE.value, str(owner), iso(due_at)])
    for rung, at in rungs:
        place = next(position)
        if rung.role == owner and at == due_at:
            continue  # the overdue notice says so already
        kind = StepKind.OVERDUE if rung.role in WORKING_ROLES else StepKind.ESCALATION
        rows.append([place, kind.value, rung.role.value, iso(at)])
    return sorted(rows, key=lambda row: (row[3], row[0]))


def course(
    calendar: WorkingCalendar, clock: Clock, started_at: datetime, limit: Limit, pauses: Sequence[Interval]
) -> Course:
    """When a clock started at `started_at` is due under `limit`, and everything on its way."""
    reckoning = calendar.add(started_at, limit, pauses)
    reminders = (
        [calendar.point(started_at, limit, percent, pauses) for percent in clock.reminders] if limit.amount else []
    )
    rungs = [(rung, calendar.add(reckoning.due_at, rung.after).due_at) for rung in clock.ladder]
    # A clock that must be met at once reminds of nothing, but its later steps keep their positions.
    schedule = _planned(clock.owner, reminders, reckoning.due_at, rungs)
    if not limit.amount:
        for row in schedule:
            row[0] += len(clock.reminders)
    return Course(reckoning.due_at, reckoning.provisional, schedule)


def _share(start: datetime, end: datetime, percent: int) -> datetime:
    return start + (end - start) * percent / 100


def step_course(calendar: WorkingCalendar, clock: StepClock, started_at: datetime, due_at: datetime) -> Planned:
    """What falls due on a step of a plan, whose due moment people set."""
    return _step_course(calendar, clock, CaseRole.HANDLER, started_at, due_at)


def appointed_course(
    calendar: WorkingCalendar, clock: StepClock, owner: CaseRole | str, started_at: datetime, due_at: datetime
) -> Planned:
    """What falls due on a clock appointed for a person: as on a step, but the owning department is asked (AC-1).

    The responsible department, which a step belongs to, is what an inquiry looks into.
    """
    ladder = tuple(Rung(OWNER_S_SIDE.get(rung.role, rung.role), rung.after) for rung in clock.ladder)
    return _step_course(calendar, StepClock(clock.reminders, ladder), owner, started_at, due_at)


def _step_course(
    calendar: WorkingCalendar, clock: StepClock, owner: CaseRole | str, started_at: datetime, due_at: datetime
) -> Planned:
    rungs = [(rung, calendar.add(due_at, rung.after).due_at) for rung in clock.ladder]
    reminders = [_share(started_at, due_at, percent) for percent in clock.reminders]
    return _planned(owner, reminders, due_at, rungs)


def answer_course(calendar: WorkingCalendar, rules: EscalationRules, opened_at: datetime) -> Course:
    """What falls due on the answer to an escalation: reminders, then silence sends it up."""
    reckoning = calendar.add(opened_at, rules.answer_within)
    reminders = [calendar.point(opened_at, rules.answer_within, percent) for percent in rules.reminders]
    rung = Rung(CaseRole.EXECUTIVE, Limit(0, Unit.MINUTE))
    schedule = _planned(CaseRole.ADDRESSEE, reminders, reckoning.due_at, [(rung, reckoning.due_at)])
    return Course(reckoning.due_at, reckoning.provisional, schedule)


def next_action(schedule: Planned, done: Iterable[int]) -> datetime | None:
    """The earliest moment of the schedule whose step is not recorded yet."""
    recorded = set(done)
    return min((moment_of(row[3]) for row in schedule if row[0] not in recorded), default=None)


def intervals(pauses: Iterable[ClockPause], grounds: Iterable[str]) -> list[Interval]:
    """The stretches in which a clock that pauses on `grounds` stands still; a lasting pause reaches to its cap."""
    known = set(grounds)
    return [Interval(pause.starts_at, pause.ends_at or pause.cap_at) for pause in pauses if pause.ground in known]


# -- acts start and stop clocks -------------------------------------------------------------------------------------


def follow_act(case: Case, act: str, at: datetime, *, by: Any) -> list[Deadline]:
    """What an act does to the clocks of its complaint: meets, cancels, starts. Returns the deadlines it started.

    `at` is when the act took effect. A clock that was due before `at` is met late: the breach is recorded even if no
    sweep had found it yet.
    """
    running = [
        deadline
        for deadline in case.running
        if deadline.plan_step_id is None and deadline.escalation_id is None and not deadline.subject
    ]
    clocks = {clock.code: clock for clock in case.rules.clocks}
    served: set[str] = set()
    for deadline in running:
        clock = clocks.get(deadline.clock)
        if clock is None:
            continue
        if act in clock.stops_on:
            if clock.series and clock.series in served:
                continue
            served.add(clock.series)
            end(deadline, at, met=True, by=by, reason=act)
        elif act in clock.cancels_on or act in clock.starts_on:
            end(deadline, at, met=False, by=by, reason=act)
    started = [start(case, clock, at, by=by) for clock in _started_by(case, act)]
    case.__dict__.pop("running", None)
    return started


def _started_by(case: Case, act: str) -> list[Clock]:
    complaint = case.complaint
    clocks = case.rules.clocks_started_by(act)
    return [clock for clock in clocks if clock.applies(complaint.severity, complaint.channel.code)]


def start(case: Case, clock: Clock, at: datetime, *, by: Any) -> Deadline:
    """Start one clock of the policy."""
    return records.save(_begun(case, clock, at), by=by, reason=clock.code, now=case.now)


def start_new(beginnings: Iterable[tuple[Case, datetime]], act: str, *, by: Any, now: datetime) -> None:
    """`follow_act` set-wise for complaints without any clock yet, each from a moment of its own.

    One statement for each clock of the policies, whatever the number of complaints.
    """
    courses: dict[Any, Course] = {}
    begun: dict[str, list[Deadline]] = {}
    for case, at in beginnings:
        for clock in _started_by(case, act):
            begun.setdefault(clock.code, []).append(_begun(case, clock, at, courses))
        case.__dict__.pop("running", None)
    for code, rows in begun.items():
        records.save_all(Deadline, rows, by=by, reason=code, now=now)


def _begun(case: Case, clock: Clock, at: datetime, courses: dict[Any, Course] | None = None) -> Deadline:
    """The deadline of a clock that starts at `at`, not yet saved. `courses` keeps what was counted, for the next."""
    complaint = case.complaint
    limit = clock.limit(complaint.severity)
    if limit is None:
        raise LookupError(f"{clock.code} has no limit for {complaint.severity}")
    pauses = intervals(case.pauses, clock.pauses) if clock.pauses else []
    calendar = complaint.calendar
    like = (complaint.policy_version_id, clock.code, limit, at, calendar.pk, calendar.edition, tuple(pauses))
    plan = courses.get(like) if courses is not None else None
    if plan is None:
        plan = course(working_calendar(calendar), clock, at, limit, pauses)
        if courses is not None:
            courses[like] = plan
    return Deadline(
        complaint=complaint,
        round=complaint.round,
        clock=clock.code,
        names=dict(clock.names),
        owner_role=clock.owner,
        started_at=at,
        limit_amount=limit.amount,
        limit_unit=limit.unit.value,
        due_at=plan.due_at,
        is_provisional=plan.is_provisional,
        calendar_edition=calendar.edition,
        schedule=plan.schedule,
        next_action_at=next_action(plan.schedule, ()),
    )


def start_step(case: Case, step: PlanStep, at: datetime, *, by: Any) -> Deadline:
    """Start the deadline of a plan's step (WF-8)."""
    schedule = step_course(working_calendar(case.complaint.calendar), case.rules.step_clock, at, step.due_at)
    deadline = Deadline(
        complaint=case.complaint,
        round=case.complaint.round,
        clock=STEP_CLOCK,
        names={"zh-hans": step.description[:60], "zh-hant": step.description[:60], "en": step.description[:60]},
        owner_role=CaseRole.HANDLER,
        plan_step=step,
        started_at=at,
        due_at=step.due_at,
        calendar_edition=case.complaint.calendar.edition,
        schedule=schedule,
        next_action_at=next_action(schedule, ()),
    )
    return records.save(deadline, by=by, reason=STEP_CLOCK, now=case.now)


def end(deadline: Deadline, at: datetime, *, met: bool, by: Any, reason: str) -> Deadline:
    """Meet or cancel a running deadline. Late is late: a breach that no sweep had seen yet is recorded."""
    if at > deadline.due_at and deadline.breached_at is None:
        deadline.breached_at = deadline.due_at
        state = Complaint.objects.values_list("state", flat=True).get(pk=deadline.complaint_id)
        breach_event(deadline, state=state, now=at, is_late=at - deadline.due_at > LATE).save(force_insert=True)
    if met:
        deadline.met_at = at
    else:
        deadline.cancelled_at = at
    deadline.next_action_at = None
    written = ("met_at", "cancelled_at", "breached_at", "next_action_at")
    return records.save(deadline, by=by, reason=reason, now=at, fields=written)


def breach_event(deadline: Deadline, *, state: str, now: datetime, is_late: bool) -> ComplaintEvent:
    """The record that a deadline was missed, not yet saved: it happened when it was due, whenever it is found."""
    return ComplaintEvent(
        complaint_id=deadline.complaint_id,
        round=deadline.round,
        act=BREACH,
        from_state=state,
        to_state=state,
        detail={
            "deadline": deadline.pk,
            "clock": deadline.clock,
            "due_at": iso(deadline.due_at),
            "found_late": is_late,
        },
        at=deadline.due_at,
        recorded_at=now,
    )


def end_all(case: Case, at: datetime, *, by: Any, reason: str, keep: frozenset[str] = frozenset()) -> None:
    """Cancel whatever still runs: the case has ended. Answers to escalations stay due; so do clocks in `keep`."""
    lasting = keep | {ANSWER_CLOCK, LASTING_CLOCK}
    for deadline in case.running:
        if deadline.clock not in lasting:
            end(deadline, at, met=False, by=by, reason=reason)
    case.__dict__.pop("running", None)


# -- recomputing ------------------------------------------------------------------------------------------------------


def recompute(case: Case, *, by: Any, reason: str) -> list[dict[str, Any]]:
    """Derive the due moments of all running deadlines anew from severity, pauses and calendar (CL-7, DL-2, DL-7).

    Returns one entry per deadline that moved or stopped being provisional, with the old and the new due moment, for the
    event record. What was breached stays breached, and steps already recorded are not repeated.
    """
    moved: list[dict[str, Any]] = []
    calendar, edition = working_calendar(case.complaint.calendar), case.complaint.calendar.edition
    for deadline in case.running:
        if not _is_derived(case.rules, deadline):
            continue
        limit, plan = _anew(case, calendar, deadline)
        if plan is None:
            end(deadline, case.now, met=False, by=by, reason=reason)
            moved.append({"clock": deadline.clock, "old": iso(deadline.due_at), "new": None})
            continue
        entry: dict[str, Any] = {"clock": deadline.clock, "old": iso(deadline.due_at), "new": iso(plan.due_at)}
        if deadline.is_provisional != plan.is_provisional:
            entry["provisional"] = plan.is_provisional
        has_moved = entry["old"] != entry["new"] or "provisional" in entry
        if _apply(deadline, plan, limit, edition):
            records.save(deadline, by=by, reason=reason, now=case.now)
        if has_moved:
            moved.append(entry)
    case.__dict__.pop("running", None)
    return moved


def _is_derived(rules: PolicyRules, deadline: Deadline) -> bool:
    named = deadline.plan_step_id is not None or deadline.escalation_id is not None
    return named or bool(deadline.subject) or any(clock.code == deadline.clock for clock in rules.clocks)


def _anew(case: Case, calendar: WorkingCalendar, deadline: Deadline) -> tuple[Limit | None, Course | None]:
    """Limit and course as they follow from what is stored now; no course if the severity has no such clock.

    The date of a plan's step, or of a clock appointed for a person, was set by people and stays. An answer never
    pauses, whatever the severity.
    """
    kept = None
    if deadline.limit_amount is not None:
        kept = Limit(deadline.limit_amount, Unit(deadline.limit_unit))
    if deadline.plan_step_id is not None:
        schedule = step_course(calendar, case.rules.step_clock, deadline.started_at, deadline.due_at)
        return kept, Course(deadline.due_at, is_provisional=False, schedule=schedule)
    if deadline.subject:
        return kept, _appointed(case, calendar, deadline)
    if deadline.escalation_id is not None:
        return kept, answer_course(calendar, case.rules.escalation, deadline.started_at)
    clock = case.rules.clock(deadline.clock)
    limit = clock.limit(case.complaint.severity)
    if limit is None:
        return None, None
    pauses = intervals(case.pauses, clock.pauses) if clock.pauses else []
    return limit, course(calendar, clock, deadline.started_at, limit, pauses)


def _appointed(case: Case, calendar: WorkingCalendar, deadline: Deadline) -> Course:
    began, due_at = deadline.started_at, deadline.due_at
    schedule = appointed_course(calendar, case.rules.step_clock, deadline.owner_role, began, due_at)
    return Course(due_at, is_provisional=False, schedule=schedule)


def plan_anew(case: Case, deadline: Deadline) -> None:
    """Let reminders and ladder of an appointed clock follow a date that people moved. The caller saves it."""
    calendar = case.complaint.calendar
    _apply(deadline, _appointed(case, working_calendar(calendar), deadline), None, calendar.edition)


def _apply(deadline: Deadline, plan: Course, limit: Limit | None, edition: int) -> bool:
    """Put a new course on a deadline; whether anything changed."""
    amount, unit = (limit.amount, limit.unit.value) if limit is not None else (None, "")
    names = ("due_at", "is_provisional", "limit_amount", "limit_unit", "schedule", "calendar_edition")
    new = (plan.due_at, plan.is_provisional, amount, unit, plan.schedule, edition)
    if tuple(getattr(deadline, name) for name in names) == new:
        return False
    for name, value in zip(names, new, strict=True):
        setattr(deadline, name, value)
    done = DeadlineStep.objects.filter(deadline=deadline).values_list("position", flat=True)
    deadline.next_action_at = next_action(plan.schedule, done)
    return True


def start_missing(case: Case, at: datetime, *, by: Any) -> None:
    """After a change of severity: start clocks of the round that the old severity did not have (CL-7).

    A clock is missing if the act that starts it was taken in this round, nothing stopped it since, and it never ran in
    this round.
    """
    events = list(case.complaint.events.filter(round=case.complaint.round).order_by("id").values_list("act", "at"))
    ran = set(
        Deadline.objects.filter(complaint=case.complaint, round=case.complaint.round).values_list("clock", flat=True)
    )
    for clock in case.rules.clocks:
        if clock.code in ran or not clock.applies(case.complaint.severity, case.complaint.channel.code):
            continue
        began: datetime | None = None
        for act, moment in events:
            if act in clock.starts_on:
                began = moment
            elif act in clock.stops_on or act in clock.cancels_on:
                began = None
        if began is not None:
            start(case, clock, began, by=by)
    case.__dict__.pop("running", None)
