"""The sweep: so many due among very many open deadlines, against one statement that writes the same rows.

A third of what is due is a reminder, a third a breach, a third an escalation. Each measurement has due rows of its own,
told apart by their moment; ours and the reference take turns.
"""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from complaints.models import Complaint, ComplaintEvent, Deadline, DeadlineStep, Escalation, Notice
from complaints.services.sweep import sweep
from tests import world
from tests.bench.measuring import address, execute, line, remark, seconds
from tests.factories import NOW

OPEN = 1_000_000
CLOCKS = 4
DUE = 10_000
ROUNDS = 3
MEMORY = (1_000, 10_000, 50_000)
HOUR = timedelta(hours=1)
REFERENCE = Path(__file__).with_name("sweep_reference.sql")
WRITTEN = (DeadlineStep, Escalation, ComplaintEvent, Notice, Deadline, Deadline.history.model, Escalation.history.model)


def run(*, small: bool = False) -> None:
    """Measure time, then memory."""
    share = 10 if small else 1
    groups = [DUE // share] * (2 * ROUNDS) + [number // share for number in MEMORY]
    w = world.build()
    fill(w, OPEN // share, groups)
    ours, reference = [], []
    for turn in range(ROUNDS):
        before = written()
        reference.append(seconds(partial(bare, moment(2 * turn))))
        by_reference = [now - then for now, then in zip(written(), before, strict=True)]
        before = written()
        ours.append(seconds(partial(sweep, moment(2 * turn + 1))))
        by_us = [now - then for now, then in zip(written(), before, strict=True)]
        if by_us != by_reference:
            raise AssertionError(f"not the same rows: {by_us} and {by_reference} of {WRITTEN}")
    line(
        "sweep",
        unit="seconds",
        open=OPEN // share,
        due=DUE // share,
        rows=sum(by_us) + DUE // share,
        ours=min(ours),
        reference=min(reference),
        ratio=min(ours) / min(reference),
    )
    line("sweep of nothing", unit="seconds", ours=seconds(lambda: sweep(moment(2 * ROUNDS - 1))))
    for group, due in enumerate(groups[2 * ROUNDS :], start=2 * ROUNDS):
        line("memory of a sweep", unit="MiB", due=due, peak=peak(group, due))


def moment(group: int) -> datetime:
    """When the rows of a group are due: an hour apart."""
    return NOW + group * HOUR


def fill(w: Any, total: int, groups: list[int]) -> None:
    """Copy one complaint and its deadline by SQL, with four clocks each."""
    first = w.register(now=NOW - timedelta(days=400))
    deadline = Deadline.objects.get(complaint=first)
    remark(f"filling: {total} deadlines")
    copy(Complaint, first.pk, total // CLOCKS, {"number": "'B' || n", "version": "1"})
    Deadline.objects.filter(complaint=first).update(met_at=NOW, next_action_at=None)
    connection.cursor().execute(SCHEDULE_FUNCTION)
    start = 0
    for group, due in enumerate([*groups, total - sum(groups)]):
        at = moment(group) if group < len(groups) else NOW + timedelta(days=3000)
        due_deadlines(deadline, first.pk, start, due, at)
        start += due
    execute("ANALYZE")


#: Due in a third each: the first reminder, the due moment, the first escalation; the rest is years away.
SCHEDULE_FUNCTION = """
CREATE FUNCTION pg_temp.iso(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') $$;

CREATE FUNCTION pg_temp.schedule(kind int, at timestamptz) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
SELECT jsonb_build_array(
    jsonb_build_array(0, 'reminder', 'intake', pg_temp.iso(CASE kind WHEN 0 THEN at ELSE at - interval '3 day' END)),
    jsonb_build_array(2, 'overdue', 'intake', pg_temp.iso(
        CASE kind WHEN 0 THEN at + interval '3000 day' WHEN 1 THEN at ELSE at - interval '1 day' END)),
    jsonb_build_array(4, 'escalation', 'owner_head', pg_temp.iso(
        CASE kind WHEN 2 THEN at ELSE at + interval '3100 day' END)),
    jsonb_build_array(5, 'escalation', 'executive', pg_temp.iso(at + interval '3200 day'))
) $$
"""


def columns(model: Any) -> list[str]:
    """All but the key."""
    return [field.column for field in model._meta.concrete_fields if not field.primary_key]


def copy(model: Any, pk: int, number: int, different: dict[str, str]) -> None:
    """So many copies of a row."""
    names = columns(model)
    values = ", ".join(different.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    execute(
        f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table}, generate_series(1, %s) AS n WHERE id = %s",  # noqa: S608
        [number, pk],
    )


def due_deadlines(like: Deadline, first: int, start: int, number: int, at: datetime) -> None:
    """Deadlines `start` … of the whole, with one step each due at `at`; earlier steps are on record."""
    different = {
        "complaint_id": f"{first} + 1 + n / {CLOCKS}",
        "clock": f"'clock' || n %% {CLOCKS}",
        "due_at": "CASE (n - %(start)s) %% 3 WHEN 0 THEN %(at)s + interval '3000 day' WHEN 1 THEN %(at)s "
        "ELSE %(at)s - interval '1 day' END",
        "breached_at": "CASE (n - %(start)s) %% 3 WHEN 2 THEN %(at)s - interval '1 day' END",
        "schedule": "pg_temp.schedule((n - %(start)s) %% 3, %(at)s)",
        "next_action_at": "%(at)s",
        "met_at": "NULL",
    }
    names = columns(Deadline)
    values = ", ".join(different.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    given = {"at": at, "start": start, "end": start + number - 1, "like": like.pk}
    execute(
        f"INSERT INTO complaints_deadline ({quoted}) SELECT {values} "  # noqa: S608
        "FROM complaints_deadline, generate_series(%(start)s, %(end)s) AS n WHERE id = %(like)s",
        given,
    )
    execute(
        "INSERT INTO complaints_deadlinestep "
        "(deadline_id, position, kind, role, planned_at, recorded_at, is_found_late) "
        "SELECT d.id, p.position, p.kind, 'intake', d.started_at, d.started_at, false FROM complaints_deadline d "
        "JOIN (VALUES (0, 'reminder', 1), (2, 'overdue', 2)) AS p (position, kind, after) "
        "ON CASE WHEN d.breached_at IS NOT NULL THEN 2 WHEN d.due_at = d.next_action_at THEN 1 ELSE 0 END >= p.after "
        "WHERE d.next_action_at = %(at)s",
        given,
    )


def written() -> list[int]:
    """Rows of each table that a sweep writes."""
    return [model.objects.count() for model in WRITTEN]


def bare(now: datetime) -> None:
    """The same rows by one statement."""
    execute(REFERENCE.read_text(encoding="utf-8"), {"now": now})


def peak(group: int, due: int) -> int:
    """The most memory that a process took for sweeping a group."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.one_sweep", moment(group).isoformat()],
        env=os.environ | {"TEST_DATABASE_URL": address()},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    if int(told[0]) != due:
        raise AssertionError(f"{told[0]} swept, {due} were due")
    return int(told[1])
