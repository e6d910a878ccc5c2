"""One import run from its file to its end. (IN-9)"""

import shutil
import tempfile
from datetime import datetime
from typing import IO

from django.utils import timezone, translation

from complaints.importers import progress
from complaints.importers.mapping import Plan
from complaints.importers.proposal import needed, settle_headings
from complaints.importers.refusals import FileRefusedError, MappingError
from complaints.importers.tables import Table, open_table
from complaints.models import ClockStart, ColumnMapping, ImportRun
from complaints.services import bulk_intake


def run_waiting(now: datetime, run_id: int | None = None) -> ImportRun | None:
    """Take up the oldest waiting run, or the one named, and bring it to its end; None if none waits.

    A fault of the program ends the run as failed, with nothing taken in, and is raised.
    """
    run = bulk_intake.claim(run_id, now)
    if run is None:
        return None
    try:
        with translation.override(run.language or None):
            return _run(run, now)
    except Exception:
        bulk_intake.fail(ImportRun.objects.get(pk=run.pk), now=now)
        raise
    finally:
        progress.forget(run.pk)


def _run(run: ImportRun, now: datetime) -> ImportRun:
    if run.mapping is None:
        raise LookupError(f"run {run.pk} has no mapping")
    try:
        with (
            stored(run) as stream,
            open_table(stream, run.file_name, encoding=run.encoding, sheet=run.sheet) as table,
        ):
            run.encoding, run.sheet = table.encoding, table.sheet
            plan = plan_for(table, run.mapping, run, now)

            def tell(looked_at: int, written: int) -> None:
                progress.tell(run.pk, looked_at, written)

            return bulk_intake.perform(run, plan.candidates, now=now, ended=timezone.now, progress=tell)
    except FileRefusedError as error:
        return bulk_intake.refuse(run, [str(error)], now=now)
    except MappingError as error:
        return bulk_intake.refuse(run, error.reasons, now=now)


def plan_for(table: Table, mapping: ColumnMapping, run: ImportRun, now: datetime) -> Plan:
    """The mapping fitted to the file of a run. MappingError if it does not fit."""
    settle_headings(table, needed(mapping.columns))
    return Plan(
        table,
        columns=mapping.columns,
        defaults=mapping.defaults,
        values=mapping.values,
        source=mapping.source,
        department=run.department,
        now=now,
        clocks_from=now if run.clocks == ClockStart.IMPORT else None,
    )


def stored(run: ImportRun) -> IO[bytes]:
    """The file of a run, copied to where it can be read from any place to any other, wherever it is stored."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    with run.file.open("rb") as source:
        shutil.copyfileobj(source, target, 1 << 20)
    target.seek(0)
    return target
