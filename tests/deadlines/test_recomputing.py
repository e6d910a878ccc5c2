"""Due moments follow severity, pauses and calendar; what is on record stays (CL-7, DL-2, DL-7)."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import CalendarDay, CalendarYear, Notice
from complaints.services import deadlines
from complaints.services.calendar_changes import check_calendars, follow_calendars
from complaints.services.sweep import sweep
from tests import world
from tests.deadlines.cases import CLASSIFIED, DAY, HOUR, clock, events, planned, recorded, told
from tests.factories import NOW, CalendarFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return world.build()


@pytest.fixture
def accepted(w):
    """Accepted on Monday at half past ten: dispatch is due after one working day."""
    complaint = w.register()
    w.act(complaint, "accept", w.handler, category=w.category, **CLASSIFIED)
    return complaint


@pytest.fixture
def dispatched(w, accepted):
    w.act(accepted, "dispatch", w.handler, department=w.workshop, request="请核查")
    return accepted


def local(day, hour, minute=0):
    return datetime(2026, 3, day, hour - 8, minute, tzinfo=UTC)


def publish(calendar, **days):
    """Change the calendar as its service does: the days, then its edition."""
    for day, kind in days.items():
        CalendarDay.objects.create(calendar=calendar, date=date(2026, 3, int(day.removeprefix("march"))), kind=kind)
    calendar.edition += 1
    calendar.save()


def test_the_schedule_is_that_of_the_policy(accepted):
    deadline = clock(accepted, "dispatch")
    assert deadline.due_at == local(3, 18)
    kinds = [(position, kind, role) for position, kind, role, _ in planned(deadline)]
    assert kinds == [
        (0, "reminder", "intake"),
        (1, "reminder", "intake"),
        (2, "overdue", "intake"),
        (3, "overdue", "handler"),
        (4, "escalation", "owner_head"),
        (5, "escalation", "executive"),
    ]
    moments = [at for *_, at in planned(deadline)]
    assert moments == sorted(moments)
    assert deadline.next_action_at == moments[0]


def test_severity_moves_the_due_moment_both_ways_and_nothing_is_repeated(w, accepted):
    deadline = clock(accepted, "dispatch")
    sweep(planned(deadline)[0][3])
    classified = {"category": w.category, "difficulty": "simple", "reason": "升级"}
    w.act(accepted, "classify", w.handler, now=NOW + HOUR, severity="urgent", **classified)
    deadline.refresh_from_db()
    assert deadline.due_at == NOW + 2 * HOUR
    sweep(NOW + 3 * HOUR)
    deadline.refresh_from_db()
    assert deadline.breached_at == NOW + 2 * HOUR
    w.act(accepted, "classify", w.handler, now=NOW + 4 * HOUR, severity="general", **classified)
    deadline.refresh_from_db()
    assert deadline.due_at == local(3, 18)
    assert deadline.breached_at == NOW + 2 * HOUR, "what was missed stays missed"
    sweep(local(3, 18))
    positions = [position for position, *_ in recorded(deadline)]
    assert len(positions) == len(set(positions))
    assert len(events(accepted, "breach")) == 1


def test_a_severity_due_in_the_past_is_found_by_the_next_sweep(w, accepted):
    at = NOW + 5 * HOUR
    given = {"category": w.category, "difficulty": "simple", "severity": "urgent", "reason": "安全隐患"}
    w.act(accepted, "classify", w.handler, now=at, **given)
    deadline = clock(accepted, "dispatch")
    assert deadline.due_at < at
    sweep(at)
    deadline.refresh_from_db()
    assert deadline.breached_at == NOW + 2 * HOUR
    assert told(accepted, "overdue")


def test_pause_resume_and_the_cap(w, dispatched):
    deadline = clock(dispatched, "department")
    due = deadline.due_at
    assert due == local(5, 18)
    start = local(3, 10)
    w.act(dispatched, "pause", w.handler, now=start, pause_reason="awaiting_complainant", reason="等材料")
    deadline.refresh_from_db()
    until_cap = deadline.due_at
    assert until_cap > due
    assert deadline.next_action_at is not None
    w.act(dispatched, "resume", w.handler, now=local(4, 10))
    deadline.refresh_from_db()
    assert due < deadline.due_at < until_cap
    moved = events(dispatched, "resume")[0].detail["moved"]
    assert {(entry["clock"], entry["old"], entry["new"]) for entry in moved} == {
        ("department", deadlines.iso(until_cap), deadlines.iso(deadline.due_at))
    }


def test_when_the_cap_is_reached_the_clock_runs_by_itself(w, dispatched):
    w.act(dispatched, "pause", w.handler, now=local(3, 10), pause_reason="awaiting_complainant", reason="等材料")
    deadline = clock(dispatched, "department")
    (pause,) = dispatched.pauses.all()
    assert pause.ends_at is None
    assert sweep(pause.cap_at).overdue == 0
    sweep(deadline.due_at)
    deadline.refresh_from_db()
    assert deadline.breached_at == deadline.due_at > pause.cap_at


def test_a_published_holiday_moves_deadlines_with_old_and_new_on_record(accepted):
    deadline = clock(accepted, "dispatch")
    old = deadline.due_at
    publish(accepted.calendar, march3="holiday")
    assert follow_calendars(NOW + HOUR) == 1
    deadline.refresh_from_db()
    assert (deadline.due_at, deadline.calendar_edition) == (local(4, 18), 2)
    (event,) = events(accepted, "recompute")
    assert event.detail["moved"] == [
        {"clock": "dispatch", "old": deadlines.iso(old), "new": deadlines.iso(deadline.due_at)}
    ]
    assert deadline.history.latest("history_id").due_at == deadline.due_at
    assert follow_calendars(NOW + HOUR) == 0
    assert len(events(accepted, "recompute")) == 1


def test_a_change_that_moves_nothing_is_followed_once_and_makes_no_event(accepted):
    publish(accepted.calendar, march20="holiday")
    assert follow_calendars(NOW) == 1
    assert follow_calendars(NOW) == 0
    assert not events(accepted, "recompute")


def test_while_no_calendar_changed_no_running_deadline_is_read(accepted):
    with CaptureQueriesContext(connection) as captured:
        follow_calendars(NOW)
    (asked,) = [query["sql"] for query in captured if "calendar_edition" in query["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # a table this small is read whole
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {asked}")
        plan = str(cursor.fetchall())
    assert "deadline_running_edition" in plan, plan


def test_a_calendar_that_changed_less_often_than_another_is_not_old(accepted):
    CalendarFactory(edition=7)
    assert follow_calendars(NOW) == 0


def test_a_holiday_published_too_late_takes_no_breach_back(accepted):
    deadline = clock(accepted, "dispatch")
    sweep(deadline.due_at)
    steps = recorded(deadline)
    publish(accepted.calendar, march3="holiday")
    follow_calendars(deadline.due_at + HOUR)
    breached = deadline.due_at
    deadline.refresh_from_db()
    assert (deadline.due_at, deadline.breached_at) == (local(4, 18), breached)
    assert recorded(deadline) == steps


def test_provisional_marks_go_when_the_year_is_published(w):
    CalendarYear.objects.filter(year__gte=2026).update(is_published=False)
    complaint = w.register()
    w.act(complaint, "accept", w.handler, category=w.category, **CLASSIFIED)
    deadline = clock(complaint, "dispatch")
    assert deadline.is_provisional
    assert {year for _, year in check_calendars(NOW)} == {2026}
    CalendarYear.objects.filter(year=2026).update(is_published=True)
    publish(complaint.calendar)
    follow_calendars(NOW)
    deadline.refresh_from_db()
    assert not deadline.is_provisional
    assert events(complaint, "recompute")[0].detail["moved"][0]["provisional"] is False
    assert check_calendars(NOW) == []


def test_the_next_year_is_asked_for_from_december_once_a_week(w):
    CalendarYear.objects.filter(year__gte=2027).delete()
    assert check_calendars(datetime(2026, 11, 30, 4, tzinfo=UTC)) == []
    december = datetime(2026, 12, 1, 4, tzinfo=UTC)
    assert [(calendar.code, year) for calendar, year in check_calendars(december)] == [("cn", 2027)]
    check_calendars(december + DAY)
    (notice,) = Notice.objects.filter(kind="calendar")
    assert (notice.recipient, notice.detail["year"]) == (w.administrator, 2027)
    check_calendars(december + 7 * DAY)
    assert Notice.objects.filter(kind="calendar").count() == 2
