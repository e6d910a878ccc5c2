"""A quarter in which one handler got nearly all hard cases, one is truly worse, one better, and nine are alike."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from complaints.models import Complaint
from complaints.states import Role
from reporting.models import FactsState, StaleQuarter
from reporting.periods import Period
from reporting.services import examinations
from reporting.services.facts import count_stale
from tests import factories
from tests import world as worlds
from tests.factories import AppointmentFactory, DepartmentFactory, UserFactory
from tests.reporting import counted

ZONE = ZoneInfo("Asia/Shanghai")
QUARTER = Period.parse("2026Q1")
DAY = date(2026, 2, 10)
NOON = datetime(2026, 2, 10, 12, tzinfo=ZONE)
NIGHT = datetime(2026, 4, 10, 2, 30, tzinfo=ZONE)
EASY = {"severity": "general", "difficulty": "simple"}
HARD = {"severity": "major", "difficulty": "complex"}
#: Of easy cases one in ten misses a deadline, of hard ones half.
ALIKE = ((80, 8), (20, 10))
HARD_WORKING = ((20, 2), (80, 40))
WORSE = ((80, 36), (20, 17))
BETTER = ((80, 0), (20, 1))


def cases(w, handler, department, both, **columns):
    """Easy and hard cases of a handler, closed after a day, some of which missed a deadline."""
    ended = {"ended_at": NOON + timedelta(days=1), "ending": "closed", "cycle_hours": 24, "grade": "satisfied"}
    made: list[Complaint] = []
    for kind, (count, missed) in zip((EASY, HARD), both, strict=True):
        values = {
            **kind,
            "handler_id": handler.pk,
            "responsible_department_id": department.pk,
            **ended,
            **columns,
        }
        made += counted.facts_on(w, DAY, missed, **values, overdue=1) if missed else []
        made += counted.facts_on(w, DAY, count - missed, **values) if count > missed else []
    Complaint.objects.filter(pk__in=[complaint.pk for complaint in made]).update(handler=handler)
    return made


def count():
    """Count the quarter as a refresh would."""
    FactsState.objects.update_or_create(pk=1, defaults={"known_at": NIGHT - timedelta(minutes=1)})
    StaleQuarter.objects.bulk_create([StaleQuarter(first=QUARTER.first)], ignore_conflicts=True)
    count_stale()


def examine(now=NIGHT):
    """The night asks, the worker makes."""
    examinations.ask_nightly(now)
    examinations.make_waiting(now)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The organisation with its quarter, counted and examined once for a module and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            yield _made()
        finally:
            transaction.set_rollback(True)


def _made():
    w = worlds.build()
    line = DepartmentFactory(code="line", parent=w.workshop, names=factories.names("一号线", "Line one"))
    w.people["line"] = line
    handlers = {"handler": HARD_WORKING, "other_handler": WORSE, "good_handler": BETTER}
    handlers |= {f"handler_{number}": ALIKE for number in range(9)}
    for name, both in handlers.items():
        if name not in w.people:
            w.people[name] = UserFactory(username=name, display_name=name)
            AppointmentFactory(person=w.people[name], role=Role.HANDLER, department=w.service)
        department = {"handler": line, "other_handler": w.warehouse}.get(name, w.workshop)
        cases(w, w.people[name], department, both)
    # Nobody's: neither handler nor department.
    counted.facts_on(w, DAY, 5, overdue=1)
    hidden = Complaint.objects.filter(handler=w.people["other_handler"]).order_by("pk")[:7]
    Complaint.objects.filter(pk__in=[complaint.pk for complaint in hidden]).update(is_confidential=True)
    count()
    examine()
    return w


@pytest.fixture
def w(made, db, monkeypatch):
    """The organisation on the morning after the night."""
    monkeypatch.setattr(timezone, "now", lambda: NIGHT + timedelta(hours=7))
    return made
