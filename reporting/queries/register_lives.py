"""Since when groups of registers are there, when they were switched off, and what goes on in their place. (RP-2)

Told by the histories of the registers. A group that is no longer offered gets no complaints: that is no improvement.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simple_history.utils import get_history_manager_for_model

from accountability.models import OutsideParty, RootCause
from complaints.models import Category, Channel, Department
from reporting.tallies import Dimension

#: The register behind each dimension that has one.
REGISTERS: Mapping[Dimension, Any] = {
    Dimension.CATEGORY: Category,
    Dimension.DEPARTMENT: Department,
    Dimension.OWNER: Department,
    Dimension.CHANNEL: Channel,
    Dimension.SUPPLIER: OutsideParty,
    Dimension.CAUSE: RootCause,
}
#: A group that began so near to the end of another and bears a name of it goes on in its place.
NEAR = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Renaming:
    """A group got another name and stayed the same. Names by language, as registers keep them."""

    at: datetime
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(slots=True)
class Life:
    """One row of a register through time."""

    key: str
    began_at: datetime | None = None
    ended_at: datetime | None = None
    #: The key of the row that goes on in its place.
    successor: str | None = None
    renamings: list[Renaming] = field(default_factory=list)
    #: Every name it ever had, as it is compared.
    called: set[str] = field(default_factory=set)


def lives(dimension: Dimension) -> dict[str, Life]:
    """The life of every row of the register behind a dimension, by key; none where there is no register."""
    model = REGISTERS.get(dimension)
    if model is None:
        return {}
    found: dict[str, Life] = {}
    known: dict[str, tuple[bool, Mapping[str, str]]] = {}
    for at, key, is_active, names in _versions(model):
        life = found.setdefault(key, Life(key, began_at=at))
        was_active, before = known.get(key, (True, names))
        if before != names:
            life.renamings.append(Renaming(at, before, names))
        if not is_active and was_active:
            life.ended_at = at
        elif is_active:
            life.ended_at = None
        life.called |= {_folded(name) for name in names.values() if name}
        known[key] = is_active, names
    _find_successors(found.values())
    return found


def _versions(model: Any) -> Iterator[tuple[datetime, str, bool, Mapping[str, str]]]:
    """Every version of every row, oldest first: when, key, whether it was offered, its names."""
    name = "names" if any(column.name == "names" for column in model._meta.fields) else "name"
    rows = get_history_manager_for_model(model).exclude(history_type="-").order_by("history_date", "history_id")
    for at, key, is_active, names in rows.values_list("history_date", "id", "is_active", name):
        yield at, str(key), is_active, names if isinstance(names, dict) else {"": names}


def _find_successors(rows: Iterable[Life]) -> None:
    for ended in rows:
        if ended.ended_at is None:
            continue
        near = [
            other
            for other in rows
            if other.key != ended.key
            and other.began_at is not None
            and other.ended_at is None
            and abs(other.began_at - ended.ended_at) <= NEAR
            and other.called & ended.called
        ]
        if len(near) == 1:
            ended.successor = near[0].key


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
