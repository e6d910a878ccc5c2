"""Intervals for proportions, rates and the ratio of two rates; exact or nearly so with few cases. (RP-1, RP-3)"""

from typing import Literal

from scipy.special import betaincinv
from scipy.stats import binomtest
from statsmodels.stats.rates import confint_poisson

from reporting.trends.findings import Interval

CONFIDENCE = 0.95


def proportion(
    count: int, total: int, *, confidence: float = CONFIDENCE, method: Literal["wilson", "exact"] = "wilson"
) -> Interval:
    """The share of `count` in `total`, in 0 to 1 (Wilson 1927, or exact: Clopper and Pearson 1934).

    Of nothing there is no share: all of it is None. Raises ValueError if the count is not between 0 and the total.
    """
    if not 0 <= count <= total:
        raise ValueError("a count lies between 0 and its total")
    if not total:
        return Interval(None, None, None, confidence)
    bounds = binomtest(count, total).proportion_ci(confidence, method=method)
    return Interval(count / total, float(bounds.low), float(bounds.high), confidence)


def rate(count: int, exposure: float, *, confidence: float = CONFIDENCE) -> Interval:
    """Events per unit of exposure, taken for a Poisson count: exact interval (Garwood 1936). Nothing exposed: None."""
    if count < 0 or exposure < 0:
        raise ValueError("counts and exposures are not negative")
    if not exposure:
        return Interval(None, None, None, confidence)
    low, high = confint_poisson(count, exposure, method="exact-c", alpha=1 - confidence)
    return Interval(count / exposure, float(low) if count else 0.0, float(high), confidence)


def rate_ratio(
    before: int, exposure_before: float, after: int, exposure_after: float, *, confidence: float = CONFIDENCE
) -> Interval:
    """The rate after over the rate before, for Poisson counts. No bound, no ratio: None.

    Exact, since given both together the later one is binomial (Przyborowski and Wilenski 1940; bounds of Clopper and
    Pearson).
    """
    if min(before, after) < 0 or min(exposure_before, exposure_after) < 0:
        raise ValueError("counts and exposures are not negative")
    if not exposure_before or not exposure_after:
        return Interval(None, None, None, confidence)
    scale, tail = exposure_before / exposure_after, (1 - confidence) / 2
    low = float(betaincinv(after, before + 1, tail)) if after else 0.0
    high = float(betaincinv(after + 1, before, 1 - tail)) if before else None
    return Interval(
        after / before * scale if before else None,
        low / (1 - low) * scale,
        high / (1 - high) * scale if high is not None else None,
        confidence,
    )
