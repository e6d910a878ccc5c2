"""Choosing the period that a page speaks of: `?period=2026Q3`. (RP-1)"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import Promise

from reporting.periods import Period, Span, between
from reporting.queries.cells import first_month
from reporting.queries.period_names import SPANS, period_name

#: Spans that cells are kept for.
COUNTED = (Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR)


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A chosen period, and what else there is to choose: other spans, its neighbours, all of its span."""

    period: Period
    name: str
    spans: list[tuple[str | Promise, str, bool]]
    offered: list[tuple[str, str, bool]]
    previous: str
    next: str
    #: The period is not over yet.
    is_running: bool


def chosen_period(request: HttpRequest, now: datetime, spans: Collection[Span] = COUNTED) -> PeriodChoice:
    """What the request asks for; by default the last quarter that is over, or the present one if nothing is older.

    Http404 for what is no period, or of a span that the page does not know.
    """
    zone = timezone.get_default_timezone()
    begun = first_month()
    present = Period.at(now, Span.QUARTER, zone)
    try:
        period = Period.parse(request.GET["period"]) if request.GET.get("period") else _default(present, begun)
    except ValueError:
        raise Http404 from None
    if period.span not in spans:
        raise Http404
    present = Period.at(now, period.span, zone)
    first = min(Period.of((begun or present).first, period.span), period)
    every = between(first, max(present, period))
    return PeriodChoice(
        period,
        period_name(period),
        [(SPANS[span], _other(period, span, now).code, span == period.span) for span in spans],
        [(other.code, period_name(other), other == period) for other in reversed(every)],
        period.previous.code if period > first else "",
        period.next.code if period < present else "",
        is_running=period >= present,
    )


def _default(present: Period, begun: Period | None) -> Period:
    has_older = begun is not None and begun.first < present.first
    return present.previous if has_older else present


def _other(period: Period, span: Span, now: datetime) -> Period:
    """The period of another span where this one ends, but none that has not begun."""
    if span == period.span:
        return period
    today = timezone.localdate(now, timezone.get_default_timezone())
    return Period.of(max(min(period.last, today), period.first), span)
