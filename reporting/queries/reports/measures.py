"""Measures, checks of their effect, and recourse, as they stood at a moment. (RP-1, RP-11, RP-13)"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from simple_history.utils import get_history_manager_for_model

from accountability.models import EffectCheck, Measure, Recourse
from accountability.states import MeasureStatus
from complaints.models import Complaint
from reporting.queries.reports.cells import Cell, plain

_MEASURE = (
    "number",
    "title",
    "origin",
    "kind",
    "complaint_id",
    "cause_id",
    "department_id",
    "status",
    "reopened",
    "due_at",
    "made_at",
    "done_at",
    "verified_at",
)
_CHECK = (
    "measure_id",
    "before_count",
    "after_count",
    "ratio",
    "low",
    "high",
    "effect",
    "is_effective",
    "checked_at",
)
_RECOURSE = ("amount_claimed", "amount_recovered", "claimed_at", "settled_at")
ENDED = frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.CANCELLED})
Between = tuple[datetime, datetime]


def rows_as_of(
    model: type[models.Model], as_of: datetime, *names: str, **among: Any
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a model as they stood at the moment, by key; `among` are fields of theirs that never change."""
    rows = get_history_manager_for_model(model).filter(history_date__lte=as_of, **among)
    rows = rows.order_by("history_date", "history_id")
    latest = {row["id"]: row for row in rows.values("id", "history_type", *names).iterator(5000)}
    return ((key, row) for key, row in sorted(latest.items()) if row["history_type"] != "-")


def measures_of(within: Between, as_of: datetime) -> list[Cell]:
    """Measures that were open in the period, or became anything else in it, with the last check of their effect.

    What a measure of a confidential complaint is about is left out.
    """
    checks = {row["measure_id"]: row for _key, row in rows_as_of(EffectCheck, as_of, *_CHECK)}
    found = [
        (key, row)
        for key, row in rows_as_of(Measure, as_of, *_MEASURE)
        if row["made_at"] < within[1]
        and (
            row["status"] not in ENDED
            or any(_is_within(row[name], within) for name in ("done_at", "verified_at"))
            or _is_within(checks.get(key, {}).get("checked_at"), within)
        )
    ]
    complaints = {row["complaint_id"] for _key, row in found if row["complaint_id"]}
    confidential = set(
        Complaint.objects.filter(pk__in=complaints, is_confidential=True).order_by().values_list("pk", flat=True)
    )
    return [_kept(key, row, checks.get(key), as_of, hidden=row["complaint_id"] in confidential) for key, row in found]


def _is_within(moment: datetime | None, within: Between) -> bool:
    return moment is not None and within[0] <= moment < within[1]


def _kept(key: int, row: dict[str, Any], check: dict[str, Any] | None, as_of: datetime, *, hidden: bool) -> Cell:
    found: Cell = {
        "id": key,
        "number": row["number"],
        "title": "" if hidden else row["title"],
        "is_confidential": hidden,
        "origin": row["origin"],
        "kind": row["kind"],
        "department": str(row["department_id"]),
        "cause": str(row["cause_id"] or ""),
        "status": row["status"],
        "reopened": row["reopened"],
        "due_at": row["due_at"].isoformat(),
        "is_overdue": row["status"] == MeasureStatus.PLANNED and row["due_at"] < as_of,
    }
    if check is not None:
        names = ("before_count", "after_count", "ratio", "low", "high", "effect", "is_effective")
        found["check"] = {name: plain(check[name]) for name in names}
    return found


def recourse_of(within: Between, as_of: datetime) -> Cell:
    """What was claimed from suppliers and partners in the period, and what they paid in it, in yuan."""
    claimed, recovered, claims = Decimal(0), Decimal(0), 0
    for _key, row in rows_as_of(Recourse, as_of, *_RECOURSE):
        if _is_within(row["claimed_at"], within):
            claimed += row["amount_claimed"]
            claims += 1
        if _is_within(row["settled_at"], within):
            recovered += row["amount_recovered"]
    return {"claims": claims, "claimed": plain(claimed), "recovered": plain(recovered)}
