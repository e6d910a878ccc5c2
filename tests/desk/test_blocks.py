"""Each block of the desk holds exactly the cases it should, for everybody."""

import pytest

from complaints.acts import ACTS
from complaints.models import Absence, Complaint, Recusal
from complaints.models.standing import standing_of
from complaints.permissions import case_roles, may_read_identity
from complaints.queries import desk, lists
from complaints.queries.case import Case
from complaints.states import OPEN, CaseRole, State
from tests.desk.cases import DAY, NOW, case
from tests.factories import UserFactory, appointed

#: person → block → cases, everything that is not empty.
EXPECTED = {
    "intake": {"waiting": {"new", "on_offer", "left_behind"}, "soon": {"new"}},
    "handler": {
        "waiting": {
            *("new", "accepted", "answered", "determined", "offered", "implementing", "implemented", "completed"),
            *("to_visit", "visited", "dissatisfied", "escalated", "on_offer"),
        },
        "overdue": {"dispatched", "offered"},
        "soon": {"completed"},
    },
    "other_handler": {"waiting": {"new", "taken", "on_offer"}},
    "head": {
        "waiting": {"proposed"},
        "approve": {"proposed"},
        "unassigned": {"new", "on_offer", "left_behind"},
        "departments_overdue": {"dispatched", "offered", "recused"},
    },
    "liaison": {
        "waiting": {"dispatched", "asked", "determined", "implementing", "implemented", "confidential"},
        "overdue": {"dispatched"},
        "soon": {"asked"},
        "sheets_new": {"dispatched", "confidential"},
        "sheets_reply": {"asked"},
    },
    "workshop_head": {"departments_overdue": {"dispatched", "offered", "recused"}, "steps": {"implementing"}},
    "warehouse_liaison": {"waiting": {"elsewhere"}, "sheets_new": {"elsewhere"}},
    "warehouse_head": {"handovers": {"on_offer"}},
    "executive": {
        "waiting": {"proposed_major"},
        "approve": {"proposed_major"},
        "supervised": {"proposed_major"},
        "escalated_to_me": {"escalated"},
        "soon": {"escalated"},
    },
    "quality": {"waiting": {"to_visit"}, "visits": {"to_visit"}, "dissatisfied": {"dissatisfied"}},
    "legal": {},
    "auditor": {},
    "administrator": {},
    "nobody": {},
    "gone": {},
}


def held(cases, reader):
    """Which cases each block of a person holds."""
    names = {complaint.pk: name for name, complaint in cases.items()}
    found = {block.code: {names[row.pk] for row in desk.cases(reader, block)} for block in desk.blocks(reader.standing)}
    return {code: subjects for code, subjects in found.items() if subjects}


def test_everybody_finds_exactly_what_waits_for_them(w, cases):
    found = {name: held(cases, desk.Reader(standing_of(person, NOW), NOW)) for name, person in w.people.items()}
    assert found == EXPECTED


def test_every_open_case_waits_for_somebody(w, cases):
    waiting = set()
    for person in w.people.values():
        waiting |= held(cases, desk.Reader(standing_of(person, NOW), NOW)).get("waiting", set())
    still_open = {name for name, complaint in cases.items() if complaint.state in OPEN}
    # The head proposed the plan of one herself; one is out of its handler's hands and the head must name another; one
    # waits for the group that investigates it, which is told by the blocks of accountability.
    assert still_open - waiting == {"proposed_by_head", "recused", "investigated"}


def test_every_open_state_has_a_turn_and_every_turn_is_an_act_of_its_state():
    assert {state for state, _code, _part in desk.TURNS} == set(OPEN)
    for state, code, _part in desk.TURNS:
        assert state in ACTS[code].sources
        assert not ACTS[code].by_system


def test_a_case_of_one_who_left_waits_for_the_intake_officers(w, cases):
    reader = desk.Reader(standing_of(w.intake, NOW), NOW)
    assert "left_behind" in held(cases, reader)["waiting"]


def test_the_head_stands_in_where_nobody_else_is_appointed(w):
    w.liaison.is_active = False
    w.liaison.save()
    complaint = case(w, "nobody to acknowledge", State.DISPATCHED)
    reader = desk.Reader(standing_of(w.workshop_head, NOW), NOW)
    assert held({"it": complaint}, reader) == {"waiting": {"it"}}


def test_a_deputy_finds_what_waits_for_the_absent(w, cases):
    deputy = appointed("legal", w.root)
    Absence.objects.create(person=w.head, deputy=deputy, starts_at=NOW - DAY, ends_at=NOW + DAY)
    reader = desk.Reader(standing_of(deputy, NOW), NOW)
    # Another person than the head may decide on the head's own plan.
    decisions = {"proposed", "proposed_by_head"}
    assert held(cases, reader) == EXPECTED["head"] | {"approve": decisions, "waiting": decisions}


def test_a_recused_person_finds_nothing_of_the_case(w, cases):
    for complaint in cases.values():
        Recusal.objects.get_or_create(
            complaint=complaint, person=w.handler, defaults={"reason": "回避", "recorded_at": NOW}
        )
    reader = desk.Reader(standing_of(w.handler, NOW), NOW)
    assert held(cases, reader) == {}


@pytest.mark.parametrize("may_answer", [True, False])
def test_roles_set_wise_are_those_asked_one_by_one(w, cases, may_answer):
    """`towards` and `identity_readable` say for all rows what `permissions` says for one."""
    Recusal.objects.create(
        complaint=cases["offered"], department=w.service, may_answer=may_answer, reason="被投诉", recorded_at=NOW
    )
    both = UserFactory(username="both")
    for role, department in (("handler", w.service), ("head", w.workshop), ("executive", w.root)):
        both.appointments.create(role=role, department=department, starts_on=NOW.date())
    for person in [*w.people.values(), both]:
        standing = standing_of(person, NOW)
        visible = Complaint.objects.visible_to(standing)
        by_role = {
            role: set(visible.filter(lists.towards(standing, role)).values_list("pk", flat=True)) for role in CaseRole
        }
        readable = set(visible.filter(lists.identity_readable(standing)).values_list("pk", flat=True))
        for complaint in visible.select_related("owner_department", "responsible_department"):
            one = Case(complaint, NOW)
            expected = {role for role in CaseRole if complaint.pk in by_role[role]}
            assert case_roles(standing, one) == expected, (person, complaint.subject)
            assert may_read_identity(standing, one) == (complaint.pk in readable), (person, complaint.subject)
