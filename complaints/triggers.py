"""Database triggers that refuse what must never happen to a row, whoever asks, on both databases. (AU-2, AC-2)

Event and history tables are append-only; what belongs to a complaint under a legal hold is not deleted. Made after
every migration for every table there is, so that a new model cannot be forgotten; apps above add to OWN and RULES.
TRUNCATE is not covered: on PostgreSQL it needs a privilege of its own, and the seals of the records find what it takes
away.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from simple_history.utils import get_history_manager_for_model

from complaints import editions, holding

#: Models that are written once and have no history of their own.
OWN = [
    "complaints.ComplaintEvent",
    "complaints.DeadlineStep",
    "complaints.ExportRecord",
    "complaints.ImportedRow",
]

MESSAGE = "append-only: this record is never changed or deleted"
HELD = "legal hold: nothing of this complaint is deleted"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One trigger: INSERT, UPDATE or DELETE of a row is refused with a message.

    With `when`, a condition on the rows OLD and NEW in SQL that both databases understand, only where it holds. Tables
    it looks at besides its own are named in `reads`.
    """

    name: str
    table: str
    event: str
    message: str
    when: str = ""
    reads: tuple[str, ...] = ()

    @property
    def short_name(self) -> str:
        """As long as PostgreSQL lets a name be."""
        return self.name[:63]


def append_only_tables() -> list[str]:
    """The business record and every history table."""
    histories = [
        get_history_manager_for_model(model).model._meta.db_table
        for model in apps.get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    ]
    own = [apps.get_model(label)._meta.db_table for label in OWN]
    return sorted({*own, *histories})


def append_only() -> Iterator[Refusal]:
    """No row of an append-only table is changed or deleted."""
    for table in append_only_tables():
        for event in ("UPDATE", "DELETE"):
            yield Refusal(f"append_only_{event.lower()}_{table}", table, event, f"{MESSAGE} ({table})")


def held() -> Iterator[Refusal]:
    """No row of a complaint under a legal hold is deleted."""
    closed = set(append_only_tables())
    for model in holding.routes():
        table = model._meta.db_table
        if table not in closed and model._meta.label not in holding.DRAFTED:
            reads = tuple(sorted(holding.tables_above(model)))
            yield Refusal(
                f"held_{table}", table, "DELETE", f"{HELD} ({table})", holding.held_in_sql(model, "OLD"), reads
            )


#: Where triggers come from. Apps above append theirs.
RULES: list[Callable[[], Iterable[Refusal]]] = [append_only, held]


class Watch(Protocol):
    """Triggers that note a change instead of refusing it."""

    def watch(self, connection: Any) -> None:
        """Make them. Can be run again."""

    def unwatch(self, connection: Any) -> None:
        """Take them away."""


#: What is noted of changes. Apps above append theirs.
WATCHES: list[Watch] = [editions]


def refusals() -> list[Refusal]:
    """Every trigger there should be."""
    return [refusal for rule in RULES for refusal in rule()]


def create(connection: Any) -> None:
    """Make every trigger whose tables exist. Can be run again."""
    with _at_once(connection), connection.cursor() as cursor:
        for watch in WATCHES:
            watch.watch(connection)
        for refusal in _of_present_tables(connection, cursor):
            for statement in _making(connection, refusal):
                cursor.execute(statement)


def drop(connection: Any, *, only_conditional: bool = False) -> None:
    """Take the triggers away: tests that empty tables do, and migrations, those that look at other tables."""
    with _at_once(connection), connection.cursor() as cursor:
        if not only_conditional:
            for watch in WATCHES:
                watch.unwatch(connection)
        for refusal in _of_present_tables(connection, cursor):
            if only_conditional and not refusal.when:
                continue
            on = f' ON "{refusal.table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{refusal.short_name}"{on}')


def _at_once(connection: Any) -> Any:
    """SQLite writes hundreds of triggers at once or slowly; PostgreSQL locks each table only as long as it must."""
    return transaction.atomic(using=connection.alias) if connection.vendor == "sqlite" else nullcontext()


def _of_present_tables(connection: Any, cursor: Any) -> list[Refusal]:
    present = set(connection.introspection.table_names(cursor))
    return [refusal for refusal in refusals() if {refusal.table, *refusal.reads} <= present]


def _making(connection: Any, refusal: Refusal) -> list[str]:
    name, message = refusal.short_name, refusal.message.replace("'", "''")
    before = f'BEFORE {refusal.event} ON "{refusal.table}" FOR EACH ROW'
    if connection.vendor == "postgresql":
        row = "OLD" if refusal.event == "DELETE" else "NEW"
        body = f"IF {refusal.when or 'true'} THEN RAISE EXCEPTION USING MESSAGE = '{message}'; END IF; RETURN {row};"
        return [
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$',
            f'CREATE OR REPLACE TRIGGER "{name}" {before} EXECUTE FUNCTION "{name}"()',
        ]
    condition = f"WHEN {refusal.when}" if refusal.when else ""
    return [
        f'DROP TRIGGER IF EXISTS "{name}"',
        f"CREATE TRIGGER \"{name}\" {before} {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


def before_migration(using: str = DEFAULT_DB_ALIAS, plan: Any = (), **_: Any) -> None:
    """Receiver of Django's pre_migrate. A table that a trigger of another one reads cannot be rebuilt (SQLite)."""
    if plan:
        drop(connections[using], only_conditional=True)


def after_migration(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Receiver of Django's post_migrate."""
    create(connections[using])
