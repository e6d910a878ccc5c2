"""Counts made up from a seed: quiet, or with a change planted. Over-dispersed and seasonal series are among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import nbinom

from reporting.trends import Series

Floats = npt.NDArray[np.float64]
LEVELS = (5, 10, 20, 50, 100, 300)


@dataclass(frozen=True)
class Mix:
    """What series are drawn from: levels a period, variance over mean, variance growing with the level, seasons."""

    levels: Sequence[float] = LEVELS
    dispersions: Sequence[float] = (1, 1, 1.5, 2.5)
    squares: Sequence[float] = (0,)
    amplitudes: Sequence[float] = (0, 0, 0.3, 0.5)
    per_year: int = 4


POISSON = Mix(dispersions=(1,), amplitudes=(0,))
#: Half Poisson and half not, a half of them with a season: the mix that is reported on.
MIXED = Mix()
#: Variance as large as the mean plus a twentieth of its square.
GROWING = Mix(dispersions=(1,), squares=(0.05,), amplitudes=(0, 0.3))


def draw(rng: np.random.Generator, mean: Floats, dispersion: Floats) -> npt.NDArray[np.int_]:
    """Negative binomial counts of these means and variances over mean; Poisson where that is 1."""
    beyond = np.maximum(dispersion - 1, 1e-9)
    return np.asarray(nbinom.rvs(mean / beyond, 1 / (1 + beyond), random_state=rng), dtype=int)


def quarters(
    rng: np.random.Generator, mix: Mix, series: int = 200, periods: int = 12, *, lifted: Floats | float = 1.0
) -> npt.NDArray[np.int_]:
    """Series as rows; `lifted` multiplies the mean of each cell."""
    level = rng.choice(mix.levels, (series, 1)).astype(float)
    dispersion, square = rng.choice(mix.dispersions, (series, 1)), rng.choice(mix.squares, (series, 1))
    amplitude, phase = rng.choice(mix.amplitudes, (series, 1)), rng.random((series, 1))
    season = 1 + amplitude * np.cos(2 * np.pi * (np.arange(periods) / mix.per_year - phase))
    mean = level * season * lifted
    return draw(rng, mean, dispersion + square * mean)


def as_series(counts: npt.NDArray[np.int_], *, per_year: int = 4, dimension: str = "category") -> list[Series]:
    """Every row a series of one dimension, named by its place."""
    return [Series(str(row), dimension, tuple(values.tolist()), per_year) for row, values in enumerate(counts)]


def days(rng: np.random.Generator, groups: int, length: int) -> npt.NDArray[np.int_]:
    """Quiet counts of days: most groups work five days a week, half vary more than Poisson, half have a season."""
    level = rng.choice([0.02, 0.1, 0.3, 1, 3, 10, 40], (groups, 1))
    dispersion, amplitude = rng.choice([1, 1, 1.5, 2.5], (groups, 1)), rng.choice([0, 0, 0.4, 0.8], (groups, 1))
    day = np.arange(length)
    week = np.where(rng.random((groups, 1)) < 0.7, np.where(day % 7 < 5, 1.25, 0.375), 1.0)
    season = 1 + amplitude * np.cos(2 * np.pi * (day / 365.25 - rng.random((groups, 1))))
    return draw(rng, level * week * season, dispersion)
