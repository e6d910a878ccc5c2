"""Rows of a tree: inserted, moved, with paths that always fit. Used for departments, categories and causes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from complaints.services import records

Row = TypeVar("Row", bound=Any)


def insert(row: Row, *, by: Any, reason: str, now: datetime) -> Row:
    """Insert a row below its parent. Its path holds its own key, so it is written twice, but recorded once."""
    vars(row)["skip_history_when_saving"] = True  # simple-history looks for it on the row
    try:
        row.save()
    finally:
        del vars(row)["skip_history_when_saving"]
    row.path = path_below(row.parent, row.pk)
    type(row).objects.filter(pk=row.pk).update(path=row.path)
    records.record_history(type(row), [row.pk], change="+", by=by, reason=reason, now=now)
    return row


def change(row: Row, fields: Mapping[str, Any], *, by: Any, reason: str, now: datetime) -> Row:
    """Give a row other values. With another parent, everything below it moves along, each with its history row.

    The caller has locked the row. `is_below` tells beforehand whether the parent would make a circle.
    """
    old_path = row.path
    for name, value in fields.items():
        setattr(row, name, value)
    row.path = path_below(row.parent, row.pk)
    records.save(row, by=by, reason=reason, now=now)
    if row.path != old_path:
        _move_below(type(row), row, old_path, by=by, reason=reason, now=now)
    return row


def is_below(candidate: Any, row: Any) -> bool:
    """`candidate` is `row`, or lies below it."""
    return candidate is not None and bool(candidate.path.startswith(row.path))


def path_below(parent: Any, key: int) -> str:
    """The path of a row with that key below `parent`."""
    return f"{parent.path if parent is not None else '/'}{key}/"


def _move_below(model: type[models.Model], row: Any, old_path: str, *, by: Any, reason: str, now: datetime) -> None:
    below = model._default_manager.filter(path__startswith=old_path).exclude(pk=row.pk)
    keys = list(below.values_list("pk", flat=True))
    below.update(path=Concat(Value(row.path), Substr(F("path"), len(old_path) + 1)))
    records.record_history(model, keys, change="~", by=by, reason=reason, now=now)
