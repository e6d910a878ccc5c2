"""Complaint numbers: readable, never reused, without gaps that cannot be explained. (IN-4)"""

from datetime import datetime
from typing import cast

from django.db import connection
from django.utils import timezone

from complaints.models import NumberSeries
from complaints.states import Kind

PREFIX = {Kind.COMPLAINT: "TS", Kind.FEEDBACK: "YJ"}


def take_numbers(kind: str, now: datetime, count: int = 1) -> list[str]:
    """The next `count` numbers of the series of this kind and year, such as TS-2026-000042.

    The series' row stays locked until the caller's transaction ends, so a number is given exactly when the complaint
    that bears it is committed: a failed registration gives its number back, and concurrent ones queue.
    """
    return take(PREFIX[Kind(kind)], now, count)


def take(prefix: str, now: datetime, count: int = 1) -> list[str]:
    """The next `count` numbers of the series with this prefix, of the year of `now` in the business time zone."""
    code = f"{prefix}-{timezone.localdate(now).year}"
    last = _advance(code, count)
    if last is None:
        NumberSeries.objects.bulk_create([NumberSeries(code=code, last=0)], ignore_conflicts=True)
        last = cast("int", _advance(code, count))
    return [f"{code}-{number:06d}" for number in range(last - count + 1, last + 1)]


def _advance(code: str, count: int) -> int | None:
    """The last number of the series once `count` more are given; None if there is no such series yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_numberseries SET last = last + %s WHERE code = %s RETURNING last", [count, code]
        )
        row: tuple[int] | None = cursor.fetchone()
    return row[0] if row is not None else None
