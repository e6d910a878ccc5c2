"""Working calendars edited by hand: the week, single days, and whether a year is officially known. (DL-2)

Every change counts the calendar's edition up by one: cached calendars and running deadlines know by it that they are
old. What is refused raises CalendarError.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Calendar, CalendarDay, CalendarYear, Complaint, DayKind, User
from complaints.services import records
from complaints.services.people import require_administrator
from complaints.working_time import InvalidCalendarError
from complaints.working_time.local_days import LocalDays

Hours = Sequence[Sequence[str]]


class CalendarError(Exception):
    """A calendar cannot be like that. `field` names what to correct, if one thing."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def create_calendar(
    *,
    code: str,
    names: Mapping[str, str],
    zone: str,
    week: Mapping[str, Hours],
    roll_days: bool,
    by: User | None,
    reason: str = "",
    now: datetime,
) -> Calendar:
    """A new calendar. It has no days yet, and no year is published."""
    require_administrator(by, now)
    _refuse_zone(zone)
    with transaction.atomic():
        if Calendar.objects.filter(code=code).exists():
            raise CalendarError(_("This code is taken."), "code")
        calendar = Calendar(code=code, names=dict(names), zone=zone, week=dict(week), roll_days=roll_days)
        return records.save(calendar, by=by, reason=reason, now=now)


def change_calendar(
    calendar_id: int,
    *,
    code: str,
    names: Mapping[str, str],
    zone: str,
    week: Mapping[str, Hours],
    roll_days: bool,
    by: User | None,
    reason: str,
    now: datetime,
) -> Calendar:
    """Change a calendar. Its code stays once complaints count by it: policies name it."""
    require_administrator(by, now)
    _refuse_zone(zone)
    with transaction.atomic():
        calendar = Calendar.objects.select_for_update().get(pk=calendar_id)
        if code != calendar.code and Complaint.objects.filter(calendar=calendar).exists():
            raise CalendarError(_("Complaints count by this calendar: its code stays."), "code")
        if Calendar.objects.filter(code=code).exclude(pk=calendar.pk).exists():
            raise CalendarError(_("This code is taken."), "code")
        calendar.code, calendar.names, calendar.zone = code, dict(names), zone
        calendar.week, calendar.roll_days = dict(week), roll_days
        return _counted_up(calendar, by=by, reason=reason, now=now)


def save_day(
    calendar_id: int,
    day: date,
    *,
    kind: str,
    names: Mapping[str, str],
    hours: Hours | None = None,
    is_override: bool = True,
    sources: Mapping[str, str] | None = None,
    by: User | None,
    reason: str,
    now: datetime,
) -> CalendarDay:
    """Enter or change what a calendar says of one day, officially or (`is_override`) by the company's own decision.

    Refused: special hours without hours, a day off with hours.
    """
    require_administrator(by, now)
    if kind == DayKind.HOURS and not hours:
        raise CalendarError(_("Special opening hours need hours."), "hours")
    if kind == DayKind.HOLIDAY and hours:
        raise CalendarError(_("A day off has no hours."), "hours")
    with transaction.atomic():
        calendar = Calendar.objects.select_for_update().get(pk=calendar_id)
        row = CalendarDay.objects.filter(calendar=calendar, date=day, is_override=is_override).first()
        row = row or CalendarDay(calendar=calendar, date=day, is_override=is_override)
        row.kind, row.names, row.sources = DayKind(kind), dict(names), dict(sources or {})
        row.hours = [list(span) for span in hours] if hours else None
        records.save(row, by=by, reason=reason, now=now)
        _counted_up(calendar, by=by, reason=reason, now=now)
        return row


def remove_day(day_id: int, *, by: User | None, reason: str, now: datetime) -> None:
    """Let the week decide about a day again. The history keeps what was there."""
    require_administrator(by, now)
    with transaction.atomic():
        row = CalendarDay.objects.select_related("calendar").get(pk=day_id)
        calendar = Calendar.objects.select_for_update().get(pk=row.calendar_id)
        records.delete(row, by=by, reason=reason, now=now)
        _counted_up(calendar, by=by, reason=reason, now=now)


def publish_year(
    calendar_id: int,
    year: int,
    *,
    is_published: bool = True,
    sources: Mapping[str, str] | None = None,
    by: User | None,
    reason: str,
    now: datetime,
) -> CalendarYear:
    """Say whether the official list of a year is known and entered: deadlines over other years are provisional."""
    require_administrator(by, now)
    with transaction.atomic():
        calendar = Calendar.objects.select_for_update().get(pk=calendar_id)
        row = CalendarYear.objects.filter(calendar=calendar, year=year).first()
        row = row or CalendarYear(calendar=calendar, year=year)
        row.is_published, row.sources = is_published, dict(sources or {})
        records.save(row, by=by, reason=reason, now=now)
        _counted_up(calendar, by=by, reason=reason, now=now)
        return row


def _counted_up(calendar: Calendar, *, by: User | None, reason: str, now: datetime) -> Calendar:
    calendar.edition += 1
    return records.save(calendar, by=by, reason=reason, now=now)


def _refuse_zone(zone: str) -> None:
    try:
        LocalDays(zone)
    except InvalidCalendarError as error:
        raise CalendarError(_("There is no time zone “%(zone)s”.") % {"zone": zone}, "zone") from error
