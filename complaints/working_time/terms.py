"""The words of a time limit, and everything that can be wrong with one (DL-1, DL-2)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WorkingTimeError(ValueError):
    """Base of every error of this package; the message can be shown to an administrator."""


class InvalidCalendarError(WorkingTimeError):
    """The zone, the week or a single day of a calendar makes no sense."""


class InvalidLimitError(WorkingTimeError):
    """A limit below zero or not a whole number, or a percentage outside 0 to 100."""


class InvalidIntervalError(WorkingTimeError):
    """An interval that ends before it starts."""


class NaiveMomentError(WorkingTimeError):
    """A date and time without time zone: nobody can say which moment it means."""


class StillPausedError(WorkingTimeError):
    """The clock stands still in a pause without end before the limit has run: nobody can say when it will be due."""


class NoWorkingTimeError(WorkingTimeError):
    """The calendar never opens again, so a limit in working time can never run out."""


class BeyondCalendarError(WorkingTimeError):
    """The answer, or a moment asked about, lies outside the years 1 to 9999."""


class Unit(StrEnum):
    """What a limit is counted in; docs/working-time.md has the rule and an example of each."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    DAY = "day"
    WORKING_DAY = "working_day"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a unit, for example 15 working days. Zero means at once."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse what cannot be counted (InvalidLimitError)."""
        if not isinstance(self.amount, int) or isinstance(self.amount, bool):
            raise InvalidLimitError(f"A limit is a whole number of units, not {self.amount!r}.")
        if self.amount < 0:
            raise InvalidLimitError(f"A limit cannot be less than zero: {self.amount} {self.unit}.")
        if self.unit not in set(Unit):
            raise InvalidLimitError(f"{self.unit!r} is no unit of time; use one of {', '.join(Unit)}.")


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start`, included, to `end`, excluded. A pause without end still lasts; nothing else may lack one."""

    start: datetime
    end: datetime | None

    def __post_init__(self) -> None:
        """Refuse naive moments (NaiveMomentError) and an end before the start (InvalidIntervalError)."""
        require_aware(self.start)
        if self.end is not None:
            require_aware(self.end)
            if self.end < self.start:
                raise InvalidIntervalError(f"The interval ends ({self.end}) before it starts ({self.start}).")


@dataclass(frozen=True, slots=True)
class Reckoning:
    """When a limit is due, in UTC, and whether a calendar still to be published may move it."""

    due_at: datetime
    provisional: bool


def require_aware(moment: datetime) -> None:
    """Raise NaiveMomentError unless the moment says how far it is from UTC."""
    if moment.utcoffset() is None:
        raise NaiveMomentError(f"{moment.isoformat()} has no time zone, so it does not name one moment.")
