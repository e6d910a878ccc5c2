"""A whole quarter told apart by department, category and severity at once. (RP-1)"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from reporting.models import Cell
from reporting.periods import Period, Span
from reporting.tallies import Dimension, Tally, quantiles

_COLUMNS = ("key", "begun", "ended", "in_time", "too_late", "median", "p90", "is_settled")


@dataclass(frozen=True, slots=True)
class CubeRow:
    """One group of a quarter. Keys are None where none is given; times are in begun hours, None if not reached."""

    department_id: int | None
    category_id: int | None
    severity: str
    begun: int
    ended: int
    in_time: int
    late: int
    median: float | None
    p90: float | None


def cube(quarter: Period, moment: datetime) -> list[CubeRow]:
    """The groups of a quarter as they stand at the moment, in no order.

    Groups that time no longer changes are read from plain columns, which is nearly all of a past quarter; of the others
    the tally is judged.
    """
    if quarter.span != Span.QUARTER:
        raise ValueError(quarter)
    table = Cell._meta.db_table
    condition = "span = %s AND dimension = %s AND first = %s"
    values = (Span.QUARTER.value, Dimension.CUBE.value, f"{quarter.first:%Y-%m-%d}")
    found, moves = [], False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_COLUMNS)} FROM {table} WHERE {condition}", values)  # noqa: S608
        for key, begun, ended, in_time, too_late, median, p90, is_settled in cursor.fetchall():
            if is_settled:
                found.append(CubeRow(*_groups(key), begun, ended, in_time, too_late, median, p90))
            else:
                moves = True
    rows = Cell.objects.filter(span=Span.QUARTER, dimension=Dimension.CUBE, first=quarter.first, is_settled=False)
    found.extend(_judged(rows.values_list("key", "tally").iterator(), moment) if moves else ())
    return found


def _judged(rows: Iterator[tuple[str, dict]], moment: datetime) -> Iterator[CubeRow]:
    for key, kept in rows:
        tally = Tally.read(kept)
        late, _pending = tally.late_answers(moment)
        yield CubeRow(*_groups(key), tally.begun, tally.ended, tally.in_time, late, *quantiles(tally, moment))


def _groups(key: str) -> tuple[int | None, int | None, str]:
    department, category, severity = key.split("/")
    return int(department) if department else None, int(category) if category else None, severity
