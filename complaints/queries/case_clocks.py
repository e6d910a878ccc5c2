"""The clocks of one complaint as its page shows them: how each ran, stood still, and ended. (DL-6)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from complaints.localised import localise
from complaints.models import ClockPause, Deadline
from complaints.policy_rules import PolicyRules
from complaints.queries.calendars import working_calendar
from complaints.queries.case import Case
from complaints.working_time import Interval, Unit, WorkingCalendar

#: From this share of its time on, a running clock is called soon.
SOON = Fraction(4, 5)
MINUTES = 60
LONG_IN_HOURS = 72


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One deadline: `status` is met, late, overdue, soon, paused, ok or ended; `difference` says by how much."""

    deadline: Deadline
    name: str
    status: str
    word: str
    difference: str
    limit: str
    pauses: tuple[ClockPause, ...]
    is_running: bool

    @property
    def css(self) -> str:
        """The colour the clock has everywhere."""
        return {"late": "breached", "ended": "ok"}.get(self.status, self.status)


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted interval and what had been counted at its end."""

    start: datetime
    end: datetime
    total: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the due moment follows: what was counted up to it, and beyond it if the deadline was missed."""

    line: ClockLine
    counted: tuple[Counted, ...]
    beyond: tuple[Counted, ...]
    counts_days: bool


def clock_lines(case: Case, deadlines: Sequence[Deadline]) -> list[ClockLine]:
    """Deadlines as lines: running ones first, the most pressing at the top, then those that ended, latest first."""
    calendar = working_calendar(case.complaint.calendar)
    lines = [_line(case, deadline, calendar) for deadline in deadlines]
    running = sorted((line for line in lines if line.is_running), key=lambda line: line.deadline.due_at)
    done = [line for line in lines if not line.is_running]
    done.sort(key=lambda line: _end(line.deadline) or line.deadline.due_at, reverse=True)
    return running + done


def explain(case: Case, deadline: Deadline) -> Explanation:
    """Every counted interval of a deadline (DL-6). A step of a plan has none: people set its date."""
    calendar = working_calendar(case.complaint.calendar)
    line = _line(case, deadline, calendar)
    unit = _unit(deadline)
    if unit is None or deadline.due_at <= deadline.started_at:
        return Explanation(line, (), (), counts_days=False)
    pauses = _intervals(line.pauses)
    until = _end(deadline) or case.now
    late = max(until, deadline.due_at)
    return Explanation(
        line,
        counted=_counted(calendar, deadline.started_at, deadline.due_at, unit, pauses),
        beyond=_counted(calendar, deadline.due_at, late, unit, pauses) if late > deadline.due_at else (),
        counts_days=unit in {Unit.DAY, Unit.WORKING_DAY},
    )


def amount(number: Fraction | int, unit: str) -> str:
    """So much of a unit in words: whole units, hours with one decimal, minutes beyond three days as hours."""
    if unit == Unit.MINUTE and number >= LONG_IN_HOURS * MINUTES:
        number, unit = Fraction(number) / MINUTES, Unit.HOUR
    figure = float(round(Fraction(number), 1 if unit in {Unit.HOUR, Unit.WORKING_HOUR} else 0))
    shown = f"{figure:g}"
    count = 1 if shown == "1" else 2
    forms = {
        Unit.MINUTE: ngettext("%(n)s minute", "%(n)s minutes", count),
        Unit.HOUR: ngettext("%(n)s hour", "%(n)s hours", count),
        Unit.WORKING_HOUR: ngettext("%(n)s working hour", "%(n)s working hours", count),
        Unit.DAY: ngettext("%(n)s day", "%(n)s days", count),
        Unit.WORKING_DAY: ngettext("%(n)s working day", "%(n)s working days", count),
    }
    return forms[Unit(unit)] % {"n": shown}


def _unit(deadline: Deadline) -> Unit | None:
    return Unit(deadline.limit_unit) if deadline.limit_unit else None


def _end(deadline: Deadline) -> datetime | None:
    return deadline.met_at or deadline.cancelled_at


def _intervals(pauses: Sequence[ClockPause]) -> list[Interval]:
    return [Interval(pause.starts_at, pause.ends_at or pause.cap_at) for pause in pauses]


