"""Rows into registrations, as a column mapping says. (IN-9)"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.encryption import masked
from complaints.importers.cells import CellError, day_of, flag_of, folded, moment_of, quoted, text_of
from complaints.importers.directory import Directory
from complaints.importers.elements import ELEMENT, ELEMENTS, Element
from complaints.importers.refusals import MappingError
from complaints.importers.tables import Cell, Table, is_empty
from complaints.models import Department
from complaints.services.bulk_intake import Trouble
from complaints.services.intake import Registration, RespondentGiven
from complaints.states import PartyKind

#: A default that stands for the moment of the import.
NOW = "now"
ANY_OTHER = "*"
LISTED = ("channel", "category", "department", "severity", "kind", "complainant_kind")


class Plan:
    """A mapping fitted to a table: which column fills what, ready to read rows."""

    def __init__(
        self,
        table: Table,
        *,
        columns: Mapping[str, Any],
        defaults: Mapping[str, Any],
        values: Mapping[str, Any],
        source: str,
        department: Department,
        now: datetime,
        clocks_from: datetime | None,
    ) -> None:
        self.table = table
        self.source = source
        self.department = department
        self.now = now
        self.clocks_from = clocks_from
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.directory = Directory()
        self.key = settings.LOOKUP_KEY.encode()
        self.reasons: list[str] = []
        self.columns = self._columns(columns)
        self.values = {code: {folded(key): value for key, value in mapped.items()} for code, mapped in values.items()}
        self.any_other = {code: mapped[ANY_OTHER] for code, mapped in values.items() if ANY_OTHER in mapped}
        self.defaults = self._defaults(defaults)
        self._require()
        if self.reasons:
            raise MappingError(*self.reasons)
        self.filled = [element for element in ELEMENTS if element.code in self.columns or element.code in self.defaults]
        self.last_column = len(table.headings)

    def _columns(self, columns: Mapping[str, Any]) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for number, name in enumerate(self.table.headings):
            if name:
                places.setdefault(folded(name), []).append(number)
        found: dict[str, list[int]] = {}
        for code, named in columns.items():
            headings = [named] if isinstance(named, str) else list(named)
            if code not in ELEMENT:
                self.reasons.append(_("There is no element “%(element)s”.") % {"element": code})
                continue
            if len(headings) > 1 and not ELEMENT[code].joins:
                self.reasons.append(_("“%(element)s” takes one column only.") % {"element": ELEMENT[code].label})
            for heading in headings:
                at = places.get(folded(heading), [])
                if not at:
                    self.reasons.append(_("The file has no column “%(column)s”.") % {"column": heading})
                elif len(at) > 1:
                    self.reasons.append(_("The file has several columns “%(column)s”.") % {"column": heading})
                else:
                    found.setdefault(code, []).append(at[0])
        return found

    def _defaults(self, defaults: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for code, text in defaults.items():
            if code not in ELEMENT:
                self.reasons.append(_("There is no element “%(element)s”.") % {"element": code})
                continue
            if text in (None, ""):
                continue
            try:
                found[code] = self.now if text == NOW else self.converted(ELEMENT[code], text)
            except CellError as error:
                self.reasons.append(
                    _("The default of “%(element)s”, “%(value)s”, does not fit: %(reason)s")
                    % {"element": ELEMENT[code].label, "value": text, "reason": error}
                )
        return found

    def _require(self) -> None:
        for element in ELEMENTS:
            if element.is_required and element.code not in self.columns and element.code not in self.defaults:
                self.reasons.append(
                    _("No column, and no default, is given for “%(element)s”.") % {"element": element.label}
                )

    def candidates(self) -> Iterator["RowRead"]:
        """Every row that holds anything."""
        for number, cells in self.table.rows():
            yield RowRead(self, number, cells)

    def converted(self, element: Element, cell: Cell) -> Any:
        """A cell as the value of an element. CellError if it cannot be."""
        if element.sort == "moment":
            return moment_of(cell, self.zone)
        if element.sort == "day":
            return day_of(cell, self.zone)
        if element.sort == "flag":
            return flag_of(cell)
        text = text_of(cell)
        if element.sort in LISTED:
            return self.directory.get(element.sort, self.translated(element.code, text))
        if element.sort == "codes":
            parts = text.replace("，", ",").replace("、", ",").replace(";", ",").replace("；", ",").split(",")
            return tuple(self.translated(element.code, part.strip()) for part in parts if part.strip())
        return text

    def translated(self, code: str, text: str) -> str:
        """What a value of the file is called here."""
        mapped = self.values.get(code)
        if mapped is None:
            return text
        found = mapped.get(folded(text), self.any_other.get(code))
        return text if found is None else str(found)


class RowRead:
    """One row, read as a plan says."""

    __slots__ = ("_texts", "cells", "external_id", "plan", "row")

    def __init__(self, plan: Plan, row: int, cells: list[Cell]) -> None:
        self.plan = plan
        self.row = row
        self.cells = cells
        self._texts = {code: self._joined(code, at) for code, at in plan.columns.items()}
        named = self._texts.get("external_id", "")
        self.external_id = (
            named or f"row-{self._digest(chr(31).join(f'{key}={text}' for key, text in self._texts.items()))}"
        )

    def _cell(self, at: int) -> Cell:
        return self.cells[at] if at < len(self.cells) else None

    def _joined(self, code: str, at: list[int]) -> str:
        """The text of the columns of an element, whatever it is worth."""
        if len(at) == 1:
            return _plain(self._cell(at[0]))
        texts = [(self.plan.table.headings[number], _plain(self._cell(number))) for number in at]
        if ELEMENT[code].sort == "long":
            return "\n".join(f"{heading}: {text}" for heading, text in texts if text)
        return " ".join(text for _heading, text in texts if text)

    def _digest(self, text: str) -> str:
        return hmac.digest(self.plan.key, text.encode(), hashlib.sha256).hex()[:32]

    def digests(self) -> dict[str, str]:
        return {code: self._digest(text)[:12] for code, text in self._texts.items()}

    def place(self, element: str) -> tuple[str, str]:
        at = self.plan.columns.get(element, [])
        if not at and element.startswith("complainant_"):
            at = self.plan.columns.get("complainant_kind", [])
        heading = " + ".join(self.plan.table.headings[number] for number in at)
        text = quoted(self._texts[element]) if element in self._texts else ""
        known = ELEMENT.get(element)
        if known is not None and known.is_personal:
            text = masked(text)
        if not heading and known is not None:
            heading = str(known.label)
        return heading, text

    def registration(self) -> Registration | list[Trouble]:
        wrong = list(self._strangeness())
        found: dict[str, Any] = {}
        for element in self.plan.filled:
            try:
                value = self._value(element)
            except CellError as error:
                wrong.append(Trouble(*self.place(element.code), str(error)))
                continue
            if value is not None:
                found[element.code] = value
            elif element.is_required:
                wrong.append(Trouble(*self.place(element.code), _("It is missing.")))
        return wrong or self._made(found)

    def _strangeness(self) -> Iterator[Trouble]:
        """What is wrong with the row as such."""
        if any(not is_empty(cell) for cell in self.cells[self.plan.last_column :]):
            yield Trouble("", "", _("The row has more cells than there are headings."))

    def _value(self, element: Element) -> Any:
        at = self.plan.columns.get(element.code, [])
        for number in at:
            if reason := self.plan.table.doubtful.get((self.row, number)):
                raise CellError(reason)
            text_of(self._cell(number))  # a number that was rounded is refused
        if all(is_empty(self._cell(number)) for number in at):
            return self.plan.defaults.get(element.code)
        return self.plan.converted(element, self._cell(at[0]) if len(at) == 1 else self._texts[element.code])

    def _made(self, found: dict[str, Any]) -> Registration:
        respondent = found.pop("respondent", "")
        found.setdefault("first_contact_department", self.plan.department)
        return Registration(
            **(found | {"source": self.plan.source, "external_id": self.external_id}),
            respondents=(self._respondent(respondent),) if respondent else (),
            clocks_from=self.plan.clocks_from,
        )

    def _respondent(self, name: str) -> RespondentGiven:
        """One of our departments if it is called that, somebody outside otherwise."""
        try:
            department = self.plan.directory.get("department", name)
        except CellError:
            return RespondentGiven(PartyKind.PARTNER, name=name)
        return RespondentGiven(PartyKind.DEPARTMENT, department=department)


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell.strip()
    try:
        return text_of(cell)
    except CellError:
        return str(cell)
