"""A count against another, or against what its past lets expect. (RP-2)"""

from collections.abc import Sequence

from reporting.trends.findings import Comparison


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
    """One count against one before it.

    `history` are counts of the same series in periods of the same length; over-dispersion is estimated from them.
    """
    raise NotImplementedError
