"""Complaints before and after a measure. (AC-9)"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accountability.models import Determination, DeterminedCause, Measure
from accountability.rates import Comparison, compare
from accountability.states import DeterminationStatus, EffectScope
from complaints.models import Complaint

#: How far back the time before a measure reaches: a whole year, so that no season is left out.
BEFORE = timedelta(days=365)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of time with the complaints received in it, and what they are counted against."""

    starts_at: datetime
    ends_at: datetime
    count: int
    exposure: float


@dataclass(frozen=True, slots=True)
class EffectOfMeasure:
    """What a check of the effect at a moment finds. `comparison` is None where there is nothing to compare with."""

    scope: EffectScope
    before: Window
    after: Window
    comparison: Comparison | None


def effect_of(measure: Measure, now: datetime) -> EffectOfMeasure:
    """The year before the measure was planned against the time since it was done.

    Complaints of the same product, category or responsible department are counted over days. A cause is known only once
    it was determined, and recent complaints are not determined yet: those with the same cause are counted over the
    complaints of the same time that have a final determination, so that open cases do not look like an improvement.
    """
    if measure.done_at is None:
        raise ValueError("the measure is not done")
    scope = EffectScope(measure.effect_scope or EffectScope.CATEGORY)
    before = _window(measure, scope, measure.made_at - BEFORE, measure.made_at)
    after = _window(measure, scope, measure.done_at, now)
    comparison = None
    if before.exposure > 0 and after.exposure > 0:
        comparison = compare(before.count, before.exposure, after.count, after.exposure)
    return EffectOfMeasure(scope, before, after, comparison)


def _window(measure: Measure, scope: EffectScope, starts_at: datetime, ends_at: datetime) -> Window:
    received = Complaint.objects.filter(received_at__gte=starts_at, received_at__lt=ends_at)
    if scope == EffectScope.CAUSE:
        determined = Determination.objects.filter(status=DeterminationStatus.FINAL, complaint__in=received)
        named = DeterminedCause.objects.filter(determination__in=determined, cause__path__startswith=_cause(measure))
        count = named.values("determination__complaint").distinct().count()
        return Window(starts_at, ends_at, count, float(determined.values("complaint").distinct().count()))
    return Window(starts_at, ends_at, _alike(measure, scope, received).count(), (ends_at - starts_at) / DAY)


def _cause(measure: Measure) -> str:
    return measure.cause.path if measure.cause is not None else "/none/"


def _alike(measure: Measure, scope: EffectScope, received: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """The complaints of `received` that the measure was meant to prevent."""
    if scope == EffectScope.PRODUCT:
        product = measure.effect_product or (measure.complaint.product if measure.complaint else "")
        return received.filter(product=product)
    if scope == EffectScope.DEPARTMENT:
        return received.filter(responsible_department__path__startswith=measure.department.path)
    category = measure.effect_category or (measure.complaint.category if measure.complaint else None)
    return received.filter(category__path__startswith=category.path) if category is not None else received.none()
