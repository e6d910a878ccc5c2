"""A slow second opinion: looks at the wall clock once a minute and counts on its fingers.

It knows nothing of the code under test, of intervals or of running totals. Moments and edges must be whole minutes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

A_MINUTE = timedelta(minutes=1)
Spans = Sequence[tuple[int, int]]
Pause = tuple[datetime, datetime]


class OutOfSight(Exception):  # noqa: N818
    """The answer lies behind the last minute looked at."""


class Oracle:
    """Every minute of some weeks: which local day it belongs to and whether it is open."""

    def __init__(
        self,
        zone: str,
        week: Mapping[int, Spans],
        days: Mapping[date, Spans],
        minutes: Sequence[datetime],
        *,
        roll: bool,
    ) -> None:
        self.first = minutes[0]
        self.roll = roll
        self.day: list[date] = []
        self.open: list[bool] = []
        local_zone = ZoneInfo(zone)
        for minute in minutes:
            local = minute.astimezone(local_zone)
            day, clock = local.date(), local.hour * 60 + local.minute
            spans = days[day] if day in days else week.get(day.weekday(), ())
            self.day.append(day)
            self.open.append(any(start <= clock < end for start, end in spans))
        self.working_days = {day for day, is_open in zip(self.day, self.open, strict=True) if is_open}

    def number(self, moment: datetime) -> int:
        return (moment - self.first) // A_MINUTE

    def moment(self, minute: int) -> datetime:
        return self.first.astimezone(UTC) + minute * A_MINUTE

    def stopped(self, pauses: Sequence[Pause], start: int) -> list[bool]:
        flags = [False] * len(self.day)
        for pause_start, pause_end in pauses:
            for minute in range(max(start, self.number(pause_start)), min(len(flags), self.number(pause_end))):
                flags[minute] = True
        return flags

    def ends_a_day(self, minute: int, unit: str) -> bool:
        """Say whether this is the last minute of a day, or the last open minute of a working day."""
        if unit == "day":
            return self.day[minute + 1] != self.day[minute]
        if not self.open[minute]:
            return False
        later = minute + 1
        while self.day[later] == self.day[minute]:
            if self.open[later]:
                return False
            later += 1
        return True

    def counts(self, minute: int, start: int, unit: str, stopped: Sequence[bool]) -> bool:
        """Say whether something is counted when this minute is over: the minute itself or, for days, its day."""
        if stopped[minute]:
            return False
        if unit in {"minute", "hour"}:
            return True
        if unit == "working_hour":
            return self.open[minute]
        return self.day[minute] != self.day[start] and self.ends_a_day(minute, unit)

    def parts(self, unit: str) -> int:
        """Return how many of what is counted make up one of a unit."""
        return 60 if unit in {"hour", "working_hour"} else 1

    def add(self, start: datetime, amount: int, unit: str, pauses: Sequence[Pause]) -> datetime:
        if amount == 0:
            return start
        minute = began = self.number(start)
        stopped = self.stopped(pauses, began)
        left = amount * self.parts(unit)
        try:
            while True:
                left -= self.counts(minute, began, unit, stopped)
                minute += 1
                if not left:
                    break
            while (
                unit == "day" and self.roll and (self.day[minute - 1] not in self.working_days or stopped[minute - 1])
            ):
                minute += 1
                while self.day[minute] == self.day[minute - 1]:
                    minute += 1
        except IndexError:
            raise OutOfSight from None
        return self.moment(minute)

    def counted(self, start: datetime, end: datetime, unit: str, pauses: Sequence[Pause]) -> list[int]:
        """Return every minute at whose end something is counted."""
        began = self.number(start)
        stopped = self.stopped(pauses, began)
        return [minute for minute in range(began, self.number(end)) if self.counts(minute, began, unit, stopped)]

    def point(self, start: datetime, amount: int, unit: str, percent: int, pauses: Sequence[Pause]) -> datetime:
        due = self.add(start, amount, unit, pauses)
        if percent == 100:
            return due
        running = "working_hour" if unit.startswith("working") else "minute"
        minutes = self.counted(start, due, running, pauses)
        seconds = len(minutes) * 60 * percent // 100
        if seconds == 0:
            return start
        full, rest = divmod(seconds, 60)
        if rest:
            return self.moment(minutes[full]) + timedelta(seconds=rest)
        return self.moment(minutes[full - 1] + 1)
