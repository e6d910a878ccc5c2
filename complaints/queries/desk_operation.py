"""What an administrator must know of the running of the system; figures only, no case. (DL-2, DL-3)"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.models import Calendar, CalendarYear, Deadline, MailStatus, Notice

#: From this month of a year on, the calendar of the next one is missed.
NEXT_YEAR_FROM = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, and the page where something can be done about it."""

    label: str | Promise
    value: int
    page: str
    is_alarm: bool


def figures(now: datetime) -> list[Figure]:
    """Mail that failed, calendars that are missing, deadlines that may still move. Three queries."""
    troubled = Notice.objects.filter(mail_status__in=(MailStatus.DEAD, MailStatus.SENDING))
    mail = troubled.aggregate(
        dead=Count("pk", filter=Q(mail_status=MailStatus.DEAD)),
        sending=Count("pk", filter=Q(mail_status=MailStatus.SENDING)),
    )
    unpublished = len(missing_years(timezone.localdate(now)))
    provisional = Deadline.objects.filter(is_provisional=True, met_at=None, cancelled_at=None).count()
    years = "admin:complaints_calendaryear_changelist"
    return [
        Figure(_("Mail given up"), mail["dead"], "admin:outbox", is_alarm=True),
        Figure(_("Mail left in sending"), mail["sending"], "admin:outbox", is_alarm=True),
        Figure(_("Calendar years missing"), unpublished, years, is_alarm=True),
        Figure(_("Provisional deadlines"), provisional, years, is_alarm=False),
    ]


def missing_years(today: date) -> list[tuple[str, int]]:
    """Calendars and years whose official list is needed by now and missing: this year, the next from December on."""
    wanted = [today.year, today.year + 1] if today.month >= NEXT_YEAR_FROM else [today.year]
    rows = CalendarYear.objects.filter(is_published=True, year__in=wanted).values_list("calendar", "year")
    published = set(rows)
    return [
        (str(calendar), year)
        for calendar in Calendar.objects.all()
        for year in wanted
        if (calendar.pk, year) not in published
    ]
