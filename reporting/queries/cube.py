"""A whole quarter told apart by department, category and severity at once. (RP-1)"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from reporting.models import Cell
from reporting.periods import Period, Span
from reporting.tallies import Dimension, Tally, quantiles

_COLUMNS = ("key", "begun", "ended", "in_time", "late", "median", "p90")


class CubeRow(NamedTuple):
    """One group of a quarter; `key` is that of its cell (`groups_of`). Times in begun hours, None if not reached."""

    key: str
    begun: int
    ended: int
    in_time: int
    late: int
    median: float | None
    p90: float | None


def cube(quarter: Period, moment: datetime) -> list[CubeRow]:
    """The groups of a quarter as they stand at the moment, in no order.

    Groups that passing time no longer changes are read from plain columns, which is nearly all of a past quarter; of
    the others the tally is judged.
    """
    if quarter.span != Span.QUARTER:
        raise ValueError(quarter)
    cells = Cell.objects.filter(span=Span.QUARTER, dimension=Dimension.CUBE, first=quarter.first)
    sql, values = cells.filter(settled_from__lte=moment).values_list(*_COLUMNS).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = list(map(CubeRow._make, cursor.fetchall()))
    unsettled = cells.filter(settled_from__gt=moment).values_list("key", "tally")
    found.extend(_judged(unsettled.iterator(), moment))
    return found


def _judged(rows: Iterator[tuple[str, dict]], moment: datetime) -> Iterator[CubeRow]:
    for key, kept in rows:
        tally = Tally.read(kept)
        late, _pending = tally.late_answers(moment)
        yield CubeRow(key, tally.begun, tally.ended, tally.in_time, late, *quantiles(tally, moment))


def groups_of(key: str) -> tuple[int | None, int | None, str]:
    """Department, category and severity of a row; None where none is given."""
    department, category, severity = key.split("/")
    return int(department) if department else None, int(category) if category else None, severity
