"""Writing simulated rows and their history into the database, set-wise, in the way it takes in rows fastest."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from simple_history.utils import get_history_manager_for_model

from complaints.demo.tables import CASE_MODELS, Store, tracked
from complaints.encryption import EncryptedTextField, encrypt

HISTORY_COLUMNS = ("history_date", "history_type", "history_change_reason", "history_user_id", "history_user_name")

#: Rows ready for the database: text for COPY, or lists of values.
Payload = bytes | list[list[Any]]
Convert = Callable[[Any], Any]
#: Ciphertext of one text; a row and its history hold the same.
_sealed = lru_cache(maxsize=256)(encrypt)


def _text(value: Any) -> Any:
    """Members of enumerations are texts of their own kind, which a driver may take for something else."""
    return value if value is None or type(value) is str else str(value)


def _json(value: Any) -> Any:
    if type(value) is dict and "zh-hans" in value:
        return _names(tuple(value.items()))
    return None if value is None else _encoded(value)


@lru_cache(maxsize=4096)
def _names(items: tuple[tuple[str, str], ...]) -> str:
    """Names in several languages, most of which come again and again."""
    return _encoded(dict(items))


def _encoded(value: Any) -> str:
    """JSON as the database keeps it: PostgreSQL takes it apart, SQLite keeps the text, as Django writes it."""
    return _plainly.encode(value) if connection.vendor == "postgresql" else json.dumps(value)


#: Without escapes, which COPY would have to escape once more.
_plainly = json.JSONEncoder(ensure_ascii=False)


def _converter(field: Any) -> Convert | None:  # noqa: PLR0911 - one kind of column after the other
    """How a value of a field has to look for the driver; None: as it is."""
    if isinstance(field, EncryptedTextField):
        return lambda value: _sealed(value) if value else value
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return None if connection.vendor == "postgresql" else _text  # COPY makes a text of everything
    if connection.vendor == "sqlite" and isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if connection.vendor == "sqlite" and isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(field, models.DecimalField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


class Sheet:
    """One table to be filled: its columns, and how their values have to look."""

    def __init__(self, table: str, columns: Sequence[Any], fields: Sequence[Any]) -> None:
        quote = connection.ops.quote_name
        self._names = ", ".join(quote(column) for column in columns)
        self._table = quote(table)
        self._holes = ", ".join(["%s"] * len(columns))
        self._converters = [
            (place, convert) for place, field in enumerate(fields) if (convert := _converter(field)) is not None
        ]

    def prepared(self, rows: Iterable[Sequence[Any]]) -> Payload:
        """Rows of raw values as the database takes them in: as COPY text, or as lists."""
        ready = map(self._ready, rows)
        if connection.vendor == "postgresql":
            return "".join(map(_line, ready)).replace(_NULL, "\\N").encode()
        return list(ready)

    def insert(self, payload: Payload) -> None:
        """Insert what `prepared` made."""
        with connection.cursor() as cursor:
            if isinstance(payload, bytes):
                with cursor.copy(f"COPY {self._table} ({self._names}) FROM STDIN") as copy:
                    copy.write(payload)
            else:
                cursor.executemany(f"INSERT INTO {self._table} ({self._names}) VALUES ({self._holes})", payload)  # noqa: S608

    def _ready(self, values: Sequence[Any]) -> list[Any]:
        row = list(values)
        for place, convert in self._converters:
            row[place] = convert(row[place])
        return row


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
#: Stands for no value until a table is complete: a sign that no text in PostgreSQL can hold.
_NULL = "\0"


def _line(row: Sequence[Any]) -> str:
    """One line of COPY text, with _NULL where there is no value."""
    cells = [value if type(value) is str else _NULL if value is None else str(value) for value in row]
    line = "\t".join(cells)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(cells):  # seldom: escape cell by cell
        line = "\t".join([cell.translate(_ESCAPES) for cell in cells])
    return line + "\n"


@dataclass(frozen=True, slots=True)
class Part:
    """What one table gets out of a batch."""

    place: int
    is_history: bool
    count: int
    payload: Payload


class Writer:
    """Takes what a store holds into the database. One process may prepare what another inserts."""

    def __init__(self) -> None:
        self._rows: list[tuple[Callable[[Any], tuple[Any, ...]], Sheet]] = []
        self._history: list[Sheet | None] = []
        for model in CASE_MODELS:
            fields = model._meta.concrete_fields
            read = itemgetter(*(field.attname for field in fields))
            self._rows.append((read, Sheet(model._meta.db_table, [field.column for field in fields], fields)))
            has_history = hasattr(model._meta, "simple_history_manager_attribute")
            self._history.append(self._history_sheet(model) if has_history else None)

    @staticmethod
    def _history_sheet(model: type[models.Model]) -> Sheet:
        historical = get_history_manager_for_model(model).model
        names = set(tracked(model))
        fields = [field for field in model._meta.concrete_fields if field.attname in names]
        own = [historical._meta.get_field(name.removesuffix("_id")) for name in HISTORY_COLUMNS]
        columns = [*(field.column for field in fields), *HISTORY_COLUMNS]
        return Sheet(historical._meta.db_table, columns, [*fields, *own])

    def prepare(self, store: Store) -> list[Part]:
        """Everything the store holds, each table before those that refer to it."""
        parts = []
        for place, model in enumerate(CASE_MODELS):
            table = store.tables[model]
            read, sheet = self._rows[place]
            history = self._history[place]
            if table.rows:
                rows = sheet.prepared(read(row.__dict__) for row in table.rows)
                parts.append(Part(place, is_history=False, count=len(table.rows), payload=rows))
            if table.history and history is not None:
                changes = history.prepared(table.history)
                parts.append(Part(place, is_history=True, count=len(table.history), payload=changes))
        return parts

    def insert(self, parts: Iterable[Part]) -> int:
        """Insert prepared parts. How many rows.

        What they refer to is looked for at once: PostgreSQL would remember every row until the transaction ends.
        """
        count = 0
        for part in parts:
            sheet = self._history[part.place] if part.is_history else self._rows[part.place][1]
            if sheet is not None:
                sheet.insert(part.payload)
                count += part.count
        if connection.vendor == "postgresql":
            connection.check_constraints()
        return count


def continue_keys() -> None:
    """Let the database go on counting keys after those that were given."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(CASE_MODELS)):
            cursor.execute(statement)
