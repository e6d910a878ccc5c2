"""When a level changed. (RP-2)

Every period is tried as the first of a new level: what came after against what came before, with the test of
`expectation.py`. That the best of many was chosen is paid for by Worsley's bound (1982) for correlated tests. Where
the change lies is told by the likelihood (Hinkley 1970): tenable are the periods whose likelihood is not far below the
best.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import roots_legendre, xlogy
from scipy.stats import norm

from reporting.trends.dispersion import LEAST, Dispersion, Floats, learn
from reporting.trends.expectation import POWER, Expected, p_values, power
from reporting.trends.findings import ChangePoint, Verdict

#: A level is at least so many periods long.
SHORTEST = 2
SIGNIFICANT = 0.05
#: Either side of a change the excess of log likelihood has an exponential bound: both sides together hold 95 %.
TENABLE = float(-np.log(1 - np.sqrt(0.95)))


def change_point(
    counts: Sequence[int],
    *,
    exposure: Sequence[float] | None = None,
    dispersion: float | None = None,
) -> ChangePoint | None:
    """The likeliest point of change in a row of counts; None where there are fewer than 2 × SHORTEST periods.

    `exposure` may contain the season too (its factors multiplied in). Without a `dispersion` (variance over mean) it is
    taken from the differences of neighbouring periods, which a change of level leaves alone. Periods are taken for
    independent of each other. Raises ValueError if exposures are not as many as counts.
    """
    if exposure is not None and len(exposure) != len(counts):
        raise ValueError("as many exposures as counts")
    if len(counts) < 2 * SHORTEST:
        return None
    rows = np.asarray([counts], dtype=float)
    exposed = np.ones_like(rows) if exposure is None else np.asarray([exposure], dtype=float)
    known = neighbours(rows, exposed) if dispersion is None else Dispersion.of(dispersion)
    p_value, is_weak = changes(rows, exposed, known)
    return located(rows[0], exposed[0], float(p_value[0]), float(known.mean[0]), is_weak=bool(is_weak[0]))


def neighbours(counts: Floats, exposure: Floats, fitted: Floats | float = 0.0) -> Dispersion:
    """The dispersion of each row from differences of neighbouring periods (von Neumann 1941).

    A change of level is in one of them only. The season is in `exposure`; `fitted` is how many parameters it took.
    """
    expected = counts.sum(axis=1, keepdims=True) / np.maximum(exposure.sum(axis=1, keepdims=True), LEAST) * exposure
    told = expected > 0
    scaled = np.where(told, (counts - expected) / np.sqrt(np.where(told, expected, 1.0)), 0.0)
    both = told[:, 1:] & told[:, :-1]
    pairs = both.sum(axis=1).astype(float)
    left = np.maximum(1 - fitted / np.maximum(pairs + 1, 1.0), LEAST)
    squares = np.where(both, (scaled[:, 1:] - scaled[:, :-1]) ** 2, 0.0).sum(axis=1)
    # Overlapping differences tell two thirds of what as many independent ones would.
    return learn(squares / (2 * np.maximum(pairs, 1.0) * left), pairs * left * 2 / 3, counts.mean(axis=1))


def changes(counts: Floats, exposure: Floats, known: Dispersion) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """For each row: the p value of no change at all, and whether even a doubling halfway would hardly be found."""
    left, left_exposed = counts.cumsum(axis=1), exposure.cumsum(axis=1)
    tried = range(SHORTEST, counts.shape[1] - SHORTEST + 1)
    every = []
    for first in tried:
        before, exposed = left[:, first - 1], left_exposed[:, first - 1]
        scale = (left_exposed[:, -1] - exposed) / np.maximum(exposed, LEAST)
        chance = p_values(left[:, -1] - before, Expected(before, scale, np.zeros_like(scale), known))
        every.append(np.where((exposed > 0) & (scale > 0), chance, 1.0))
    share = left_exposed[:, [first - 1 for first in tried]] / np.maximum(left_exposed[:, -1:], LEAST)
    best = np.min(every, axis=0)
    half = left[:, -1] / 2
    weak = power(Expected(half, np.ones_like(half), np.zeros_like(half), known)) < POWER
    return _bound(best, share), weak


def _bound(p_value: Floats, share: Floats) -> Floats:
    """Of the least of correlated p values: their sum less what neighbours have in common (Worsley 1982)."""
    far = norm.isf(p_value / 2)[:, None, None]
    share = np.clip(share, LEAST, 1 - LEAST)
    together = np.sqrt(share[:, :-1] * (1 - share[:, 1:]) / (share[:, 1:] * (1 - share[:, :-1])))[:, :, None]
    apart = np.sqrt(np.maximum(1 - together**2, LEAST))
    # Over the tail of the one, seen as 0 to 1: the chance that its neighbour is in a tail as well.
    nodes, weights = roots_legendre(16)
    inside = norm.isf((nodes + 1) / 2 * norm.sf(far))
    both = norm.sf((far - together * inside) / apart) + norm.cdf((-far - together * inside) / apart)
    common = (both * weights / 2).sum(axis=2)
    return np.asarray(np.minimum(p_value * (share.shape[1] - common.sum(axis=1)), 1.0))


def located(counts: Floats, exposure: Floats, p_value: float, dispersion: float, *, is_weak: bool) -> ChangePoint:
    """The likeliest first period of a new level in one row, and which others are tenable."""
    left, left_exposed = counts.cumsum(), exposure.cumsum()
    tried = np.arange(SHORTEST, len(counts) - SHORTEST + 1)
    before, exposed_before = left[tried - 1], np.maximum(left_exposed[tried - 1], LEAST)
    after, exposed_after = left[-1] - before, np.maximum(left_exposed[-1] - left_exposed[tried - 1], LEAST)
    likely = xlogy(before, before / exposed_before) + xlogy(after, after / exposed_after)
    best = int(likely.argmax())
    tenable = tried[likely >= likely[best] - TENABLE * dispersion]
    old, new = float(before[best] / exposed_before[best]), float(after[best] / exposed_after[best])
    if p_value <= SIGNIFICANT:
        verdict = Verdict.RISE if new > old else Verdict.FALL
    else:
        verdict = Verdict.TOO_FEW if is_weak else Verdict.NO_CHANGE_SHOWN
    return ChangePoint(
        index=int(tried[best]),
        earliest=int(tenable.min()),
        latest=int(tenable.max()),
        before=old,
        after=new,
        ratio=new / old if old > 0 else None,
        p_value=p_value,
        dispersion=dispersion,
        verdict=verdict,
    )
