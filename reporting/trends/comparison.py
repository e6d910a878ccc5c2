"""A count against another. (RP-2)"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reporting.trends.dispersion import Dispersion, Floats, learn
from reporting.trends.expectation import Expected, Weighed, weigh
from reporting.trends.findings import Comparison, Verdict
from reporting.trends.seasonality import residual

SIGNIFICANT = 0.05


def compare(
    before: int,
    after: int,
    *,
    history: Sequence[int] = (),
    exposure_before: float = 1.0,
    exposure_after: float = 1.0,
    exposure_history: Sequence[float] | None = None,
    per_year: int = 4,
) -> Comparison:
    """One count against one before it, alone; where many are looked at, `examine` them together instead.

    `history` are counts of the same series in periods of the same length, oldest first; over-dispersion is estimated
    from them, around the averages of each period of the year once two years are known. Without a history counts are
    taken for Poisson counts: the test is the exact conditional one. No season is taken out: let both counts be of the
    same season. Raises ValueError if an exposure is not positive, a count negative, or exposures are not as many as
    counts.
    """
    if min(exposure_before, exposure_after, *(exposure_history or (1.0,))) <= 0:
        raise ValueError("an exposure must be more than nothing")
    if min(before, after, *history) < 0:
        raise ValueError("counts are not negative")
    if exposure_history is not None and len(exposure_history) != len(history):
        raise ValueError("as many exposures as counts")
    scale = np.array([exposure_after / exposure_before])
    known = _dispersion(history, exposure_history, per_year)
    expected = Expected(np.array([float(before)]), scale, np.zeros(1), known)
    observed = np.array([float(after)])
    found = compared(observed, expected, weigh(observed, expected), 0)
    if found.p_value > SIGNIFICANT:
        return found
    is_more = found.ratio is None or found.ratio > 1
    return replace(found, verdict=Verdict.RISE if is_more else Verdict.FALL)


def _dispersion(history: Sequence[int], exposure: Sequence[float] | None, per_year: int) -> Dispersion:
    if not history:
        return Dispersion.of(1.0)
    rows = np.asarray([history], dtype=float)
    exposed = np.ones_like(rows) if exposure is None else np.asarray([exposure], dtype=float)
    return learn(*residual(rows, exposed, np.arange(len(history)) % per_year, per_year), rows.mean(axis=1))


def compared(observed: Floats, expected: Expected, found: Weighed, row: int) -> Comparison:
    """One row of what was weighed, no change named yet."""
    ratio, low, high = (_number(column[row]) for column in (found.ratio, found.low, found.high))
    return Comparison(
        observed=int(observed[row]),
        expected=float(expected.mean[row]),
        ratio=ratio,
        low=low,
        high=high,
        p_value=float(found.p_value[row]),
        dispersion=float(expected.dispersion.mean[row]),
        verdict=Verdict.TOO_FEW if found.is_weak[row] else Verdict.NO_CHANGE_SHOWN,
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
