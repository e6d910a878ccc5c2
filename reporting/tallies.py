"""Counting facts: what a group of rounds comes to in a period. Tallies of parts add up to that of the whole. (RP-1)

What passing time changes is kept as moments and judged when asked, so that a tally made in March still gives the figure
of any later day. A leaf: imports facts, periods and trends.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from reporting import trends
from reporting.facts import Ending, Fact
from reporting.periods import Period, Span

_HOUR = 3600
#: Later than anything is asked about.
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
#: The two best grades of a return visit.
SATISFIED = frozenset({"very_satisfied", "satisfied"})
FOUNDED = frozenset({"founded", "partly_founded"})
#: Rounds that were handled to their end; those declined or withdrawn left before.
HANDLED = frozenset({Ending.CLOSED, Ending.CONTINUED})


class Dimension(StrEnum):
    """By what rounds are told apart. The key is that of a register, a code, or a text; empty where nothing is given."""

    ALL = "all"
    KIND = "kind"
    POLICY = "policy"
    CHANNEL = "channel"
    CATEGORY = "category"
    SEVERITY = "severity"
    PRODUCT = "product"
    DEPARTMENT = "department"
    OWNER = "owner"
    HANDLER = "handler"
    SUPPLIER = "supplier"
    CAUSE = "cause"
    #: Department, category and severity at once, parted by a stroke.
    CUBE = "cube"


KEYS: Mapping[Dimension, Callable[[Fact], Any]] = {
    Dimension.ALL: lambda _fact: "",
    Dimension.KIND: lambda fact: fact.kind,
    Dimension.POLICY: lambda fact: fact.policy_id,
    Dimension.CHANNEL: lambda fact: fact.channel_id,
    Dimension.CATEGORY: lambda fact: fact.category_id,
    Dimension.SEVERITY: lambda fact: fact.severity,
    Dimension.PRODUCT: lambda fact: fact.product,
    Dimension.DEPARTMENT: lambda fact: fact.responsible_department_id,
    Dimension.OWNER: lambda fact: fact.owner_department_id,
    Dimension.HANDLER: lambda fact: fact.handler_id,
    Dimension.SUPPLIER: lambda fact: fact.supplier_id,
    Dimension.CAUSE: lambda fact: fact.cause_id,
    Dimension.CUBE: lambda fact: f"{fact.responsible_department_id or ''}/{fact.category_id or ''}/{fact.severity}",
}
#: Each series is kept by month and by quarter, the cube by quarter.
SERIES = tuple(dimension for dimension in Dimension if dimension != Dimension.CUBE)


def key_of(fact: Fact, dimension: Dimension) -> str:
    """The group the fact belongs to."""
    key = KEYS[dimension](fact)
    return "" if key is None else str(key)


@dataclass(slots=True)
class Tally:
    """What the rounds of one group and one period come to.

    First those that began in the period, whatever became of them later; then those that ended in it.
    """

    received: int = 0
    reopened: int = 0
    in_time: int = 0
    too_late: int = 0
    #: When answers are due that have not been given, in seconds since 1970 (UTC).
    unanswered: list[int] = field(default_factory=list)
    escalated: int = 0
    executive: int = 0
    overdue: int = 0
    returned: int = 0
    #: Handling time in begun hours of rounds handled to their end, and of those that left before, with how many each.
    handled: Counter[int] = field(default_factory=Counter)
    left: Counter[int] = field(default_factory=Counter)
    #: Of open rounds, when their handling time began to count, pauses added, in seconds since 1970 (UTC).
    running: list[int] = field(default_factory=list)
    closed: int = 0
    continued: int = 0
    declined: int = 0
    withdrawn: int = 0
    came_up_again: int = 0
    #: Handling time of the rounds handled to their end in the period.
    finished: Counter[int] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    refused_offers: int = 0
    amount: Decimal = Decimal(0)

    @property
    def begun(self) -> int:
        """Rounds that began."""
        return self.received + self.reopened

    @property
    def ended(self) -> int:
        """Rounds that ended, however."""
        return self.closed + self.continued + self.declined + self.withdrawn

    @property
    def settled_from(self) -> int:
        """From when on passing time alone changes no figure, in seconds since 1970 (UTC); 0 if it never does.

        By then every answer still to come is late, and every open round has taken longer than nine tenths need (or than
        any took, where fewer are done), so that it is counted the same whatever it will take.
        """
        longest = max(self.handled, default=0)
        if longest:
            reached = time_done(self, FOREVER, 0.9)
            longest = longest if reached is None else int(reached)
        return max(
            (*(due + 1 for due in self.unanswered), *(begun + longest * _HOUR for begun in self.running)), default=0
        )

    def begin(self, fact: Fact) -> None:
        """Count a round that began in the period."""
        if fact.round == 1:
            self.received += 1
        else:
            self.reopened += 1
        if fact.response_due_at is not None:
            if fact.response_met_at is None:
                self.unanswered.append(_seconds(fact.response_due_at))
            elif fact.response_met_at <= fact.response_due_at:
                self.in_time += 1
            else:
                self.too_late += 1
        self.escalated += fact.escalations > 0
        self.executive += fact.executive_escalations > 0
        self.overdue += fact.overdue > 0
        self.returned += fact.returns > 0
        hours = fact.cycle_hours
        if hours is not None:
            (self.handled if fact.ending in HANDLED else self.left)[hours] += 1
        elif fact.paused_since is not None:
            self.left[fact.hours_until(fact.paused_since)] += 1
        else:
            self.running.append(_seconds(fact.received_at) + fact.paused_seconds)

    def end(self, fact: Fact) -> None:
        """Count a round that ended in the period."""
        match fact.ending:
            case Ending.CLOSED:
                self.closed += 1
                self.came_up_again += fact.reopened_at is not None
            case Ending.CONTINUED:
                self.continued += 1
            case Ending.DECLINED:
                self.declined += 1
            case Ending.WITHDRAWN:
                self.withdrawn += 1
        if fact.ending in HANDLED:
            self.finished[fact.cycle_hours or 0] += 1
            self.refused_offers += fact.refusals > 0
        if fact.grade:
            self.grades[fact.grade] += 1
        if fact.outcome:
            self.outcomes[fact.outcome] += 1
        self.amount += fact.amount or 0

    def __iadd__(self, other: "Tally") -> Self:
        for name in _PLAIN:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTED:
            getattr(self, name).update(getattr(other, name))
        self.unanswered += other.unanswered
        self.running += other.running
        return self

    def kept(self) -> dict[str, Any]:
        """The tally as JSON keeps it: what is there, in an order of its own, so that equal tallies read the same."""
        found: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN if getattr(self, name)}
        if "amount" in found:
            found["amount"] = str(self.amount)
        for name in _COUNTED:
            if counted := getattr(self, name):
                found[name] = sorted([key, count] for key, count in counted.items())
        for name in ("unanswered", "running"):
            if moments := getattr(self, name):
                found[name] = sorted(moments)
        return found

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """The tally that `kept` gave."""
        values = dict(kept)
        for name in _COUNTED:
            values[name] = Counter(dict(values.get(name, ())))
        values["amount"] = Decimal(values.get("amount", 0))
        return cls(**values)

    def late_answers(self, moment: datetime) -> tuple[int, int]:
        """First answers that came late or are overdue at the moment, and those whose time has not run out."""
        passed = sum(due < _seconds(moment) for due in self.unanswered)
        return self.too_late + passed, len(self.unanswered) - passed

    def waiting_hours(self, moment: datetime) -> list[int]:
        """How long the open rounds have taken so far, in begun hours, leaving out those that began later."""
        at = _seconds(moment)
        return [-((begun - at) // _HOUR) for begun in self.running if begun <= at]


_COUNTED = ("handled", "left", "finished", "grades", "outcomes")
_PLAIN = tuple(name for name in Tally.__dataclass_fields__ if name not in {*_COUNTED, "unanswered", "running"})


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def moment_of(seconds: int) -> datetime:
    """The moment that a tally keeps as seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


