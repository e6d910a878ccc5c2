"""The statements a service writes with, kept so that they can be issued again bare."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import Any

from django.db import connection, transaction

from tests.bench.measuring import line

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
Statements = list[tuple[str, Any]]
Calls = Sequence[Callable[[], Any]]


def compare(name: str, calls: Calls, others: Calls) -> None:
    """How many calls a second, and how many if only their statements are issued, on other rows of the same kind."""
    recorded = record(calls)
    reference = rate([partial(issue, statements) for statements in recorded])
    ours = rate(others)
    count = len(recorded[-1])
    line(name, unit="a second", ours=ours, reference=reference, ratio=reference / ours, statements=count)


def record(calls: Calls) -> list[Statements]:
    """What each call writes. Nothing of it stays: rows are rolled back and sequences put back.

    So the statements can be issued afterwards, and the keys in them will be the right ones.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I', sequencename), coalesce(last_value, 0) FROM pg_sequences")
        sequences = cursor.fetchall()
    recorded: list[Statements] = []
    with transaction.atomic():
        for call in calls:
            with writes() as kept:
                call()
            recorded.append(kept)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for name, last in sequences:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, max(last, 1), last > 0])
    return recorded


@contextlib.contextmanager
def writes() -> Iterator[Statements]:
    """Every writing statement issued meanwhile, with its values."""
    kept: Statements = []

    def keep(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        if WRITES.match(sql):
            kept.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(keep):
        yield kept


def issue(statements: Statements) -> None:
    """The bare statements, in one transaction."""
    with transaction.atomic(), connection.connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)


def rate(calls: Calls) -> float:
    """How many a second, each in a transaction of its own: by the median call, which a busy machine disturbs least."""
    taken = []
    for call in calls:
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return 1 / median(taken)
