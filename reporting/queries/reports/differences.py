"""The figures of a report made again, and what is not what it was, cell by cell. (RP-6)"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reporting.queries.reports.content import recomputed
from reporting.queries.reports.counting import from_records

#: What tells the rows of a list apart, whatever their order.
_ROWS = ("code", "kind", "party", "key", "target", "month", "department", "category", "number")
Path = tuple[str, ...]
#: Of six significant digits.
LAST_DIGIT = 1.1e-5


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not what it was; None where there is none."""

    path: Path
    before: Any
    after: Any


def cells(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every number, text and truth value with where it stands, rows by what they are about."""
    if isinstance(value, Mapping):
        for name, inner in sorted(value.items()):
            yield from cells(inner, (*path, str(name)))
    elif isinstance(value, list):
        for row in value:
            yield from cells(row, (*path, _row(row)))
    else:
        yield path, value


def _row(row: Mapping[str, Any]) -> str:
    own = ("number",) if "title" in row else _ROWS
    return "/".join(str(row[name]) for name in own if name in row)


def differences(before: Any, after: Any) -> list[Difference]:
    """Where two sets of figures differ."""
    one, other = dict(cells(before)), dict(cells(after))
    return [
        Difference(path, one.get(path), other.get(path))
        for path in sorted(one.keys() | other.keys())
        if not _is_same(one.get(path), other.get(path))
    ]


def _is_same(before: Any, after: Any) -> bool:
    """Counts and texts to the letter; what a method approximated, but for the last digit kept."""
    if isinstance(before, float) and isinstance(after, float):
        return math.isclose(before, after, rel_tol=LAST_DIGIT)
    return bool(before == after) and type(before) is type(after)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many cells were compared, and those that differ."""

    cells: int
    differences: list[Difference]


def recompute(content: Mapping[str, Any]) -> Recomputed:
    """Make the figures of a report again, from the records as they stood at its moment, and compare."""
    figures = recomputed(content, from_records(datetime.fromisoformat(content["as_of"])))
    return Recomputed(sum(1 for _cell in cells(content["figures"])), differences(content["figures"], figures))