#: A period, a dimension, and a key of it.
Group = tuple[Period, Dimension, str]


def tallies(
    facts: Iterable[Fact],
    zone: ZoneInfo,
    *,
    within: Sequence[Period],
    by: Mapping[Span, Sequence[Dimension]],
) -> dict[Group, Tally]:
    """Tallies of the facts for the given periods: for each span by the dimensions named for it.

    Each fact is looked at once, so that any number can stream through; what is kept grows with the groups only.
    """
    wanted = set(within)
    found: dict[Group, Tally] = {}
    memory: dict[Any, tuple[Period, ...]] = {}

    def periods(moment: datetime | None) -> tuple[Period, ...]:
        if moment is None:
            return ()
        day = moment.astimezone(zone).date()
        if day not in memory:
            spans = (Period.of(day, span) for span in by)
            memory[day] = tuple(period for period in spans if period in wanted)
        return memory[day]

    for fact in facts:
        begun, ended = periods(fact.received_at), periods(fact.ended_at)
        if not begun and not ended:
            continue
        keys = {dimension: key_of(fact, dimension) for span in by for dimension in by[span]}
        for period in begun:
            for dimension in by[period.span]:
                _at(found, (period, dimension, keys[dimension])).begin(fact)
        for period in ended:
            for dimension in by[period.span]:
                _at(found, (period, dimension, keys[dimension])).end(fact)
    return found


def _at(found: dict[Group, Tally], group: Group) -> Tally:
    tally = found.get(group)
    if tally is None:
        tally = found[group] = Tally()
    return tally


def total(parts: Iterable[Tally]) -> Tally:
    """The tally of the whole."""
    whole = Tally()
    for part in parts:
        whole += part
    return whole


def spread(counted: Counter[int]) -> Iterator[int]:
    """The counted values in order, each as often as it was counted."""
    for value, count in sorted(counted.items()):
        for _ in range(count):
            yield value


def mean(counted: Counter[int]) -> float | None:
    """The mean of the counted values, None of nothing."""
    count = counted.total()
    return sum(value * times for value, times in counted.items()) / count if count else None


def time_done(tally: Tally, moment: datetime, share: float) -> float | None:
    """Within how many hours a share of the rounds was handled, open ones counted as far as they got (Kaplan–Meier).

    None if so many have not been handled yet. Where nobody left or waits shorter than the time that results from
    counting them as endless, that time is the quantile already; else the library is asked.
    """
    count = tally.handled.total() + tally.left.total() + len(tally.running)
    place = math.ceil(share * count - 1e-9)
    candidate = _nth(tally.handled, place)
    waiting = tally.waiting_hours(moment)
    shortest = min(min(tally.left, default=math.inf), min(waiting, default=math.inf))
    if count and shortest >= (math.inf if candidate is None else candidate):
        return candidate
    if not tally.handled:
        return None
    found = trends.time_to_event(list(spread(tally.handled)), [*spread(tally.left), *waiting], shares=(share,))
    return found.quantiles[0].value


def quantiles(tally: Tally, moment: datetime) -> tuple[float | None, float | None]:
    """The median and the 90th percentile of the handling time."""
    return time_done(tally, moment, 0.5), time_done(tally, moment, 0.9)


def _nth(counted: Counter[int], place: int) -> int | None:
    """The value at a place of the counted values in order, from 1; None behind the last."""
    seen = 0
    for value, count in sorted(counted.items()):
        seen += count
        if seen >= place > 0:
            return value
    return None
