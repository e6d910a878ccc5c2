"""Whether a clock can outlive its case, compared with walking every course of a case step by step."""

import pytest

from complaints.acts import ACTS
from complaints.policy_rules.course import acts_that_outlive
from complaints.states import ENDED, State
from tests.policy_rules.documents import CODES, rules


def outliving_by_walking(starts, ends):
    """Walk all courses without repeating a state, carrying whether the clock runs."""
    found, seen = set(), set()

    def walk(state, running):
        if (state, running) in seen:
            return
        seen.add((state, running))
        for act in ACTS.values():
            if state not in act.sources:
                continue
            after = running and act.code not in ends
            target = state if act.target is None else act.target
            if after and act.target is not None and (act.new_round or target in ENDED):
                found.add(act.code)
                after = False
            if act.code in starts:
                after = True
            walk(target, after)

    walk(State.REGISTERED, "register" in starts)
    return found


ENDS = [
    frozenset(),
    frozenset({"withdraw"}),
    frozenset({"withdraw", "decline"}),
    frozenset({"withdraw", "decline", "give_feedback"}),
    frozenset({"withdraw", "close", "continue_case"}),
    frozenset({"withdraw", "accept", "reopen"}),
]


@pytest.mark.parametrize(("act", "ends"), [(act, ends) for act in ACTS for ends in ENDS if act not in ends])
def test_the_quick_way_finds_what_walking_finds(act, ends):
    assert set(acts_that_outlive({act}, ends)) == outliving_by_walking({act}, ends)


@pytest.mark.parametrize("code", CODES)
def test_no_clock_of_a_preset_outlives_its_case(code):
    for clock in rules(code).clocks:
        assert (
            outliving_by_walking(clock.starts_on, clock.stops_on | clock.cancels_on) <= {"archive"} - clock.cancels_on
        )
