"""How much more than Poisson counts vary: variance over mean, learned from all series together. (RP-2)

With a dozen quarters the variance of one series is hardly known. So what is known of it is a distribution over values:
what its own scatter makes likely (scaled chi square), weighed with how common each value is among all series looked
at, which is itself estimated (empirical Bayes by maximum likelihood on a grid: Laird 1978, Koenker and Mizera 2014;
its purpose is that of Smyth 2004 and of Lund, Nettleton, McCarthy and Smyth 2012). Tests average over that
distribution, so a variance known badly costs as much as it should. Assumed: within a series the variance is
proportional to the mean, and never less than it; from series to series it may be of one size, or grow with the level,
whichever they show.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Variance over mean, as far as looked for. The first is that of Poisson counts.
VALUES = np.concatenate([[1.0], np.geomspace(1.2, 12, 11), np.geomspace(20, 2000, 7)])
#: Squared coefficients of variation beyond Poisson, as far as looked for: a variance that grows with a series' level.
SQUARES = np.geomspace(0.003, 0.8, 9)
#: How common each is before any series is seen, worth so many series: counts are Poisson or not far from it.
BEFORE = np.concatenate([1 / VALUES**1.5, np.full(len(SQUARES), 0.1)])
BEFORE_SERIES = 4.0
ROUNDS = 100
#: Values less likely than this for every series are left out.
NEGLIGIBLE = 1e-9
LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Values of variance over mean (columns) that each series (rows) may have, and how likely each is."""

    values: Floats
    weights: Floats

    @property
    def mean(self) -> Floats:
        return np.asarray((self.weights * self.values).sum(axis=1))

    @classmethod
    def of(cls, value: float, series: int = 1) -> Self:
        """One that is given."""
        return cls(np.full((series, 1), value), np.ones((series, 1)))

    def rows(self, which: npt.NDArray[np.int_]) -> Self:
        """That of some of the series."""
        return type(self)(self.values[which], self.weights[which])


def learn(own: Floats, freedom: Floats, level: Floats) -> Dispersion:
    """From each series' own estimate, its degrees of freedom, and how many cases it has a period."""
    values = np.hstack([np.tile(VALUES, (len(own), 1)), 1 + SQUARES * level[:, None]])
    # Pearson's statistic of small counts varies more than chi square, as if it had fewer degrees of freedom.
    told = (freedom / (1 + 1 / (2 * np.maximum(level, LEAST))))[:, None] / 2
    logs = -told * (np.log(values) + own[:, None] / values)
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    before = BEFORE_SERIES * BEFORE / BEFORE.sum()
    usual = before / BEFORE_SERIES
    for _ in range(ROUNDS):
        weights = likely * usual
        weights /= weights.sum(axis=1, keepdims=True)
        usual = (weights.sum(axis=0) + before) / (len(own) + BEFORE_SERIES)
    counts_at_all = weights.max(axis=0) > NEGLIGIBLE
    return Dispersion(values[:, counts_at_all], weights[:, counts_at_all])


def pearson(counts: Floats, expected: Floats, fitted: int) -> tuple[Floats, Floats]:
    """Pearson's statistic over its degrees of freedom for each row, and these; nothing expected tells nothing."""
    told = expected > 0
    squares = np.where(told, (counts - expected) ** 2 / np.where(told, expected, 1.0), 0.0).sum(axis=1)
    freedom = np.maximum(told.sum(axis=1) - float(fitted), 0.0)
    return squares / np.maximum(freedom, 1.0), freedom
