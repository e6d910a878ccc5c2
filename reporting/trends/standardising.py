"""Fair performance: observed against expected, given who gets which cases. (RP-4)"""

from collections.abc import Sequence

from reporting.trends.findings import Standardising, Stratum


def standardise(strata: Sequence[Stratum]) -> Standardising:
    """Units side by side, in the order they first occur: events against those expected of their mix of cases."""
    raise NotImplementedError
