"""Role × register × what one may do, from the outside: by asking for the pages."""

from typing import Any

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from complaints.models import (
    Absence,
    Appointment,
    Calendar,
    CalendarDay,
    CalendarYear,
    Category,
    Channel,
    ComplaintEvent,
    Department,
    Policy,
    PolicySelection,
    PolicyVersion,
    User,
)
from complaints.states import Role
from tests.factories import (
    NOW,
    AbsenceFactory,
    AppointmentFactory,
    CalendarFactory,
    CategoryFactory,
    ChannelFactory,
    ComplaintFactory,
    DepartmentFactory,
    PolicySelectionFactory,
    PolicyVersionFactory,
    UserFactory,
    appointed,
)

ORDINARY = [Role.INTAKE, Role.HANDLER, Role.LIAISON, Role.HEAD, Role.EXECUTIVE, Role.QUALITY, Role.LEGAL]
SUPERUSER, NOBODY = "superuser", "nobody"
PERSONS = [*ORDINARY, Role.AUDITOR, Role.ADMINISTRATOR, SUPERUSER, NOBODY]

EVERYTHING = {"view", "add", "change", "history"}
READING = {"view", "history"}
VIEWING = {"view"}
NOTHING: set[str] = set()

PLAIN: dict[str, set[str]] = {Role.ADMINISTRATOR: EVERYTHING, SUPERUSER: EVERYTHING, Role.AUDITOR: READING}
OPEN_TO_READ: dict[str, set[str]] = {
    **dict.fromkeys(ORDINARY, VIEWING),
    **dict.fromkeys((Role.ADMINISTRATOR, SUPERUSER, Role.AUDITOR), READING),
}

#: What each person may do with a row of each register; whoever is not named may do nothing.
MAY: dict[Any, dict[str, set[str]]] = {
    Department: PLAIN,
    User: PLAIN,
    Appointment: PLAIN,
    # Somebody else's absence, which only registers show; everybody may enter their own.
    Absence: {
        **{role: {"add"} for role in ORDINARY},
        Role.AUDITOR: READING | {"add"},
        Role.ADMINISTRATOR: EVERYTHING,
        SUPERUSER: EVERYTHING,
    },
    Calendar: PLAIN,
    CalendarYear: PLAIN,
    CalendarDay: {
        Role.ADMINISTRATOR: EVERYTHING | {"delete"},
        SUPERUSER: EVERYTHING | {"delete"},
        Role.AUDITOR: READING,
    },
    Channel: PLAIN,
    Category: PLAIN,
    # Changed by acts of their own, never by a form of fields.
    Policy: OPEN_TO_READ,
    PolicyVersion: OPEN_TO_READ,
    PolicySelection: OPEN_TO_READ,
    ComplaintEvent: {Role.AUDITOR: NOTHING},
}
LISTS: dict[Any, set[str]] = {
    Absence: {*PERSONS} - {NOBODY},
    ComplaintEvent: {Role.AUDITOR},
}


def make_row(model):
    if model is CalendarYear:
        return CalendarFactory().years.first()
    if model is CalendarDay:
        return CalendarDay.objects.create(calendar=CalendarFactory(), date="2026-10-01", kind="holiday")
    if model is ComplaintEvent:
        complaint = ComplaintFactory()
        return ComplaintEvent.objects.create(complaint=complaint, round=1, act="accept", at=NOW, recorded_at=NOW)
    factories = {
        Department: DepartmentFactory,
        User: UserFactory,
        Appointment: AppointmentFactory,
        Calendar: CalendarFactory,
        Channel: ChannelFactory,
        Category: CategoryFactory,
        PolicyVersion: PolicyVersionFactory,
        PolicySelection: PolicySelectionFactory,
    }
    if model is Policy:
        return PolicyVersionFactory().policy
    if model is Absence:
        return AbsenceFactory(ends_at="2100-01-01T00:00Z")
    return factories[model]()


def make_person(kind):
    if kind == SUPERUSER:
        return UserFactory(is_superuser=True)
    if kind == NOBODY:
        return UserFactory()
    return appointed(kind)


def address(model, page, *arguments):
    return reverse(f"admin:complaints_{model._meta.model_name}_{page}", args=arguments)


