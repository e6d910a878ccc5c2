"""What simple-history leaves open is closed, and what history shows is right."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from complaints.admin.history import AuditHistoryAdmin, changes
from complaints.models import LOADED, Absence, CalendarDay, Complainant
from complaints.services import calendar_days, organisation, records
from complaints.states import Role
from tests.factories import (
    NOW,
    AbsenceFactory,
    CalendarFactory,
    ChannelFactory,
    ComplainantFactory,
    DepartmentFactory,
    PolicySelectionFactory,
    PolicyVersionFactory,
    appointed,
    names,
)
from tests.pages import assert_proper


def history_page(row, version=None):
    name = row._meta.model_name
    if version is None:
        return reverse(f"admin:complaints_{name}_history", args=[row.pk])
    return reverse(f"admin:complaints_{name}_simple_history", args=[row.pk, version])


def test_every_record_with_a_history_is_read_through_our_class():
    wrong = [
        model
        for model, model_admin in admin.site._registry.items()
        if hasattr(model, "history") and not isinstance(model_admin, AuditHistoryAdmin)
    ]
    assert wrong == []


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_no_old_version_can_be_posted_over_the_present(logged_in, role, db):
    channel = ChannelFactory(names=names("旧"))
    records.save(_renamed(channel, "新"), by=None, reason="", now=NOW)
    first = channel.history.earliest("history_id")
    client = logged_in(appointed(role))
    given = {"code": "hotline", "kind": "phone", "names_zh_hans": "旧", "why": "because", "_change_history": "1"}
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(history_page(channel, first.history_id), given).status_code == 403
    channel.refresh_from_db()
    assert channel.names["zh-hans"] == "新"
    assert channel.history.count() == 2


def _renamed(channel, name):
    channel.names = names(name)
    return channel


def test_a_record_outside_the_persons_queryset_has_no_history_for_them(logged_in, department):
    head = appointed(Role.HEAD, department)
    foreign = AbsenceFactory()
    client = logged_in(head)
    assert client.get(history_page(foreign)).status_code == 404
    assert client.get(history_page(foreign, foreign.history.get().history_id)).status_code == 404


def test_a_record_one_may_see_may_still_have_a_history_one_may_not_read(logged_in, db):
    person = appointed(Role.HANDLER)
    own = AbsenceFactory(person=person)
    assert logged_in(person).get(history_page(own)).status_code == 403


@pytest.mark.parametrize("key", ["0", "x", "1 or 1", "99999999999999999999999"])
def test_keys_that_are_none_are_not_found(as_auditor, key):
    assert as_auditor.get(f"/complaints/channel/{key}/history/").status_code == 404


def test_a_version_of_another_record_is_not_found(as_auditor):
    one, other = ChannelFactory(code="one"), ChannelFactory(code="other")
    assert as_auditor.get(history_page(one, other.history.get().history_id)).status_code == 404
    assert as_auditor.get(history_page(one, "x")).status_code == 404


def test_the_page_says_who_when_why_and_each_field_before_and_after(as_auditor, administrator):
    department = organisation.create_department(
        code="sales", names=names("销售部"), parent=None, by=administrator, reason="founded", now=NOW
    )
    organisation.change_department(
        department.pk,
        code="sales",
        names=names("市场部"),
        parent=None,
        is_active=False,
        by=administrator,
        reason="merged",
        now=NOW,
    )
    newest, oldest = changes(list(department.history.order_by("-history_id")), ["path"])
    assert (newest.person, newest.reason, newest.at) == (administrator.display_name, "merged", NOW)
    assert {(field.label, field.before, field.after) for field in newest.fields} == {
        ("Names", "销售部", "市场部"),
        ("Active", "yes", "no"),
    }
    assert {(field.label, field.before) for field in oldest.fields} == {("Names", ""), ("Code", ""), ("Active", "")}
    page = as_auditor.get(history_page(department))
    assert_proper(page)
    text = page.content.decode()
    assert all(part in text for part in ("merged", "founded", "市场部", "销售部", administrator.display_name))


def test_one_version_is_shown_whole(as_auditor):
    channel = ChannelFactory(names=names("热线"))
    records.save(_renamed(channel, "专线"), by=None, reason="", now=NOW)
    page = as_auditor.get(history_page(channel, channel.history.earliest("history_id").history_id))
    assert_proper(page)
    assert "热线" in page.content.decode()
    assert "专线" not in page.content.decode()


def test_the_history_of_a_removed_day_is_read_by_auditors(as_auditor, administrator):
    calendar = CalendarFactory()
    day = calendar_days.save_day(
        calendar.pk, NOW.date(), kind="holiday", names={}, by=administrator, reason="party", now=NOW
    )
    page = history_page(day)
    calendar_days.remove_day(day.pk, by=administrator, reason="no party", now=NOW)
    assert not CalendarDay.objects.exists()
    response = as_auditor.get(page)
    assert_proper(response)
    assert "no party" in response.content.decode()


def test_contact_data_is_masked(db):
    complainant = ComplainantFactory(phone="13812345678", name="李小明")
    complainant.phone = "13899999978"
    records.save(complainant, by=None, reason="", now=NOW)
    rows = list(Complainant.history.order_by("-history_id"))
    shown = [text for change in changes(rows) for field in change.fields for text in (field.before, field.after)]
    assert not any("12345678" in text or "99999978" in text or "李小明" in text for text in shown)
    assert any(text.startswith("138") for text in shown)


def test_the_number_of_queries_does_not_grow_with_the_history(as_auditor):
    absence = AbsenceFactory(deputy=appointed(Role.HANDLER))
    used = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert as_auditor.get(history_page(absence)).status_code == 200
        used.append(len(captured))
        for _change in range(20):
            absence.deputy = appointed(Role.HANDLER)
            records.save(absence, by=None, reason="", now=NOW)
    assert used[0] == used[1]


def test_moving_a_department_leaves_history_for_everything_below(administrator):
    top, other = DepartmentFactory(), DepartmentFactory()
    middle = DepartmentFactory(parent=top)
    leaf = DepartmentFactory(parent=middle)
    organisation.change_department(
        middle.pk,
        code=middle.code,
        names=middle.names,
        parent=other,
        is_active=True,
        by=administrator,
        reason="moved",
        now=NOW,
    )
    leaf.refresh_from_db()
    assert leaf.path == f"/{other.pk}/{middle.pk}/{leaf.pk}/"
    newest = leaf.history.latest("history_id")
    assert (newest.path, newest.history_change_reason, newest.history_user) == (leaf.path, "moved", administrator)


def test_a_new_department_is_recorded_once(administrator):
    department = organisation.create_department(code="x", names=names("甲"), parent=None, by=administrator, now=NOW)
    row = department.history.get()
    assert (row.history_type, row.path) == ("+", f"/{department.pk}/")


def test_absences_keep_their_reason_apart_from_the_reason_of_the_change(administrator):
    person = appointed(Role.HANDLER)
    absence = organisation.record_absence(
        person, starts_at=NOW, ends_at=NOW.replace(day=9), why="holiday", by=person, now=NOW
    )
    organisation.change_absence(
        absence.pk,
        starts_at=NOW,
        ends_at=NOW.replace(day=8),
        deputy=None,
        why="holiday",
        by=administrator,
        reason="back earlier",
        now=NOW,
    )
    assert Absence.objects.get().reason == "holiday"
    assert absence.history.latest("history_id").history_change_reason == "back earlier"


def test_digests_for_look_up_are_not_shown_at_all(db):
    complainant = ComplainantFactory(phone="13812345678")
    complainant.phone = "13899999978"
    complainant.fill_digests()
    records.save(complainant, by=None, reason="", now=NOW)
    shown = [field for change in changes(list(Complainant.history.order_by("-history_id"))) for field in change.fields]
    assert not [field for field in shown if "digest" in field.label.lower() or "…" in field.after]


def test_types_of_channels_and_conditions_of_rules_have_names(as_auditor):
    channel = ChannelFactory(kind="in_person", code="counter", names=names("柜台"))
    rule = PolicySelectionFactory(conditions={"channel": ["counter"]})
    assert "In person" in as_auditor.get(history_page(channel)).content.decode()
    text = as_auditor.get(history_page(rule)).content.decode()
    assert "柜台" in text
    assert "counter" not in text


def test_the_note_of_a_version_that_was_loaded_is_in_the_readers_language(as_auditor, auditor):
    version = PolicyVersionFactory(note=LOADED)
    with translation.override("zh-hans"):
        (change,) = changes(list(version.history.all()))
        assert "从文件载入" in {field.after for field in change.fields}
    auditor.language = "zh-hans"
    auditor.save()
    page = reverse("admin:complaints_policyversion_change", args=[version.pk])
    assert LOADED not in as_auditor.get(page, headers={"accept-language": "zh-hans"}).content.decode()
