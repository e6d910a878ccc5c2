"""Control charts for counts and proportions. (RP-2)"""

from collections.abc import Sequence

from reporting.trends.findings import ControlChart


def count_chart(
    counts: Sequence[int], *, exposure: Sequence[float] | None = None, baseline: int | None = None
) -> ControlChart:
    """A c chart, or a u chart where exposure is known; limits from the first `baseline` points, or all."""
    raise NotImplementedError


def proportion_chart(counts: Sequence[int], totals: Sequence[int], *, baseline: int | None = None) -> ControlChart:
    """A p chart: the share of `counts` in `totals`; a point without cases is None and never out of control."""
    raise NotImplementedError
