"""What groups are called in every language, and how they lie, as a report keeps it. (RP-6)

A report names everything itself: a department that is renamed, moved or closed later changes nothing of it. When it is
recomputed, groups are put together as they were then.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from accountability.models import OutsideParty, RootCause
from complaints.models.registers import registers
from reporting.queries import groups
from reporting.tallies import Dimension

Names = dict[str, str]
Kept = dict[str, Any]
LANGUAGES = tuple(code for code, _label in settings.LANGUAGES)


def in_all_languages(text: Callable[[], str]) -> Names:
    """A text as it reads in every language of the product."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(text())
    return found


def kept_groups(dimension: Dimension, present: Collection[str]) -> list[Kept]:
    """The groups that hold any of the present keys, in their order, with their names and codes."""
    by_language: dict[str, list[groups.Group]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            by_language[language] = groups.groups(dimension, present)
    rows = _rows(dimension)
    labels: dict[str, Names] = {}
    for language, found in by_language.items():
        for group in found:
            labels.setdefault(group.key, {})[language] = group.label
    return [
        {"key": group.key, "depth": group.depth, "keys": sorted(group.keys), "names": labels[group.key]}
        | _register(rows.get(group.key))
        for group in by_language[settings.LANGUAGE_CODE]
    ]


def _register(row: Any) -> Kept:
    """The code of a row of a register, and whether it is no longer used."""
    return {"code": getattr(row, "code", ""), "is_ended": not getattr(row, "is_active", True)}


def _rows(dimension: Dimension) -> Mapping[str, Any]:
    known = registers()
    if dimension == Dimension.CATEGORY:
        return _keyed(known.categories.values())
    if dimension == Dimension.DEPARTMENT:
        return _keyed(known.departments.values())
    if dimension == Dimension.CHANNEL:
        return _keyed(known.channels.values())
    if dimension == Dimension.CAUSE:
        return _keyed(RootCause.objects.all())
    if dimension == Dimension.SUPPLIER:
        return _keyed(OutsideParty.objects.all())
    return {}


def _keyed(rows: Iterable[Any]) -> dict[str, Any]:
    return {str(row.pk): row for row in rows}


def with_others(kept: Iterable[Mapping[str, Any]], dimension: Dimension, present: Collection[str]) -> list[Kept]:
    """Groups as a report kept them, and those of keys that it did not know."""
    found = [dict(group) for group in kept]
    known = {key for group in found for key in group["keys"]}
    return found + (kept_groups(dimension, set(present) - known) if set(present) - known else [])


def organisation() -> Names:
    """The name of the whole: the first department that has none above it."""
    first = next(iter(registers().departments.values()), None)
    return dict(first.names) if first is not None else {}
