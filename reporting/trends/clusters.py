"""Early warning: a sudden cluster in the counts of days. (RP-7)"""

from collections.abc import Sequence

from reporting.trends.findings import Group, Scan

#: False alarms a night over all groups: one in thirty nights.
FALSE_ALARMS = 1 / 30


def scan(groups: Sequence[Group], *, false_alarms: float = FALSE_ALARMS) -> Scan:
    """Which groups had more cases on the last day, or in the last seven, than their own past explains.

    All groups must have counts of the same days, ending with the day looked at; at least 35, better two years.
    """
    raise NotImplementedError
