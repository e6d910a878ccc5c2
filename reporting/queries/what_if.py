"""What would have been: past clocks run again under another limit or another calendar. (RP-10)

Nothing is changed and nothing is guessed: each clock that really ran is started at the moment at which it started,
stands still for the same pauses, and was met when it was met. Only when it would have been due is another question.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from statistics import median

from django.db.models import Q

from complaints.models import Calendar, ClockPause, Deadline, PolicyVersion
from complaints.queries.calendars import working_calendar
from complaints.states import Severity
from complaints.working_time import Interval, Limit, Unit, WorkingCalendar
from reporting.facts import Ending
from reporting.models import CaseFact

#: Clocks read at once.
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """Another limit for some severities, another calendar, or both. What is not named stays as it was."""

    limits: Mapping[Severity, Limit]
    calendar: Calendar | None = None


@dataclass(slots=True)
class Replayed:
    """How many clocks of one severity were late, and would have been; those not decided yet stand apart."""

    severity: Severity
    count: int = 0
    late: int = 0
    would_be_late: int = 0
    newly_late: int = 0
    no_longer_late: int = 0
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One clock: the case, whether it was late, and whether it would have been; None while that is open."""

    complaint_id: int
    severity: Severity
    was_late: bool | None
    would_be_late: bool | None


def clocks_of(policy_id: int) -> dict[str, Mapping[str, str]]:
    """The clocks that versions of a policy have, by code, with the names that the latest gives them."""
    found: dict[str, Mapping[str, str]] = {}
    for version in PolicyVersion.objects.filter(policy=policy_id).exclude(valid_from=None).order_by("number"):
        found |= {clock.code: clock.names for clock in version.rules.clocks}
    return found


def replay(
    policy_id: int, clock: str, change: Change, *, start: datetime, end: datetime, now: datetime
) -> list[Replayed]:
    """The clocks of that code that started in [start, end) under the policy, by severity, with a changed limit."""
    found: dict[Severity, Replayed] = {}
    for verdict in verdicts(policy_id, clock, change, start=start, end=end, now=now):
        row = found.setdefault(verdict.severity, Replayed(verdict.severity))
        if verdict.was_late is None or verdict.would_be_late is None:
            row.undecided += 1
            continue
        row.count += 1
        row.late += verdict.was_late
        row.would_be_late += verdict.would_be_late
        row.newly_late += verdict.would_be_late and not verdict.was_late
        row.no_longer_late += verdict.was_late and not verdict.would_be_late
    return [found[severity] for severity in Severity if severity in found]


def verdicts(
    policy_id: int, clock: str, change: Change, *, start: datetime, end: datetime, now: datetime
) -> Iterator[Verdict]:
    """Each clock with its verdict then and under the change. Clocks that were called off are left out."""
    rows = (
        Deadline.objects.filter(
            complaint__policy_version__policy=policy_id,
            clock=clock,
            started_at__gte=start,
            started_at__lt=end,
            cancelled_at=None,
            escalation=None,
            plan_step=None,
            subject="",
        )
        .select_related("complaint__calendar", "complaint__policy_version")
        .order_by("pk")
    )
    grounds: dict[int, frozenset[str]] = {}
    other = None if change.calendar is None else working_calendar(change.calendar)
    reading = rows.iterator(BATCH)
    while batch := list(islice(reading, BATCH)):
        pauses = _pauses(batch)
        for row in batch:
            version = row.complaint.policy_version
            if version.pk not in grounds:
                grounds[version.pk] = _grounds(version, clock)
            paused = [
                Interval(pause.starts_at, pause.ends_at or pause.cap_at)
                for pause in pauses[row.complaint_id]
                if pause.ground in grounds[version.pk]
            ]
            yield _verdict(row, change, other or working_calendar(row.complaint.calendar), paused, now)


def _pauses(rows: Iterable[Deadline]) -> dict[int, list[ClockPause]]:
    found: dict[int, list[ClockPause]] = defaultdict(list)
    for pause in ClockPause.objects.filter(complaint__in={row.complaint_id for row in rows}).order_by("starts_at"):
        found[pause.complaint_id].append(pause)
    return found


def _grounds(version: PolicyVersion, code: str) -> frozenset[str]:
    return next((clock.pauses for clock in version.rules.clocks if clock.code == code), frozenset())


def _verdict(
    row: Deadline, change: Change, calendar: WorkingCalendar, pauses: Sequence[Interval], now: datetime
) -> Verdict:
    severity = Severity(row.complaint.severity)
    limit = change.limits.get(severity)
    if limit is None and row.limit_amount is not None:
        limit = Limit(row.limit_amount, Unit(row.limit_unit))
    due = row.due_at if limit is None else calendar.add(row.started_at, limit, pauses).due_at
    return Verdict(row.complaint_id, severity, _late(row, row.due_at, now), _late(row, due, now))


def _late(row: Deadline, due: datetime, now: datetime) -> bool | None:
    if row.met_at is not None:
        return row.met_at > due
    return True if due < now else None


# -- where the time goes ----------------------------------------------------------------------------------------------

#: The stages of a round: from which moment to which.
STAGES = (
    ("intake", "received_at", "accepted_at"),
    ("dispatch", "accepted_at", "dispatched_at"),
    ("acknowledgement", "dispatched_at", "acknowledged_at"),
    ("investigation", "acknowledged_at", "determined_at"),
    ("plan", "determined_at", "plan_approved_at"),
    ("consent", "plan_approved_at", "agreed_at"),
    ("implementation", "agreed_at", "completed_at"),
    ("feedback", "completed_at", "feedback_at"),
    ("return_visit", "feedback_at", "ended_at"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """How long one stage took in the rounds that went through it; `share` of the time of all stages, in percent."""

    code: str
    count: int
    mean: float
    median: float
    share: float


def stages(policy_id: int, start: datetime, end: datetime) -> list[Stage]:
    """Where the time went of rounds under the policy that were closed in [start, end), in hours by the wall clock.

    Paused time is in the stage in which it was paused: it is waited all the same.
    """
    names = ("received_at", *(until for _code, _since, until in STAGES))
    rows = CaseFact.objects.filter(
        Q(policy=policy_id, ending__in=[Ending.CLOSED, Ending.CONTINUED], ended_at__gte=start, ended_at__lt=end)
    )
    hours: dict[str, list[float]] = {code: [] for code, _since, _until in STAGES}
    for values in rows.values_list(*names).iterator(BATCH):
        moments = dict(zip(names, values, strict=True))
        for code, since, until in STAGES:
            begun, done = moments[since], moments[until]
            if begun is not None and done is not None and done >= begun:
                hours[code].append((done - begun).total_seconds() / 3600)
    whole = sum(sum(values) for values in hours.values())
    return [
        Stage(code, len(values), sum(values) / len(values), median(values), 100 * sum(values) / whole if whole else 0.0)
        for code, values in hours.items()
        if values
    ]


def bottleneck(found: Sequence[Stage]) -> Stage | None:
    """The stage that takes most of the time."""
    return max(found, key=lambda stage: stage.share, default=None)
