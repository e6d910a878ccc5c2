"""Every combination of state, act and role, allowed or refused. (WF-1)

The expectation is written by hand in expected_acts.txt. It is compared with the code's own table, and then each of the
combinations is tried through the one service that acts.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import transaction

from complaints.acts import ACTS
from complaints.models import Complaint, ContactSheet, Escalation
from complaints.services import workflow
from complaints.services.doing import ActRefusedError
from complaints.states import CaseRole, State
from tests import world
from tests.factories import NOW, UserFactory

STATES = {
    "REG": State.REGISTERED,
    "ACC": State.ACCEPTED,
    "DIS": State.DISPATCHED,
    "INV": State.INVESTIGATING,
    "DET": State.DETERMINED,
    "APP": State.APPROVING,
    "OFF": State.OFFERED,
    "IMP": State.IMPLEMENTING,
    "COM": State.COMPLETED,
    "VIS": State.RETURN_VISIT,
    "CLO": State.CLOSED,
    "DEC": State.DECLINED,
    "WIT": State.WITHDRAWN,
    "ARC": State.ARCHIVED,
}
GROUPS = {"OPEN": list(STATES)[:10], "LIVE": list(STATES)[:13], "ALL": list(STATES)}
ROLES = {
    "in": CaseRole.INTAKE,
    "ha": CaseRole.HANDLER,
    "li": CaseRole.LIAISON,
    "rh": CaseRole.RESPONSIBLE_HEAD,
    "oh": CaseRole.OWNER_HEAD,
    "ex": CaseRole.EXECUTIVE,
    "ad": CaseRole.ADDRESSEE,
    "qu": CaseRole.QUALITY,
    "le": CaseRole.LEGAL,
    "au": CaseRole.AUDITOR,
}


class Expected(NamedTuple):
    states: frozenset
    target: State | None
    roles: frozenset


def read_expected():
    table = {}
    for line in (Path(__file__).parent / "expected_acts.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            act, states, target, roles = (part.strip() for part in line.split("|"))
            names = [name for word in states.split() for name in GROUPS.get(word, [word])]
            table[act] = Expected(
                frozenset(STATES[name] for name in names),
                STATES.get(target),
                frozenset(ROLES[role] for role in roles.split()),
            )
    return table


EXPECTED = read_expected()


def test_the_code_knows_the_acts_of_the_table_and_no_others():
    people_s = {code: act for code, act in ACTS.items() if not act.by_system}
    assert {code: (act.sources, act.target, act.roles) for code, act in people_s.items()} == EXPECTED


def test_every_state_but_the_last_can_be_left():
    for state in State:
        leaving = [code for code, act in ACTS.items() if state in act.sources and act.target not in (None, state)]
        assert bool(leaving) == (state != State.ARCHIVED)


def test_every_transition_of_the_model_is_an_act():
    transitions = {t.name: (t.source, t.target) for t in Complaint().get_all_state_transitions()}  # type: ignore[attr-defined]
    assert set(transitions) == {code for code, act in ACTS.items() if act.target and not act.by_system}


def _put(complaint, state):
    """Past the workflow on purpose: the test wants every state, not every way there."""
    Complaint.objects.filter(pk=complaint.pk).update(state=state)


def _verdict(complaint, code, person):
    try:
        with transaction.atomic():
            workflow.perform(complaint.pk, code, by=person, now=NOW, given={})
            transaction.set_rollback(True)
    except ActRefusedError as refusal:
        return refusal.code
    return "taken"


def _states():
    """Every state; on both databases one that is open and one that has ended."""
    both = {State.IMPLEMENTING, State.CLOSED}
    return [pytest.param(state, marks=[] if state in both else [pytest.mark.once]) for state in State]


@pytest.mark.django_db
@pytest.mark.parametrize("state", _states())
def test_each_role_is_allowed_or_refused_each_act(state):
    w = world.build()
    addressee = UserFactory(username="addressee")
    c = w.register()
    Complaint.objects.filter(pk=c.pk).update(handler=w.handler, responsible_department=w.workshop)
    ContactSheet.objects.create(
        complaint=c, round=1, number="L1", department=w.workshop, request="x", made_by=w.handler, made_at=NOW
    )
    Escalation.objects.create(
        complaint=c, round=1, origin="overdue", role="owner_head", addressee=addressee, opened_at=NOW
    )
    _put(c, state)
    people = {
        CaseRole.INTAKE: w.intake,
        CaseRole.HANDLER: w.handler,
        CaseRole.LIAISON: w.liaison,
        CaseRole.RESPONSIBLE_HEAD: w.workshop_head,
        CaseRole.OWNER_HEAD: w.head,
        CaseRole.EXECUTIVE: w.executive,
        CaseRole.ADDRESSEE: addressee,
        CaseRole.QUALITY: w.quality,
        CaseRole.LEGAL: w.legal,
        CaseRole.AUDITOR: w.auditor,
        CaseRole.ADMINISTRATOR: w.administrator,
    }
    assert set(people) == set(CaseRole) - {CaseRole.INVESTIGATOR}  # acts where another part of the system vouches
    strangers = {"another handler": w.other_handler, "another department": w.warehouse_liaison, "nobody": w.nobody}
    wrong = []
    for code, expected in EXPECTED.items():
        for role, person in (people | strangers).items():
            verdict = _verdict(c, code, person)
            may = role in expected.roles
            if role in ("another department", "nobody", CaseRole.ADMINISTRATOR):
                right = verdict == "not_visible"
            elif not may:
                right = verdict == "not_allowed"
            elif state not in expected.states:
                right = verdict == "wrong_state"
            else:
                right = verdict in ("taken", "missing")
            if not right:
                wrong.append((code, str(role), verdict))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code, act in ACTS.items() if act.by_system])
def test_nobody_takes_an_act_of_the_system(code):
    w = world.build()
    c = w.register()
    assert {_verdict(c, code, person) for person in w.people.values()} == {"unknown"}
