"""How long cases take, open ones included. (RP-1, RP-3)"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import CensoredData, ecdf

from reporting.trends.dispersion import Floats
from reporting.trends.findings import Quantile, TimeToEvent

SHARES = (0.5, 0.9)
CONFIDENCE = 0.95
#: Shares are sums of many small numbers; what is this near has reached the share.
NEAR = 1e-9


def time_to_event(
    ended: Sequence[float], still_open: Sequence[float], *, shares: Sequence[float] = SHARES
) -> TimeToEvent:
    """The times by which the given shares of cases end: quantiles of Kaplan and Meier, in the unit of the times given.

    `ended` are the times that finished cases took, `still_open` how long the open ones have lasted: left out, they
    would make slow work look fast. A quantile is the first time by which at least the share ended; None where so many
    had not by the longest time watched. Intervals by the log-log transformation (Greenwood 1926; Brookmeyer and
    Crowley 1982). Assumed: how long a case has been open says nothing about how long it will take beyond that. Raises
    ValueError on negative times or shares outside 0 to 1.
    """
    finished, waiting = np.sort(np.asarray(ended, dtype=float)), np.asarray(still_open, dtype=float)
    if (finished < 0).any() or (waiting < 0).any() or not all(0 < share < 1 for share in shares):
        raise ValueError("times are not negative, shares lie between 0 and 1")
    if not len(finished):
        return TimeToEvent(0, len(waiting), tuple(Quantile(share, None, None, None) for share in shares))
    survival = ecdf(CensoredData(uncensored=finished, right=waiting)).sf
    times = np.asarray(survival.quantiles)
    low, high = _bounds(survival)
    quantiles = [
        Quantile(
            share,
            _first(times, np.asarray(survival.probabilities), 1 - share),
            _first(times, low, 1 - share),
            _first(times, high, 1 - share),
        )
        for share in shares
    ]
    return TimeToEvent(len(finished), len(waiting), tuple(quantiles))


def _bounds(survival: Any) -> tuple[Floats, Floats]:
    """The interval of the share still open, also where Greenwood's formula has no answer.

    Before the first end nothing is unknown; where none is left, the bounds are none and what they were before.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # says that there are such places
        found = survival.confidence_interval(CONFIDENCE, method="log-log")
    still = np.asarray(survival.probabilities)
    low, high = np.array(found.low.probabilities), np.array(found.high.probabilities)
    low[still >= 1] = high[still >= 1] = 1.0
    low[still <= 0] = 0.0
    high[still <= 0] = high[still > 0][-1] if (still > 0).any() else 1.0
    return low, high


def _first(times: Floats, still: Floats, left: float) -> float | None:
    """The first time at which at most `left` are still open."""
    reached = np.flatnonzero(still <= left + NEAR)
    return float(times[reached[0]]) if len(reached) else None
