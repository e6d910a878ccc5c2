"""Process backtracking: the arithmetic of a process gone back over. A leaf file, without a database. (AC-4)

A step has a moment at which it should have happened and one at which it did, either of which may be unknown. All
moments lie on one scale from 0 to 1. A delay is how much later than expected a step happened, in whole minutes and
negative where it was early; what a step adds is its delay beyond that of the step before it, so that a party is not
charged with the delay it was handed.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Party = TypeVar("Party", bound=Hashable)

MINUTE = timedelta(minutes=1)
#: Deviations as `states.Deviation` writes them.
DEVIATING = frozenset({"late", "wrong", "omitted"})


@dataclass(frozen=True, slots=True)
class Moments(Generic[Party]):
    """What is known of one step."""

    expected_at: datetime | None
    actual_at: datetime | None
    deviation: str
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Placed(Generic[Party]):
    """One step on the scale."""

    moments: Moments[Party]
    #: From 0 to 1; None where the moment is unknown.
    expected: float | None
    actual: float | None
    #: Whole minutes; None unless both moments are known.
    delay: int | None
    #: The part of the delay that came about at this step; None unless its delay is known.
    added: int | None

    @property
    def deviates(self) -> bool:
        """Late, done wrongly, or not done."""
        return self.moments.deviation in DEVIATING


@dataclass(frozen=True, slots=True)
class Account(Generic[Party]):
    """What one party has to do with it; None: steps that nobody answers for."""

    party: Party | None
    steps: int
    deviations: int
    #: Minutes that came about at its steps, delays alone: what it caught up elsewhere is not set against them.
    added: int


@dataclass(frozen=True, slots=True)
class Backtracking(Generic[Party]):
    """The whole process."""

    steps: tuple[Placed[Party], ...]
    starts_at: datetime | None
    ends_at: datetime | None

    @property
    def first_deviation(self) -> int | None:
        """The place of the first step that deviates: where to look for the cause."""
        return next((place for place, step in enumerate(self.steps) if step.deviates), None)

    @property
    def delay(self) -> int | None:
        """By how much the process was late in the end: the delay of the last step that has one."""
        return next((step.delay for step in reversed(self.steps) if step.delay is not None), None)

    @property
    def accounts(self) -> list[Account[Party]]:
        """By party, in the order in which they first had to act."""
        found: dict[Party | None, list[Placed[Party]]] = {}
        for step in self.steps:
            found.setdefault(step.moments.party, []).append(step)
        return [
            Account(
                party,
                len(steps),
                sum(step.deviates for step in steps),
                sum(max(step.added or 0, 0) for step in steps),
            )
            for party, steps in found.items()
        ]


def trace(steps: Iterable[Moments[Party]]) -> Backtracking[Party]:
    """Lay out the steps in the order given."""
    rows = tuple(steps)
    known = [at for row in rows for at in (row.expected_at, row.actual_at) if at is not None]
    first, last = (min(known), max(known)) if known else (None, None)
    delays = [_delay(row) for row in rows]
    placed = tuple(
        Placed(
            row,
            _place(row.expected_at, first, last),
            _place(row.actual_at, first, last),
            delay,
            _added(delays, place),
        )
        for place, (row, delay) in enumerate(zip(rows, delays, strict=True))
    )
    return Backtracking(placed, first, last)


def _delay(row: Moments[Party]) -> int | None:
    if row.expected_at is None or row.actual_at is None:
        return None
    late = row.actual_at - row.expected_at
    return late // MINUTE if late >= timedelta(0) else -(-late // MINUTE)


def _added(delays: Sequence[int | None], place: int) -> int | None:
    """A step's delay less the one it was handed: the last known before it, if that was late."""
    delay = delays[place]
    if delay is None:
        return None
    handed = next((before for before in reversed(delays[:place]) if before is not None), 0)
    return delay - max(handed, 0)


def _place(at: datetime | None, first: datetime | None, last: datetime | None) -> float | None:
    if at is None or first is None or last is None:
        return None
    return (at - first) / (last - first) if last > first else 0.0
