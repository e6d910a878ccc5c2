"""When a level changed. (RP-2)"""

from collections.abc import Sequence

from reporting.trends.findings import ChangePoint


def change_point(
    counts: Sequence[int],
    *,
    exposure: Sequence[float] | None = None,
    dispersion: float | None = None,
) -> ChangePoint | None:
    """The likeliest point of change in a row of counts; None where there are too few periods."""
    raise NotImplementedError
