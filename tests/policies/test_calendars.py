"""Calendars out of files: twice is once, company days stay, every change is a new edition."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from complaints.calendar_file import load_calendar_file
from complaints.models import Calendar, CalendarDay, CalendarYear, DayKind
from complaints.queries.calendars import working_calendar
from complaints.services.calendars import CalendarFilesError, load_calendars
from complaints.working_time import Limit, Unit
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
SHIPPED = Path(settings.BASE_DIR) / "complaints" / "calendars" / "cn.yaml"
SMALL = """
code: small
name: {en: Small, zh-hans: 小, zh-hant: 小}
zone: Asia/Shanghai
week:
  mon..fri: ["09:00-12:00", "13:00-18:00"]
names:
  spring: {en: Spring Festival, zh-hans: 春节, zh-hant: 春節}
years:
  2026:
    published: true
    source: notice for 2026
    holidays: {spring: 02-15..02-23}
    working_days: {spring: [02-14, 02-28]}
    hours: {12-24: ["09:00-12:00"]}
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def load(*paths, by=None):
    return load_calendars(paths, by=by, reason="official list", now=NOW)


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Calendar, CalendarYear, CalendarDay)]


def histories():
    return [model.history.count() for model in (Calendar, CalendarYear, CalendarDay)]


def test_a_calendar_is_loaded_with_history(small):
    (result,) = load(small)
    assert (result.is_new, result.added, result.changed, result.removed) == (True, 13, 0, 0)
    assert (result.calendar.edition, result.calendar.week["0"]) == (1, [["09:00", "12:00"], ["13:00", "18:00"]])
    assert CalendarYear.objects.get().is_published
    assert histories() == [1, 1, 12]
    assert {row.history_change_reason for row in CalendarDay.history.all()} == {"official list"}
    kinds = {day.date: (day.kind, day.hours) for day in CalendarDay.objects.all()}
    assert kinds[date(2026, 2, 15)] == (DayKind.HOLIDAY, None)
    assert kinds[date(2026, 2, 28)] == (DayKind.WORKING, None)
    assert kinds[date(2026, 12, 24)] == (DayKind.HOURS, [["09:00", "12:00"]])


def test_twice_is_once(small):
    load(small, SHIPPED)
    before, written = rows(), histories()
    assert [result.is_changed for result in load(small, SHIPPED)] == [False, False]
    assert (rows(), histories()) == (before, written)


def test_a_changed_file_changes_only_what_differs(small):
    load(small)
    written = histories()
    small.write_text(SMALL.replace("02-15..02-23", "02-16..02-24").replace("02-14, ", ""), encoding="utf-8")
    (result,) = load(small)
    assert (result.added, result.changed, result.removed, result.calendar.edition) == (1, 0, 2, 2)
    assert histories() == [written[0] + 1, written[1], written[2] + 3]


def test_days_of_the_company_stay(small):
    (result,) = load(small)
    own = CalendarDay.objects.create(
        calendar=result.calendar, date=date(2026, 2, 15), kind=DayKind.WORKING, names={}, is_override=True
    )
    small.write_text(SMALL.replace("02-15..02-23", "02-16..02-23"), encoding="utf-8")
    load(small)
    assert list(CalendarDay.objects.filter(date=date(2026, 2, 15))) == [own]


def test_other_opening_hours_are_a_new_edition(small):
    load(small)
    small.write_text(SMALL.replace("13:00-18:00", "13:00-17:00"), encoding="utf-8")
    (result,) = load(small)
    assert (result.is_changed, Calendar.objects.get().edition) == (True, 2)
    assert Calendar.objects.get().week["4"] == [["09:00", "12:00"], ["13:00", "17:00"]]


def test_a_wrong_file_keeps_all_out_and_all_wrong_files_are_told(small, tmp_path):
    wrong, missing = tmp_path / "wrong.yaml", tmp_path / "missing.yaml"
    wrong.write_text("code: x", encoding="utf-8")
    with pytest.raises(CalendarFilesError) as caught:
        load(small, wrong, missing, small)
    assert [problem.file.name for problem in caught.value.problems] == ["wrong.yaml", "missing.yaml", "small.yaml"]
    assert not Calendar.objects.exists()


def test_the_calendar_in_the_database_counts_like_the_one_in_the_file():
    (result,) = load(SHIPPED)
    stored, direct = working_calendar(result.calendar), load_calendar_file(SHIPPED).calendar()
    start = datetime(2023, 12, 28, 1, 17, tzinfo=UTC)
    for step in range(0, 900, 7):
        moment = start + timedelta(days=step, minutes=step * 13)
        for limit in (Limit(3, Unit.WORKING_DAY), Limit(9, Unit.WORKING_HOUR), Limit(15, Unit.DAY)):
            assert stored.add(moment, limit) == direct.add(moment, limit)


def test_only_administrators(small):
    with pytest.raises(PermissionDenied):
        load(small, by=UserFactory())
    assert load(small, by=UserFactory(is_superuser=True))
