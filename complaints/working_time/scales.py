"""Four scales on which a limit can run, and the one way to count along any of them.

A scale turns an instant into a *reading* that only ever grows, and a reading into the first instant that shows it:

    natural time    microseconds               minutes and hours
    open time       microseconds while open    working hours
    days            midnights passed           days
    working days    closings passed            working days

On every scale a limit runs from the origin of its start, and each pause moves the target on by what the scale runs
during the pause. Breaks, half days, holidays, DST and pauses are therefore no special cases of one another.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from complaints.working_time.layout import OpenHours
from complaints.working_time.local_days import LocalDays, Stretch, utc
from complaints.working_time.terms import StillPausedError

FOREVER = 2**62  # the end of a pause that still lasts


class Scale(ABC):
    """A measure of time that stands still or runs, but never runs backwards."""

    @abstractmethod
    def reading(self, instant: int) -> int:
        """Return what the scale shows at an instant."""

    @abstractmethod
    def first(self, reading: int) -> int:
        """Return the first instant at which the scale shows a reading; only for readings beyond an origin."""

    @abstractmethod
    def counted(self, start: int, end: int, pauses: Sequence[Stretch]) -> Iterator[Stretch]:
        """Yield each stretch that counts between two instants, in order."""

    def origin(self, start: int) -> int:
        """Return the reading from which a limit that starts at an instant is counted."""
        return self.reading(start)

    def advance(self, start: int, amount: int, pauses: Iterable[Stretch]) -> int:
        """Return the instant at which `amount` has been counted; that is the end of the last counted stretch.

        Raises StillPausedError if the clock stops for good before that.
        """
        origin = self.origin(start)
        target = origin + amount
        for pause_start, pause_end in pauses:
            stopped_at = max(origin, self.reading(pause_start))
            if target <= stopped_at:
                break
            if pause_end == FOREVER:
                raise StillPausedError(f"The clock has been paused since {utc(pause_start):%Y-%m-%d %H:%M} UTC.")
            target += max(origin, self.reading(pause_end)) - stopped_at
        return self.first(target)

    def measure(self, start: int, end: int, pauses: Iterable[Stretch]) -> int:
        """Return how much is counted between two instants."""
        origin = self.origin(start)
        stretches = [(start, end), *((min(a, end), min(b, end)) for a, b in pauses)]
        whole, *paused = (max(origin, self.reading(b)) - max(origin, self.reading(a)) for a, b in stretches)
        return whole - sum(paused)


class NaturalTime(Scale):
    """Time as it passes."""

    def reading(self, instant: int) -> int:
        return instant

    def first(self, reading: int) -> int:
        return reading

    def counted(self, start: int, end: int, pauses: Sequence[Stretch]) -> Iterator[Stretch]:
        yield from _without(pauses, (start, end))


class OpenTime(Scale):
    """Time while the calendar is open."""

    def __init__(self, hours: OpenHours) -> None:
        self._hours = hours

    def reading(self, instant: int) -> int:
        return self._hours.open_time(instant)

    def first(self, reading: int) -> int:
        return self._hours.when_open_time(reading)

    def counted(self, start: int, end: int, pauses: Sequence[Stretch]) -> Iterator[Stretch]:
        for stretch in self._hours.stretches(start, end):
            yield from _without(pauses, stretch)


class WholeDays(Scale):
    """Days after the day of the start. A day counts when it ends, if the clock runs in its last moment."""

    @abstractmethod
    def day(self, number: int) -> Stretch:
        """Return the day whose end makes the scale show a number."""

    def first(self, reading: int) -> int:
        return self.day(reading)[1]

    def counted(self, start: int, end: int, pauses: Sequence[Stretch]) -> Iterator[Stretch]:
        for number in range(self.origin(start) + 1, self.reading(end) + 1):
            day = self.day(number)
            if stopped_until(day[1], pauses) is None:
                yield day


class Days(WholeDays):
    """Local days, from midnight to midnight."""

    def __init__(self, local: LocalDays) -> None:
        self._local = local

    def reading(self, instant: int) -> int:
        return self._local.ordinal(instant)

    def origin(self, start: int) -> int:
        return self._local.ordinal(start) + 1

    def day(self, number: int) -> Stretch:
        return self._local.midnight(number - 1), self._local.midnight(number)


class WorkingDays(WholeDays):
    """Days with opening hours, from opening to close of business."""

    def __init__(self, hours: OpenHours) -> None:
        self._hours = hours

    def reading(self, instant: int) -> int:
        return self._hours.days_closed(instant)

    def origin(self, start: int) -> int:
        return self._hours.days_until(start)

    def day(self, number: int) -> Stretch:
        return self._hours.working_day(number)[1]


def tidy(pauses: Iterable[Stretch], start: int) -> list[Stretch]:
    """Sort pauses, join those that overlap or touch, and drop whatever lies before `start`."""
    joined: list[Stretch] = []
    for pause_start, pause_end in sorted((max(a, start), b) for a, b in pauses if b > max(a, start)):
        if joined and pause_start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], pause_end))
        else:
            joined.append((pause_start, pause_end))
    return joined


def stopped_until(day_end: int, pauses: Sequence[Stretch]) -> int | None:
    """Return the end of the pause in which the last moment before `day_end` lies, or None if the clock runs then."""
    index = bisect_left(pauses, (day_end,)) - 1
    return pauses[index][1] if index >= 0 and day_end <= pauses[index][1] else None


def _without(pauses: Sequence[Stretch], stretch: Stretch) -> Iterator[Stretch]:
    start, end = stretch
    for pause_start, pause_end in pauses:
        if pause_end > start and pause_start < end:
            if start < pause_start:
                yield start, pause_start
            start = min(pause_end, end)
    if start < end:
        yield start, end
