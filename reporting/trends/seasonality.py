"""The season of a series: how each period of the year differs from the year's average. (RP-2)

With two or three years of counts a season is hardly known, and taking chance for season would hide changes, or make
them. So factors are random with mean 1 and an unknown spread, and how spread they usually are is learned from all
series looked at together (empirical Bayes by maximum likelihood on a grid, Laird 1978; gamma-Poisson as Clayton and
Kaldor 1987). What stays unknown of a factor is part of the uncertainty of every expectation that uses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, nbinom

from reporting.trends.dispersion import LEAST, Dispersion, Floats, learn, pearson
from reporting.trends.findings import Seasonality

#: Standard deviations that factors may have. None at all is the first.
SPREADS = np.array([0.0, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0])
#: A season is looked for from so many years on.
YEARS = 2
ROUNDS = 30

Positions = npt.NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Seasons:
    """Of each series (row): its level per unit of exposure, and factors of the year with their relative variance.

    `fitted` is how many parameters the factors are worth: none where they are 1, one less than periods where they are
    free.
    """

    level: Floats
    factors: Floats
    variance: Floats
    fitted: Floats


def fit(counts: Floats, exposure: Floats, positions: Positions, per_year: int, dispersion: Floats) -> Seasons:
    """Level and season of each row of counts; `positions` says which period of the year a column is."""
    columns = positions[None, :] == np.arange(per_year)[:, None]
    seen, exposed = counts @ columns.T, exposure @ columns.T
    total, level = counts.sum(axis=1), _over(counts.sum(axis=1), exposure.sum(axis=1))
    factors, variance = np.ones_like(seen), np.zeros_like(seen)
    if len(positions) < YEARS * per_year - 1:
        return Seasons(level, factors, variance, np.zeros(len(counts)))
    usual = np.full(len(SPREADS), 1 / len(SPREADS))
    value = dispersion[:, None]
    for _ in range(ROUNDS):
        mean = level[:, None] * exposed
        likely = _likelihood(seen, mean, value) + np.log(usual)
        weight = np.exp(likely - likely.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        usual = (weight.sum(axis=0) + 1 / len(SPREADS)) / (len(weight) + 1)
        factors, variance = _posterior(seen / value, mean / value, weight)
        average = factors.mean(axis=1, keepdims=True)
        factors, variance = factors / average, variance / average**2
        level = _over(total, (exposed * factors).sum(axis=1))
    known = mean / value / (1 / np.maximum(SPREADS, LEAST)[:, None, None] ** 2 + mean / value)
    free = (weight.T * known.mean(axis=2)).sum(axis=0) * (per_year - 1)
    return Seasons(level, factors, variance / np.maximum(factors, LEAST) ** 2, free)


def _over(count: Floats, exposure: Floats) -> Floats:
    return count / np.maximum(exposure, LEAST)


def _likelihood(seen: Floats, mean: Floats, value: Floats) -> Floats:
    """Of each spread (columns) for each series (rows), as logarithm."""
    beyond = np.maximum(value - 1, LEAST) / np.maximum(mean, LEAST)
    size = 1 / (SPREADS[:, None, None] ** 2 + beyond)
    return np.asarray(nbinom.logpmf(seen, size, size / (size + np.maximum(mean, LEAST))).sum(axis=2).T)


def _posterior(seen: Floats, mean: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the factors, given counts and expectations in units of the dispersion."""
    known = 1 / np.maximum(SPREADS, LEAST)[:, None, None] ** 2
    factors = (known + seen) / (known + mean)
    own = factors / (known + mean)
    share = weight.T[:, :, None]
    average = (share * factors).sum(axis=0)
    return average, (share * (own + factors**2)).sum(axis=0) - average**2


def averages(counts: Floats, exposure: Floats, positions: Positions, per_year: int) -> Floats:
    """What averages of each period of the year let expect; until two years are known, the average of all."""
    if len(positions) < YEARS * per_year - 1:
        positions, per_year = np.zeros_like(positions), 1
    columns = positions[None, :] == np.arange(per_year)[:, None]
    return np.asarray(_over(counts @ columns.T, exposure @ columns.T)[:, positions] * exposure)


def residual(counts: Floats, exposure: Floats, positions: Positions, per_year: int) -> tuple[Floats, Floats]:
    """Pearson's dispersion of each row around `averages`, with its degrees of freedom."""
    fitted = per_year if len(positions) >= YEARS * per_year - 1 else 1
    return pearson(counts, averages(counts, exposure, positions, per_year), fitted)


def significance(counts: Floats, exposure: Floats, positions: Positions, per_year: int, known: Dispersion) -> Floats:
    """The p value of no season: what the averages of the year's periods explain, averaged over the dispersion."""
    columns = positions[None, :] == np.arange(per_year)[:, None]
    seen, exposed = counts @ columns.T, exposure @ columns.T
    mean = _over(counts.sum(axis=1), exposure.sum(axis=1))[:, None] * exposed
    explained = np.where(mean > 0, (seen - mean) ** 2 / np.maximum(mean, LEAST), 0.0).sum(axis=1)
    return np.asarray((chi2.sf(explained[:, None] / known.values, per_year - 1) * known.weights).sum(axis=1))


def seasons(counts: Sequence[int], *, per_year: int = 12, exposure: Sequence[float] | None = None) -> Seasonality:
    """The season of one series alone; see `Seasonality`. Less than two years: factors are 1, nothing is shown.

    Raises ValueError if exposures are not as many as counts.
    """
    if exposure is not None and len(exposure) != len(counts):
        raise ValueError("as many exposures as counts")
    rows = np.asarray([counts], dtype=float)
    exposed = np.ones_like(rows) if exposure is None else np.asarray([exposure], dtype=float)
    positions = np.arange(len(counts)) % per_year
    known = learn(*residual(rows, exposed, positions, per_year), rows.mean(axis=1) if len(counts) else np.zeros(1))
    fitted = fit(rows, exposed, positions, per_year, known.mean)
    shown = len(counts) >= YEARS * per_year
    p_value = float(significance(rows, exposed, positions, per_year, known)[0]) if shown else None
    return Seasonality(tuple(float(factor) for factor in fitted.factors[0]), p_value, len(counts) // per_year)
