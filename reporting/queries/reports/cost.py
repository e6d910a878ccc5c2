"""What complaints cost, as a report keeps it: the quarter beside others, the year against its budget. (RP-13)

Counted as of the moment of the report, so that recomputing comes to the same whatever is entered or withdrawn later.
"""

from datetime import datetime

from reporting.costs import COST_FIGURES, cents
from reporting.periods import Period, Span
from reporting.queries.costs import budgets, by_month, up_to, within
from reporting.queries.reports.cells import Cell, plain
from reporting.queries.reports.comparing import Against
from reporting.queries.reports.counting import Stretch


def cost_of(stretch: Stretch, as_of: datetime) -> Cell:
    """Every figure of cost, the hours that no rate is known for, and the budgets of the year with what they bore."""
    quarter = stretch.quarter
    year = Period.of(quarter.first, Span.YEAR)
    first = min(of.first for of in (year, *stretch.compared))
    months = by_month(Period.of(first, Span.MONTH), quarter, as_of)
    columns = {
        name: within(months, period) for name, period in zip(("quarter", *Against), stretch.compared, strict=True)
    } | {"year": up_to(months, quarter)}
    known = budgets(year.first.year, as_of)
    return {
        "rows": [
            {"code": code} | {str(name): plain(cents(costs.of(code))) for name, costs in columns.items()}
            for code in COST_FIGURES
        ],
        "unrated_minutes": columns["quarter"].unrated,
        "budgets": [
            {"kind": kind, "spent": plain(columns["year"].held_against(kind)), "budget": plain(amount)}
            for kind, amount in sorted(known.items())
        ],
    }
