"""The test behind every comparison: a count against one that was to be expected. (RP-2)

A count is negative binomial around its expectation, with variance = dispersion × mean; the expectation itself is known
only as well as `past` cases tell it, which widens the distribution (gamma mixture). For Poisson counts this *is* the
exact conditional test of two Poisson means (Przyborowski and Wilenski 1940), so it holds with the fewest of cases;
with many it is the quasi-likelihood test. What is not known of the dispersion is averaged over (`dispersion.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import elementwise
from scipy.stats import nbinom

from reporting.trends.dispersion import LEAST, Dispersion, Floats

CONFIDENCE = 0.95
#: A comparison has too few cases if it would miss this ratio more often than one time in five.
DETECTABLE = 2.0
POWER = 0.8
#: Bounds of the search for a ratio, as logarithms.
SEARCH = (-40.0, 40.0)
TOLERANCES = {"xatol": 1e-9, "xrtol": 0.0, "fatol": 0.0}


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of each series: `scale` × `past` cases, where `past` cases tell it.

    `variance` is what else is not known of it, relative to its square (a season).
    """

    past: Floats
    scale: Floats
    variance: Floats
    dispersion: Dispersion

    @property
    def mean(self) -> Floats:
        return self.past * self.scale

    def of(self, rows: npt.NDArray[np.int_]) -> Self:
        """The same for some of the series."""
        known = self.dispersion.rows(rows)
        return replace(
            self, past=self.past[rows], scale=self.scale[rows], variance=self.variance[rows], dispersion=known
        )


@dataclass(frozen=True, slots=True)
class Weighed:
    """For each series: observed over expected with its interval (NaN where there is none) and the two-sided p value."""

    ratio: Floats
    low: Floats
    high: Floats
    p_value: Floats
    is_weak: npt.NDArray[np.bool_]


Chance = Callable[[Floats, Expected, Floats], Floats]


def weigh(observed: Floats, expected: Expected, *, intervals: bool = True) -> Weighed:
    """Every count against its expectation, all series at once; intervals take most of the time."""
    is_known = expected.mean > 0
    ratio = np.where(is_known, observed / np.where(is_known, expected.mean, 1.0), np.nan)
    tail = (1 - CONFIDENCE) / 2
    low = high = np.full(np.shape(observed), np.nan)
    if intervals:
        low = np.where(observed > 0, _ratio_where(at_least, observed, expected, tail), 0.0)
        high = np.where(is_known, _ratio_where(at_most, observed, expected, tail), np.nan)
    return Weighed(ratio, low, high, p_values(observed, expected), power(expected) < POWER)


def p_values(observed: Floats, expected: Expected) -> Floats:
    """The two-sided p values alone: twice the smaller tail."""
    return np.asarray(np.minimum(2 * np.minimum(at_least(observed, expected), at_most(observed, expected)), 1.0))


def at_least(observed: Floats, expected: Expected, log_ratio: Floats | float = 0.0) -> Floats:
    """The chance of so many or more, at a ratio to what is expected.

    With one case more in the past, so that the tail is that of the conditional test.
    """
    size, chance = _parameters(expected, expected.past + 1, log_ratio)
    return _average(nbinom.sf(observed[:, None] - 1, size, chance), expected)


def at_most(observed: Floats, expected: Expected, log_ratio: Floats | float = 0.0) -> Floats:
    """The chance of so many or fewer; where nothing is expected, fewer are no wonder."""
    size, chance = _parameters(expected, expected.past, log_ratio)
    tail = _average(nbinom.cdf(observed[:, None], size, chance), expected)
    return np.asarray(np.where(expected.mean > 0, tail, 1.0))


def beyond(expected: Expected, level: float) -> Floats:
    """The greatest counts whose chance to be reached is more than `level`: what lies above is remarkable."""
    low, high = np.zeros(len(expected.past)), np.maximum(np.ceil(4 * expected.mean), 16.0)
    while (at_least(high, expected) > level).any():
        high *= 2
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        is_usual = at_least(middle, expected) > level
        low, high = np.where(is_usual, middle, low), np.where(is_usual, high, middle)
    return low


def power(expected: Expected, ratio: float = DETECTABLE) -> Floats:
    """How often a rise to `ratio` times the expectation would be found by one test at 5 %."""
    size, chance = _parameters(expected, expected.past + 1, 0.0)
    critical = nbinom.isf((1 - CONFIDENCE) / 2, size, chance)
    mean = np.maximum(ratio * expected.mean, LEAST)[:, None]
    surplus = np.maximum(expected.dispersion.values - 1, LEAST)
    return _average(nbinom.sf(critical, mean / surplus, 1 / (1 + surplus)), expected)


def _parameters(expected: Expected, past: Floats, log_ratio: Floats | float) -> tuple[Floats, Floats]:
    """Of the negative binomial distributions at a ratio, one for each dispersion: size and chance."""
    mean = np.maximum(expected.scale * past * np.exp(log_ratio), LEAST)[:, None]
    surplus = np.maximum(expected.dispersion.values - 1, LEAST)
    size = 1 / (
        expected.dispersion.values / np.maximum(past, LEAST)[:, None] + expected.variance[:, None] + surplus / mean
    )
    return size, size / (size + mean)


def _average(chances: Floats, expected: Expected) -> Floats:
    return np.asarray((chances * expected.dispersion.weights).sum(axis=1))


def _ratio_where(chance: Chance, observed: Floats, expected: Expected, tail: float) -> Floats:
    """The ratio at which the chance of what was observed is `tail`."""

    def difference(log_ratio: Floats, which: npt.NDArray[np.int_]) -> Floats:
        rows = which.astype(int)
        return np.asarray(chance(observed[rows], expected.of(rows), log_ratio) - tail)

    ends = (np.full(len(observed), SEARCH[0]), np.full(len(observed), SEARCH[1]))
    found = elementwise.find_root(difference, ends, args=(np.arange(len(observed)),), tolerances=TOLERANCES)
    return np.asarray(np.exp(found.x))
