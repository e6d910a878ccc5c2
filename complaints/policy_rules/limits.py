"""Lengths of time as policy files write them: '2 hours', '3 working days', 'at once' (DL-1)."""

import re

from complaints.working_time import Limit, Unit

AT_ONCE = "at once"
WRITTEN = re.compile(r"(?P<amount>0|[1-9][0-9]{0,4}) (?P<unit>minute|hour|working hour|day|working day)s?")

#: Only for putting lengths in order, not for reckoning: a working day is at most a day long.
NOMINAL_MINUTES = {Unit.MINUTE: 1, Unit.HOUR: 60, Unit.WORKING_HOUR: 60, Unit.DAY: 1440, Unit.WORKING_DAY: 1440}


def parse_limit(text: str) -> Limit:
    """The limit that a text stands for. ValueError if it stands for none."""
    if text == AT_ONCE:
        return Limit(0, Unit.MINUTE)
    written = WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(text)
    return Limit(int(written["amount"]), Unit(written["unit"].replace(" ", "_")))


def nominal_minutes(text: str) -> float:
    """A rough length, to see which of two is longer."""
    limit = parse_limit(text)
    return float(limit.amount * NOMINAL_MINUTES[limit.unit])
