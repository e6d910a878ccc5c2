"""What complaints cost, summed by the database as of any moment, and the budgets it is held against. (RP-13)

Every sum is one grouped statement. Which department, category or supplier a case belongs to is what its fact says, as
for all other figures.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import DateField, F, Subquery, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from complaints.models.registers import registers
from reporting.costs import Costs, cents
from reporting.models import Budget, HourlyRate
from reporting.periods import Period, Span
from reporting.queries.cells import CHUNK
from reporting.queries.cost_rows import (
    OF_PLAN,
    OF_RECOURSE,
    OF_WORK,
    WHOLE,
    Reach,
    agreed_plans,
    facts_for,
    hours_worked,
    reached,
    settled_recourse,
    spending_in,
)
from reporting.queries.groups import COLUMN
from reporting.tallies import Dimension

#: By what cost is told apart.
BY = (Dimension.DEPARTMENT, Dimension.CATEGORY, Dimension.SUPPLIER)


def by_month(first: Period, last: Period, as_of: datetime, reach: Reach = WHOLE) -> dict[Period, Costs]:
    """What each month cost from the month in which `first` begins to that in which `last` ends; nothing for others."""
    zone = timezone.get_default_timezone()
    found = _summed(
        (first, last),
        as_of,
        reach,
        {
            "plan": TruncMonth("answered_at", output_field=DateField(), tzinfo=zone),
            "work": F("worked_on"),
            "recourse": TruncMonth("settled_at", output_field=DateField(), tzinfo=zone),
            "spending": F("spent_on"),
        },
    )
    months: dict[Period, Costs] = defaultdict(Costs)
    for day, costs in found.items():
        months[Period.of(day, Span.MONTH)].add(costs)
    return dict(months)


def by_group(period: Period, dimension: Dimension, as_of: datetime, reach: Reach = WHOLE) -> dict[str, Costs]:
    """What the groups of a dimension cost in a period, by key; "" is what has none.

    By department, spending counts for the department it was for; by supplier, what is recovered for who paid it.
    """
    column = COLUMN[dimension]

    def of_case(names: tuple[str, str]) -> Any:
        return Subquery(facts_for(names).values(column)[:1])

    found = _summed(
        (period, period),
        as_of,
        reach,
        {
            "plan": of_case(OF_PLAN),
            "work": of_case(OF_WORK),
            "recourse": F("outside") if dimension == Dimension.SUPPLIER else of_case(OF_RECOURSE),
            "spending": F("department") if dimension == Dimension.DEPARTMENT else None,
        },
    )
    return {"" if key is None else str(key): costs for key, costs in found.items()}


def _summed(
    periods: tuple[Period, Period], as_of: datetime, reach: Reach, place: Mapping[str, Any]
) -> dict[Any, Costs]:
    """Sums by what `place` says for each kind of row; a kind without a place is left out."""
    found: dict[Any, Costs] = defaultdict(Costs)
    plans = reached(agreed_plans(periods, as_of), OF_PLAN, reach).annotate(place=place["plan"])
    for key, figure, amount in plans.order_by().values_list("place", "figure").annotate(sum=Sum("amount")):
        setattr(found[key], figure, getattr(found[key], figure) + cents(amount))
    work = reached(hours_worked(periods, as_of), OF_WORK, reach).annotate(place=place["work"])
    rates = _Rates(as_of)
    days = work.order_by().values_list("place", "department", "worked_on").annotate(sum=Sum("minutes"))
    for key, department, day, minutes in days.iterator(CHUNK):
        rate = rates.of(department, day)
        found[key].minutes += minutes
        if rate is None:
            found[key].unrated += minutes
        else:
            found[key].labour_minutes += minutes * rate
    recourses = reached(settled_recourse(periods, as_of), OF_RECOURSE, reach).annotate(place=place["recourse"])
    for key, amount in recourses.order_by().values_list("place").annotate(sum=Sum("amount_recovered")):
        found[key].recovered += cents(amount)
    if place["spending"] is not None:
        spending = spending_in(periods, as_of, reach).annotate(place=place["spending"])
        for key, kind, amount in spending.order_by().values_list("place", "kind").annotate(sum=Sum("amount")):
            setattr(found[key], kind, getattr(found[key], kind) + cents(amount))
    return dict(found)


class _Rates:
    """The hourly rates known at a moment: a few, asked for very often. `cost_rows.rated` says the same in SQL."""

    def __init__(self, as_of: datetime) -> None:
        known: dict[int | None, dict[date, Decimal]] = defaultdict(dict)
        rows = HourlyRate.objects.known(as_of).order_by("valid_from", "id")
        for department, day, amount in rows.values_list("department", "valid_from", "amount"):
            known[department][day] = amount
        self._known = {key: (list(rates), list(rates.values())) for key, rates in known.items()}

    def of(self, department: int, day: date) -> Decimal | None:
        """The rate of a department on a day, else the general one; None if there is none."""
        for key in (department, None):
            days, amounts = self._known.get(key, ([], []))
            place = bisect_right(days, day)
            if place:
                return amounts[place - 1]
        return None


def together(parts: Iterable[Costs]) -> Costs:
    """The sum of parts."""
    found = Costs()
    for part in parts:
        found.add(part)
    return found


def within(months: Mapping[Period, Costs], period: Period) -> Costs:
    """What a longer period cost, from its months."""
    return together(costs for month, costs in months.items() if period.first <= month.first <= period.last)


def up_to(months: Mapping[Period, Costs], period: Period) -> Costs:
    """What the calendar year cost from its beginning to the end of the period."""
    year = Period.of(period.last, Span.YEAR)
    return together(costs for month, costs in months.items() if year.first <= month.first <= period.last)


# --- Budgets ---------------------------------------------------------------------------------------------------------


def budgets(year: int, as_of: datetime, reach: Reach = WHOLE) -> dict[str, Decimal]:
    """The budget of a calendar year by kind, as known at the moment; kinds without one are missing.

    That of the whole organisation is the one entered for the whole, else the sum of those of the departments. A
    department's is its own, else the sum of those below it.
    """
    latest: dict[tuple[str, int | None], Decimal] = {}
    rows = Budget.objects.known(as_of).filter(year=year).order_by("entered_at", "id")
    for kind, department, entered in rows.values_list("kind", "department_id", "amount"):
        latest[kind, department] = entered
    found: dict[str, Decimal] = {}
    for kind in {kind for kind, _department in latest}:
        amount = latest.get((kind, None)) if reach.is_whole else None
        own = {key: value for (of, key), value in latest.items() if of == kind and key is not None}
        if amount is None:
            amount = _of_departments(own, reach)
        if amount is not None:
            found[kind] = amount
    return found


def _of_departments(own: Mapping[int, Decimal], reach: Reach) -> Decimal | None:
    """The budgets of the topmost departments within reach that have one."""
    departments = registers().departments
    reached = [key for key in own if reach.departments is None or key in reach.departments]
    above = {departments[key].path for key in reached}
    top = [key for key in reached if not any(_lies_below(departments[key].path, path) for path in above)]
    return sum((own[key] for key in top), Decimal(0)) if top else None


def _lies_below(path: str, other: str) -> bool:
    return path != other and path.startswith(other)
