"""Working calendars loaded from files (DL-2).

The file is the official calendar; days that the company set itself (`is_override`) are not touched. Every change of a
calendar counts its edition up by one, by which cached calendars and running deadlines know that they are old.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q

from complaints.calendar_file import CalendarData, CalendarFileError, load_calendar_file
from complaints.calendar_file import CalendarDay as DayInFile
from complaints.models import Calendar, CalendarDay, CalendarYear, DayKind, User
from complaints.services import records
from complaints.services.people import require_administrator
from complaints.working_time import Span

Row = TypeVar("Row", bound=models.Model)


class CalendarFilesError(Exception):
    """Files were refused, all of them; `problems` has one per wrong file."""

    def __init__(self, problems: Sequence[CalendarFileError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class LoadedCalendar:
    """What loading a file changed; nothing at all if every figure is 0."""

    calendar: Calendar
    is_new: bool
    added: int
    changed: int
    removed: int

    @property
    def is_changed(self) -> bool:
        """Whether anything was written."""
        return self.is_new or bool(self.added or self.changed or self.removed)


def load_calendars(paths: Sequence[Path], *, by: User | None, reason: str, now: datetime) -> list[LoadedCalendar]:
    """Load calendar files, all or none; twice is once. Raises CalendarFilesError with every wrong file."""
    require_administrator(by, now)
    contents: dict[str, CalendarData] = {}
    problems = []
    for path in paths:
        try:
            content = load_calendar_file(path)
        except CalendarFileError as error:
            problems.append(error)
            continue
        if content.code in contents:
            problems.append(CalendarFileError(path, "code", f"{content.code!r} comes in two files"))
        contents[content.code] = content
    if problems:
        raise CalendarFilesError(problems)
    with transaction.atomic():
        return [_load(content, by=by, reason=reason, now=now) for content in contents.values()]


def _load(content: CalendarData, *, by: User | None, reason: str, now: datetime) -> LoadedCalendar:
    columns: dict[str, Any] = {
        "names": dict(content.names),
        "zone": content.zone,
        "week": {str(day): _clock_times(spans) for day, spans in content.week.items()},
        "roll_days": content.roll_days,
    }
    calendar = Calendar.objects.select_for_update().filter(code=content.code).first()
    is_new = calendar is None
    if calendar is None:
        calendar = records.save(Calendar(code=content.code, **columns), by=by, reason=reason, now=now)
    differs = any(getattr(calendar, name) != value for name, value in columns.items())
    who: dict[str, Any] = {"by": by, "reason": reason, "now": now}
    years = _replace(CalendarYear, Q(calendar=calendar), _years(calendar, content), ["is_published", "sources"], who)
    days = _replace(
        CalendarDay,
        Q(calendar=calendar, is_override=False),
        _days(calendar, content),
        ["names", "kind", "hours", "sources"],
        who,
    )
    added, changed, removed = (sum(pair) for pair in zip(years, days, strict=True))
    if not is_new and (differs or added or changed or removed):
        for name, value in columns.items():
            setattr(calendar, name, value)
        calendar.edition += 1
        records.save(calendar, **who)
    return LoadedCalendar(calendar, is_new, added, changed + differs, removed)


def _years(calendar: Calendar, content: CalendarData) -> dict[object, CalendarYear]:
    return {
        number: CalendarYear(calendar=calendar, year=number, is_published=year.published, sources=dict(year.sources))
        for number, year in content.years.items()
    }


def _days(calendar: Calendar, content: CalendarData) -> dict[object, CalendarDay]:
    return {
        date: CalendarDay(
            calendar=calendar,
            date=date,
            names=dict(day.names),
            kind=_kind(day),
            hours=None if day.hours is None else _clock_times(day.hours),
            sources=dict(content.years[date.year].sources),
        )
        for date, day in content.days.items()
    }


def _kind(day: DayInFile) -> DayKind:
    """A working day with hours and without a name of its own is a usual one that opens otherwise."""
    if day.kind == "holiday":
        return DayKind.HOLIDAY
    return DayKind.HOURS if day.hours is not None and not day.names else DayKind.WORKING


def _replace(
    model: type[Row], present: Q, wanted: dict[object, Row], columns: Sequence[str], who: dict[str, Any]
) -> tuple[int, int, int]:
    """Make the rows those that are wanted, writing no right one. Returns how many were added, changed, removed."""
    key = "year" if model is CalendarYear else "date"
    found = {getattr(row, key): row for row in model._default_manager.filter(present)}
    records.save_all(model, [row for at, row in wanted.items() if at not in found], **who)
    changed = 0
    for at, row in found.items():
        if at in wanted and any(getattr(row, name) != getattr(wanted[at], name) for name in columns):
            for name in columns:
                setattr(row, name, getattr(wanted[at], name))
            records.save(row, **who)
            changed += 1
    removed = [row for at, row in found.items() if at not in wanted]
    for row in removed:
        records.delete(row, **who)
    return len(wanted.keys() - found.keys()), changed, len(removed)


def _clock_times(spans: Sequence[Span]) -> list[list[str]]:
    """Minutes of the day as people write them; the end of the day is 24:00."""
    return [[f"{minute // 60:02}:{minute % 60:02}" for minute in span] for span in spans]
