"""Figures as a report keeps them: plain numbers, with their counts and intervals. (RP-1, RP-6)"""

import math
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from reporting import trends
from reporting.definitions import DEFINITIONS, Unit, figure
from reporting.queries.reports.comparing import Change
from reporting.tallies import Tally, spread

#: Significant digits kept of what is not counted: enough to print, too few to depend on the machine that computed it.
DIGITS = 6
#: A bound beyond says nothing and is none; a database may keep so large a number as a whole one.
BOUND = 1e9
QUANTILES = {"cycle_median": 0.5, "cycle_p90": 0.9}
Cell = dict[str, Any]


def plain(value: Any) -> Any:
    """A number as JSON keeps it: whole ones as they are, sums of money as text, others rounded."""
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.01")))
    if isinstance(value, float):
        return None if math.isnan(value) or abs(value) >= BOUND else float(f"{value:.{DIGITS}g}") + 0.0
    return value


def cell(code: str, tally: Tally, moment: datetime, *, with_interval: bool = False) -> Cell:
    """A figure of a tally; of a share always with its interval (Wilson), of a quantile where it is asked for."""
    value = figure(code, tally, moment)
    found: Cell = {"value": plain(value.value)}
    if value.part is not None:
        found["part"] = value.part
    if value.whole is not None:
        found["whole"] = value.whole
    if value.not_reached:
        found["not_reached"] = True
    if DEFINITIONS[code].unit == Unit.PERCENT and value.whole:
        interval = trends.proportion(value.part or 0, value.whole)
        found |= {"low": plain(100 * (interval.low or 0.0)), "high": plain(100 * (interval.high or 0.0))}
    if with_interval and code in QUANTILES and tally.handled:
        waiting = [*spread(tally.left), *tally.waiting_hours(moment)]
        times = trends.time_to_event(list(spread(tally.handled)), waiting, shares=(QUANTILES[code],))
        found |= {"low": plain(times.quantiles[0].low), "high": plain(times.quantiles[0].high)}
    return found


def mean_interval(counted: Counter[int]) -> tuple[float | None, float | None]:
    """The 95 % interval of a mean (Student), None of fewer than two values."""
    count = counted.total()
    if count <= 1:
        return None, None
    from scipy.stats import t  # noqa: PLC0415 - takes seconds: only who builds a report waits

    mean = sum(value * times for value, times in counted.items()) / count
    variance = sum(times * (value - mean) ** 2 for value, times in counted.items()) / (count - 1)
    half = float(t.isf(0.025, count - 1)) * math.sqrt(variance / count)
    return mean - half, mean + half


def kept_change(change: Change) -> Cell:
    """A comparison as JSON keeps it, without what says where it stands."""
    values = asdict(change)
    return {
        name: str(value) if name == "verdict" else plain(value)
        for name, value in values.items()
        if name not in {"dimension", "key", "code", "against", "before", "after"} and value not in (None, "")
    }
