"""Figures of the quarter against those before: what changed beyond chance, and what does not show. (RP-1, RP-2)

Counts go to `trends.compare`; two shares are compared by the score test with Newcombe's interval of the difference,
handling times by the log-rank test of all cases, open ones included. All comparisons of a report are held to one rate
of false discoveries. Sums of money and means have no verdict.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from reporting import trends
from reporting.definitions import DEFINITIONS, Unit, figure
from reporting.tallies import Dimension, Tally, spread
from reporting.trends import Verdict
from reporting.trends.findings import CHANGES, NOT_COMPARABLE

#: Of the changes named in a report, the share that is none, on average.
RATE = 0.05
SIGNIFICANT = 0.05
POWER = 0.8
#: Two shares have too few cases if a difference of so much (0 to 1) would be missed more often than one time in five.
DETECTABLE = 0.2
#: Handling times have, if cases that end at twice the pace would be.
PACE = 2.0


class Against(StrEnum):
    """What the quarter is held against."""

    PREVIOUS = "previous"
    YEAR_AGO = "year_ago"


@dataclass(frozen=True, slots=True)
class Change:
    """One comparison. `ratio` of counts with its interval, or `difference` of shares in percentage points with its."""

    dimension: str
    key: str
    code: str
    against: str
    before: float | None
    after: float | None
    verdict: str
    p_value: float | None = None
    q_value: float | None = None
    ratio: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tallies of one group; `history` are counts received in the quarters before both, `days` their lengths."""

    dimension: Dimension
    key: str
    against: Against
    before: Tally
    after: Tally
    days: tuple[int, int]
    history: Sequence[int] = ()
    history_days: Sequence[int] = ()
    #: The register no longer uses the group.
    is_ended: bool = False


def compared(pair: Pair, code: str, moment: datetime) -> Change:
    """One figure of both, judged at the moment; false discoveries are not held yet."""
    unit = DEFINITIONS[code].unit
    before, after = figure(code, pair.before, moment), figure(code, pair.after, moment)
    change = Change(pair.dimension, pair.key, code, pair.against, _number(before.value), _number(after.value), "")
    if unit == Unit.ROUNDS:
        return _counts(change, pair, int(before.value or 0), int(after.value or 0))
    if unit == Unit.PERCENT:
        return _shares(change, (before.part or 0, before.whole or 0), (after.part or 0, after.whole or 0))
    if code in {"cycle_median", "cycle_p90"}:
        return _times(change, pair, moment)
    return change


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _counts(change: Change, pair: Pair, before: int, after: int) -> Change:
    if pair.is_ended and before and not after:
        return replace(change, verdict=Verdict.ENDED)
    is_first = change.code == "received" and change.dimension != Dimension.ALL and not before and not any(pair.history)
    if is_first and after:
        return replace(change, verdict=Verdict.BEGAN)
    history = pair.history if change.code == "received" else ()
    found = trends.compare(
        before,
        after,
        history=history,
        exposure_before=pair.days[0],
        exposure_after=pair.days[1],
        exposure_history=pair.history_days if history else None,
    )
    return replace(
        change, verdict=found.verdict, p_value=found.p_value, ratio=found.ratio, low=found.low, high=found.high
    )


def _shares(change: Change, before: tuple[int, int], after: tuple[int, int]) -> Change:
    if not before[1] or not after[1]:
        return replace(change, verdict=Verdict.TOO_FEW)
    import numpy as np  # noqa: PLC0415 - takes seconds: only who builds a report waits
    from statsmodels.stats.proportion import (  # noqa: PLC0415 - as above
        confint_proportions_2indep,
        test_proportions_2indep,
    )

    difference = after[0] / after[1] - before[0] / before[1]
    low, high = confint_proportions_2indep(*after, *before, compare="diff", method="newcomb")
    is_same = not difference  # also where nobody or everybody has it, where no test can be made
    with np.errstate(divide="ignore", invalid="ignore"):  # ratios that nobody asked for
        test = None if is_same else test_proportions_2indep(*after, *before, compare="diff", method="score")
    p = 1.0 if test is None else float(test.pvalue)
    if p > SIGNIFICANT:
        verdict = Verdict.NO_CHANGE_SHOWN if _would_show(before, after) else Verdict.TOO_FEW
    else:
        verdict = Verdict.RISE if difference > 0 else Verdict.FALL
    return replace(
        change, verdict=verdict, p_value=p, difference=100 * difference, low=100 * float(low), high=100 * float(high)
    )


def _would_show(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """A difference of DETECTABLE around the share of both together would be found four times in five."""
    from statsmodels.stats.power import NormalIndPower  # noqa: PLC0415 - as above
    from statsmodels.stats.proportion import proportion_effectsize  # noqa: PLC0415

    share = (before[0] + after[0]) / (before[1] + after[1])
    other = share - DETECTABLE if share > DETECTABLE else share + DETECTABLE
    effect = abs(proportion_effectsize(share, other))
    return bool(NormalIndPower().power(effect, before[1], SIGNIFICANT, ratio=after[1] / before[1]) >= POWER)


def _times(change: Change, pair: Pair, moment: datetime) -> Change:
    ended = pair.before.handled.total(), pair.after.handled.total()
    if not all(ended):
        return replace(change, verdict=Verdict.TOO_FEW)
    from scipy.stats import CensoredData, logrank, norm  # noqa: PLC0415 - as above

    def times(tally: Tally) -> CensoredData:
        waiting = [*spread(tally.left), *tally.waiting_hours(moment)]
        return CensoredData(uncensored=list(spread(tally.handled)), right=waiting)

    p = float(logrank(times(pair.after), times(pair.before)).pvalue)
    p = 1.0 if math.isnan(p) else p
    if p > SIGNIFICANT or change.before == change.after:
        # Schoenfeld (1981): the number of ends that shows a pace of PACE times four times in five.
        share = ended[1] / sum(ended)
        wanted = (norm.isf(SIGNIFICANT / 2) + norm.ppf(POWER)) ** 2 / (share * (1 - share) * math.log(PACE) ** 2)
        verdict = Verdict.NO_CHANGE_SHOWN if sum(ended) >= wanted else Verdict.TOO_FEW
    else:
        is_longer = change.after is None or (change.before is not None and change.after > change.before)
        verdict = Verdict.RISE if is_longer else Verdict.FALL
    return replace(change, verdict=verdict, p_value=p)


def held(changes: Iterable[Change], rate: float = RATE) -> list[Change]:
    """The changes with their q values; what is not found at the rate over all that was looked at shows no change."""
    found = list(changes)
    tested = [place for place, change in enumerate(found) if change.p_value is not None]
    p_values = [found[place].p_value or 0.0 for place in tested]
    q_values = trends.hold(p_values, families=[found[place].dimension for place in tested]) if tested else ()
    for place, q_value in zip(tested, q_values, strict=True):
        change = replace(found[place], q_value=q_value)
        if change.verdict in CHANGES and q_value > rate:
            change = replace(change, verdict=Verdict.NO_CHANGE_SHOWN)
        found[place] = change
    return found


__all__ = ["CHANGES", "NOT_COMPARABLE", "RATE", "Against", "Change", "Pair", "compared", "held"]
