"""Cells say from when on time changes them no more, instead of whether anything is open. All are counted anew."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations, models

#: Until they are counted anew, the tallies of cells are judged.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def count_anew(apps: Any, _schema: Any) -> None:
    """Note every quarter that has cells."""
    cells, stale = apps.get_model("reporting", "Cell"), apps.get_model("reporting", "StaleQuarter")
    firsts = cells.objects.filter(span="quarter", dimension="all").values_list("first", flat=True).distinct()
    stale.objects.bulk_create([stale(first=first) for first in firsts], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0009_examinations")]

    operations = [
        migrations.RemoveField("cell", "is_settled"),
        migrations.RenameField("cell", "too_late", "late"),
        migrations.AddField(
            "cell",
            "settled_from",
            models.DateTimeField(default=NEVER, verbose_name="settled from"),
            preserve_default=False,
        ),
        migrations.RunPython(count_anew, count_anew, elidable=True),
    ]
