"""Where calendars come from, in languages: what was one text becomes the simplified Chinese of several.

History is restated with it, value by value: the triggers that keep it from changing step aside until the migration is
over and are made again after it.
"""

import json
from collections.abc import Callable
from typing import Any

from django.db import migrations, models

TABLES = (
    "complaints_calendaryear",
    "complaints_calendarday",
    "complaints_historicalcalendaryear",
    "complaints_historicalcalendarday",
)
LANGUAGE = "zh-hans"


def _lift(cursor: Any, vendor: str, table: str) -> None:
    on = f' ON "{table}"' if vendor == "postgresql" else ""
    cursor.execute(f'DROP TRIGGER IF EXISTS "{f"append_only_update_{table}"[:63]}"{on}')


def _restate(schema_editor: Any, old: str, new: str, translate: Callable[[Any], str]) -> None:
    """Fill one column from another, each different value once."""
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            _lift(cursor, vendor, table)
            cursor.execute(f'SELECT DISTINCT "{old}" FROM "{table}"')  # noqa: S608
            for (value,) in cursor.fetchall():
                cursor.execute(f'UPDATE "{table}" SET "{new}" = %s WHERE "{old}" = %s', [translate(value), value])  # noqa: S608


def named(_apps: Any, schema_editor: Any) -> None:
    _restate(schema_editor, "source", "sources", lambda text: json.dumps({LANGUAGE: text} if text else {}))


def plain(_apps: Any, schema_editor: Any) -> None:
    def one(value: Any) -> str:
        names: dict[str, str] = json.loads(value) if isinstance(value, str) else value
        return (names.get(LANGUAGE) or next(iter(names.values()), ""))[:200]

    _restate(schema_editor, "sources", "source", one)


MODELS = ("calendaryear", "calendarday", "historicalcalendaryear", "historicalcalendarday")


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0004_register_edition"),
    ]

    operations = [
        *(
            migrations.AddField(model, "sources", models.JSONField(blank=True, default=dict, verbose_name="source"))
            for model in MODELS
        ),
        migrations.RunPython(named, plain),
        *(migrations.RemoveField(model, "source") for model in MODELS),
    ]
