"""Triggers that note which cases have changed, on both databases, in the transaction of the change. (RP-1)

An event of a complaint or of accountability stands for every change there is: each act records one. The rows are taken
by `services.facts`.
"""

import sys
from collections.abc import Iterator
from typing import Any

from complaints import holding, triggers

#: Derived rows that are put in place of one another: no legal hold concerns them.
DERIVED = {"reporting.CaseFact", "reporting.LiabilityFact", "reporting.CaseStudyTerm"}
STALE = "reporting_stalecase"
EVENTS = ("complaints_complaintevent", "accountability_inquiryevent")


def _present(connection: Any) -> Iterator[tuple[str, str]]:
    """Name and table of each trigger whose tables there are."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    for table in EVENTS:
        if {table, STALE} <= tables:
            yield f"stale_{table}", table


def watch(connection: Any) -> None:
    """Make the triggers. Can be run again."""
    unwatch(connection)
    with connection.cursor() as cursor:
        for name, table in _present(connection):
            if connection.vendor == "postgresql":
                cursor.execute(
                    f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '  # noqa: S608
                    f"$$ BEGIN INSERT INTO {STALE} (complaint_id) "
                    "SELECT DISTINCT complaint_id FROM fresh WHERE complaint_id IS NOT NULL; RETURN NULL; END $$"
                )
                cursor.execute(
                    f'CREATE TRIGGER "{name}" AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh '
                    f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
                )
            else:
                cursor.execute(
                    f'CREATE TRIGGER "{name}" AFTER INSERT ON {table} WHEN NEW.complaint_id IS NOT NULL '  # noqa: S608
                    f"BEGIN INSERT INTO {STALE} (complaint_id) VALUES (NEW.complaint_id); END"
                )


def unwatch(connection: Any) -> None:
    """Take the triggers away."""
    with connection.cursor() as cursor:
        for name, table in _present(connection):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def register() -> None:
    """Have the triggers made after every migration, with the others."""
    holding.DRAFTED |= DERIVED
    triggers.WATCHES.append(sys.modules[__name__])
