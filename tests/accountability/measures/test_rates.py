"""Two rates compared: exact, and never sure of what it cannot know. (AC-9)"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from accountability.rates import ENOUGH, compare
from accountability.states import Effect

counts = st.integers(0, 400)
exposures = st.floats(0.5, 2000)


@given(before=counts, after=counts, days=exposures, later=exposures)
@example(before=0, after=0, days=365.0, later=30.0)
@example(before=7, after=0, days=365.0, later=365.0)
@example(before=0, after=9, days=10.0, later=10.0)
def test_the_interval_is_the_exact_one_for_the_share_of_the_later_count(before, after, days, later):
    found = compare(before, days, after, later)
    if before + after == 0:
        assert (found.ratio, found.low, found.high, found.effect) == (None, 0, None, Effect.TOO_FEW)
        return
    exact = stats.binomtest(after, before + after).proportion_ci(0.95, method="exact")
    for end, share in ((found.low, exact.low), (found.high, exact.high)):
        if share == 1:
            assert end is None
        else:
            assert end == pytest.approx(share / (1 - share) * days / later, rel=1e-6, abs=1e-12)


@given(before=counts, after=counts, days=exposures, later=exposures)
def test_a_change_is_named_only_where_the_whole_interval_lies_on_one_side(before, after, days, later):
    found = compare(before, days, after, later)
    sure_of_fewer = found.high is not None and found.high < 1
    sure_of_more = found.low is None or found.low > 1
    if sure_of_fewer or sure_of_more:
        assert found.effect == (Effect.FEWER if sure_of_fewer else Effect.MORE)
    else:
        assert found.effect == (Effect.TOO_FEW if before + after < ENOUGH else Effect.SAME)


@given(before=counts, after=counts, days=exposures, later=exposures)
def test_looking_the_other_way_turns_the_answer_round(before, after, days, later):
    there, back = compare(before, days, after, later), compare(after, later, before, days)
    turned = {Effect.FEWER: Effect.MORE, Effect.MORE: Effect.FEWER}
    assert back.effect == turned.get(there.effect, there.effect)


def test_half_as_many_over_the_same_time_is_a_change_only_when_there_are_enough():
    assert compare(4, 100, 2, 100).effect == Effect.TOO_FEW
    assert compare(12, 100, 6, 100).effect == Effect.SAME
    assert compare(60, 100, 30, 100).effect == Effect.FEWER


@pytest.mark.parametrize(("days", "later"), [(0, 1), (1, 0), (-1, 1)])
def test_without_an_exposure_there_is_no_rate(days, later):
    with pytest.raises(ValueError, match="exposure"):
        compare(1, days, 1, later)
