"""The working-time calendar: when a limit is due, how much of it has run, and which intervals were counted (DL-2)."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from complaints.working_time.layout import OpenHours
from complaints.working_time.local_days import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    LocalDays,
    Span,
    Stretch,
    instant,
    opening_spans,
    utc,
)
from complaints.working_time.scales import (
    FOREVER,
    Days,
    NaturalTime,
    OpenTime,
    Scale,
    WorkingDays,
    stopped_until,
    tidy,
)
from complaints.working_time.terms import (
    Interval,
    InvalidCalendarError,
    InvalidIntervalError,
    InvalidLimitError,
    Limit,
    Reckoning,
    StillPausedError,
    Unit,
)

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AT_LEAST: Final = {Unit.MINUTE: MINUTE, Unit.HOUR: HOUR, Unit.WORKING_HOUR: HOUR, Unit.DAY: DAY, Unit.WORKING_DAY: DAY}

Opening = Sequence[tuple[time | int, time | int]]  # from, to by the wall clock; see opening_spans


class WorkingCalendar:
    """Counts limits by the opening hours of one time zone. Immutable, and safe to share by threads.

    Takes aware datetimes of any zone (NaiveMomentError otherwise) and returns datetimes in UTC, because Python compares
    and subtracts two datetimes of one DST zone by their wall clock. A moment is open exactly while the wall clock shows
    a time within the opening hours of its day.

    Cost: laying out a year takes time in its days and happens once per calendar; after that `add`, `point` and
    `elapsed` bisect, O(p log n) for p pauses and n stretches laid out, whatever the length of the limit. `explain` adds
    the length of its answer. Keep a calendar as long as its data are valid: a new one starts without years. One that
    has been asked about two years holds those between as well.
    """

    def __init__(
        self,
        *,
        zone: str,
        week: Mapping[int, Opening],
        days: Mapping[date, Opening],
        published_years: Collection[int],
        roll_days: bool = True,
    ) -> None:
        """Take the usual week (0 = Monday), the days that differ (no hours = closed) and the years officially known.

        With `roll_days` a limit in days that ends on a day without opening hours ends with the next working day.
        Raises InvalidCalendarError for an unknown zone, a weekday outside 0 to 6, or hours that overlap or run
        backwards.
        """
        if unknown := set(week) - set(range(7)):
            raise InvalidCalendarError(f"Weekdays run from 0 (Monday) to 6 (Sunday), not {sorted(unknown)}.")
        self.zone = zone
        self.roll_days = roll_days
        self.published_years = frozenset(published_years)
        self.week = MappingProxyType({day: opening_spans(week.get(day, ()), WEEKDAYS[day]) for day in range(7)})
        self.days = MappingProxyType({day: opening_spans(hours, day.isoformat()) for day, hours in days.items()})

        self._published = sorted(self.published_years)
        self._exceptions = {day.toordinal(): spans for day, spans in self.days.items()}
        self._local = LocalDays(zone)
        self._hours = OpenHours(self._local, self._spans, self._last_open_year())
        natural, open_time = NaturalTime(), OpenTime(self._hours)
        self._scales: dict[Unit, tuple[Scale, int]] = {
            Unit.MINUTE: (natural, MINUTE),
            Unit.HOUR: (natural, HOUR),
            Unit.WORKING_HOUR: (open_time, HOUR),
            Unit.DAY: (Days(self._local), 1),
            Unit.WORKING_DAY: (WorkingDays(self._hours), 1),
        }
        self._running = {unit: open_time if "working" in unit else natural for unit in Unit}

    def with_days(self, extra: Mapping[date, Opening]) -> "WorkingCalendar":
        """Return a calendar in which the extra days win over this one's, for example a company's own days off."""
        return WorkingCalendar(
            zone=self.zone,
            week=self.week,
            days={**self.days, **extra},
            published_years=self.published_years,
            roll_days=self.roll_days,
        )

    def add(self, start: datetime, limit: Limit, pauses: Sequence[Interval] = ()) -> Reckoning:
        """Return when a limit that starts at `start` is due, with the time of pauses not counted.

        Raises StillPausedError if a pause without end stops the clock before the limit has run, NoWorkingTimeError if
        the calendar never opens often enough, BeyondCalendarError after the year 9999.
        """
        began = instant(start)
        due = self._due(began, limit, _stretches(pauses, began))
        return Reckoning(utc(due), self._is_provisional(began, due, limit.unit))

    def point(self, start: datetime, limit: Limit, percent: int, pauses: Sequence[Interval] = ()) -> datetime:
        """Return the moment when `percent` (0 to 100) of the time that counts between start and due has run.

        That is natural time, or open time for the two working units, rounded down to a whole second; 0 is the start and
        100 the due moment. Raises InvalidLimitError for another percentage, otherwise as `add`.
        """
        if not 0 <= percent <= 100:  # noqa: PLR2004
            raise InvalidLimitError(f"A reminder point lies between 0 and 100 percent, not at {percent}.")
        began = instant(start)
        stopped = _stretches(pauses, began)
        due = self._due(began, limit, stopped)
        running = self._running[limit.unit]
        part = running.measure(began, due, stopped) * percent // (100 * SECOND) * SECOND
        if percent == 100:  # noqa: PLR2004
            return utc(due)
        return utc(running.advance(began, part, stopped) if part else began)

    def elapsed(self, start: datetime, end: datetime, unit: Unit, pauses: Sequence[Interval] = ()) -> Fraction:
        """Return exactly how much of `unit` is counted between two moments: for days a whole number, else a fraction.

        A pause without end lasts until `end`. Raises InvalidIntervalError if the end comes before the start.
        """
        began, ended = _ordered(start, end)
        scale, size = self._scales[unit]
        return Fraction(scale.measure(began, ended, _stretches(pauses, began)), size)

    def explain(self, start: datetime, end: datetime, unit: Unit, pauses: Sequence[Interval] = ()) -> list[Interval]:
        """Return every counted interval between two moments, in order; together they make up what `elapsed` says.

        Minutes and hours: each stretch without pause. Working hours: each open stretch without pause. Days: each
        counted day, from midnight to midnight. Working days: each counted day, from opening to close of business.
        Errors as there.
        """
        began, ended = _ordered(start, end)
        scale, _ = self._scales[unit]
        counted = scale.counted(began, ended, _stretches(pauses, began))
        return [Interval(utc(first), utc(last)) for first, last in counted]

    def opening(self, day: date) -> tuple[Span, ...]:
        """Return the opening hours of a local day, in minutes after 00:00 by the wall clock."""
        return self._spans(day.toordinal())

    def is_working_day(self, day: date) -> bool:
        """Say whether a local day is open at all; a half day is."""
        return bool(self._hours.stretches_of(day.toordinal()))

    def is_open(self, at: datetime) -> bool:
        """Say whether working time runs at a moment."""
        moment = instant(at)
        return bool(self._hours.stretches(moment, moment + 1))

    def next_working_moment(self, at: datetime) -> datetime:
        """Return the moment itself if it is open, else the next opening, in UTC. Raises NoWorkingTimeError."""
        moment = instant(at)
        return utc(max(moment, self._hours.stretch_after(moment)[0]))

    def _spans(self, ordinal: int) -> tuple[Span, ...]:
        exception = self._exceptions.get(ordinal)
        return self.week[(ordinal - 1) % 7] if exception is None else exception

    def _last_open_year(self) -> int:
        if any(self.week.values()):
            return date.max.year
        return max((day.year for day, hours in self.days.items() if hours), default=date.min.year)

    def _due(self, start: int, limit: Limit, pauses: Sequence[Stretch]) -> int:
        if not limit.amount:
            return start
        utc(start + max(0, limit.amount - 2) * AT_LEAST[limit.unit])  # beyond all years: say so before laying them out
        scale, size = self._scales[limit.unit]
        due = scale.advance(start, limit.amount * size, pauses)
        return self._rolled(due, pauses) if limit.unit == Unit.DAY and self.roll_days else due

    def _rolled(self, due: int, pauses: Sequence[Stretch]) -> int:
        """Return the end of the first working day that ends at `due` or later and is not paused in its last moment."""
        day = self._local.ordinal(due - 1)
        while True:
            working_days_before = self._hours.days_until(self._local.midnight(day) - 1)
            working_day, _ = self._hours.working_day(working_days_before + 1)
            end = self._local.midnight(working_day + 1)
            resumed = stopped_until(end, pauses)
            if resumed is None:
                return end
            if resumed == FOREVER:
                raise StillPausedError("The clock is paused on the working day to which the end of the limit moves.")
            day = self._local.ordinal(resumed)

    def _is_provisional(self, start: int, due: int, unit: Unit) -> bool:
        """Say whether a day on the way lies in a year not yet published. No notice can move minutes and hours."""
        if due == start or unit in {Unit.MINUTE, Unit.HOUR}:
            return False
        first, last = self._local.year(start), self._local.year(due - 1)
        published = bisect_right(self._published, last) - bisect_left(self._published, first)
        return published <= last - first


def _ordered(start: datetime, end: datetime) -> tuple[int, int]:
    began, ended = instant(start), instant(end)
    if ended < began:
        raise InvalidIntervalError(f"Nothing can be counted from {start} back to {end}.")
    return began, ended


def _stretches(pauses: Sequence[Interval], start: int) -> list[Stretch]:
    return tidy(((instant(p.start), FOREVER if p.end is None else instant(p.end)) for p in pauses), start)
