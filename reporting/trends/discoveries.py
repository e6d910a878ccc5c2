"""False discoveries, held at a stated rate over everything that was looked at. (RP-2)"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from statsmodels.stats.multitest import multipletests

#: Of the changes named, the share that is none, on average.
RATE = 0.05
#: Dispersions, seasons and the usual spread between units are estimated: the rarest p values come up to half as often
#: again as they should with some kinds of data, and q values are raised by as much (docs/trends.md).
CAUTION = 1.5


def hold(
    p_values: Sequence[float],
    *,
    families: Sequence[str] | None = None,
    weights: Sequence[float] | None = None,
    method: Literal["bh", "by"] = "bh",
) -> tuple[float, ...]:
    """The q value of each p value: named are those at or under the rate, and of these that share is false on average.

    Benjamini and Hochberg (1995) within each family, each family at its share (by size) of the rate. Series of one
    dimension divide the cases and are independent or positively dependent, for which the method holds the rate
    (Benjamini and Yekutieli 2001); series of different dimensions are the same cases cut another way and depend on each
    other as they like: the shares add up to the rate, since the false share of all is at most the sum over families.
    `method="by"` (Benjamini and Yekutieli) holds it under any dependence within a family too, and finds less.

    `weights` (mean 1 in each family after scaling) say how much of the rate a question gets (Genovese, Roeder and
    Wasserman 2006). Raises ValueError if lengths differ, a p value is not between 0 and 1 or a weight is not positive.
    """
    p = np.asarray(p_values, dtype=float)
    names = np.asarray(families if families is not None else [""] * len(p))
    weight = np.asarray(weights, dtype=float) if weights is not None else np.ones(len(p))
    if not len(p) == len(names) == len(weight):
        raise ValueError("p values, families and weights must be as many")
    if np.any(~((p >= 0) & (p <= 1))) or np.any(weight <= 0):
        raise ValueError("p values lie between 0 and 1, weights are positive")
    q = np.ones(len(p))
    for name in np.unique(names):
        own = names == name
        weighted = np.minimum(p[own] * weight[own].mean() / weight[own], 1.0)
        adjusted = multipletests(weighted, method=f"fdr_{method}")[1]
        q[own] = np.minimum(adjusted * (len(p) / own.sum()), 1.0)
    return tuple(float(value) for value in q)


def cautious(
    p_values: Sequence[float], *, families: Sequence[str] | None = None, weights: Sequence[float] | None = None
) -> tuple[float, ...]:
    """The q values of `hold`, raised by CAUTION: for p values whose spread was itself estimated."""
    return tuple(min(CAUTION * q, 1.0) for q in hold(p_values, families=families, weights=weights))
