from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from reporting import trends
from reporting.trends import Interval

#: By type what they find may be None; where it must not be, a test fails.
proportion: Any = trends.proportion
rate: Any = trends.rate
rate_ratio: Any = trends.rate_ratio


@pytest.mark.parametrize(
    ("count", "total", "method", "low", "high"),
    [  # Newcombe (1998), table I
        (81, 263, "wilson", 0.2553, 0.3662),
        (81, 263, "exact", 0.2527, 0.3676),
        (15, 148, "wilson", 0.0624, 0.1605),
        (0, 20, "wilson", 0.0000, 0.1611),
        (0, 20, "exact", 0.0000, 0.1684),
        (1, 29, "exact", 0.0009, 0.1776),
    ],
)
def test_proportions_as_published(count, total, method, low, high):
    found = proportion(count, total, method=method)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.value == count / total


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0, 3.69), (1, 0.0253, 5.57), (10, 4.80, 18.39), (50, 37.11, 65.92)]
)
def test_rates_as_published(count, low, high):
    """Garwood (1936)."""
    found = rate(count, 1.0)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-3)
    assert rate(count, 4.0).high == pytest.approx(found.high / 4)


def test_of_nothing_there_is_nothing():
    assert proportion(0, 0) == rate(0, 0) == rate_ratio(1, 0, 1, 1) == Interval(None, None, None)


counts = st.integers(0, 200)
exposures = st.floats(0.1, 100)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(counts, exposures, counts, exposures)
def test_a_ratio_of_rates_is_the_exact_interval_of_a_share(before, exposed, after, exposed_after):
    found = rate_ratio(before, exposed, after, exposed_after)
    if before + after == 0:
        assert (found.value, found.low, found.high) == (None, 0.0, None)
        return
    share = binomtest(after, before + after).proportion_ci(0.95, method="exact")
    scale = exposed / exposed_after
    assert found.low == pytest.approx(share.low / (1 - share.low) * scale, rel=1e-6, abs=1e-12)
    if before:
        assert found.high == pytest.approx(share.high / (1 - share.high) * scale, rel=1e-6)
        assert found.low <= found.value <= found.high
    else:
        assert (found.value, found.high) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [lambda: proportion(3, 2), lambda: proportion(-1, 2), lambda: rate(-1, 1), lambda: rate_ratio(1, -1, 1, 1)],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"lies between|not negative"):
        wrong()
