"""Control charts for counts and proportions. (RP-2)

Limits are those of Shewhart's charts, 0.135 % on either side, but as exact quantiles: negative binomial for counts,
beta binomial for proportions, so they fit small counts too, where three standard deviations do not. Both are as much
wider than Poisson or binomial limits as points vary more from one to the next than those would: Laney's (2002) sigma
z, from moving ranges, so a change of level does not widen them; never narrower. The rules are three of Nelson's
(1984); runs are counted around the median, since a small count is more often below its mean than above.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import betabinom, nbinom, norm

from reporting.trends.dispersion import LEAST, Floats
from reporting.trends.findings import ControlChart, OutOfControl, Rule

TAIL = float(norm.sf(3))
RUN, TREND = 9, 6
#: Of one point, while nothing changes, by each rule: two tails, one side nine times, one order of six.
FALSE_ALARM = 2 * TAIL + 2 * 0.5**RUN + 2 / 720
#: Mean of a moving range of two, in standard deviations.
RANGE = 2 / np.sqrt(np.pi)

Bools = npt.NDArray[np.bool_]


def count_chart(
    counts: Sequence[int], *, exposure: Sequence[float] | None = None, baseline: int | None = None
) -> ControlChart:
    """A c chart, or a u chart of rates where exposure is known.

    Limits come from the first `baseline` points, or all. A point without exposure is None and never marked. Raises
    ValueError if there are not as many exposures as counts, or any is negative.
    """
    count = np.asarray(counts, dtype=float)
    exposed = np.ones_like(count) if exposure is None else np.asarray(exposure, dtype=float)
    if len(count) != len(exposed) or (count < 0).any() or (exposed < 0).any():
        raise ValueError("as many exposures as counts, none negative")
    base = slice(baseline)
    centre = float(count[base].sum() / exposed[base].sum()) if exposed[base].sum() > 0 else 0.0
    mean = np.maximum(centre * exposed, LEAST)
    sigma_z = _sigma_z((count - mean)[base] / np.sqrt(mean[base]), exposed[base] > 0)
    beyond = max(sigma_z**2 - 1, LEAST)
    distribution = nbinom(mean / beyond, 1 / (1 + beyond))
    return _chart(
        "c" if exposure is None else "u", count, exposed, centre=centre, sigma_z=sigma_z, distribution=distribution
    )


def proportion_chart(counts: Sequence[int], totals: Sequence[int], *, baseline: int | None = None) -> ControlChart:
    """A p chart: the share of `counts` in `totals`; limits from the first `baseline` points, or all.

    A point without cases is None and never marked. Raises ValueError if a count is not between 0 and its total.
    """
    count, total = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    if len(count) != len(total) or (count < 0).any() or (count > total).any():
        raise ValueError("counts lie between 0 and their totals")
    base = slice(baseline)
    centre = float(count[base].sum() / total[base].sum()) if total[base].sum() else 0.0
    variance = np.maximum(total * centre * (1 - centre), LEAST)
    is_told = (total > 0) & (0 < centre < 1)
    sigma_z = _sigma_z((count - total * centre)[base] / np.sqrt(variance[base]), is_told[base])
    # The correlation of cases of one period that makes their count vary so much; of two cases it cannot be beyond 1.
    alike = np.clip((sigma_z**2 - 1) / np.maximum(total - 1, 1.0), LEAST, 1 - LEAST)
    worth = 1 / alike - 1
    share = min(max(centre, LEAST), 1 - LEAST)
    distribution = betabinom(total.astype(int), share * worth, (1 - share) * worth)
    return _chart("p", count, total, centre=centre, sigma_z=sigma_z, distribution=distribution)


def _sigma_z(distances: Floats, is_told: Bools) -> float:
    """By how much points vary more, from one to the next, than chance has it; 1 where they do not."""
    moves = np.abs(np.diff(distances[is_told]))
    return max(float(moves.mean() / RANGE), 1.0) if len(moves) else 1.0


def _chart(
    kind: str, count: Floats, exposed: Floats, *, centre: float, sigma_z: float, distribution: Any
) -> ControlChart:
    is_told = exposed > 0
    over = np.where(is_told, exposed, 1.0)
    low, median, high = distribution.ppf(TAIL), distribution.median(), distribution.isf(TAIL)
    points = tuple(float(value) if told else None for value, told in zip(count / over, is_told, strict=True))
    return ControlChart(
        kind=kind + ("′" if sigma_z > 1 else ""),
        points=points,
        centre=centre,
        lower=tuple(float(value) for value in np.where(is_told, low / over, centre)),
        upper=tuple(float(value) for value in np.where(is_told, high / over, centre)),
        sigma_z=sigma_z,
        out=_out(count, count / over, is_told, (low, median, high)),
        false_alarm=FALSE_ALARM,
    )


def _out(
    count: Floats, rates: Floats, is_told: Bools, lines: tuple[Floats, Floats, Floats]
) -> tuple[OutOfControl, ...]:
    """Which points are remarkable. Points without exposure are passed over: they neither end nor lengthen a run."""
    low, median, high = lines
    found = []
    run = trend = 0
    last: float | None = None
    for index in np.flatnonzero(is_told):
        value, rate = count[index], rates[index]
        run = _longer(run, float(np.sign(value - median[index])))
        trend = _longer(trend, float(np.sign(rate - last)) if last is not None else 0.0)
        last = rate
        rules = []
        if value < low[index] or value > high[index]:
            rules.append(Rule.BEYOND_LIMIT)
        if abs(run) >= RUN:
            rules.append(Rule.RUN)
        if abs(trend) >= TREND - 1:
            rules.append(Rule.TREND)
        if rules:
            is_high = trend > 0 if rules == [Rule.TREND] else value > median[index]
            found.append(OutOfControl(int(index), tuple(rules), bool(is_high)))
    return tuple(found)


def _longer(length: int, direction: float) -> int:
    """A run's signed length with one point more; a point on the line ends it."""
    if not direction:
        return 0
    return length + int(direction) if length * direction > 0 else int(direction)
