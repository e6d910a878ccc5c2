"""Registers are kept in memory, and never longer than they stay as they are. (DL-3)"""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import update_last_login
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from complaints import editions, models
from complaints.models.registers import Registers, registers
from complaints.models.standing import standing_of
from complaints.queries.governing import Governing
from complaints.queries.organisation import Organisation
from complaints.states import Role
from tests import world
from tests.factories import NOW, AbsenceFactory, AppointmentFactory, DepartmentFactory, UserFactory, appointed, names

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def mark():
    return models.RegisterEdition.objects.get().mark


def roles(person, now=NOW):
    return [(held.role, held.department_id, held.principal_id) for held in standing_of(person, now).held]


@pytest.mark.django_db
class TestOneTransaction:
    """What one transaction sees, before and after it changes something itself."""

    def test_nothing_is_read_again_while_nothing_changes(self, django_assert_num_queries):
        w = world.build()
        Governing(NOW), Organisation(NOW), standing_of(w.handler, NOW)
        with django_assert_num_queries(3):  # the mark, each time
            Governing(NOW), Organisation(NOW + DAY), standing_of(w.head, NOW - DAY)

    def test_every_register_that_is_kept_is_watched(self):
        world.build()
        with CaptureQueriesContext(connection) as captured:
            Registers().read()
        tables, asked = connection.introspection.table_names(), str(captured.captured_queries)
        assert {table for table in tables if f'"{table}"' in asked} == set(editions.watched_tables())

    @pytest.mark.parametrize("table", editions.watched_tables())
    def test_every_way_of_changing_a_register_renews_its_edition(self, table):
        world.build()
        AbsenceFactory()
        column = "is_active" if table == "complaints_user" else "id"
        seen = [mark()]
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {column}")  # noqa: S608
            seen.append(mark())
            with transaction.atomic():
                cursor.execute(f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})")  # noqa: S608
                seen.append(mark())
                transaction.set_rollback(True)
        assert len(set(seen)) == 3
        assert mark() == seen[1]

    def test_logging_in_changes_no_register(self):
        person = appointed(Role.HANDLER)
        before = mark()
        update_last_login(models.User, person)
        assert mark() == before

    def test_what_changes_counts_at_once(self):
        department = DepartmentFactory()
        person = appointed(Role.HANDLER, department)
        assert roles(person) == [(Role.HANDLER, department.pk, None)]
        models.Department.objects.filter(pk=department.pk).update(is_active=False)
        assert roles(person) == []
        models.Department.objects.filter(pk=department.pk).update(is_active=True)
        appointment = models.Appointment.objects.get(person=person)
        appointment.delete()
        assert roles(person) == []
        AppointmentFactory(person=person, department=department, role=Role.HEAD)
        assert roles(person) == [(Role.HEAD, department.pk, None)]

    def test_what_was_seen_and_taken_back_is_forgotten(self):
        department = DepartmentFactory()
        person = appointed(Role.HANDLER, department)

        def promoted(role):
            AppointmentFactory(person=person, department=department, role=role)
            return [role for role, _department, _principal in roles(person)]

        with transaction.atomic():
            assert promoted(Role.HEAD) == [Role.HANDLER, Role.HEAD]
            transaction.set_rollback(True)
        assert [role for role, _department, _principal in roles(person)] == [Role.HANDLER]
        assert promoted(Role.INTAKE) == [Role.HANDLER, Role.INTAKE]

    def test_posts_follow_the_moment_and_not_only_the_edition(self):
        principal, deputy = appointed(Role.HANDLER), UserFactory()
        AbsenceFactory(person=principal, deputy=deputy, starts_at=NOW, ends_at=NOW + HOUR)
        kept = registers()
        assert [len(standing_of(deputy, at, kept).held) for at in (NOW - HOUR, NOW, NOW + HOUR / 2, NOW + HOUR)] == [
            0,
            1,
            1,
            0,
        ]
        assert kept.posts(NOW) is kept.posts(NOW + HOUR / 2)

    def test_without_an_edition_nothing_is_kept(self):
        person = appointed(Role.HANDLER)
        models.RegisterEdition.objects.all().delete()
        assert registers() is not registers()
        assert len(roles(person)) == 1


@pytest.mark.django_db(transaction=True)
def test_what_another_connection_commits_counts_here():
    """Until then it does not, whatever is seen in there."""
    department = DepartmentFactory()
    seen = []

    def elsewhere(*, is_kept):
        try:
            with transaction.atomic():
                models.Department.objects.filter(pk=department.pk).update(names=names("elsewhere"))
                seen.append(registers().departments[department.pk].names["en"])
                transaction.set_rollback(not is_kept)
        finally:
            connection.close()

    for is_kept in (False, True):
        thread = threading.Thread(target=elsewhere, kwargs={"is_kept": is_kept})
        thread.start()
        thread.join()
        seen.append(registers().departments[department.pk].names["en"] == "elsewhere")
    assert seen == ["elsewhere", False, "elsewhere", True]
