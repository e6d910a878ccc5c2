from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from reporting import trends
from reporting.trends import Verdict
from reporting.trends.dispersion import Dispersion, learn
from reporting.trends.expectation import Expected, p_values, power
from tests.reporting.trends.synthetic import draw

#: By type what they find may be None; where it must not be, a test fails.
compare: Any = trends.compare
rate_ratio: Any = trends.rate_ratio

counts = st.integers(0, 3000)
exposures = st.floats(0.2, 50)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(counts, counts, exposures, exposures)
def test_poisson_counts_get_the_exact_conditional_test(before, after, exposed, exposed_after):
    found = compare(before, after, exposure_before=exposed, exposure_after=exposed_after)
    share = exposed_after / (exposed + exposed_after)
    if before:
        tails = [binomtest(after, before + after, share, alternative=side).pvalue for side in ("less", "greater")]
        assert found.p_value == pytest.approx(min(1, 2 * min(tails)), rel=1e-6, abs=1e-12)
    interval = rate_ratio(before, exposed, after, exposed_after)
    assert (found.ratio, found.high) == (pytest.approx(interval.value), pytest.approx(interval.high))
    assert found.low == pytest.approx(interval.low)


def test_the_published_example():
    """Breast cancers per woman-years, without and with many X-rays (Boice and Monson 1977): a ratio of 1.86."""
    found = compare(15, 41, exposure_before=19017, exposure_after=28010)
    assert found.ratio == pytest.approx(1.8558, abs=5e-5)
    tail = binomtest(41, 56, 28010 / (19017 + 28010), alternative="greater").pvalue
    assert found.p_value == pytest.approx(2 * tail)
    assert found.verdict == Verdict.RISE


@settings(deadline=None, derandomize=True, max_examples=30)
@given(counts, counts, st.lists(st.integers(0, 400), max_size=16))
def test_interval_and_p_value_say_the_same(before, after, history):
    found = compare(before, after, history=history)
    if abs(found.p_value - 0.05) > 1e-6:
        is_outside = (found.low is not None and found.low > 1) or (found.high is not None and found.high < 1)
        assert (found.p_value < 0.05) == is_outside == (found.verdict in {Verdict.RISE, Verdict.FALL})
    if found.ratio is not None:
        assert found.low <= found.ratio * (1 + 1e-9)
        assert found.high is None or found.high >= found.ratio * (1 - 1e-9)


def test_a_restless_past_takes_certainty_away():
    calm = compare(100, 140, history=[100, 103, 98, 101, 99, 104, 97, 100])
    restless = compare(100, 140, history=[40, 60, 160, 130, 150, 80, 90, 120])
    assert (calm.verdict, restless.verdict) == (Verdict.RISE, Verdict.TOO_FEW)  # not even a doubling would be seen
    assert calm.dispersion < 1.3
    assert restless.dispersion > 5
    assert restless.low < calm.low < calm.high < restless.high


def test_a_past_with_a_season_is_not_restless():
    seasonal = compare(200, 280, history=[50, 100, 200, 90, 52, 103, 196, 95, 47, 98, 205, 92])
    assert seasonal.verdict == Verdict.RISE
    assert seasonal.dispersion < 1.5


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (0, 0, Verdict.TOO_FEW),
        (3, 5, Verdict.TOO_FEW),
        (20, 30, Verdict.TOO_FEW),  # 21 is what it takes to find a doubling four times in five
        (30, 36, Verdict.NO_CHANGE_SHOWN),
        (0, 12, Verdict.RISE),
        (12, 0, Verdict.FALL),
        (1_000_000, 1_003_000, Verdict.RISE),
        (1_000_000, 1_001_000, Verdict.NO_CHANGE_SHOWN),
    ],
)
def test_verdicts(before, after, verdict):
    assert compare(before, after).verdict == verdict


def test_too_few_is_where_a_doubling_would_be_missed_one_time_in_five():
    """The rule against throwing dice."""
    rng = np.random.default_rng(3)
    for past in (12.0, 21.0, 40.0):
        expected = Expected(np.full(4000, past), np.ones(4000), np.zeros(4000), Dispersion.of(1.0, 4000))
        after = draw(rng, np.full(4000, 2 * past), np.ones(4000)).astype(float)
        share = (p_values(after, expected) <= 0.05).mean()
        assert share == pytest.approx(power(expected)[0], abs=0.025)


def test_what_is_sold_twice_as_often_may_be_complained_about_twice_as_often():
    assert compare(100, 200).verdict == Verdict.RISE
    assert compare(100, 200, exposure_before=1000, exposure_after=2000).verdict == Verdict.NO_CHANGE_SHOWN
    assert compare(100, 100, exposure_before=1000, exposure_after=2000).verdict == Verdict.FALL


def test_dispersions_are_learned_from_all_series():
    """With six degrees of freedom each: near the truth on the whole, whether all are alike or not."""
    rng = np.random.default_rng(8)
    true = np.repeat([1.0, 4.0], [150, 50])
    own = true * rng.chisquare(6, 200) / 6
    known = learn(own, np.full(200, 6.0), np.full(200, 50.0))
    assert known.weights.sum(axis=1) == pytest.approx(np.ones(200))
    assert known.mean[:150].mean() < 1.5
    assert known.mean[150:].mean() > 2.5
    alike = learn(2 * rng.chisquare(6, 200) / 6, np.full(200, 6.0), np.full(200, 50.0)).mean
    assert alike.mean() == pytest.approx(2, abs=0.25)
    assert alike.std() < 0.4  # each alone would have 1.15


@pytest.mark.parametrize(
    "wrong",
    [
        {"before": -1, "after": 1},
        {"before": 1, "after": 1, "exposure_before": 0},
        {"before": 1, "after": 1, "history": [1, 2], "exposure_history": [1.0]},
        {"before": 1, "after": 1, "history": [1, -2]},
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"exposure|not negative"):
        compare(**wrong)
