"""Two rates compared: a ratio with its interval, not a feeling. (AC-9)

A leaf. Counts are taken for Poisson counts over known exposures; given both together, the later one is binomial, so the
interval for the ratio of the rates is exact and does not rest on large numbers.
"""

from dataclasses import dataclass

from accountability.states import Effect

#: Fewer complaints than this, before and after together, cannot show a change worth naming.
ENOUGH = 10
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing: after over before. Ratio and ends of the interval are None where they are unbounded."""

    ratio: float | None
    low: float | None
    high: float | None
    effect: Effect


def compare(before: int, before_exposure: float, after: int, after_exposure: float) -> Comparison:
    """The ratio of the rate after to the rate before, with its exact interval of 95 %.

    Exposures are days, or whatever was sold or served; both must be more than nothing. A change is named only where the
    interval lies on one side of 1; fewer than ENOUGH complaints in all are too few to tell unless it does.
    """
    if before_exposure <= 0 or after_exposure <= 0:
        raise ValueError("an exposure must be more than nothing")
    scale = before_exposure / after_exposure
    ratio = after / before * scale if before else None
    low, high = _interval(before, after)
    low_ratio = low / (1 - low) * scale if low < 1 else None
    high_ratio = high / (1 - high) * scale if high < 1 else None
    return Comparison(ratio, low_ratio, high_ratio, _effect(before + after, low_ratio, high_ratio))


def _interval(before: int, after: int) -> tuple[float, float]:
    """Exact bounds for the share of the later count in both together (Clopper and Pearson)."""
    from scipy.special import betaincinv  # noqa: PLC0415 - only who checks an effect waits for it

    tail = (1 - CONFIDENCE) / 2
    low = float(betaincinv(after, before + 1, tail)) if after else 0.0
    high = float(betaincinv(after + 1, before, 1 - tail)) if before else 1.0
    return low, high


def _effect(count: int, low: float | None, high: float | None) -> Effect:
    if high is not None and high < 1:
        return Effect.FEWER
    if low is None or low > 1:
        return Effect.MORE
    return Effect.TOO_FEW if count < ENOUGH else Effect.SAME
