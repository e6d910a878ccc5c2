"""How much later something happens: staff work in office hours, the front office is on duty every day, people sleep."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from complaints.working_time import WorkingCalendar

Opening = Callable[[date], Sequence[tuple[int, int]]]

DUTY: tuple[tuple[int, int], ...] = ((8 * 60 + 30, 20 * 60 + 30),)
AWAKE: tuple[tuple[int, int], ...] = ((8 * 60, 22 * 60),)


class Hours:
    """The three ways in which time passes until somebody does something."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._zone = ZoneInfo(calendar.zone)
        self._openings: dict[str, Opening] = {
            "office": lru_cache(maxsize=None)(calendar.opening),
            "duty": lambda _day: DUTY,
            "awake": lambda _day: AWAKE,
        }

    def later(self, at: datetime, minutes: float, kind: str) -> datetime:
        """`at` and so many minutes of that kind of time; at least the next moment that is of that kind."""
        opening = self._openings[kind]
        local = at.astimezone(self._zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        minute = (local - midnight).total_seconds() / 60
        left = max(minutes, 0.0)
        day = midnight.date()
        while True:
            for start, end in opening(day):
                begin = max(start, minute)
                if begin + left < end:
                    whole = timedelta(seconds=int((begin + left) * 60))
                    return datetime(day.year, day.month, day.day, tzinfo=self._zone) + whole
                left -= max(0.0, end - begin)
            day += timedelta(days=1)
            minute = 0.0
