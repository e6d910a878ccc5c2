"""Choosing a person: from a list while it is short, by typing a part of the name when it is long."""

import re

import pytest
from django import forms
from django.urls import reverse
from django.utils import timezone

from complaints.admin.people import SHORT, People, PersonField, label_of
from complaints.models import Absence, Appointment, User
from complaints.states import Role
from tests.factories import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def many():
    """More people than a list to unfold holds."""
    UserFactory.create_batch(SHORT + 1)
    return User.objects.filter(is_active=True)


def choosing(rows, typed=None, **options):
    """A form with nothing but a person to choose."""
    form_class = type("Choosing", (forms.Form,), {"person": PersonField(rows, **options)})
    return form_class(None if typed is None else {"person": typed})


def chosen(rows, typed):
    """Whom what was typed means, or why it means nobody."""
    form = choosing(rows, typed)
    return form.cleaned_data["person"] if form.is_valid() else form.errors["person"].as_data()[0].code


def test_a_few_are_all_shown_and_many_are_searched():
    wang = UserFactory(username="wang", display_name="王芳")
    few = str(choosing(User.objects.filter(pk=wang.pk)))
    assert "<select" in few
    assert '<option value="王芳 (wang)">' in few
    assert "<datalist" not in few
    long = str(choosing(many()))
    assert "<select" not in long
    assert re.search(r'<input type="text"[^>]* list="people"', long)
    assert '<datalist id="people">' in long
    assert long.count("<option") == User.objects.count()


def test_nobody_else_is_suggested_or_accepted():
    rows = many()
    away = UserFactory(username="gone", display_name="离职", is_active=False)
    assert "离职" not in str(choosing(rows))
    assert chosen(rows, label_of(away)) == "nobody"
    assert chosen(rows.none(), rows[0].username) == "nobody"


@pytest.mark.parametrize("typed", ["王芳 (wang)", " 王芳 (wang) ", "王芳（wang）", "wang", "王芳"])
def test_a_person_is_found_by_label_user_name_or_name(typed):
    wang = UserFactory(username="wang", display_name="王芳")
    assert chosen(many(), typed) == wang


def test_a_name_that_two_bear_needs_the_user_name():
    first, second = (UserFactory(username=name, display_name="王芳") for name in ("wang1", "wang2"))
    assert chosen(many(), "王芳") == "several"
    assert chosen(many(), label_of(second)) == second
    assert chosen(many(), "wang1") == first


def test_a_number_is_a_user_name_and_never_a_key():
    other = UserFactory()
    by_number = UserFactory(username=str(other.pk))
    assert chosen(many(), str(other.pk)) == by_number


def test_what_is_known_is_shown_by_name():
    wang = UserFactory(username="wang", display_name="王芳")
    assert 'value="王芳 (wang)"' in str(choosing(many(), initial=wang.pk))
    field = PersonField(many(), required=False)
    assert not field.has_changed(wang.pk, "王芳 (wang)")
    assert field.has_changed(wang.pk, "")


def test_the_list_of_many_costs_one_query(django_assert_num_queries):
    many()
    people = People(User.objects.all())
    assert people.few is None
    with django_assert_num_queries(1):
        people.suggestions()


def test_rows_share_the_list_of_the_page(logged_in, clerk_of_many):
    page = logged_in(clerk_of_many).get(reverse("admin:register")).content.decode()
    assert page.count("<datalist") == 1
    assert set(re.findall(r' list="([^"]+)"', page)) == {"people"}
    assert 'name="respondents-0-person"' in page


@pytest.fixture
def clerk_of_many():
    """Somebody who registers complaints in a house with many accounts."""
    many()
    person = UserFactory()
    Appointment.objects.create(
        person=person, department=DepartmentFactory(), role=Role.INTAKE, starts_on=timezone.localdate()
    )
    return person


class TestRegisters:
    """The organisation's forms."""

    def test_an_appointment_names_its_person(self, as_administrator):
        many()
        wang = UserFactory(username="wang", display_name="王芳")
        address = reverse("admin:complaints_appointment_add")
        assert '<datalist id="people-person">' in as_administrator.get(address).content.decode()
        given = {"department": DepartmentFactory().pk, "role": "handler", "starts_on": "2026-05-04", "ends_on": ""}
        assert as_administrator.post(address, given | {"person": "王芳 (wang)"}).status_code == 302
        assert Appointment.objects.filter(person=wang, role="handler").exists()
        refused = as_administrator.post(address, given | {"person": "王"})
        assert refused.status_code == 200
        assert 'value="王"' in refused.content.decode()

    def test_an_absence_has_two_lists(self, as_administrator):
        """Those whom one may enter, and everybody who may stand in."""
        many()
        page = as_administrator.get(reverse("admin:complaints_absence_add")).content.decode()
        assert set(re.findall(r'<datalist id="([^"]+)"', page)) == {"people-person", "people-deputy"}
        away, deputy = UserFactory(), UserFactory()
        given = {"starts_at": "2126-05-04T09:00", "ends_at": "2126-05-05T09:00", "reason": "休假"}
        people = {"person": label_of(away), "deputy": label_of(deputy)}
        assert as_administrator.post(reverse("admin:complaints_absence_add"), given | people).status_code == 302
        assert Absence.objects.get().deputy == deputy
