from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, poisson

from reporting import trends
from reporting.trends import Rule
from reporting.trends.control import TAIL
from tests.reporting.trends.synthetic import draw

#: By type what they find may be None; where it must not be, a test fails.
count_chart: Any = trends.count_chart
proportion_chart: Any = trends.proportion_chart


@pytest.mark.parametrize("mean", [1, 4, 20, 500])
def test_limits_of_counts_are_exact(mean):
    """At most 0.135 % beyond either, and more than that if a limit were one nearer."""
    chart = count_chart([mean] * 24)
    low, high = chart.lower[0], chart.upper[0]
    assert (chart.kind, chart.centre, chart.sigma_z, chart.out) == ("c", mean, 1, ())
    assert poisson.sf(high, mean) <= TAIL < poisson.sf(high - 1, mean)
    assert poisson.cdf(low - 1, mean) <= TAIL < poisson.cdf(low, mean)


def test_limits_of_proportions_are_exact():
    chart = proportion_chart([2] * 20, [50] * 20)
    assert (chart.kind, chart.centre) == ("p", 0.04)
    assert binom.sf(round(chart.upper[0] * 50), 50, 0.04) <= TAIL < binom.sf(round(chart.upper[0] * 50) - 1, 50, 0.04)


def test_a_large_chart_has_three_standard_deviations():
    chart = count_chart([10_000] * 12)
    assert (chart.lower[0], chart.upper[0]) == (pytest.approx(9700, abs=3), pytest.approx(10_300, abs=3))


def test_rates_have_limits_of_their_own_exposure():
    chart = count_chart([10, 40, 10, 40], exposure=[1, 4, 1, 4])
    assert chart.kind == "u"
    assert chart.points == (10, 10, 10, 10)
    assert chart.upper[0] > chart.upper[1] > chart.centre == 10


def test_a_point_without_exposure_is_passed_over():
    chart = count_chart([5, 0, 50, 6], exposure=[1, 0, 1, 1], baseline=1)
    assert chart.points == (5, None, 50, 6)
    assert [point.index for point in chart.out] == [2]
    assert proportion_chart([1, 0], [10, 0]).points == (0.1, None)


@pytest.mark.parametrize("kind", ["counts", "proportions"])
def test_more_than_chance_from_one_to_the_next_widens_the_limits(kind):
    """Laney's charts: as many points beyond the limits as there would be without over-dispersion."""
    rng = np.random.default_rng(14)
    chance = rng.beta(30, 270, 400)
    rows = rng.binomial(2000, chance) if kind == "proportions" else draw(rng, np.full(400, 80.0), np.full(400, 6.0))
    totals = [2000] * 400
    chart = proportion_chart(rows.tolist(), totals) if kind == "proportions" else count_chart(rows.tolist())
    assert chart.kind.endswith("′")
    assert chart.sigma_z > 2
    assert sum(Rule.BEYOND_LIMIT in point.rules for point in chart.out) <= 5


def test_a_lasting_change_does_not_widen_the_limits():
    rng = np.random.default_rng(15)
    counts = [*rng.poisson(20, 18).tolist(), *rng.poisson(45, 18).tolist()]
    chart = count_chart(counts, baseline=18)
    assert chart.sigma_z < 1.3
    assert {point.index for point in chart.out} >= set(range(27, 36))
    assert all(point.is_high for point in chart.out if point.index >= 27)


def test_runs_and_trends():
    run = count_chart([20] * 4 + [22] * 9 + [20, 14], baseline=4)
    assert [(point.index, point.rules, point.is_high) for point in run.out] == [(12, (Rule.RUN,), True)]
    falling = count_chart([26, 25, 24, 23, 22, 21, 20, 20, 20], baseline=None)
    assert [(point.index, point.rules, point.is_high) for point in falling.out] == [
        (place, (Rule.TREND,), False) for place in (5, 6)
    ]


@pytest.mark.parametrize("mean", [0.3, 2.0, 15.0])
def test_false_alarms_are_as_stated(mean):
    counts = np.random.default_rng(16).poisson(mean, 20_000)
    chart = count_chart(counts.tolist())
    assert chart.false_alarm < 0.0095
    assert len(chart.out) / 20_000 <= chart.false_alarm


@pytest.mark.parametrize("counts", [[], [0], [0] * 12, [7]])
def test_almost_nothing(counts):
    chart = count_chart(counts)
    assert (len(chart.points), chart.out) == (len(counts), ())
    shares = proportion_chart(counts, [7] * len(counts))
    assert (len(shares.points), shares.out) == (len(counts), ())


@pytest.mark.parametrize(
    "wrong",
    [lambda: count_chart([1], exposure=[]), lambda: count_chart([-1]), lambda: proportion_chart([3], [2])],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"as many exposures|lie between"):
        wrong()
