"""How long cases take, open ones included. (RP-1, RP-3)"""

from collections.abc import Sequence

from reporting.trends.findings import TimeToEvent

SHARES = (0.5, 0.9)


def time_to_event(
    ended: Sequence[float], still_open: Sequence[float], *, shares: Sequence[float] = SHARES
) -> TimeToEvent:
    """The times by which the given shares of cases end: quantiles of Kaplan and Meier, in the unit of the times given.

    `ended` are the times that finished cases took, `still_open` how long the open ones have lasted.
    """
    raise NotImplementedError
