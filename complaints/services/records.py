"""Saving with a history row that says who and why, one record at a time or a whole set (AU-1)."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from simple_history.utils import get_history_manager_for_model

from complaints import holding
from complaints.services.refusal import ActRefusedError

Record = TypeVar("Record", bound=models.Model)


def save(record: Record, *, by: Any, reason: str, now: datetime, fields: Collection[str] | None = None) -> Record:
    """Insert or update `record` with one history row: who (None: the system), why, and when.

    With `fields`, only those columns are written. The history row is copied by the database from the row just written,
    which costs a fraction of building it here.
    """
    change = "+" if record._state.adding else "~"  # noqa: SLF001 - the only place that knows
    record.skip_history_when_saving = True  # type: ignore[attr-defined] # simple-history's own convention
    try:
        with transaction.atomic(savepoint=False):
            record.save(update_fields=None if fields is None else list(fields))
            # A request knows its user behind a wrapper: the class, not the type.
            record_history(record.__class__, [record.pk], change=change, by=by, reason=reason, now=now)
    finally:
        del record.skip_history_when_saving  # type: ignore[attr-defined]
    return record


def delete(record: models.Model, *, by: Any, reason: str, now: datetime) -> None:
    """Delete a record that may be deleted, leaving a history row that says so.

    Raises ActRefusedError for what belongs to a complaint under a legal hold, which the database refuses too (AC-2).
    """
    if holding.is_kept(record):
        raise ActRefusedError("held", _("The case is under a legal hold: nothing of it may be deleted."))
    record._history_user = by  # type: ignore[attr-defined]
    record._change_reason = reason  # type: ignore[attr-defined]
    record._history_date = now  # type: ignore[attr-defined]  # noqa: SLF001
    record.delete()


def save_all(
    model: type[Record], rows: Collection[Record], *, by: Any, reason: str, now: datetime, batch_size: int = 1000
) -> list[Record]:
    """Insert many rows set-wise, with one history row each."""
    made = model._default_manager.bulk_create(rows, batch_size=batch_size)
    keys = [row.pk for row in made]
    for start in range(0, len(keys), batch_size):
        record_history(model, keys[start : start + batch_size], change="+", by=by, reason=reason, now=now)
    return made


def record_history(
    model: type[models.Model], keys: Collection[Any], *, change: str, by: Any, reason: str, now: datetime
) -> int:
    """Copy the present rows of `keys` into the history table in one statement, after a set-wise write.

    `change` is "+" or "~". Call it in the transaction of that write; without it a set-wise write leaves no history.
    Returns the number of history rows.
    """
    if not keys:
        return 0
    among = "= ANY(%s)" if connection.vendor == "postgresql" else f"IN ({', '.join(['%s'] * len(keys))})"
    values = [list(keys)] if connection.vendor == "postgresql" else list(keys)
    at = connection.ops.adapt_datetimefield_value(now)
    name = str(by)[:150] if by is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_copying(model)} {among}", [at, change, reason, by.pk if by is not None else None, name, *values]
        )
        return int(cursor.rowcount)


@cache
def _copying(model: type[models.Model]) -> str:
    """The statement that copies rows of a model into its history, up to the choice of rows."""
    historical = get_history_manager_for_model(model).model
    tracked = {field.attname for field in historical.tracked_fields}
    columns = [field.column for field in model._meta.concrete_fields if field.attname in tracked]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column)) for column in columns)
    return (
        f"INSERT INTO {quote(historical._meta.db_table)} "  # noqa: S608 - names come from the models
        f"({names}, history_date, history_type, history_change_reason, history_user_id, history_user_name) "
        f"SELECT {names}, %s, %s, %s, %s, %s FROM {quote(model._meta.db_table)} "
        f"WHERE {quote(str(model._meta.pk.column))}"
    )


def set_moments(model: type[models.Model], field: str, moments: Mapping[int, datetime | None]) -> None:
    """Write one moment each into many rows in one statement, without history: for columns that history leaves out."""
    if not moments:
        return
    quote, meta = connection.ops.quote_name, model._meta
    columns: Any = (meta.get_field(field), meta.pk)
    table, (column, key) = quote(meta.db_table), (quote(field.column) for field in columns)
    if connection.vendor == "postgresql":
        given = "unnest(%s::bigint[], %s::timestamptz[]) AS given (id, moment)"
        values: list[Any] = [list(moments), list(moments.values())]
    else:
        pair = "json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS moment"
        given = f"(SELECT {pair} FROM json_each(%s)) AS given"  # noqa: S608
        adapt = connection.ops.adapt_datetimefield_value
        values = [json.dumps([[row, moment and adapt(moment)] for row, moment in moments.items()])]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = given.moment FROM {given} WHERE {table}.{key} = given.id",  # noqa: S608
            values,
        )
