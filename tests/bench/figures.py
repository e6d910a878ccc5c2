"""Figures of a quarter by department, category and severity, with percentiles, over a million rounds; against DuckDB.

Both answer the same question of the same rows; what they answer is compared group by group. A hundredth of the rounds
is still open, so that ours judges tallies too and does not only read what it kept. A percentile of ours counts open
rounds; where a group has none it is the value that DuckDB finds (its discrete quantile), and only there it is compared.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from django.db import connection
from django.utils import timezone

from reporting.models import CaseFact, Cell, StaleQuarter
from reporting.periods import Period, between
from reporting.queries.cube import cube, groups_of
from reporting.services import facts
from tests.bench.measuring import line, remark, seconds

ROUNDS = 1_000_000
FIRST, LAST = Period.parse("2023Q4"), Period.parse("2026Q3")
ASKED = Period.parse("2026Q2")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
TIMES = 7

FILL = """
INSERT INTO reporting_casefact (
    complaint_id, round, kind, policy_id, channel_id, category_id, severity, difficulty, product,
    first_contact_department_id, owner_department_id, responsible_department_id, received_at, response_due_at,
    response_met_at, ended_at, ending, cycle_hours, paused_seconds, overdue, escalations, executive_escalations,
    returns, refusals, outcome, grade)
SELECT n, 1, 'complaint', 1, 1 + n %% 6, category, severity, 'simple', 'P' || (n %% 200), 1, 1, department, received,
    received + interval '2 hours', received + interval '1 hour' * (random() * 2.1),
    CASE WHEN NOT is_open THEN received + interval '1 hour' * hours END, CASE WHEN is_open THEN '' ELSE 'closed' END,
    CASE WHEN NOT is_open THEN hours END, 0, 0, 0, 0, 0, 0, 'founded', 'satisfied'
FROM (
    SELECT n, 1 + floor(random() * 30)::int AS department, 1 + floor(random() * 50)::int AS category,
        (ARRAY['general', 'general', 'urgent', 'major'])[1 + floor(random() * 4)::int] AS severity,
        %(start)s + random() * (%(end)s - %(start)s) AS received,
        1 + floor(-ln(1 - random()) * 120)::int AS hours, random() < 0.01 AS is_open
    FROM generate_series(1, %(rounds)s) AS n
) AS drawn
"""

QUESTION = """
SELECT responsible_department_id, category_id, severity, count(*), count(ended_at),
    count(*) FILTER (WHERE response_met_at <= response_due_at),
    count(*) FILTER (WHERE response_met_at > response_due_at),
    quantile_disc(cycle_hours, 0.5), quantile_disc(cycle_hours, 0.9)
FROM rounds WHERE received_at >= ? AND received_at < ? GROUP BY 1, 2, 3
"""


def run(*, small: bool = False) -> None:
    """Fill, count, ask."""
    zone = timezone.get_default_timezone()
    rounds = ROUNDS // 10 if small else ROUNDS
    fill(rounds, zone)
    quarters = between(FIRST, LAST)
    StaleQuarter.objects.bulk_create(StaleQuarter(first=quarter.first) for quarter in quarters)
    counting = seconds(facts.count_stale)
    line(
        "counting cells",
        unit="seconds",
        rounds=rounds,
        quarters=len(quarters),
        cells=Cell.objects.count(),
        ours=counting,
    )
    line("counting one quarter", unit="seconds", ours=counting / len(quarters))
    reference = in_duckdb(zone)
    expected = {tuple(row[:3]): row[3:] for row in reference()}
    compare(cube(ASKED, NOW), expected)
    ours = min(seconds(lambda: cube(ASKED, NOW)) for _ in range(TIMES))
    theirs = min(seconds(reference) for _ in range(TIMES))
    line(
        "figures of a quarter",
        unit="seconds",
        rounds=rounds,
        groups=len(expected),
        ours=ours,
        reference=theirs,
        ratio=ours / theirs,
    )
    year = between(Period.parse("2025Q3"), ASKED)
    line(
        "figures of four quarters",
        unit="seconds",
        ours=min(seconds(lambda: [cube(q, NOW) for q in year]) for _ in range(3)),
    )


def fill(rounds: int, zone: ZoneInfo) -> None:
    """Make the facts by SQL; the complaints they belong to are not there, so foreign keys are not looked at."""
    remark(f"filling: {rounds} rounds")
    start, end = FIRST.bounds(zone)[0], LAST.bounds(zone)[1]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(FILL, {"start": start, "end": end, "rounds": rounds})
        cursor.execute("ANALYZE reporting_casefact")


def in_duckdb(zone: ZoneInfo) -> Callable[[], list[Any]]:
    """The same rows in a table of DuckDB, and the question put to it."""
    columns = (
        "responsible_department_id, category_id, severity, received_at, ended_at, response_met_at, response_due_at, "
        "cycle_hours"
    )
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET threads = 2")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rounds.csv"
        with connection.cursor() as cursor, file.open("wb") as out:
            copying = f"COPY (SELECT {columns} FROM {CaseFact._meta.db_table}) TO STDOUT WITH (FORMAT csv, HEADER)"  # noqa: S608
            with cursor.copy(copying) as copied:
                for data in copied:
                    out.write(data)
        database.execute(f"CREATE TABLE rounds AS SELECT * FROM read_csv('{file}')")  # noqa: S608
    start, end = ASKED.bounds(zone)
    return lambda: database.execute(QUESTION, [start, end]).fetchall()


def compare(rows: list[Any], expected: dict[Any, Any]) -> None:
    """Both answer alike."""
    begun = {key: values for key, values in expected.items() if values[0]}
    found = {groups_of(row.key): row for row in rows if row.begun}
    if found.keys() != begun.keys():
        raise AssertionError("not the same groups")

    for key, (count, ended, in_time, late, median, p90) in begun.items():
        row = found[key]
        if (row.begun, row.in_time, row.late) != (count, in_time, late):
            raise AssertionError(f"{key}: {row} and {begun[key]}")
        if count == ended and (row.median, row.p90) != (median, p90):
            raise AssertionError(f"{key}: {row} and {begun[key]}")
