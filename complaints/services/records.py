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
    with transaction.atomic(savepoint=False):
        if change == "+":
            insert(record)
        else:
            _update(record, fields)
        # A request knows its user behind a wrapper: the class, not the type.
        record_history(record.__class__, [record.pk], change=change, by=by, reason=reason, now=now)
    return record


def insert(record: Record) -> Record:
    """Insert one record without history, with SQL made once for its model. No signal is sent."""
    columns = [field for field in record._meta.concrete_fields if not field.primary_key or record.pk is not None]
    values = _values(record, columns, is_new=True)
    with connection.cursor() as cursor:
        cursor.execute(_inserting(record.__class__, tuple(field.column for field in columns)), values)
        (record.pk,) = cursor.fetchone()
    record._state.adding, record._state.db = False, connection.alias  # noqa: SLF001 - as Django leaves a saved record
    return record


def insert_all(model: type[Record], rows: Collection[Record], batch_size: int = 1000) -> list[Record]:
    """Insert records without history, set-wise."""
    if len(rows) == 1:
        return [insert(row) for row in rows]
    return model._default_manager.bulk_create(rows, batch_size=batch_size)


def _update(record: models.Model, names: Collection[str] | None) -> None:
    """Write the columns of one record that were read, or those of `names`, with SQL made once. No signal is sent."""
    left_out = record.get_deferred_fields()
    columns = [
        field
        for field in record._meta.concrete_fields
        if not field.primary_key
        and field.attname not in left_out
        and (names is None or field.name in names or field.attname in names)
    ]
    values = _values(record, columns, is_new=False)
    with connection.cursor() as cursor:
        cursor.execute(_updating(record.__class__, tuple(field.column for field in columns)), [*values, record.pk])
        if cursor.rowcount != 1:
            raise record.DoesNotExist(f"{record!r} is no longer there to be saved")  # type: ignore[attr-defined]


def _values(record: models.Model, columns: Collection[Any], *, is_new: bool) -> list[Any]:
    """The values of a record as the database takes them, prepared by its fields as Django does when it saves."""
    record._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined] # noqa: SLF001
    return [field.get_db_prep_save(field.pre_save(record, is_new), connection) for field in columns]


@cache
def _inserting(model: type[models.Model], columns: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    names, holes = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({holes}) "  # noqa: S608 - names of the models
        f"RETURNING {quote(str(model._meta.pk.column))}"
    )


@cache
def _updating(model: type[models.Model], columns: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(column)} = %s" for column in columns)
    key = quote(str(model._meta.pk.column))
    return f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {key} = %s"  # noqa: S608 - names of the models


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
    made = insert_all(model, rows, batch_size)
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
