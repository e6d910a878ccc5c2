"""The season of a series. (RP-2)"""

from collections.abc import Sequence

from reporting.trends.findings import Seasonality


def seasons(counts: Sequence[int], *, per_year: int = 12, exposure: Sequence[float] | None = None) -> Seasonality:
    """How each period of the year differs from the average of the year; see `Seasonality`."""
    raise NotImplementedError
