"""Many series looked at together: the one entrance for reports. (RP-2)"""

from collections.abc import Sequence

from reporting.trends.discoveries import RATE
from reporting.trends.findings import Examination, Series


def examine(series: Sequence[Series], *, rate: float = RATE) -> Examination:
    """Ask all questions of the latest quarter of every series, and hold false discoveries at `rate` over all of it."""
    raise NotImplementedError
