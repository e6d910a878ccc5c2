"""Looking at a whole quarter, for trends or for how units did, and keeping what came of it. (RP-2, RP-4)

Nothing is queued: an examination that is asked for is a row that waits, and the worker makes what waits. A worker that
dies leaves a row that another takes up after LOST_AFTER.
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
from reporting.models import Examination, FactsState, Subject
from reporting.periods import Period, Span
from reporting.permissions import may_read_figures
from reporting.queries import performance_content, trend_content
from reporting.queries.cells import first_month
from reporting.queries.series import countable
from reporting.services import facts

#: What is looked at every night; trends of other figures are looked at when somebody asks.
NIGHTLY = ((Subject.TRENDS, "received"), (Subject.PERFORMANCE, ""))
LOST_AFTER = timedelta(minutes=30)


def ask(quarter: Period, figure: str = "", *, by: Any, now: datetime, subject: Subject = Subject.TRENDS) -> Examination:
    """Have a quarter looked at (again). Raises ActRefusedError for who may not, and for quarters that cannot be."""
    if not may_read_figures(standing_of(by, now)):
        raise ActRefusedError("not_allowed", _("You may not read the figures of the organisation."))
    if subject == Subject.TRENDS and not countable(figure):
        raise ActRefusedError("figure", _("This figure has no series."))
    if quarter not in quarters(now):
        raise ActRefusedError("quarter", _("Only quarters that are over, and in which something was counted."))
    return _ask(quarter, subject, figure if subject == Subject.TRENDS else "", by, now)


def ask_nightly(now: datetime) -> list[Examination]:
    """Ask for the last quarter that is over, unless it was asked for today already."""
    known = quarters(now)
    if not known:
        return []
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = set(
        Examination.objects.filter(quarter=known[0].first, asked_at__gte=midnight).values_list("subject", "figure")
    )
    return [_ask(known[0], subject, figure, None, now) for subject, figure in NIGHTLY if (subject, figure) not in today]


def _ask(quarter: Period, subject: Subject, figure: str, by: Any, now: datetime) -> Examination:
    row, _is_new = Examination.objects.get_or_create(
        quarter=quarter.first, subject=subject, figure=figure, defaults={"asked_at": now, "asked_by": by}
    )
    if not row.is_waiting:
        row.asked_at, row.asked_by, row.claimed_at = now, by, None
        row.save(update_fields=["asked_at", "asked_by", "claimed_at"])
    return row


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
    """Make every examination that waits, one after another; how many. Facts are brought up to date before."""
    made = 0
    while (row := _claim(now)) is not None:
        if made == 0:
            facts.refresh(now)
        _make(row, now)
        made += 1
    return made


def _claim(now: datetime) -> Examination | None:
    waiting = Q(made_at=None) | Q(made_at__lt=F("asked_at"))
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LOST_AFTER)
    with transaction.atomic():
        rows = Examination.objects.select_for_update(
            of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
        )
        row = rows.filter(waiting, free).order_by("asked_at", "id").first()
        if row is not None:
            row.claimed_at = now
            row.save(update_fields=["claimed_at"])
    return row


def _make(row: Examination, now: datetime) -> None:
    state = FactsState.objects.filter(pk=1).first()
    as_of = state.counted_at if state is not None and state.counted_at is not None else now
    quarter = Period(row.quarter, Span.QUARTER)
    if row.subject == Subject.PERFORMANCE:
        content = performance_content.content_of(quarter, as_of)
    else:
        content = trend_content.content_of(quarter, row.figure, as_of)
    Examination.objects.filter(pk=row.pk).update(
        content=content, as_of=as_of, edition=EDITION, made_at=max(now, row.asked_at), claimed_at=None
    )
