"""Who decides an objection: always a living person above both departments who had no part in it. (AC-8, DL-3)"""

import copy
from datetime import timedelta

import pytest

from accountability.acts import Subject
from accountability.models import Membership
from accountability.queries.inquiry import load
from accountability.queries.superiors import common_superior
from complaints.models import Absence, Appointment, Recusal, User
from complaints.states import Role
from tests.accountability.determination.determining import determining
from tests.factories import AppointmentFactory, DepartmentFactory, appointed

pytestmark = pytest.mark.django_db


class Tree:
    """company / operations / {service (owns), workshop / line}; each with a head, the company with an executive."""

    def __init__(self):
        self.iw = iw = determining()
        w = iw.w
        self.operations = DepartmentFactory(code="operations", parent=w.root)
        for department in (w.service, w.workshop):
            department.parent = self.operations
            department.path = f"{self.operations.path}{department.pk}/"
            department.save()
        self.line = DepartmentFactory(code="line", parent=w.workshop)
        self.director = appointed(Role.HEAD, self.operations, username="director")
        iw.c.refresh_from_db()
        self.version = iw.submitted()
        iw.act("approve", w.head, on=self.version, opinion="同意")

    def found(self, party=None):
        """Whom the search finds for a party, and why each person before was passed over."""
        inquiry = load(Subject.DETERMINATION, self.version, self.iw.now)
        route = common_superior(inquiry, party or self.iw.workshop)
        person = User.objects.get(pk=route.person_id).username if route.person_id else None
        return person, [entry["why"] for entry in route.tried]

    def away(self, person, deputy=None):
        Absence.objects.create(
            person=person, deputy=deputy, starts_at=self.iw.now, ends_at=self.iw.now + timedelta(days=9)
        )


#: Built once for all tests of this file.
BUILD = Tree


@pytest.fixture
def tree(built):
    return copy.deepcopy(built)


def test_the_head_of_the_nearest_department_above_both(tree):
    assert tree.found() == ("director", ["found"])


def test_for_a_department_below_it_is_the_same_line(tree):
    assert tree.found(tree.iw.party(department=tree.line)) == ("director", ["found"])


def test_for_a_department_elsewhere_it_is_further_up(tree):
    assert tree.found(tree.iw.party(department=tree.iw.w.warehouse)) == ("executive", ["vacant", "found"])


def test_for_an_employee_it_follows_from_their_department(tree):
    party = tree.iw.employee(department=tree.line)
    assert tree.found(party) == ("director", ["found"])
    party.department = None
    assert tree.found(party) == ("director", ["found"])


def test_for_a_supplier_it_follows_from_the_responsible_department(tree):
    assert tree.found(tree.iw.maker) == ("director", ["found"])


def test_within_the_owning_department_the_approver_is_passed_over(tree):
    party = tree.iw.employee("clerk", department=tree.iw.w.service)
    assert tree.found(party) == ("director", ["approver", "vacant", "found"])


def test_a_vacant_post_leads_up(tree):
    Appointment.objects.filter(person=tree.director).delete()
    assert tree.found() == ("executive", ["vacant", "vacant", "vacant", "found"])


def test_the_executive_of_the_same_department_comes_after_its_head(tree):
    appointed(Role.EXECUTIVE, tree.operations, username="vice")
    tree.away(tree.director)
    assert tree.found() == ("vice", ["away", "found"])


def test_an_absent_holder_is_stood_in_for(tree):
    deputy = appointed(Role.HEAD, tree.iw.w.warehouse, username="stand_in")
    tree.away(tree.director, deputy)
    assert tree.found() == ("stand_in", ["deputy"])


def test_nobody_stands_in_who_had_part_in_it(tree):
    for deputy, why in ((tree.iw.w.head, "approver"), (tree.iw.lead, "author"), (tree.iw.member, "group")):
        Absence.objects.all().delete()
        tree.away(tree.director, deputy)
        assert tree.found()[1][0] == why


def test_nobody_decides_who_is_a_party_or_recused_or_of_the_group(tree):
    person = tree.director
    tree.iw.party("employee", person=person)
    assert tree.found()[1][0] == "party"
    tree.version.investigation.parties.filter(person=person).delete()
    Membership.objects.create(
        investigation=tree.iw.investigation, person=person, made_at=tree.iw.now, left_at=tree.iw.now, left_reason="换人"
    )
    assert tree.found()[1][0] == "group"
    Membership.objects.filter(person=person).delete()
    Recusal.objects.create(complaint=tree.iw.c, person=person, reason="亲属", recorded_at=tree.iw.now)
    assert tree.found()[1][0] == "recused"


def test_whoever_has_left_the_house_decides_nothing(tree):
    User.objects.filter(pk=tree.director.pk).update(is_active=False)
    assert tree.found() == ("executive", ["vacant", "vacant", "vacant", "found"])


def test_the_head_of_the_party_itself_does_not_decide(tree):
    AppointmentFactory(person=tree.iw.w.workshop_head, role=Role.HEAD, department=tree.operations)
    Appointment.objects.filter(person=tree.director).delete()
    assert tree.found() == ("executive", ["party", "vacant", "vacant", "found"])


def test_in_the_end_any_executive_of_the_house(tree):
    for person in (tree.director, tree.iw.w.executive):
        Appointment.objects.filter(person=person).delete()
    appointed(Role.EXECUTIVE, tree.iw.w.warehouse, username="elsewhere")
    assert tree.found() == ("elsewhere", ["vacant"] * 4 + ["found"])


def test_and_nobody_if_nobody_is_left(tree):
    for person in (tree.director, tree.iw.w.executive):
        Appointment.objects.filter(person=person).delete()
    assert tree.found() == (None, ["vacant"] * 4)
