"""Departments, people, appointments, absences: what is refused, and that the form says why."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from complaints.models import Absence, Appointment, Department, User
from complaints.services import organisation, people
from complaints.services.organisation import OrganisationError
from complaints.services.people import PersonError
from complaints.states import Role, State
from tests.factories import (
    NOW,
    PASSWORD,
    AbsenceFactory,
    AppointmentFactory,
    ComplaintFactory,
    DepartmentFactory,
    UserFactory,
    appointed,
    names,
)
from tests.pages import assert_proper

LATER = NOW + timedelta(days=3)


def changed(department, **values):
    given = {"code": department.code, "names": department.names, "parent": department.parent, "is_active": True}
    return organisation.change_department(department.pk, **given | values, by=None, reason="tests", now=NOW)


@pytest.mark.django_db
class TestDepartments:
    def test_one_cannot_stand_below_itself(self):
        top = DepartmentFactory()
        below = DepartmentFactory(parent=DepartmentFactory(parent=top))
        for parent in (top, below):
            with pytest.raises(OrganisationError) as refusal:
                changed(top, parent=parent)
            assert refusal.value.field == "parent"
        top.refresh_from_db()
        assert (top.parent, top.path) == (None, f"/{top.pk}/")

    def test_the_root_of_another_tree_becomes_a_branch(self):
        top, other = DepartmentFactory(), DepartmentFactory()
        leaf = DepartmentFactory(parent=other)
        changed(other, parent=top)
        leaf.refresh_from_db()
        assert leaf.path == f"/{top.pk}/{other.pk}/{leaf.pk}/"
        changed(other, parent=None)
        leaf.refresh_from_db()
        assert leaf.path == f"/{other.pk}/{leaf.pk}/"

    @pytest.mark.parametrize("state", [State.REGISTERED, State.INVESTIGATING, State.RETURN_VISIT])
    @pytest.mark.parametrize("role", ["owner_department", "responsible_department"])
    def test_with_open_complaints_one_stays_active(self, state, role):
        department = DepartmentFactory()
        ComplaintFactory(**{role: department}, state=state)
        with pytest.raises(OrganisationError):
            changed(department, is_active=False)

    @pytest.mark.parametrize("state", [State.CLOSED, State.ARCHIVED, State.DECLINED, State.WITHDRAWN])
    def test_with_ended_complaints_it_may_be_switched_off(self, state):
        department = DepartmentFactory()
        ComplaintFactory(owner_department=department, state=state)
        assert not changed(department, is_active=False).is_active

    @pytest.mark.parametrize(
        ("ends_on", "refused"), [(None, True), (date(2026, 3, 2), True), (date(2026, 3, 1), False)]
    )
    def test_with_people_one_stays_active(self, ends_on, refused):
        department = DepartmentFactory()
        AppointmentFactory(department=department, ends_on=ends_on)
        if refused:
            with pytest.raises(OrganisationError):
                changed(department, is_active=False)
        else:
            assert not changed(department, is_active=False).is_active

    def test_with_active_departments_below_one_stays_active(self):
        department = DepartmentFactory()
        below = DepartmentFactory(parent=department)
        with pytest.raises(OrganisationError):
            changed(department, is_active=False)
        changed(below, is_active=False)
        assert not changed(department, is_active=False).is_active
        with pytest.raises(OrganisationError):
            changed(Department.objects.get(pk=below.pk), is_active=True)

    def test_codes_are_given_once(self):
        one, other = DepartmentFactory(), DepartmentFactory()
        with pytest.raises(OrganisationError) as refusal:
            changed(one, code=other.code)
        assert refusal.value.field == "code"
        with pytest.raises(OrganisationError):
            organisation.create_department(code=one.code, names=names("甲"), parent=None, by=None, now=NOW)


@pytest.mark.django_db
class TestAppointments:
    def appoint(self, person, department, **days):
        days = {"starts_on": date(2026, 1, 1)} | days
        return organisation.appoint(person, department, Role.HANDLER, **days, by=None, now=NOW)

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "refused"),
        [
            (date(2026, 2, 1), None, True),
            (date(2026, 1, 31), date(2026, 2, 5), True),
            (date(2026, 2, 28), date(2026, 3, 5), True),
            (date(2026, 3, 1), None, False),
            (date(2025, 1, 1), date(2026, 1, 31), False),
        ],
    )
    def test_nobody_holds_a_role_twice_at_a_time(self, starts_on, ends_on, refused):
        person, department = UserFactory(), DepartmentFactory()
        self.appoint(person, department, starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 28))
        if refused:
            with pytest.raises(OrganisationError):
                self.appoint(person, department, starts_on=starts_on, ends_on=ends_on)
        else:
            self.appoint(person, department, starts_on=starts_on, ends_on=ends_on)
        assert Appointment.objects.count() == (1 if refused else 2)

    def test_only_who_and_where_is_active(self):
        with pytest.raises(OrganisationError):
            self.appoint(UserFactory(is_active=False), DepartmentFactory())
        with pytest.raises(OrganisationError):
            self.appoint(UserFactory(), DepartmentFactory(is_active=False))

    def test_the_last_day_does_not_lie_before_the_first(self):
        appointment = self.appoint(UserFactory(), DepartmentFactory(), starts_on=date(2026, 3, 1))
        with pytest.raises(OrganisationError):
            organisation.end_appointment(appointment.pk, ends_on=date(2026, 2, 1), by=None, reason="", now=NOW)

    def test_what_is_over_stays_over(self):
        appointment = AppointmentFactory(ends_on=date(2026, 2, 1))
        with pytest.raises(OrganisationError):
            organisation.end_appointment(appointment.pk, ends_on=None, by=None, reason="", now=NOW)

    def test_somebody_remains_administrator(self):
        first = AppointmentFactory(role=Role.ADMINISTRATOR)
        with pytest.raises(OrganisationError):
            organisation.end_appointment(first.pk, ends_on=date(2026, 4, 1), by=None, reason="", now=NOW)
        AppointmentFactory(role=Role.ADMINISTRATOR)
        organisation.end_appointment(first.pk, ends_on=date(2026, 4, 1), by=None, reason="", now=NOW)


@pytest.mark.django_db
class TestAbsences:
    def record(self, person, deputy=None, starts_at=NOW, ends_at=LATER, by=None):
        return organisation.record_absence(person, starts_at=starts_at, ends_at=ends_at, deputy=deputy, by=by, now=NOW)

    def test_a_deputy_is_there_at_the_time(self):
        deputy = UserFactory()
        AbsenceFactory(person=deputy, starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=4))
        with pytest.raises(OrganisationError) as refusal:
            self.record(UserFactory(), deputy)
        assert refusal.value.field == "deputy"
        self.record(UserFactory(), deputy, ends_at=NOW + timedelta(days=2))

    def test_a_deputy_is_another_active_person(self):
        person = UserFactory()
        for deputy in (person, UserFactory(is_active=False)):
            with pytest.raises(OrganisationError):
                self.record(person, deputy)

    def test_one_is_away_once_at_a_time(self):
        person = UserFactory()
        self.record(person)
        with pytest.raises(OrganisationError):
            self.record(person, starts_at=LATER - timedelta(hours=1), ends_at=LATER + timedelta(hours=1))
        self.record(person, starts_at=LATER, ends_at=LATER + timedelta(hours=1))
        assert Absence.objects.count() == 2

    def test_it_ends_after_it_begins(self):
        with pytest.raises(OrganisationError):
            self.record(UserFactory(), ends_at=NOW)

    def test_what_is_over_stays_as_it_was(self):
        absence = AbsenceFactory(starts_at=NOW - timedelta(days=2), ends_at=NOW)
        with pytest.raises(OrganisationError):
            organisation.change_absence(
                absence.pk, starts_at=NOW, ends_at=LATER, deputy=None, why="", by=None, reason="", now=NOW
            )

    def test_only_the_person_their_head_or_an_administrator_records_it(self):
        above = DepartmentFactory()
        department = DepartmentFactory(parent=above)
        person = appointed(Role.HANDLER, department)
        for by in (
            person,
            appointed(Role.HEAD, department),
            appointed(Role.HEAD, above),
            appointed(Role.ADMINISTRATOR),
        ):
            self.record(person, by=by)
            Absence.objects.all().delete()
        for by in (appointed(Role.HEAD), appointed(Role.HANDLER, department), appointed(Role.AUDITOR, above)):
            with pytest.raises(PermissionDenied):
                self.record(person, by=by)


@pytest.mark.django_db
class TestPeople:
    def switch_off(self, person, by=None):
        values = {"username": person.username, "display_name": person.display_name, "email": "", "language": ""}
        return people.change_person(person.pk, **values, is_active=False, by=by, reason="left", now=NOW)

    def test_somebody_for_whom_nothing_waits_is_switched_off(self):
        person = UserFactory()
        AppointmentFactory(person=person, ends_on=date(2026, 3, 1))
        assert not self.switch_off(person).is_active

    def test_not_while_a_complaint_waits_for_them(self):
        person = UserFactory()
        complaint = ComplaintFactory(handler=person)
        with pytest.raises(PersonError):
            self.switch_off(person)
        type(complaint).objects.update(handler=None, supervisor=person)
        with pytest.raises(PersonError):
            self.switch_off(person)

    def test_not_while_appointed_or_deputy(self):
        with pytest.raises(PersonError):
            self.switch_off(appointed(Role.HANDLER))
        deputy = UserFactory()
        AbsenceFactory(deputy=deputy)
        with pytest.raises(PersonError):
            self.switch_off(deputy)

    def test_nobody_switches_themselves_off(self):
        administrator = UserFactory(is_superuser=True)
        with pytest.raises(PersonError):
            self.switch_off(administrator, by=administrator)

    def test_user_names_are_given_once_whatever_their_case(self):
        UserFactory(username="lihua")
        with pytest.raises(PersonError) as refusal:
            people.create_person(username="LiHua", display_name="李华", by=None, now=NOW)
        assert refusal.value.field == "username"

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
    def test_only_administrators_make_accounts(self, role):
        with pytest.raises(PermissionDenied):
            people.create_person(username="x", display_name="x", by=appointed(role), now=NOW)
        assert not User.objects.filter(username="x").exists()


class TestForms:
    """One service call; a refusal stands at its field, and nothing is saved."""

    def test_a_department_is_made_and_changed(self, as_administrator, administrator):
        given = {"code": "sales", "parent": "", "names_zh_hans": "销售部", "names_zh_hant": "", "names_en": "Sales"}
        as_administrator.post(reverse("admin:complaints_department_add"), {**given, "why": "founded"})
        department = Department.objects.get(code="sales")
        assert department.names == {"zh-hans": "销售部", "en": "Sales"}
        change = reverse("admin:complaints_department_change", args=[department.pk])
        as_administrator.post(change, {**given, "code": "market", "is_active": "on", "why": "renamed"})
        rows = department.history.order_by("history_id").values_list("code", "history_change_reason", "history_user_id")
        assert list(rows) == [("sales", "founded", administrator.pk), ("market", "renamed", administrator.pk)]

    def test_a_change_without_reason_is_not_made(self, as_administrator):
        department = DepartmentFactory()
        change = reverse("admin:complaints_department_change", args=[department.pk])
        response = as_administrator.post(change, {"code": "other", "names_zh_hans": "甲", "is_active": "on"})
        assert "why" in response.context["adminform"].form.errors
        assert department.history.count() == 1

    def test_a_refusal_stands_at_its_field(self, as_administrator):
        department = DepartmentFactory()
        ComplaintFactory(owner_department=department)
        change = reverse("admin:complaints_department_change", args=[department.pk])
        response = as_administrator.post(change, {"code": department.code, "names_zh_hans": "甲", "why": "closed"})
        assert_proper(response)
        assert "1 open complaints" in str(response.context["adminform"].form.errors["is_active"])
        department.refresh_from_db()
        assert (department.is_active, department.history.count()) == (True, 1)

    def test_a_name_needs_simplified_chinese(self, as_administrator):
        response = as_administrator.post(
            reverse("admin:complaints_channel_add"), {"code": "fax", "kind": "phone", "names_en": "Fax"}
        )
        assert "simplified Chinese" in str(response.context["adminform"].form.errors["names"])

    def test_only_the_last_day_of_an_appointment_changes(self, as_administrator):
        appointment = AppointmentFactory()
        change = reverse("admin:complaints_appointment_change", args=[appointment.pk])
        given = {"role": "auditor", "starts_on": "1999-01-01", "ends_on": "2100-01-01", "why": "moved"}
        assert as_administrator.post(change, given).status_code == 302
        appointment.refresh_from_db()
        assert (appointment.role, appointment.starts_on, appointment.ends_on) == (
            Role.HANDLER,
            date(2020, 1, 1),
            date(2100, 1, 1),
        )


class TestPasswords:
    """Nobody but the person knows it."""

    NEW = "quite-another-2026"

    def test_a_person_sets_one_through_a_link_that_works_once(self, as_administrator, client):
        person = people.create_person(username="lihua", display_name="李华", by=None, now=NOW)
        page = as_administrator.post(reverse("admin:password_link", args=[person.pk]))
        assert_proper(page)
        link = page.context["link"]
        form = client.get(link, follow=True)
        assert_proper(form)
        place = form.redirect_chain[-1][0]
        given = {"new_password1": self.NEW, "new_password2": self.NEW}
        assert client.post(place, given).headers["Location"] == "/login/"
        person.refresh_from_db()
        assert person.check_password(self.NEW)
        assert [row.history_change_reason for row in person.history.order_by("history_id")][1:] == [
            "Password link made",
            "Password changed",
        ]
        assert "used already" in client.get(link, headers={"accept-language": "en"}).content.decode()

    @pytest.mark.parametrize("password", ["short-1", "0123456789012", "password123", "lihua-lihua"])
    def test_weak_ones_are_refused(self, password, client, db):
        person = people.create_person(username="lihua-lihua", display_name="李华", by=None, now=NOW)
        link = reverse("set_password", args=people.password_link(person, by=None, now=NOW))
        place = client.get(link, follow=True).redirect_chain[-1][0]
        assert client.post(place, {"new_password1": password, "new_password2": password}).status_code == 200
        person.refresh_from_db()
        assert not person.has_usable_password()

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.HEAD, Role.HANDLER])
    def test_others_make_no_links(self, role, logged_in, db):
        person = UserFactory()
        address = reverse("admin:password_link", args=[person.pk])
        assert logged_in(appointed(role)).post(address).status_code == 403
        assert person.history.count() == 1

    def test_an_inactive_person_gets_no_link(self, as_administrator):
        person = UserFactory(is_active=False)
        assert as_administrator.post(reverse("admin:password_link", args=[person.pk])).status_code == 302

    def test_one_changes_ones_own(self, logged_in, db):
        person = appointed(Role.HANDLER)
        given = {"old_password": PASSWORD, "new_password1": self.NEW, "new_password2": self.NEW}
        assert_proper(logged_in(person).post(reverse("admin:password_change"), given, follow=True))
        person.refresh_from_db()
        assert person.check_password(self.NEW)
        assert person.history.latest("history_id").history_change_reason == "Password changed"
