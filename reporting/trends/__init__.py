"""Statistics of reports and warnings: numbers in, findings out; no database, no Django. (RP-2, RP-3, RP-4, RP-7)

This page is the whole interface. What findings look like is in `findings.py`; each method has a file of its own, loaded
when it is first called: SciPy and statsmodels take seconds, so only workers wait for them. docs/trends.md says which
method is used for what, what it assumes, and how often it errs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reporting.trends.findings import (
    ChangePoint,
    Cluster,
    Comparison,
    ControlChart,
    Examination,
    Finding,
    Group,
    Interval,
    OutOfControl,
    Pareto,
    ParetoRow,
    Quantile,
    Question,
    Rule,
    Scan,
    Seasonality,
    Series,
    Standardised,
    Standardising,
    Standing,
    Stratum,
    TimeToEvent,
    Urgency,
    Verdict,
)

if TYPE_CHECKING:
    from reporting.trends.change import change_point
    from reporting.trends.clusters import scan
    from reporting.trends.comparison import compare
    from reporting.trends.control import count_chart, proportion_chart
    from reporting.trends.discoveries import RATE, hold
    from reporting.trends.examination import examine
    from reporting.trends.intervals import proportion, rate, rate_ratio
    from reporting.trends.pareto import vital_few
    from reporting.trends.seasonality import seasons
    from reporting.trends.standardising import standardise, standardise_together
    from reporting.trends.survival import time_to_event

__all__ = [
    "RATE",
    "ChangePoint",
    "Cluster",
    "Comparison",
    "ControlChart",
    "Examination",
    "Finding",
    "Group",
    "Interval",
    "OutOfControl",
    "Pareto",
    "ParetoRow",
    "Quantile",
    "Question",
    "Rule",
    "Scan",
    "Seasonality",
    "Series",
    "Standardised",
    "Standardising",
    "Standing",
    "Stratum",
    "TimeToEvent",
    "Urgency",
    "Verdict",
    "change_point",
    "compare",
    "count_chart",
    "examine",
    "hold",
    "proportion",
    "proportion_chart",
    "rate",
    "rate_ratio",
    "scan",
    "seasons",
    "standardise",
    "standardise_together",
    "time_to_event",
    "vital_few",
]

_FILES = {
    "RATE": "discoveries",
    "change_point": "change",
    "compare": "comparison",
    "count_chart": "control",
    "examine": "examination",
    "hold": "discoveries",
    "proportion": "intervals",
    "proportion_chart": "control",
    "rate": "intervals",
    "rate_ratio": "intervals",
    "scan": "clusters",
    "seasons": "seasonality",
    "standardise": "standardising",
    "standardise_together": "standardising",
    "time_to_event": "survival",
    "vital_few": "pareto",
}


def __getattr__(name: str) -> Any:
    """Load the file of a method when the method is first asked for."""
    if name not in _FILES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_FILES[name]}"), name)
    globals()[name] = found
    return found
