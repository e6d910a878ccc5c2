"""Working calendars from the database, laid out once per edition. (DL-2)"""

from functools import lru_cache
from typing import Any

from complaints.models import Calendar, CalendarDay, CalendarYear, DayKind
from complaints.working_time import WorkingCalendar

Span = tuple[int, int]


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def spans(hours: list[list[str]]) -> list[Span]:
    """[["09:00", "12:00"], …] as minutes of the day; "24:00" is the end of it."""
    return [(_minutes(start), _minutes(end)) for start, end in hours]


@lru_cache(maxsize=64)
def _laid_out(pk: int, edition: int) -> WorkingCalendar:
    calendar = Calendar.objects.get(pk=pk)
    week = {int(day): spans(hours) for day, hours in calendar.week.items()}
    usual = next((hours for _, hours in sorted(week.items()) if hours), [])
    days: dict[Any, list[Span]] = {}
    for day in CalendarDay.objects.filter(calendar=calendar).order_by("is_override"):
        if day.kind == DayKind.HOLIDAY:
            days[day.date] = []
        else:
            days[day.date] = spans(day.hours) if day.hours else usual
    published = CalendarYear.objects.filter(calendar=calendar, is_published=True).values_list("year", flat=True)
    return WorkingCalendar(
        zone=calendar.zone, week=week, days=days, published_years=list(published), roll_days=calendar.roll_days
    )


def working_calendar(calendar: Calendar) -> WorkingCalendar:
    """The calendar ready to count with. Kept per process until its `edition` changes."""
    return _laid_out(calendar.pk, calendar.edition)
