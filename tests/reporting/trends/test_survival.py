import math
import warnings
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from reporting.tallies import Tally, time_done
from reporting.trends import Quantile, TimeToEvent, time_to_event

# Freireich and others (1963): weeks of remission of leukaemia, the textbook's example of Kaplan and Meier.
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
TREATED, STILL = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_the_textbook_example():
    assert time_to_event(PLACEBO, []).quantiles[0] == Quantile(0.5, 8, 4, 11)
    assert time_to_event(TREATED, STILL).quantiles == (Quantile(0.5, 23, 13, None), Quantile(0.9, None, None, None))


def test_open_cases_are_not_left_out():
    fast_only = time_to_event([1, 2, 3], []).quantiles[0].value
    assert time_to_event([1, 2, 3], [10] * 5).quantiles[0].value is None
    assert fast_only == 2


@pytest.mark.parametrize("still_open", [[], [4.0, 5.0]])
def test_where_nothing_ended_nothing_is_reached(still_open):
    nothing = tuple(Quantile(share, None, None, None) for share in (0.5, 0.9))
    assert time_to_event([], still_open) == TimeToEvent(0, len(still_open), nothing)


times = st.lists(st.integers(0, 30).map(float), max_size=25)
shares = st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9])


@settings(deadline=None, derandomize=True, max_examples=60)
@given(times.filter(bool), times, shares)
def test_quantiles_are_those_of_the_other_library(ended, still_open, share):
    (found,) = time_to_event(ended, still_open, shares=[share]).quantiles
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        other = SurvfuncRight(ended + still_open, [1] * len(ended) + [0] * len(still_open))
    reached = np.flatnonzero(other.surv_prob <= 1 - share + 1e-9)
    assert found.value == (other.surv_times[reached[0]] if len(reached) else None)
    value = math.inf if found.value is None else found.value
    assert found.low is None or found.low <= value
    assert found.high is None or found.high >= value
    assert found.low is not None or found.value is None


whole = st.lists(st.integers(0, 30), max_size=25)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(whole, whole, st.lists(st.integers(1, 30), max_size=8), shares)
def test_a_tally_says_the_same_by_its_quick_way_or_not(handled, left, waiting, share):
    """Hours of what is done, of what left before, and of what still waits."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    running = [int(now.timestamp()) - 3600 * hours for hours in waiting]
    tally = Tally(handled=Counter(handled), left=Counter(left), running=running)
    expected = time_to_event([*map(float, handled)], [*map(float, left + waiting)], shares=[share])
    assert time_done(tally, now, share) == expected.quantiles[0].value


def test_intervals_cover():
    """A median of exponential times, a third of them cut short: nominal 95 %, with 300 repetitions."""
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(300):
        taken, watched = rng.exponential(10, 60), rng.uniform(0, 40, 60)
        ended = taken <= watched
        median = time_to_event(taken[ended].tolist(), watched[~ended].tolist(), shares=[0.5]).quantiles[0]
        low, high = median.low, math.inf if median.high is None else median.high
        covered += low is not None and low <= 10 * math.log(2) <= high
    assert covered >= 277  # its own error: 3.8


@pytest.mark.parametrize("wrong", [([-1.0], [], 0.5), ([1.0], [-1.0], 0.5), ([1.0], [], 1.0), ([1.0], [], 0.0)])
def test_nonsense_is_refused(wrong):
    ended, still_open, share = wrong
    with pytest.raises(ValueError, match="not negative"):
        time_to_event(ended, still_open, shares=[share])
