"""Looking at all series of a quarter, and keeping what came of it. (RP-2)

Nothing is queued: a review that is asked for is a row that waits, and the worker makes what waits. A worker that dies
leaves a row that another takes up after LOST_AFTER.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models.standing import standing_of
from complaints.services.refusal import ActRefusedError
from reporting.definitions import EDITION
from reporting.models import FactsState, TrendReview
from reporting.periods import Period, Span
from reporting.permissions import may_read_figures
from reporting.queries.cells import first_month
from reporting.queries.series import countable
from reporting.queries.trend_content import content_of
from reporting.services import facts

#: What is looked at every night; other figures are looked at when somebody asks.
NIGHTLY = ("received",)
LOST_AFTER = timedelta(minutes=30)


def ask(quarter: Period, figure: str, *, by: Any, now: datetime) -> TrendReview:
    """Have a quarter looked at (again). Raises ActRefusedError for who may not, and for quarters that cannot be."""
    if not may_read_figures(standing_of(by, now)):
        raise ActRefusedError("not_allowed", _("You may not read the figures of the organisation."))
    if not countable(figure):
        raise ActRefusedError("figure", _("This figure has no series."))
    if quarter not in quarters(now):
        raise ActRefusedError("quarter", _("Only quarters that are over, and in which something was counted."))
    return _ask(quarter, figure, by, now)


def ask_nightly(now: datetime) -> list[TrendReview]:
    """Ask for the last quarter that is over, unless it was asked for today already."""
    known = quarters(now)
    if not known:
        return []
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = set(
        TrendReview.objects.filter(quarter=known[0].first, asked_at__gte=midnight).values_list("figure", flat=True)
    )
    return [_ask(known[0], figure, None, now) for figure in NIGHTLY if figure not in today]


def _ask(quarter: Period, figure: str, by: Any, now: datetime) -> TrendReview:
    review, _is_new = TrendReview.objects.get_or_create(
        quarter=quarter.first, figure=figure, defaults={"asked_at": now, "asked_by": by}
    )
    if not review.is_waiting:
        review.asked_at, review.asked_by, review.claimed_at = now, by, None
        review.save(update_fields=["asked_at", "asked_by", "claimed_at"])
    return review


def quarters(now: datetime) -> list[Period]:
    """The quarters that are over and have anything counted, or follow one that has, the last first."""
    first = first_month()
    if first is None:
        return []
    found = []
    quarter = Period.of(timezone.localdate(now), Span.QUARTER).previous
    while quarter.next.first > first.first:
        found.append(quarter)
        quarter = quarter.previous
    return found


def make_waiting(now: datetime) -> int:
    """Make every review that waits, one after another; how many. Facts are brought up to date before."""
    made = 0
    while (review := _claim(now)) is not None:
        if made == 0:
            facts.refresh(now)
        _make(review, now)
        made += 1
    return made


def _claim(now: datetime) -> TrendReview | None:
    waiting = Q(made_at=None) | Q(made_at__lt=F("asked_at"))
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LOST_AFTER)
    with transaction.atomic():
        rows = TrendReview.objects.select_for_update(
            of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
        )
        review = rows.filter(waiting, free).order_by("asked_at", "id").first()
        if review is not None:
            review.claimed_at = now
            review.save(update_fields=["claimed_at"])
    return review


def _make(review: TrendReview, now: datetime) -> None:
    state = FactsState.objects.filter(pk=1).first()
    as_of = state.counted_at if state is not None and state.counted_at is not None else now
    content = content_of(Period(review.quarter, Span.QUARTER), review.figure, as_of)
    TrendReview.objects.filter(pk=review.pk).update(
        content=content, as_of=as_of, edition=EDITION, made_at=max(now, review.asked_at), claimed_at=None
    )
