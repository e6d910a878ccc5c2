"""Periods of business time: weeks, months, quarters, half-years, years. (RP-1, RP-10)

A period is half-open, from the local midnight of its first day to that of the day after its last, in the business time
zone. A leaf: imports nothing of ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo


class Span(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}
_WEEK = timedelta(days=7)
_TEXT = re.compile(
    r"(?P<year>\d{4})(?:-?Q(?P<quarter>[1-4])|-?H(?P<half>[12])|-?W(?P<week>\d{2})|-(?P<month>\d{2}))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period by its first day."""

    first: date
    span: Span

    @classmethod
    def of(cls, day: date, span: Span) -> Self:
        """The period of that span that the day lies in. Weeks begin on Monday (ISO 8601)."""
        if span == Span.WEEK:
            return cls(day - timedelta(days=day.weekday()), span)
        months = MONTHS[span]
        return cls(date(day.year, (day.month - 1) // months * months + 1, 1), span)

    @classmethod
    def at(cls, moment: datetime, span: Span, zone: ZoneInfo) -> Self:
        """The period that a moment lies in, by the clock of the zone."""
        return cls.of(moment.astimezone(zone).date(), span)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026", "2026H1", "2026Q3", "2026-08" or "2026W35"; ValueError for anything else."""
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        year = int(match["year"])
        if match["quarter"]:
            return cls(date(year, int(match["quarter"]) * 3 - 2, 1), Span.QUARTER)
        if match["half"]:
            return cls(date(year, int(match["half"]) * 6 - 5, 1), Span.HALF)
        if match["week"]:
            return cls(date.fromisocalendar(year, int(match["week"]), 1), Span.WEEK)
        if match["month"]:
            return cls(date(year, int(match["month"]), 1), Span.MONTH)
        return cls(date(year, 1, 1), Span.YEAR)

    @property
    def code(self) -> str:
        """What `parse` reads: the name of the period in addresses, files and commands."""
        first = self.first
        if self.span == Span.WEEK:
            year, week, _day = first.isocalendar()
            return f"{year}W{week:02d}"
        if self.span == Span.MONTH:
            return f"{first:%Y-%m}"
        if self.span == Span.QUARTER:
            return f"{first.year}Q{(first.month + 2) // 3}"
        if self.span == Span.HALF:
            return f"{first.year}H{(first.month + 5) // 6}"
        return f"{first.year}"

    def __str__(self) -> str:
        return self.code

    def shifted(self, by: int) -> Self:
        """The period so many periods of the same span later, or earlier if `by` is negative."""
        if self.span == Span.WEEK:
            return type(self)(self.first + by * _WEEK, self.span)
        month = self.first.year * 12 + self.first.month - 1 + by * MONTHS[self.span]
        return type(self)(date(month // 12, month % 12 + 1, 1), self.span)

    @property
    def next(self) -> Self:
        """The one after it."""
        return self.shifted(1)

    @property
    def previous(self) -> Self:
        """The one before it."""
        return self.shifted(-1)

    @property
    def year_before(self) -> Self:
        """The same period a year before; of a week, that 52 weeks before."""
        if self.span == Span.WEEK:
            return self.shifted(-52)
        return self.shifted(-12 // MONTHS[self.span])

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.next.first - self.first).days

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its half-open interval of moments."""
        return (
            datetime.combine(self.first, time(), tzinfo=zone),
            datetime.combine(self.next.first, time(), tzinfo=zone),
        )

    def within(self, span: Span) -> Iterator[Self]:
        """The periods of a shorter span that make it up, in order. Weeks do not make up months."""
        found = type(self).of(self.first, span)
        while found.first < self.next.first:
            yield found
            found = found.next


def between(first: Period, last: Period) -> list[Period]:
    """All periods of one span from the first to the last, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = first.next
    return found
