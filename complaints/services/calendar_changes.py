"""Deadlines follow their calendar, and years that it does not cover are reported before they matter (DL-2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from complaints.models import Calendar, CalendarYear, Complaint, ComplaintEvent, Deadline
from complaints.queries.case import Case
from complaints.queries.organisation import Organisation
from complaints.services import deadlines, notices

RECOMPUTE = "recompute"
#: From the first of December the next year must be there.
HORIZON = timedelta(days=31)


def follow_calendars(now: datetime) -> int:
    """Recompute running deadlines that were counted by an older edition of their calendar.

    One complaint is one transaction, with an event that names the old and the new moments; a complaint that somebody
    holds is passed over and found again by the next call. Returns the number of complaints.
    """
    return sum(_recompute(complaint, now) for complaint in _outdated())


def _outdated() -> Iterator[int]:
    """Complaints with deadlines of an older edition, each once.

    What is older than the newest edition of all calendars is found through an index of its own; with one calendar that
    is exactly what is outdated, and nothing is read while nothing changed.
    """
    newest = Calendar.objects.aggregate(newest=Max("edition"))["newest"] or 0
    older = Deadline.objects.filter(met_at=None, cancelled_at=None, calendar_edition__lt=newest)
    outdated = older.filter(calendar_edition__lt=F("complaint__calendar__edition"))
    yield from sorted(set(outdated.order_by().values_list("complaint_id", flat=True)))


def _recompute(complaint_id: int, now: datetime) -> bool:
    with transaction.atomic():
        locked = Complaint.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        complaint = locked.select_related("policy_version", "calendar", "channel").filter(pk=complaint_id).first()
        if complaint is None:
            return False
        moved = deadlines.recompute(Case(complaint, now), by=None, reason="calendar")
        if moved:
            ComplaintEvent.objects.create(
                complaint=complaint,
                round=complaint.round,
                act=RECOMPUTE,
                from_state=complaint.state,
                to_state=complaint.state,
                detail={"calendar": complaint.calendar.code, "edition": complaint.calendar.edition, "moved": moved},
                at=now,
                recorded_at=now,
            )
        return True


def check_calendars(now: datetime) -> list[tuple[Calendar, int]]:
    """Calendars and the years they lack: this one, from December the next, and those running deadlines reach into.

    Administrators are told of each once a week until it is published.
    """
    lacking = [(calendar, year) for calendar in Calendar.objects.all() for year in _unpublished(calendar, now)]
    people = Organisation(now).administrators() if lacking else []
    week = "{}-{}".format(*timezone.localdate(now).isocalendar()[:2])
    for calendar, year in lacking:
        notices.tell(
            people,
            complaint_id=None,
            key=f"calendar:{calendar.code}:{year}:{week}",
            kind="calendar",
            detail={"calendar": calendar.code, "names": calendar.names, "year": year},
            now=now,
        )
    return lacking


def _unpublished(calendar: Calendar, now: datetime) -> list[int]:
    first, last = timezone.localdate(now).year, timezone.localdate(now + HORIZON).year
    provisional = Deadline.objects.filter(
        met_at=None, cancelled_at=None, is_provisional=True, complaint__calendar=calendar
    ).aggregate(last=Max("due_at"))["last"]
    if provisional is not None:
        last = max(last, timezone.localdate(provisional).year)
    published = CalendarYear.objects.filter(calendar=calendar, is_published=True).values_list("year", flat=True)
    return [year for year in range(first, last + 1) if year not in set(published)]
