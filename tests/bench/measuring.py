"""An empty database for each benchmark, and lines of results."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.test.utils import setup_databases, teardown_databases


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Make a database with all tables, and drop it afterwards."""
    old = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(old, verbosity=0)


def address() -> str:
    """The database of the running benchmark, for another process."""
    name = connection.settings_dict["NAME"]
    return urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()


def line(name: str, **results: Any) -> None:
    """Say one result."""
    rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in results.items()}
    print(json.dumps({"name": name, **rounded}, ensure_ascii=False), flush=True)  # noqa: T201 - the results


def remark(text: str) -> None:
    """Say what goes on meanwhile."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def seconds(what: Callable[[], Any]) -> float:
    """How long it takes."""
    begin = time.perf_counter()
    what()
    return time.perf_counter() - begin


def most_memory() -> int:
    """The most memory that this process took since its program began, in MiB.

    From the kernel of Linux, since `getrusage` also counts the process that began this one.
    """
    for entry in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if entry.startswith("VmHWM:"):
            return int(entry.split()[1]) // 1024
    raise RuntimeError("no VmHWM")


def execute(sql: str, values: Any = None) -> int:
    """Run one statement; the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