def _pauses(case: Case, deadline: Deadline) -> tuple[ClockPause, ...]:
    """The pauses that held this clock up while it ran."""
    grounds = _grounds(case.rules, deadline)
    until = _end(deadline) or case.now
    return tuple(
        pause
        for pause in case.pauses
        if pause.ground in grounds and pause.starts_at < until and (pause.ends_at or pause.cap_at) > deadline.started_at
    )


def _grounds(rules: PolicyRules, deadline: Deadline) -> frozenset[str]:
    if deadline.plan_step_id is not None or deadline.escalation_id is not None or deadline.subject:
        return frozenset()
    try:
        return rules.clock(deadline.clock).pauses
    except KeyError:
        return frozenset()


def _line(case: Case, deadline: Deadline, calendar: WorkingCalendar) -> ClockLine:
    pauses = _pauses(case, deadline)
    status = _status(case, deadline, pauses)
    return ClockLine(
        deadline=deadline,
        name=localise(deadline.names),
        status=status,
        word=_word(status),
        difference=_difference(case, deadline, status, calendar, _intervals(pauses)),
        limit=_limit(deadline),
        pauses=pauses,
        is_running=deadline.is_running,
    )


def _status(case: Case, deadline: Deadline, pauses: Sequence[ClockPause]) -> str:
    if deadline.met_at is not None:
        return "late" if deadline.met_at > deadline.due_at else "met"
    if deadline.cancelled_at is not None:
        return "late" if deadline.breached_at is not None else "ended"
    if case.now > deadline.due_at:
        return "overdue"
    if any(pause.ends_at is None and pause.cap_at > case.now for pause in pauses):
        return "paused"
    whole = deadline.due_at - deadline.started_at
    return "soon" if case.now - deadline.started_at >= whole * float(SOON) else "ok"


def _word(status: str) -> str:
    return {
        "met": pgettext("clock", "Met"),
        "late": pgettext("clock", "Missed"),
        "overdue": pgettext("clock", "Overdue"),
        "soon": pgettext("clock", "Due soon"),
        "paused": pgettext("clock", "Paused"),
        "ok": pgettext("clock", "Running"),
        "ended": pgettext("clock", "Ended"),
    }[status]


def _limit(deadline: Deadline) -> str:
    unit = _unit(deadline)
    if deadline.plan_step_id is not None:
        return _("Date set in the plan")
    if deadline.subject:
        return _("Date set by hand")
    if unit is None or deadline.limit_amount is None:
        return ""
    return amount(deadline.limit_amount, unit) if deadline.limit_amount else _("At once")


def _difference(
    case: Case, deadline: Deadline, status: str, calendar: WorkingCalendar, pauses: Sequence[Interval]
) -> str:
    if status == "ended":
        return ""
    moment = _end(deadline) or case.now
    first, last = sorted((deadline.due_at, moment))
    text = _between(calendar, first, last, _unit(deadline), pauses)
    if status in {"late", "overdue"}:
        return _("%(amount)s late") % {"amount": text}
    if status == "met":
        return _("%(amount)s early") % {"amount": text}
    return _("%(amount)s left") % {"amount": text}


def _between(
    calendar: WorkingCalendar, first: datetime, last: datetime, unit: Unit | None, pauses: Sequence[Interval]
) -> str:
    """What lies between two moments in the unit of the clock; natural time where people set the date."""
    unit = unit or (Unit.HOUR if last - first >= timedelta(hours=1) else Unit.MINUTE)
    number = calendar.elapsed(first, last, unit, pauses)
    if unit in {Unit.DAY, Unit.WORKING_DAY} and number < 1:
        return _("less than %(amount)s") % {"amount": amount(1, unit)}
    if unit in {Unit.HOUR, Unit.WORKING_HOUR} and number < 1:
        minutes = round(number * MINUTES)
        return amount(minutes, Unit.MINUTE)
    return amount(number, unit)


def _counted(
    calendar: WorkingCalendar, start: datetime, end: datetime, unit: Unit, pauses: Sequence[Interval]
) -> tuple[Counted, ...]:
    rows, total = [], Fraction(0)
    for interval in calendar.explain(start, end, unit, pauses):
        stop = interval.end or end
        if unit in {Unit.DAY, Unit.WORKING_DAY}:
            total += 1
        else:
            size = 60 if unit == Unit.MINUTE else 3600
            total += Fraction(round((stop - interval.start).total_seconds()), size)
        rows.append(Counted(interval.start, stop, amount(total, unit)))
    return tuple(rows)
