"""A first guess at a mapping, from the headings. A person confirms it. (IN-9)"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from complaints.importers.cells import folded
from complaints.importers.elements import ELEMENTS
from complaints.importers.tables import Table
from complaints.models import ColumnMapping

#: Where a file says nothing of how a complaint came, it came by this channel; a person may say otherwise.
DEFAULTS = {"channel": "third-party"}
SOURCE = 60


@dataclass(slots=True)
class Proposal:
    """Columns and defaults for a file, and whose they are if they were saved under a name."""

    columns: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    mapping: ColumnMapping | None = None


def by_headings(headings: Iterable[str]) -> dict[str, str]:
    """Elements and the first heading that is one of theirs; each heading is used once."""
    free = [name for name in headings if name]
    columns: dict[str, str] = {}
    for element in ELEMENTS:
        for wanted in element.headings:
            name = next((name for name in free if folded(name) == wanted), None)
            if name is not None:
                columns[element.code] = name
                free.remove(name)
                break
    return columns


def needed(columns: dict[str, Any]) -> set[str]:
    """Every heading that a mapping names, as it is compared."""
    return {folded(name) for value in columns.values() for name in ([value] if isinstance(value, str) else value)}


def settle_headings(table: Table, wanted: Iterable[str] = ()) -> None:
    """Find the row of headings among the first rows: the one with most of the wanted, or of the known, headings."""
    names = set(wanted) or {name for element in ELEMENTS for name in element.headings}
    best, most = table.heading_row, 0
    for number, cells in table.head():
        found = len({folded(str(cell)) for cell in cells if cell is not None} & names)
        if found > most:
            best, most = number, found
    table.use_headings(best)


def propose(table: Table) -> Proposal:
    """A saved mapping whose columns are all there, the one with the most; otherwise what the headings tell."""
    here = {folded(name) for name in table.headings if name}
    saved = [mapping for mapping in ColumnMapping.objects.all() if needed(mapping.columns) <= here]
    if saved:
        best = max(saved, key=lambda mapping: (len(needed(mapping.columns)), mapping.pk))
        return Proposal(best.columns, best.defaults, best.values, best)
    columns = by_headings(table.headings)
    return Proposal(columns, {code: text for code, text in DEFAULTS.items() if code not in columns})


def source_from(name: str) -> str:
    """A source for a mapping of that name: readable where the name is, and never that of another name."""
    plain = slugify(name)
    if plain and folded(plain) == folded(name) and len(plain) <= SOURCE:
        return plain
    return f"{plain[:30]}-{hashlib.sha256(name.encode()).hexdigest()[:10]}".strip("-")
