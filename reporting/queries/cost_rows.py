"""The rows that cost is counted from, as of any moment: agreed plans, hours, settled recourse, spending. (RP-13)"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from accountability.models import Recourse
from complaints.models import Plan, PlanStatus
from complaints.models.registers import registers
from complaints.states import Remedy
from reporting.models import CaseFact, HourlyRate, Spending, WorkEntry
from reporting.periods import Period

#: Where each kind of row has its complaint and round.
OF_PLAN = ("complaint", "round")
OF_WORK = ("complaint", "round")
OF_RECOURSE = ("assignment__determination__complaint", "assignment__determination__round")


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose cost is looked at: of the cases that which departments answer for. None: of the whole organisation."""

    departments: frozenset[int] | None = None
    #: Also of the cases that they own.
    with_owned: bool = False

    @property
    def is_whole(self) -> bool:
        """Nothing is left out."""
        return self.departments is None


WHOLE = Reach()


def reach_below(paths: Collection[str], *, with_owned: bool = False) -> Reach:
    """The departments at or below the paths."""
    found = (key for key, row in registers().departments.items() if any(row.path.startswith(path) for path in paths))
    return Reach(frozenset(found), with_owned)


def facts_for(names: tuple[str, str]) -> QuerySet[CaseFact]:
    """The fact of the round that a row belongs to, for a subquery; `names` say where the row has it."""
    return CaseFact.objects.filter(complaint=OuterRef(names[0]), round=OuterRef(names[1]))


def reached(rows: QuerySet, names: tuple[str, str], reach: Reach, among: Q | None = None) -> QuerySet:
    """Those of the cases within reach, and of those whose facts fulfil `among`."""
    if reach.departments is not None:
        own = Q(responsible_department__in=reach.departments)
        if reach.with_owned:
            own |= Q(owner_department__in=reach.departments)
        rows = rows.filter(Exists(facts_for(names).filter(own)))
    return rows if among is None else rows.filter(Exists(facts_for(names).filter(among)))


def _moments(name: str, periods: tuple[Period, Period], as_of: datetime) -> Q:
    zone = timezone.get_default_timezone()
    start, end = periods[0].bounds(zone)[0], periods[1].bounds(zone)[1]
    return Q(**{f"{name}__gte": start, f"{name}__lt": end, f"{name}__lte": as_of})


def _days(name: str, periods: tuple[Period, Period]) -> Q:
    return Q(**{f"{name}__gte": periods[0].first, f"{name}__lte": periods[1].last})


def agreed_plans(periods: tuple[Period, Period], as_of: datetime) -> QuerySet:
    """Agreed plans with an amount, each with the figure it counts for."""
    offered = Cast("remedies", TextField())
    refund, compensation = (Q(offered__contains=f'"{remedy}"') for remedy in (Remedy.REFUND, Remedy.COMPENSATION))
    rows = Plan.objects.filter(_moments("answered_at", periods, as_of), status=PlanStatus.AGREED, amount__gt=0)
    return rows.annotate(offered=offered).annotate(
        figure=Case(
            When(refund & compensation, then=Value("both")),
            When(refund, then=Value("refunds")),
            default=Value("compensation"),
        )
    )


def hours_worked(periods: tuple[Period, Period], as_of: datetime) -> QuerySet:
    """Hours that count."""
    return WorkEntry.objects.known(as_of).filter(_days("worked_on", periods))


def rated(hours: QuerySet, as_of: datetime) -> QuerySet:
    """Each entry with the rate of its day: that of the worker's department, else the general one."""
    valid = HourlyRate.objects.known(as_of).filter(valid_from__lte=OuterRef("worked_on"))
    rates = valid.order_by("-valid_from", "-id").values("amount")
    own, general = rates.filter(department=OuterRef("department"))[:1], rates.filter(department=None)[:1]
    found: QuerySet = hours.annotate(rate=Coalesce(Subquery(own), Subquery(general)))
    return found


def settled_recourse(periods: tuple[Period, Period], as_of: datetime) -> QuerySet[Recourse]:
    """Claims that were settled and brought something."""
    return Recourse.objects.filter(_moments("settled_at", periods, as_of), amount_recovered__gt=0)


def spending_in(periods: tuple[Period, Period], as_of: datetime, reach: Reach) -> QuerySet[Spending]:
    """What was spent apart from cases, by whole day."""
    rows = Spending.objects.known(as_of).filter(_days("spent_on", periods))
    return rows if reach.departments is None else rows.filter(department__in=reach.departments)
