"""Groups of a dimension: what they are called, which lie below which, and the facts they hold. (RP-1, RP-2)"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accountability.models import OutsideParty, RootCause
from complaints.models import Policy, User
from complaints.models.registers import registers
from complaints.states import Kind, Severity
from reporting.tallies import Dimension

#: What each dimension is called.
LABELS: Mapping[Dimension, str | Promise] = {
    Dimension.ALL: pgettext_lazy("dimension", "Whole"),
    Dimension.KIND: pgettext_lazy("dimension", "Kind"),
    Dimension.POLICY: pgettext_lazy("dimension", "Policy"),
    Dimension.CHANNEL: pgettext_lazy("dimension", "Channel"),
    Dimension.CATEGORY: pgettext_lazy("dimension", "Category"),
    Dimension.SEVERITY: pgettext_lazy("dimension", "Severity"),
    Dimension.PRODUCT: pgettext_lazy("dimension", "Product or service"),
    Dimension.DEPARTMENT: pgettext_lazy("dimension", "Responsible department"),
    Dimension.OWNER: pgettext_lazy("dimension", "Owning department"),
    Dimension.HANDLER: pgettext_lazy("dimension", "Handler"),
    Dimension.SUPPLIER: pgettext_lazy("dimension", "Supplier or partner"),
    Dimension.CAUSE: pgettext_lazy("dimension", "Root cause"),
    Dimension.CUBE: pgettext_lazy("dimension", "Department, category and severity"),
}
#: The column of a fact that a dimension is.
COLUMN: Mapping[Dimension, str] = {
    Dimension.KIND: "kind",
    Dimension.POLICY: "policy_id",
    Dimension.CHANNEL: "channel_id",
    Dimension.CATEGORY: "category_id",
    Dimension.SEVERITY: "severity",
    Dimension.PRODUCT: "product",
    Dimension.DEPARTMENT: "responsible_department_id",
    Dimension.OWNER: "owner_department_id",
    Dimension.HANDLER: "handler_id",
    Dimension.SUPPLIER: "supplier_id",
    Dimension.CAUSE: "cause_id",
}
#: Their groups lie one below another; a group stands for itself and all below it.
TREES = frozenset({Dimension.CATEGORY, Dimension.DEPARTMENT, Dimension.OWNER, Dimension.CAUSE})
_TEXTS = frozenset({Dimension.KIND, Dimension.SEVERITY, Dimension.PRODUCT})


class UnknownGroupError(ValueError):
    """There is no such group."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group as tables show it. `keys` are those of the cells it is the sum of; `depth` that in its tree, from 0."""

    key: str
    label: str
    depth: int
    keys: tuple[str, ...]


def groups(dimension: Dimension, present: Collection[str]) -> list[Group]:
    """The groups that hold any of the present keys: trees in their order with all above them, others by name.

    What has no key is last. One query at the most, however many keys there are.
    """
    keyed = {key for key in present if key}
    rows = _tree(dimension) if dimension in TREES else None
    found = _plain(dimension, keyed) if rows is None else _rolled_up(rows, keyed)
    if "" in present:
        found.append(Group("", _("Not given") if dimension != Dimension.ALL else "", 0, ("",)))
    return found


def names(dimension: Dimension, keys: Collection[str]) -> dict[str, str]:
    """What the groups of these keys are called, in the active language."""
    found = {"": _("Not given")} if "" in keys else {}
    if dimension in TREES:
        rows = _tree(dimension)
        return found | {key: str(rows[key]) if key in rows else key for key in keys if key}
    return found | _named(dimension, {key for key in keys if key})


def condition(dimension: Dimension, key: str) -> Q:
    """The facts of a group, those below it included. UnknownGroupError if there is no such group."""
    if dimension == Dimension.ALL:
        if key:
            raise UnknownGroupError(key)
        return Q()
    column = COLUMN.get(dimension)
    if column is None:
        raise UnknownGroupError(dimension)
    if dimension in _TEXTS:
        return Q(**{column: key})
    if not key:
        return Q(**{column: None})
    if dimension in TREES:
        rows = _tree(dimension)
        if key not in rows:
            raise UnknownGroupError(key)
        below = [int(other) for other, row in rows.items() if row.path.startswith(rows[key].path)]
        return Q(**{f"{column}__in": below})
    if not key.isdecimal():
        raise UnknownGroupError(key)
    return Q(**{column: int(key)})


def _tree(dimension: Dimension) -> dict[str, Any]:
    """All rows of the tree by key, in its order."""
    known = registers()
    if dimension == Dimension.CATEGORY:
        return {str(key): row for key, row in known.categories.items()}
    if dimension == Dimension.CAUSE:
        return {str(row.pk): row for row in RootCause.objects.order_by("path")}
    return {str(key): row for key, row in known.departments.items()}


def _rolled_up(rows: Mapping[str, Any], present: set[str]) -> list[Group]:
    above: dict[str, list[str]] = {}
    for key in sorted(present & rows.keys(), key=int):
        for part in rows[key].path.strip("/").split("/"):
            above.setdefault(part, []).append(key)
    found = [
        Group(key, str(row), row.path.count("/") - 2, tuple(above[key])) for key, row in rows.items() if key in above
    ]
    return found + [Group(key, key, 0, (key,)) for key in sorted(present - rows.keys())]


def _plain(dimension: Dimension, present: set[str]) -> list[Group]:
    called = _named(dimension, present)
    order: Any = called.get
    if dimension in {Dimension.SEVERITY, Dimension.KIND}:
        order = list(called).index
    return [Group(key, called[key], 0, (key,)) for key in sorted(present, key=order)]


def _named(dimension: Dimension, keys: set[str]) -> dict[str, str]:
    """Names of keys of dimensions that are no trees; codes in the order of their list."""
    if dimension == Dimension.PRODUCT or not keys:
        return {key: key for key in keys}
    if dimension in {Dimension.SEVERITY, Dimension.KIND}:
        choices = Severity.choices if dimension == Dimension.SEVERITY else Kind.choices
        listed = {str(code): str(label) for code, label in choices if code in keys}
        return listed | {key: key for key in sorted(keys - listed.keys())}
    if dimension == Dimension.CHANNEL:
        rows: dict[int, Any] = registers().channels
    else:
        model: Any = {Dimension.POLICY: Policy, Dimension.HANDLER: User, Dimension.SUPPLIER: OutsideParty}[dimension]
        rows = model._default_manager.in_bulk([int(key) for key in keys])
    return {key: str(rows[int(key)]) if int(key) in rows else key for key in keys}
