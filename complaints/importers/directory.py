"""Our own records and lists by whatever a file may call them: code, or name in any language. (IN-9)"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.importers.cells import CellError, folded
from complaints.models import Category, Channel, Department
from complaints.states import ComplainantKind, Kind, Severity


class Names:
    """Things by code and names. A name that means two things is refused, not guessed."""

    def __init__(self, entries: Iterable[tuple[Any, Iterable[str]]], missing: str) -> None:
        self.missing = missing
        self.found: dict[str, Any] = {}
        self.unclear: set[str] = set()
        for thing, names in entries:
            for name in {folded(name) for name in names if name}:
                if self.found.setdefault(name, thing) != thing:
                    self.unclear.add(name)

    def get(self, text: str) -> Any:
        """The thing of that name. CellError if there is none, or more than one."""
        name = folded(text)
        if name in self.unclear:
            raise CellError(_("Several have this name: give the code."))
        try:
            return self.found[name]
        except KeyError:
            raise CellError(self.missing) from None


def _named(row: Any) -> tuple[Any, list[str]]:
    return row, [row.code, *row.names.values()]


def _choices(enumeration: type[models.TextChoices]) -> list[tuple[str, list[str]]]:
    labels: dict[str, list[str]] = {value: [value] for value in enumeration.values}
    for language, _own in settings.LANGUAGES:
        with override(language):
            for value, label in enumeration.choices:
                labels[value].append(str(label))
    return list(labels.items())


class Directory:
    """Everything a cell can name, read once."""

    def __init__(self) -> None:
        active = {"is_active": True}
        self.sorts = {
            "channel": Names(map(_named, Channel.objects.filter(**active)), _("There is no such channel.")),
            "category": Names(map(_named, Category.objects.filter(**active)), _("There is no such category.")),
            "department": Names(map(_named, Department.objects.filter(**active)), _("There is no such department.")),
            "severity": Names(_choices(Severity), _("There is no such severity.")),
            "kind": Names(_choices(Kind), _("There is no such kind.")),
            "complainant_kind": Names(_choices(ComplainantKind), _("There is no such kind of complainant.")),
        }

    def get(self, sort: str, text: str) -> Any:
        """The thing of that sort that `text` names; of a path such as “service / attitude” the last part counts."""
        names = self.sorts[sort]
        if sort == "category" and folded(text) not in names.found:
            for sign in ("/", "／", ">", "＞", "\\"):
                text = text.rpartition(sign)[2] or text
        return names.get(text)