def found_out(client, model, row):
    """What the pages let a client do, found out by asking for them."""
    may = set()
    change = client.get(address(model, "change", row.pk))
    if change.status_code == 200 or change.headers.get("location") == address(model, "changelist"):
        may.add("view")
        if b'name="_save"' in change.content:
            may.add("change")
    add = client.get(address(model, "add"))
    if add.status_code == 200:
        may.add("add")
    if client.get(address(model, "history", row.pk)).status_code == 200:
        may.add("history")
    if client.get(address(model, "delete", row.pk)).status_code == 200:
        may.add("delete")
    return may


@pytest.mark.parametrize("model", MAY, ids=lambda model: model._meta.model_name)
def test_what_each_role_may_do(model, logged_in, db):
    row = make_row(model)
    found = {kind: found_out(logged_in(make_person(kind)), model, row) for kind in PERSONS}
    assert found == {kind: MAY[model].get(kind, NOTHING) for kind in PERSONS}


@pytest.mark.parametrize("model", MAY, ids=lambda model: model._meta.model_name)
def test_who_may_open_the_list(model, logged_in, db):
    make_row(model)
    expected = LISTS.get(model) or {kind for kind in PERSONS if "view" in MAY[model].get(kind, NOTHING)}
    opened = {
        kind for kind in PERSONS if logged_in(make_person(kind)).get(address(model, "changelist")).status_code == 200
    }
    assert opened == expected


@pytest.mark.parametrize("model", MAY, ids=lambda model: model._meta.model_name)
def test_what_may_not_be_changed_is_not_changed_by_posting_either(model, logged_in, db):
    row = make_row(model)
    for kind in PERSONS:
        may = MAY[model].get(kind, NOTHING)
        client = logged_in(make_person(kind))
        if "change" not in may:
            response = client.post(address(model, "change", row.pk), {"code": "other", "why": "because"})
            assert response.status_code in {302, 403}, (kind, "change")
        if "add" not in may:
            assert client.post(address(model, "add"), {}).status_code in {302, 403}, (kind, "add")
        if "delete" not in may:
            response = client.post(address(model, "delete", row.pk), {"post": "yes", "why": "because"})
            assert response.status_code in {302, 403, 404}, (kind, "delete")
    assert model.objects.filter(pk=row.pk).exists()
    if hasattr(model, "history"):
        assert model.history.filter(id=row.pk, history_type__in=["-"]).count() == 0


@pytest.mark.parametrize("model", MAY, ids=lambda model: model._meta.model_name)
def test_no_register_is_exported_or_imported_through_the_administration(model):
    for page in ("export", "import"):
        with pytest.raises(NoReverseMatch):
            address(model, page)


def test_nothing_can_be_done_with_several_rows_at_once(rf, superuser):
    request = rf.get("/")
    request.user = superuser
    for model, model_admin in admin.site._registry.items():
        if model in MAY:
            assert model_admin.get_actions(request) == {}, model


def test_a_superuser_without_appointment_reads_no_complaint(superuser):
    complaint = ComplaintFactory()
    assert type(complaint).objects.visible_to(superuser).count() == 0


class TestOwnAbsence:
    """Everybody sees and enters their own."""

    def test_it_is_seen_and_may_be_changed(self, logged_in, db):
        person = appointed(Role.HANDLER)
        absence = AbsenceFactory(person=person, ends_at="2100-01-01T00:00Z")
        assert found_out(logged_in(person), Absence, absence) == {"view", "add", "change"}

    def test_a_head_enters_one_for_their_people_and_for_nobody_else(self, logged_in, department):
        head = appointed(Role.HEAD, department)
        theirs = appointed(Role.HANDLER, DepartmentFactory(parent=department))
        other = appointed(Role.HANDLER)
        client = logged_in(head)
        given = {"starts_at": "2026-05-04T09:00", "ends_at": "2026-05-05T09:00", "deputy": "", "reason": ""}
        assert client.post(address(Absence, "add"), {**given, "person": theirs.username}).status_code == 302
        assert client.post(address(Absence, "add"), {**given, "person": other.username}).status_code == 200
        assert set(Absence.objects.values_list("person", flat=True)) == {theirs.pk}
