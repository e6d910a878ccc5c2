"""Calendars in the administration: hours as people write them, days, years, editions."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from complaints.admin.opening_hours import hours_text, parse_hours
from complaints.models import CalendarDay
from complaints.services import calendar_days
from complaints.services.calendar_days import CalendarError
from complaints.states import Role
from tests.factories import NOW, CalendarFactory, appointed


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []),
        ("  ", []),
        ("09:00-12:00, 13:00-18:00", [["09:00", "12:00"], ["13:00", "18:00"]]),
        ("13:00-18:00,9:00-12:00", [["09:00", "12:00"], ["13:00", "18:00"]]),
        ("9：00～12：00；13:00至18:00", [["09:00", "12:00"], ["13:00", "18:00"]]),
        ("00:00-24:00", [["00:00", "24:00"]]),
        ("09:00-12:00、12:00-13:00", [["09:00", "12:00"], ["12:00", "13:00"]]),
    ],
)
def test_hours_are_understood(text, hours):
    assert parse_hours(text) == hours
    assert parse_hours(hours_text(hours)) == hours


@pytest.mark.parametrize(
    "text",
    [
        "nine",
        "09:00",
        "09:00-",
        "12:00-09:00",
        "09:00-09:00",
        "09:60-10:00",
        "23:00-24:01",
        "25:00-26:00",
        "09:00-12:00, 11:00-13:00",
        "09:00-12:00 13:00-14:00",
        "-",
    ],
)
def test_what_are_no_hours_is_refused(text):
    with pytest.raises(ValidationError):
        parse_hours(text)


def week(**lines):
    return {f"week_{day}": "" for day in range(7)} | {f"week_{day[1:]}": text for day, text in lines.items()}


class TestForms:
    def test_the_week_is_edited_as_lines(self, as_administrator):
        calendar = CalendarFactory()
        given = {"code": "cn", "zone": "Asia/Shanghai", "names_zh_hans": "中国", "roll_days": "on", "why": "longer"}
        address = reverse("admin:complaints_calendar_change", args=[calendar.pk])
        response = as_administrator.post(address, given | week(d0="8:00-20:00", d6="10:00-12:00"))
        assert response.status_code == 302
        edition = calendar.edition
        calendar.refresh_from_db()
        assert calendar.week["0"] == [["08:00", "20:00"]]
        assert calendar.week["1"] == []
        assert calendar.edition == edition + 1

    @pytest.mark.parametrize("lines", [{}, {"d0": "whenever"}])
    def test_a_week_that_makes_no_sense_is_refused(self, as_administrator, lines):
        calendar = CalendarFactory()
        given = {"code": "cn", "zone": "Asia/Shanghai", "names_zh_hans": "中国", "why": "x"}
        address = reverse("admin:complaints_calendar_change", args=[calendar.pk])
        response = as_administrator.post(address, given | week(**lines))
        assert "week" in response.context["adminform"].form.errors

    def test_an_unknown_time_zone_is_refused(self, as_administrator):
        calendar = CalendarFactory()
        given = {"code": "cn", "zone": "Mars/Olympus", "names_zh_hans": "中国", "why": "x"}
        address = reverse("admin:complaints_calendar_change", args=[calendar.pk])
        response = as_administrator.post(address, given | week(d0="9:00-17:00"))
        assert "Mars/Olympus" in str(response.context["adminform"].form.errors["zone"])

    def test_a_day_is_entered_and_removed_with_history(self, as_administrator, administrator):
        calendar = CalendarFactory()
        given = {"calendar": calendar.pk, "date": "2026-05-04", "kind": "hours", "hours": "9:00-12:00", "why": "fair"}
        added = as_administrator.post(
            reverse("admin:complaints_calendarday_add"), given | {"is_override": "on", "names_zh_hans": "展会"}
        )
        assert added.status_code == 302
        day = CalendarDay.objects.get()
        assert (day.hours, day.is_override, day.name) == ([["09:00", "12:00"]], True, "展会")
        address = reverse("admin:complaints_calendarday_delete", args=[day.pk])
        assert as_administrator.post(address, {"post": "yes", "why": "cancelled"}).status_code == 302
        last = CalendarDay.history.latest("history_id")
        assert (last.history_type, last.history_change_reason, last.history_user) == ("-", "cancelled", administrator)
        calendar.refresh_from_db()
        assert calendar.edition == 3

    def test_removing_without_a_reason_removes_nothing(self, as_administrator):
        day = CalendarDay.objects.create(calendar=CalendarFactory(), date="2026-05-04", kind="holiday")
        as_administrator.post(
            reverse("admin:complaints_calendarday_delete", args=[day.pk]), {"post": "yes", "why": " "}
        )
        assert CalendarDay.objects.exists()

    def test_a_year_is_published(self, as_administrator):
        calendar = CalendarFactory(years=[])
        given = {
            "calendar": calendar.pk,
            "year": "2027",
            "is_published": "on",
            "sources_zh_hans": "国务院办公厅的通知",
            "sources_en": "a notice of the State Council",
            "why": "known",
        }
        assert as_administrator.post(reverse("admin:complaints_calendaryear_add"), given).status_code == 302
        year = calendar.years.get()
        assert year.is_published
        assert year.sources == {"zh-hans": "国务院办公厅的通知", "en": "a notice of the State Council"}

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("language", "shown"), [("zh-hans", "国务院的通知"), ("zh-hant", "國務院的通知"), ("en", "a notice")]
    )
    def test_the_source_of_a_year_is_read_in_ones_own_language(self, client, language, shown):
        sources = {"zh-hans": "国务院的通知", "zh-hant": "國務院的通知", "en": "a notice"}
        year = CalendarFactory(years=[]).years.create(year=2027, sources=sources)
        client.force_login(appointed(Role.AUDITOR, language=language))
        page = client.get(reverse("admin:complaints_calendaryear_changelist")).content.decode()
        assert [text for text in sources.values() if text in page] == [shown]
        page = client.get(reverse("admin:complaints_calendaryear_change", args=[year.pk])).content.decode()
        assert all(text in page for text in sources.values())


@pytest.mark.django_db
class TestServices:
    @pytest.mark.parametrize(("kind", "hours"), [("hours", None), ("holiday", [["09:00", "12:00"]])])
    def test_kind_and_hours_fit(self, kind, hours):
        with pytest.raises(CalendarError):
            calendar_days.save_day(
                CalendarFactory().pk, NOW.date(), kind=kind, names={}, hours=hours, by=None, reason="", now=NOW
            )

    def test_a_day_is_entered_once_officially_and_once_by_the_company(self):
        calendar = CalendarFactory()
        for is_override in (False, True, True):
            calendar_days.save_day(
                calendar.pk, NOW.date(), kind="holiday", names={}, is_override=is_override, by=None, reason="", now=NOW
            )
        assert CalendarDay.objects.count() == 2

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
    def test_only_administrators(self, role):
        calendar, by = CalendarFactory(), appointed(role)
        with pytest.raises(PermissionDenied):
            calendar_days.publish_year(calendar.pk, 2030, is_published=False, by=by, reason="", now=NOW)
        calendar.refresh_from_db()
        assert calendar.edition == 1
