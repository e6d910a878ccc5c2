"""Opening hours of whole years laid out as sorted arrays with running totals, to be searched by bisection.

A year is laid out when first needed, once per calendar, in time proportional to its days. After that each question
costs a bisection, however long the limit asked about.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from threading import Lock

from complaints.working_time.local_days import LocalDays, Span, Stretch
from complaints.working_time.terms import BeyondCalendarError, NoWorkingTimeError


def _numbers(values: Sequence[int] = ()) -> "array[int]":
    return array("q", values)


@dataclass(frozen=True, slots=True)
class Layout:
    """The open stretches and working days of an unbroken run of years. Never changed; a longer one replaces it.

    Open time and working days are counted from an arbitrary zero which a longer layout keeps, so that readings
    taken from two layouts of one calendar can be compared.
    """

    first_year: int
    last_year: int
    starts: "array[int]" = field(default_factory=_numbers)  # of every open stretch
    ends: "array[int]" = field(default_factory=_numbers)
    ordinals: "array[int]" = field(default_factory=_numbers)  # of every working day
    opens: "array[int]" = field(default_factory=_numbers)
    closes: "array[int]" = field(default_factory=_numbers)
    days_before: int = 0  # working days before the first one here
    open_before: "array[int]" = field(default_factory=lambda: _numbers([0]))  # each stretch, and after the last

    def joined(self, earlier: "Layout", later: "Layout") -> "Layout":
        """Return these years with those just before and just after them; this layout's zero stays."""
        starts = earlier.starts + self.starts + later.starts
        ends = earlier.ends + self.ends + later.ends
        lengths = (end - start for start, end in zip(starts, ends, strict=True))
        return Layout(
            first_year=earlier.first_year,
            last_year=later.last_year,
            starts=starts,
            ends=ends,
            ordinals=earlier.ordinals + self.ordinals + later.ordinals,
            opens=earlier.opens + self.opens + later.opens,
            closes=earlier.closes + self.closes + later.closes,
            days_before=self.days_before - len(earlier.ordinals),
            open_before=_numbers(list(accumulate(lengths, initial=self.open_before[0] - earlier.open_total))),
        )

    @property
    def open_total(self) -> int:
        """Open time of all these years, in microseconds."""
        return sum(self.ends) - sum(self.starts)


class OpenHours:
    """Answers where open time and working days lie, laying out years when asked for. Safe to share by threads."""

    def __init__(self, local: LocalDays, opening: Callable[[int], Sequence[Span]], last_year: int) -> None:
        """Take the opening hours of a day by its ordinal, and the last year that can have any."""
        self.local = local
        self._opening = opening
        self._last_year = last_year
        self._layout: Layout | None = None
        self._lock = Lock()

    def stretches_of(self, ordinal: int) -> list[Stretch]:
        """Return the open stretches of one local day."""
        return self.local.open_stretches(ordinal, self._opening(ordinal))

    def open_time(self, instant: int) -> int:
        """Return how much time has been open until an instant, in microseconds since some zero."""
        layout = self.around(instant)
        index = bisect_right(layout.starts, instant) - 1
        if index < 0:
            return layout.open_before[0]
        return layout.open_before[index] + min(instant, layout.ends[index]) - layout.starts[index]

    def when_open_time(self, reached: int) -> int:
        """Return the first instant at which so much time has been open: rather closing time than the next opening."""
        layout = self._until(lambda layout: layout.open_before[-1] - reached)
        index = bisect_left(layout.open_before, reached) - 1
        return layout.starts[index] + reached - layout.open_before[index]

    def days_closed(self, instant: int) -> int:
        """Return how many working days have closed until an instant, since some zero."""
        layout = self.around(instant)
        return layout.days_before + bisect_right(layout.closes, instant)

    def days_until(self, instant: int) -> int:
        """Return how many working days there are up to and including the local day of an instant."""
        layout = self.around(instant)
        return layout.days_before + bisect_right(layout.ordinals, self.local.ordinal(instant))

    def working_day(self, number: int) -> tuple[int, Stretch]:
        """Return the ordinal, opening and close of business of the working day with that number, counted from zero."""
        layout = self._until(lambda layout: layout.days_before + len(layout.ordinals) - number)
        index = number - layout.days_before - 1
        return layout.ordinals[index], (layout.opens[index], layout.closes[index])

    def stretch_after(self, instant: int) -> Stretch:
        """Return the open stretch that lasts at an instant, or the next one."""
        self.around(instant)
        layout = self._until(lambda layout: layout.ends[-1] - instant - 1 if layout.ends else -1)
        index = bisect_right(layout.ends, instant)
        return layout.starts[index], layout.ends[index]

    def stretches(self, start: int, end: int) -> list[Stretch]:
        """Return every open stretch between two instants, cut to fit."""
        self.around(start)
        layout = self.around(end)
        indices = range(bisect_right(layout.ends, start), bisect_left(layout.starts, end))
        return [(max(start, layout.starts[index]), min(end, layout.ends[index])) for index in indices]

    def around(self, instant: int) -> Layout:
        """Return a layout that covers the year of an instant and every year asked about before."""
        year = min(self.local.year(instant), self._last_year)
        layout = self._layout
        if layout and layout.first_year <= year <= layout.last_year:
            return layout
        return self._cover(year, year)

    def _until(self, surplus: Callable[[Layout], int]) -> Layout:
        """Return a layout with a surplus of at least zero, each time doubling the years looked at."""
        layout = self._layout or self._cover(self._last_year, self._last_year)
        while surplus(layout) < 0:
            if layout.last_year >= self._last_year:
                if self._last_year == date.max.year:
                    raise BeyondCalendarError("The limit ends after the year 9999.")
                raise NoWorkingTimeError(f"The calendar has no working time after {self._last_year}.")
            layout = self._cover(layout.first_year, 2 * layout.last_year - layout.first_year + 1)
        return layout

    def _cover(self, first_year: int, last_year: int) -> Layout:
        with self._lock:
            layout = self._layout or Layout(first_year, first_year - 1)
            self._layout = layout.joined(
                self._lay_out(min(first_year, layout.first_year), layout.first_year - 1),
                self._lay_out(layout.last_year + 1, max(layout.last_year, min(last_year, self._last_year))),
            )
            return self._layout

    def _lay_out(self, first_year: int, last_year: int) -> Layout:
        layout = Layout(first_year, last_year)
        if first_year <= last_year:
            for ordinal in range(date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal() + 1):
                if stretches := self.stretches_of(ordinal):
                    layout.starts.extend(start for start, _ in stretches)
                    layout.ends.extend(end for _, end in stretches)
                    layout.ordinals.append(ordinal)
                    layout.opens.append(stretches[0][0])
                    layout.closes.append(stretches[-1][1])
        return layout
