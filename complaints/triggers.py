"""Database triggers that make event and history tables append-only, on both databases. (AU-2, DESIGN §5)

Made after every migration for every history table there is, so that a new model cannot be forgotten. TRUNCATE is not
covered: on PostgreSQL it needs a privilege of its own, and the seals of the records find what it takes away.
"""

from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from simple_history.utils import get_history_manager_for_model

#: Models that are written once and have no history of their own.
OWN = ("ComplaintEvent", "DeadlineStep", "ExportRecord", "ImportedRow")

MESSAGE = "append-only: this record is never changed or deleted"


def append_only_tables() -> list[str]:
    """The business record and every history table."""
    histories = [
        get_history_manager_for_model(model).model._meta.db_table
        for model in apps.get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    ]
    own = [apps.get_model("complaints", name)._meta.db_table for name in OWN]
    return sorted({*own, *histories})


def create(connection: Any) -> None:
    """Refuse UPDATE and DELETE on every append-only table. Can be run again."""
    drop(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{MESSAGE} (%)', TG_TABLE_NAME; END $$"
            )
        for table in _existing(connection, cursor):
            for event in ("UPDATE", "DELETE"):
                name = f"append_only_{event.lower()}_{table}"[:63]
                if connection.vendor == "postgresql":
                    cursor.execute(
                        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" '
                        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                    )
                else:
                    cursor.execute(
                        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" '
                        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE} ({table})'); END"
                    )


def drop(connection: Any) -> None:
    """Take the triggers away; only tests that empty tables do."""
    with connection.cursor() as cursor:
        for table in _existing(connection, cursor):
            for event in ("UPDATE", "DELETE"):
                name = f"append_only_{event.lower()}_{table}"[:63]
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def _existing(connection: Any, cursor: Any) -> list[str]:
    present = set(connection.introspection.table_names(cursor))
    return [table for table in append_only_tables() if table in present]


def after_migration(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Receiver of Django's post_migrate."""
    create(connections[using])
