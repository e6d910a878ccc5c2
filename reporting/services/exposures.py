"""Recording what was sold or served, a file at a time: all of it or nothing. (RP-2)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints.models.standing import standing_of
from complaints.services.records import delete, save, save_all
from complaints.services.refusal import ActRefusedError
from reporting.models import Exposure
from reporting.permissions import may_record_exposure

Name = tuple[str, str, str, date]


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure: of which group, what is counted, in which month (its first day), how much."""

    dimension: str
    key: str
    kind: str
    month: date
    amount: Decimal

    @property
    def name(self) -> Name:
        """What there is one figure of."""
        return self.dimension, self.key, self.kind, self.month


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a file came to."""

    new: int
    changed: int
    same: int


def record(rows: Sequence[Amount], *, is_dry: bool, by: Any, now: datetime) -> Recorded:
    """Record figures: new ones are added, those that are known with another amount are changed, with history.

    A dry run only says what it would come to. Raises ActRefusedError for who may not. `by` None is the system.
    """
    _require(by, now)
    with transaction.atomic():
        firsts = sorted({row.month for row in rows})
        known: dict[Name, Exposure] = {
            (row.dimension, row.key, row.kind, row.month): row
            for row in Exposure.objects.select_for_update().filter(month__in=firsts)
        }
        new = [row for row in rows if row.name not in known]
        changed = [(known[row.name], row.amount) for row in rows if row.name in known]
        changed = [(held, amount) for held, amount in changed if held.amount != amount]
        found = Recorded(len(new), len(changed), len(rows) - len(new) - len(changed))
        if is_dry:
            return found
        made = [
            Exposure(
                dimension=row.dimension,
                key=row.key,
                kind=row.kind,
                month=row.month,
                amount=row.amount,
                made_by=by,
                made_at=now,
            )
            for row in new
        ]
        save_all(Exposure, made, by=by, reason=gettext_noop("Exposure figures"), now=now)
        for held, amount in changed:
            held.amount, held.made_by, held.made_at = amount, by, now
            save(held, by=by, reason=gettext_noop("Exposure figures changed"), now=now)
    return found


def withdraw(exposure_id: int, *, reason: str, by: Any, now: datetime) -> None:
    """Take a figure back that should not be there; its history stays. Raises ActRefusedError."""
    _require(by, now)
    if not reason.strip():
        raise ActRefusedError("given", _("Please give the reason."))
    with transaction.atomic():
        row = Exposure.objects.select_for_update().filter(pk=exposure_id).first()
        if row is None:
            raise ActRefusedError("gone", _("The figure is no longer there."))
        delete(row, by=by, reason=reason.strip()[:100], now=now)


def _require(by: Any, now: datetime) -> None:
    if by is not None and not may_record_exposure(standing_of(by, now)):
        raise ActRefusedError("not_allowed", _("You may not record exposure figures."))
