"""The product's own services at work on rows in memory.

`services_in_memory` swaps, for as long as it lasts, what services read from and write to: the managers of case records
give lists, prepared queries are asked of them too, `save` keeps a row and its history, and the registers are those read
at the beginning. The services themselves are not touched, so whatever they do, a simulated case does too;
a query that this stand-in does not know raises instead of guessing, and so does anything that would reach the database.

Made for one case at a time, in one thread.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime
from typing import Any, NoReturn

from django.db import connection, transaction

from complaints.demo.rows import Manager, Related
from complaints.demo.tables import CASE_MODELS, REGISTERS, Store, UnknownQueryError, maker
from complaints.models.registers import Registers, registers
from complaints.queries.prepared import Prepared
from complaints.services import records
from complaints.services.given import problems
from complaints.services.numbers import take_numbers

#: Whose attribute, its name, and what stands there instead.
Swap = tuple[Any, str, Any]
RECORDS = ("save", "insert", "insert_all", "delete", "save_all", "record_history", "set_moments")
_ABSENT = object()


@contextmanager
def _swapped(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = owner.__dict__.get(name, _ABSENT)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


class _Records:
    """What stands in for `services.records`."""

    def __init__(self, store: Store) -> None:
        self._tables = store.tables

    def save(self, record: Any, *, by: Any, reason: str, now: datetime, fields: Any = None) -> Any:
        table = self._tables[type(record)]
        table.remember(record, "+" if table.keep(record) else "~", by=by, reason=reason, now=now)
        return record

    def insert(self, record: Any) -> Any:
        self._tables[type(record)].keep(record)
        return record

    def insert_all(self, model: Any, rows: Iterable[Any], batch_size: int = 0) -> list[Any]:
        return [self.insert(row) for row in rows]

    def delete(self, record: Any, *, by: Any, reason: str, now: datetime) -> None:
        table = self._tables[type(record)]
        table.drop(record)
        table.remember(record, "-", by=by, reason=reason, now=now)

    def save_all(
        self, model: Any, rows: Iterable[Any], *, by: Any, reason: str, now: datetime, batch_size: int = 0
    ) -> list[Any]:
        return [self.save(row, by=by, reason=reason, now=now) for row in rows]

    def record_history(
        self, model: Any, keys: Iterable[Any], *, change: str, by: Any, reason: str, now: datetime
    ) -> int:
        table, wanted = self._tables[model], set(keys)
        rows = [row for row in table.rows if row.pk in wanted]
        for row in rows:
            table.remember(row, change, by=by, reason=reason, now=now)
        return len(rows)

    def set_moments(self, model: Any, field: str, moments: Mapping[int, datetime | None]) -> None:
        for row in self._tables[model].rows:
            if row.pk in moments:
                row.__dict__[field] = moments[row.pk]


def _refuse(_execute: Any, sql: str, _params: Any, _many: bool, _context: Any) -> NoReturn:  # noqa: FBT001
    raise UnknownQueryError(f"a simulated act reached for the database: {sql[:300]}")


def _users_of(function: Any) -> list[tuple[Any, str]]:
    """Every module of ours that knows a function by name."""
    return [
        (module, name)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith("complaints.") and module_name != __name__
        for name, value in list(vars(module).items())
        if value is function
    ]


@contextmanager
def services_in_memory(store: Store, known: Registers) -> Iterator[None]:
    """Within this, services read and write `store` instead of the database, and read `known`, which is read already.

    They do not check the form of what is given, which stories know how to give: types and choices. Whether an act is
    possible and permitted they do check.
    """
    swaps = [
        *_rows_of(store),
        (Prepared, "__call__", lambda query, *keys: list(query.rows(*keys))),
        *((module, name, lambda: known) for module, name in _users_of(registers)),
        *((records, name, getattr(_Records(store), name)) for name in RECORDS),
        *((module, name, lambda *_, **__: [store.number]) for module, name in _users_of(take_numbers)),
        *((module, name, lambda *_, **__: []) for module, name in _users_of(problems)),
        (transaction, "atomic", lambda *_, **__: nullcontext()),
    ]
    with ExitStack() as stack:
        for owner, name, value in swaps:
            stack.enter_context(_swapped(owner, name, value))
        stack.enter_context(connection.execute_wrapper(_refuse))
        yield


def _rows_of(store: Store) -> Iterator[Swap]:
    """Managers, relations and `save` of the models of a case."""

    def save(record: Any, *_: Any, **__: Any) -> None:
        store.tables[type(record)].keep(record)

    for model in (*CASE_MODELS, *REGISTERS):
        yield model, "objects", Manager(store, model)
    for model in CASE_MODELS:
        yield model, "save", save
        yield model, "__init__", maker(model)
        for relation in model._meta.related_objects:
            name = relation.get_accessor_name()
            if name and relation.related_model in store.tables:
                yield model, name, Related(store, relation.related_model, relation.field.attname)
