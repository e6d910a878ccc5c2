"""The days of one time zone, laid on the line of universal time.

Inside this package a moment is an *instant*: a whole number of microseconds since 1970-01-01 00:00 UTC, and a day is
its proleptic Gregorian *ordinal*. Whole numbers add, compare and bisect without surprises; datetimes of one DST zone do
not, as Python subtracts and compares them by what the wall clock shows.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from complaints.working_time.terms import BeyondCalendarError, InvalidCalendarError, require_aware

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MINUTES_A_DAY = 24 * 60

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()

Span = tuple[int, int]  # opening hours: minutes after 00:00 by the wall clock, half-open; 24:00 is 1440
Stretch = tuple[int, int]  # instants, half-open


def instant(moment: datetime) -> int:
    """Return the instant of an aware datetime; NaiveMomentError otherwise."""
    require_aware(moment)
    return (moment - EPOCH) // timedelta(microseconds=1)


def utc(instant: int) -> datetime:
    """Return an instant as datetime in UTC; BeyondCalendarError outside the years 1 to 9999."""
    try:
        return EPOCH + timedelta(microseconds=instant)
    except OverflowError:
        raise BeyondCalendarError("The moment lies outside the years 1 to 9999.") from None


def opening_spans(intervals: Sequence[tuple[time | int, time | int]], day: str) -> tuple[Span, ...]:
    """Sort opening intervals and join those that touch; `day` names the day in InvalidCalendarError.

    An edge is a wall-clock time in whole minutes or a number of minutes after 00:00; as an end, 00:00 means 24:00.
    """
    spans: list[Span] = []
    for start, end in sorted((_minutes(a, day), _minutes(b, day) or MINUTES_A_DAY) for a, b in intervals):
        if start >= end:
            raise InvalidCalendarError(f"{day}: opening hours end at {clock(end)} but start at {clock(start)}.")
        if spans and start < spans[-1][1]:
            raise InvalidCalendarError(f"{day}: opening hours overlap at {clock(start)}.")
        if spans and start == spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


def clock(minutes: int) -> str:
    """Return minutes after 00:00 as HH:MM."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(edge: time | int, day: str) -> int:
    if isinstance(edge, time):
        if edge.second or edge.microsecond or edge.tzinfo:
            raise InvalidCalendarError(f"{day}: opening hours are whole minutes of the local clock, not {edge}.")
        return edge.hour * 60 + edge.minute
    if not 0 <= edge <= MINUTES_A_DAY:
        raise InvalidCalendarError(f"{day}: {edge} is not between 0 and {MINUTES_A_DAY} minutes after 00:00.")
    return edge


class LocalDays:
    """Translates between instants and the days and opening hours of one IANA time zone."""

    def __init__(self, zone: str) -> None:
        """Load the zone; InvalidCalendarError if there is none of that name."""
        try:
            self.zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InvalidCalendarError(f"There is no time zone called {zone!r}.") from None

    def ordinal(self, instant: int) -> int:
        """Return the local day an instant falls on."""
        return self._wall(instant).toordinal()

    def year(self, instant: int) -> int:
        """Return the local year an instant falls in."""
        return self._wall(instant).year

    def midnight(self, ordinal: int) -> int:
        """Return the first instant of a local day, also where the clock never shows 00:00 or shows it twice."""
        day = date.fromordinal(max(1, min(ordinal, date.max.toordinal())))
        offset = datetime.combine(day, time(), self.zone).utcoffset() or timedelta()
        return (ordinal - EPOCH_ORDINAL) * DAY - offset // timedelta(microseconds=1)

    def open_stretches(self, ordinal: int, spans: Sequence[Span]) -> list[Stretch]:
        """Return when a local day is open: exactly while the wall clock shows a time within its opening hours.

        Where the clock is put forward the hour left out is nobody's working time; where it is put back the hour shown
        twice counts twice. So 00:00 to 24:00 is 23 or 25 hours on such days.
        """
        if not spans:
            return []
        start, end = self.midnight(ordinal), self.midnight(ordinal + 1)
        if end - start == DAY:
            return [(start + opens * MINUTE, start + closes * MINUTE) for opens, closes in spans]
        stretches: list[Stretch] = []
        for first, last in pairwise((start, self._change(start, end), end)):
            midnight = (ordinal - EPOCH_ORDINAL) * DAY - self._offset(first)
            for span_opens, span_closes in spans:
                opens = max(first, midnight + span_opens * MINUTE)
                closes = min(last, midnight + span_closes * MINUTE)
                if stretches and stretches[-1][1] == opens < closes:
                    stretches[-1] = (stretches[-1][0], closes)
                elif opens < closes:
                    stretches.append((opens, closes))
        return stretches

    def _change(self, start: int, end: int) -> int:
        """Return when the offset changes between two instants, or `end` if it does not."""
        before = self._offset(start)
        seconds = range(start, end, SECOND)
        changed = bisect_left(seconds, 1, key=lambda second: int(self._offset(second) != before))
        return seconds[changed] if changed < len(seconds) else end

    def _offset(self, instant: int) -> int:
        return (self._wall(instant).utcoffset() or timedelta()) // timedelta(microseconds=1)

    def _wall(self, instant: int) -> datetime:
        try:
            return utc(instant).astimezone(self.zone)
        except OverflowError:
            raise BeyondCalendarError("The moment lies outside the years 1 to 9999.") from None
