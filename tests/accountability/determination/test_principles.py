"""The principles of AC-7, one by one and together."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.principles import (
    PRINCIPLES,
    Assigned,
    Cited,
    Contradicted,
    Gravity,
    Said,
    faults,
    report,
    standing_in_the_way,
)
from accountability.states import Causation, Share, Weight
from complaints.states import PartyKind

LEAD, HEAD, MEMBER, COUNSEL, OTHER = 1, 2, 3, 4, 5
PIECE = Cited("E1", collector=MEMBER, reviewer=COUNSEL, weight="strong")
SOUND = Assigned(
    "车间",
    PartyKind.DEPARTMENT,
    Share.SOLE,
    Causation.DIRECT,
    duty="作业指导书第三条",
    had_authority=True,
    had_ability=True,
    cited=(PIECE,),
)


def said(*assigned, **values):
    given: dict[str, Any] = {"authors": frozenset({LEAD}), "approver": HEAD} | values
    return Said(tuple(assigned or (SOUND,)), **given)


def codes(*assigned, **values):
    return {(fault.principle, fault.code) for fault in faults(said(*assigned, **values))}


def but(**values):
    return replace(SOUND, **values)


NOTHING = but(share_kind=Share.NONE, causation=Causation.NONE, duty="", had_authority=None, had_ability=None, cited=())
EMPLOYEE = {"party_kind": PartyKind.EMPLOYEE, "is_system_failure": True}


def test_a_sound_determination_has_no_faults():
    assert codes() == set()
    assert codes(NOTHING) == set()


CASES = [
    ({"approver": LEAD}, [], ("objectivity", "author_approves")),
    ({"kept_away": frozenset({LEAD})}, [], ("objectivity", "concerned_decides")),
    ({"kept_away": frozenset({HEAD})}, [], ("objectivity", "concerned_decides")),
    ({"kept_away": frozenset({MEMBER})}, [], ("objectivity", "concerned_investigates")),
    ({"kept_away": frozenset({COUNSEL})}, [], ("objectivity", "concerned_investigates")),
    ({}, [but(cited=(PIECE, replace(PIECE, number="E2", reviewer=MEMBER)))], ("objectivity", "collector_reviews")),
    ({}, [but(had_ability=None)], ("authority", "not_answered")),
    ({}, [but(had_authority=None)], ("authority", "not_answered")),
    ({}, [but(had_authority=False, had_ability=False, authority_reason="尽管如此")], ("authority", "powerless")),
    ({}, [but(had_ability=False)], ("authority", "not_reasoned")),
    ({}, [but(**EMPLOYEE, share_kind=Share.SECONDARY)], ("authority", "system_failure_not_reasoned")),
    ({}, [but(causation=Causation.NONE)], ("causation", "none_bears")),
    ({}, [but(causation=Causation.UNCLEAR)], ("causation", "unclear")),
    ({}, [but(cited=())], ("evidence", "not_cited")),
    ({}, [but(cited=(PIECE, replace(PIECE, number="E2", weight=Weight.NONE)))], ("evidence", "worthless")),
    ({}, [but(cited=(PIECE, replace(PIECE, number="E2", reviewer=None)))], ("evidence", "worthless")),
    ({"contradicted": (Contradicted("1. 已送达", "E9"),)}, [], ("evidence", "contradicted")),
    ({}, [but(duty=" ")], ("basis", "no_duty")),
]


@pytest.mark.parametrize(("values", "assigned", "expected"), CASES)
def test_each_fault_by_itself(values, assigned, expected):
    assert codes(*assigned, **values) == {expected}


@pytest.mark.parametrize("kind", [Share.SOLE, Share.PRIMARY])
@pytest.mark.parametrize(
    ("authority", "ability", "reason", "is_refused"),
    [
        (True, True, "本可人工核对", False),
        (True, True, "", True),
        (True, False, "有原因", True),
        (False, True, "有原因", True),
    ],
)
def test_a_system_failure_is_not_laid_on_an_employee(kind, authority, ability, reason, is_refused):
    row = but(**EMPLOYEE, share_kind=kind, had_authority=authority, had_ability=ability, authority_reason=reason)
    assert (("authority", "system_failure_on_employee") in codes(row)) == is_refused


def test_a_clause_is_basis_enough_and_a_department_may_bear_a_system_failure():
    assert codes(but(duty="", has_clause=True)) == set()
    assert codes(but(is_system_failure=True)) == set()


def test_one_of_authority_and_means_is_enough_with_the_reason():
    assert codes(but(had_authority=False, authority_reason="可上报而未上报")) == set()


def test_unclear_causation_stops_only_what_is_final_and_contradictions_only_warn():
    made = said(but(causation=Causation.UNCLEAR), contradicted=(Contradicted("1. 已送达", "E9"),))
    assert standing_in_the_way(made, of_final=False) == []
    assert [fault.code for fault in standing_in_the_way(made, of_final=True)] == ["unclear"]
    assert {fault.code: fault.gravity for fault in faults(made)} == {
        "unclear": Gravity.FINAL,
        "contradicted": Gravity.WARNS,
    }


def test_the_report_names_every_principle_with_what_it_asks():
    made = report(said(but(duty="")))
    assert [principle.code for principle, _faults in made] == [
        "objectivity",
        "authority",
        "causation",
        "evidence",
        "basis",
    ]
    assert [principle.code for principle, found in made if found] == ["basis"]
    assert all(str(principle.name) and str(principle.asks) for principle in PRINCIPLES)


PEOPLE = st.sampled_from([LEAD, HEAD, MEMBER, COUNSEL, OTHER])
PIECES = st.builds(
    Cited,
    number=st.sampled_from(["E1", "E2", "E3"]),
    collector=PEOPLE,
    reviewer=st.none() | PEOPLE,
    weight=st.sampled_from(["", *Weight.values]),
)
ROWS = st.builds(
    Assigned,
    party=st.sampled_from(["甲", "乙", "丙"]),
    party_kind=st.sampled_from(PartyKind.values),
    share_kind=st.sampled_from(Share.values),
    causation=st.sampled_from(Causation.values),
    duty=st.sampled_from(["", "合同第二条"]),
    has_clause=st.booleans(),
    had_authority=st.none() | st.booleans(),
    had_ability=st.none() | st.booleans(),
    is_system_failure=st.booleans(),
    authority_reason=st.sampled_from(["", "本可停机"]),
    cited=st.lists(PIECES, max_size=2).map(tuple),
)
VERSIONS = st.builds(
    Said,
    assigned=st.lists(ROWS, max_size=4).map(tuple),
    authors=st.frozensets(PEOPLE, min_size=1, max_size=2),
    approver=PEOPLE,
    kept_away=st.frozensets(PEOPLE, max_size=2),
)


@given(VERSIONS)
def test_what_nothing_stands_against_keeps_every_principle(version):
    if standing_in_the_way(version, of_final=True):
        return
    assert version.approver not in version.authors
    assert not (version.authors | {version.approver}) & version.kept_away
    for row in version.assigned:
        assert row.causation != Causation.UNCLEAR
        for cited in row.cited:
            if cited.number in {piece.number for piece in version.cited if piece is cited}:
                assert cited.is_of_use
        if not row.bears:
            continue
        assert row.causation in {Causation.DIRECT, Causation.INDIRECT}
        assert row.had_authority or row.had_ability
        assert row.duty.strip() or row.has_clause
        if row.is_system_failure and row.party_kind == PartyKind.EMPLOYEE:
            assert row.authority_reason
            leads = row.share_kind in {Share.SOLE, Share.PRIMARY}
            assert not leads or (row.had_authority and row.had_ability)
