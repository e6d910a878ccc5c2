"""The cases behind a figure of cost, as far as a person may open them. (RP-13, AU-4)"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, ExpressionWrapper, F, Max, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from complaints.models import Complaint
from reporting.costs import HOUR, cents
from reporting.periods import Period
from reporting.queries.cost_rows import (
    OF_PLAN,
    OF_RECOURSE,
    OF_WORK,
    WHOLE,
    Reach,
    agreed_plans,
    facts_for,
    hours_worked,
    rated,
    reached,
    settled_recourse,
)
from reporting.queries.groups import condition
from reporting.tallies import Dimension

#: Figures of agreed plans.
AGREED = ("compensation", "refunds", "both")
#: Figures whose rows have minutes in them.
TIMED = ("hours", "labour")
_MINUTES_TIMES_RATE: DecimalField = DecimalField(max_digits=20, decimal_places=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure of cost: from which period to which, in which group, as known when, of whose cases."""

    figure: str
    first: Period
    last: Period
    dimension: Dimension
    key: str
    as_of: datetime
    reach: Reach = WHOLE


@dataclass(frozen=True, slots=True)
class Behind:
    """The cases behind a figure that a person may open, with what each has of it; how many others, and what of it."""

    rows: QuerySet
    visible: int
    visible_value: Decimal
    hidden: int
    hidden_value: Decimal
    per: int


def behind(asked: Asked, standing: Any) -> Behind:
    """Cases by the value each adds, the largest first. ValueError for a figure without cases, or no such group.

    Rows have `case`, `case_round`, `value` and `day`, the last that counts; `per` of the value are a yuan or an hour.
    """
    rows, names, value, day = _rows_behind(asked)
    is_payer = asked.figure == "recovered" and asked.dimension == Dimension.SUPPLIER
    rows = reached(rows, names, asked.reach)
    if asked.dimension != Dimension.ALL and not is_payer:
        known = facts_for(names)
        among = Exists(known.filter(condition(asked.dimension, asked.key)))
        # What no fact tells of belongs to no group.
        rows = rows.filter(among if asked.key else among | ~Exists(known))
    cases = (
        rows.order_by()
        .values(case=F(f"{names[0]}_id"), case_round=F(names[1]))
        .annotate(value=Sum(value), day=Max(day))
        .order_by("-value", "case", "case_round")
    )
    visible = cases.filter(case__in=Complaint.objects.visible_to(standing).order_by().values("pk"))
    every, seen = _totals(cases), _totals(visible)
    per = HOUR if asked.figure in TIMED else 1
    seen_value, hidden_value = (cents(value / per) for value in (seen[1], every[1] - seen[1]))
    return Behind(visible, seen[0], seen_value, every[0] - seen[0], hidden_value, per)


def _totals(cases: QuerySet) -> tuple[int, Decimal]:
    found = cases.aggregate(count=Count("case"), sum=Sum("value"))
    return found["count"], Decimal(found["sum"] or 0)


def _rows_behind(asked: Asked) -> tuple[QuerySet, tuple[str, str], Any, Any]:
    """The rows of a figure, where they have their case, what each adds, and the day that counts."""
    zone, stretch = timezone.get_default_timezone(), (asked.first, asked.last)
    if asked.figure in AGREED:
        plans = agreed_plans(stretch, asked.as_of).filter(figure=asked.figure)
        return plans, OF_PLAN, F("amount"), TruncDate("answered_at", tzinfo=zone)
    if asked.figure == "hours":
        return hours_worked(stretch, asked.as_of), OF_WORK, F("minutes"), F("worked_on")
    if asked.figure == "labour":
        value = ExpressionWrapper(F("minutes") * F("rate"), output_field=_MINUTES_TIMES_RATE)
        hours = rated(hours_worked(stretch, asked.as_of), asked.as_of)
        return hours.filter(rate__isnull=False), OF_WORK, value, F("worked_on")
    if asked.figure != "recovered":
        raise ValueError(asked.figure)
    recourses = settled_recourse(stretch, asked.as_of)
    if asked.dimension == Dimension.SUPPLIER:
        if asked.key and not asked.key.isdecimal():
            raise ValueError(asked.key)
        recourses = recourses.filter(outside=int(asked.key)) if asked.key else recourses.none()
    return recourses, OF_RECOURSE, F("amount_recovered"), TruncDate("settled_at", tzinfo=zone)
