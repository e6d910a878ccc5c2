"""The edition of the registers in the database: whatever changes a register puts a new mark on it. (decision 0007)

Triggers do it, on both databases, in the transaction of the change, so no way of writing is forgotten. A mark is drawn
at random and never comes again: what one transaction saw and took back is never taken for what another one wrote.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from django.apps import apps

EDITION = "complaints_registeredition"

#: Models whose rows processes keep in memory (`models.registers`).
WATCHED = (
    "User",
    "Department",
    "Appointment",
    "Absence",
    "Channel",
    "Category",
    "Calendar",
    "Policy",
    "PolicyVersion",
    "PolicySelection",
)
#: Of people only this is kept; logging in changes their rows all day.
COLUMNS = {"User": "is_active, is_superuser"}


def watched_tables() -> list[str]:
    """The tables of the registers."""
    return [apps.get_model("complaints", name)._meta.db_table for name in WATCHED]


def _triggers(present: set[str]) -> Iterator[tuple[str, str, str]]:
    """Name, table, and after what."""
    for name in WATCHED:
        table = apps.get_model("complaints", name)._meta.db_table
        if table in present:
            update = f"UPDATE OF {COLUMNS[name]}" if name in COLUMNS else "UPDATE"
            for event in ("INSERT", update, "DELETE"):
                yield f"edition_{event.partition(' ')[0].lower()}_{table}"[:63], table, event


def watch(connection: Any) -> None:
    """Begin a new edition, as nobody watched so far, and renew it with every change. Can be run again."""
    unwatch(connection)
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if EDITION not in present:
            return
        cursor.execute(f"DELETE FROM {EDITION}")  # noqa: S608
        cursor.execute(f"INSERT INTO {EDITION} (mark) VALUES (%s)", [str(uuid.uuid4())])  # noqa: S608
        is_postgresql = connection.vendor == "postgresql"
        renew = f"UPDATE {EDITION} SET mark = {'gen_random_uuid()' if is_postgresql else 'hex(randomblob(16))'};"  # noqa: S608
        if is_postgresql:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION renew_edition() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {renew} RETURN NULL; END $$"
            )
        action = "FOR EACH STATEMENT EXECUTE FUNCTION renew_edition()" if is_postgresql else f"BEGIN {renew} END"
        for name, table, event in _triggers(present):
            cursor.execute(f'CREATE TRIGGER "{name}" AFTER {event} ON {table} {action}')


def unwatch(connection: Any) -> None:
    """Take the triggers away."""
    with connection.cursor() as cursor:
        for name, table, _event in _triggers(set(connection.introspection.table_names(cursor))):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
