"""Writing simulated rows and their history into the database, set-wise, in the way it takes in rows fastest."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from simple_history.utils import get_history_manager_for_model

from complaints.demo.memory import CASE_MODELS, Store, tracked
from complaints.encryption import EncryptedTextField, encrypt

HISTORY_COLUMNS = ("history_date", "history_type", "history_change_reason", "history_user_id", "history_user_name")

Convert = Callable[[Any], Any]
#: Ciphertext of one text; a row and its history hold the same.
_sealed = lru_cache(maxsize=256)(encrypt)


def _text(value: Any) -> Any:
    """Members of enumerations are texts of their own kind, which a driver may take for something else."""
    return value if value is None or type(value) is str else str(value)


def _json(value: Any) -> Any:
    return None if value is None else json.dumps(value)


def _converter(field: Any) -> Convert | None:
    """How a value of a field has to look for the driver; None: as it is."""
    if isinstance(field, EncryptedTextField):
        return lambda value: _sealed(value) if value else value
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return _text
    if connection.vendor == "sqlite" and isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if connection.vendor == "sqlite" and isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(field, models.DecimalField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


class Sheet:
    """One table to be filled: its columns, and how their values have to look."""

    def __init__(self, table: str, columns: Sequence[str], fields: Sequence[Any]) -> None:
        quote = connection.ops.quote_name
        self._names = ", ".join(quote(column) for column in columns)
        self._table = quote(table)
        self._holes = ", ".join(["%s"] * len(columns))
        self._converters = [
            (place, convert) for place, field in enumerate(fields) if (convert := _converter(field)) is not None
        ]

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows of raw values."""
        ready = map(self._ready, rows)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self._table} ({self._names}) FROM STDIN") as copy:
                    for row in ready:
                        copy.write_row(row)
            else:
                cursor.executemany(f"INSERT INTO {self._table} ({self._names}) VALUES ({self._holes})", list(ready))  # noqa: S608

    def _ready(self, values: Sequence[Any]) -> list[Any]:
        row = list(values)
        for place, convert in self._converters:
            row[place] = convert(row[place])
        return row


class Writer:
    """Takes over what a store holds."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], tuple[Callable[[Any], tuple[Any, ...]], Sheet]] = {}
        self._history: dict[type[models.Model], Sheet] = {}
        for model in CASE_MODELS:
            fields = model._meta.concrete_fields
            read = itemgetter(*(field.attname for field in fields))
            self._rows[model] = (read, Sheet(model._meta.db_table, [field.column for field in fields], fields))
            if hasattr(model._meta, "simple_history_manager_attribute"):
                self._history[model] = self._history_sheet(model)

    @staticmethod
    def _history_sheet(model: type[models.Model]) -> Sheet:
        historical = get_history_manager_for_model(model).model
        names = set(tracked(model))
        fields = [field for field in model._meta.concrete_fields if field.attname in names]
        own = [historical._meta.get_field(name.removesuffix("_id")) for name in HISTORY_COLUMNS]  # noqa: SLF001
        columns = [*(field.column for field in fields), *HISTORY_COLUMNS]
        return Sheet(historical._meta.db_table, columns, [*fields, *own])  # noqa: SLF001

    def write(self, store: Store) -> int:
        """Insert everything the store holds. How many rows."""
        count = 0
        for model in CASE_MODELS:
            table = store.tables[model]
            if not table.rows:
                continue
            read, sheet = self._rows[model]
            sheet.fill(read(row.__dict__) for row in table.rows)
            count += len(table.rows)
            if table.history:
                self._history[model].fill(table.history)
                count += len(table.history)
        return count


def continue_keys() -> None:
    """Let the database go on counting keys after those that were given."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(CASE_MODELS)):
            cursor.execute(statement)
