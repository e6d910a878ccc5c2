"""A register of findings, from its file to its end. (AC-1, IN-9)"""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from accountability.importers.finding_map import FindingMap
from accountability.models import OutsideParty
from accountability.services import past_findings
from accountability.services.past_findings import Origin, Problem, Tally, Told, ToldCase
from complaints.importers.cells import CellError, folded, moment_of, quoted, text_of
from complaints.importers.directory import Directory, Names
from complaints.importers.proposal import settle_headings
from complaints.importers.refusals import MappingError
from complaints.importers.tables import Cell, Table, is_empty, open_table
from complaints.models import User
from complaints.states import PartyKind

Note = Callable[[Problem], None]


def import_findings(
    stream: IO[bytes],
    *,
    name: str,
    source: str,
    finding_map: FindingMap,
    by: User | None,
    now: datetime,
    note: Note,
    is_dry: bool = False,
    encoding: str = "",
    sheet: str = "",
) -> Tally:
    """Take in the findings of a file, everything or nothing; `note` is given all that is wrong, or reads differently.

    Raises FileRefusedError or MappingError where the whole file cannot be read, ActRefusedError for who may not import.
    """
    sha256 = _digest(stream)
    with open_table(stream, name, encoding=encoding, sheet=sheet) as table, closing(_Sorted()) as rows:
        reading = _Reading(table, finding_map)

        def told(problem: Problem) -> None:
            note(reading.placed(problem))

        unreadable = 0
        for number, cells in table.rows():
            found = reading.row(number, cells)
            if isinstance(found, list):
                unreadable += 1
                for problem in found:
                    told(problem)
            else:
                rows.add(*found)
        return past_findings.take_in(
            rows.cases,
            origin=Origin(source, name, sha256),
            unreadable=unreadable,
            by=by,
            now=now,
            note=told,
            is_dry=is_dry,
        )


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


class _Sorted:
    """Rows brought together by complaint, on disk: a register may name a complaint in rows far apart."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("")
        self._store.execute("CREATE TABLE told (complaint TEXT, row INTEGER, told TEXT)")

    def close(self) -> None:
        self._store.close()

    def add(self, complaint: str, told: Told) -> None:
        """Keep one row."""
        self._store.execute("INSERT INTO told VALUES (?, ?, ?)", (complaint, told.row, _packed(told)))

    def cases(self) -> Iterator[ToldCase]:
        """Every complaint once, with its rows in the order of the file."""
        self._store.execute("CREATE INDEX IF NOT EXISTS by_complaint ON told (complaint, row)")
        rows = self._store.execute("SELECT complaint, told FROM told ORDER BY complaint, row")
        for complaint, group in groupby(rows, key=itemgetter(0)):
            yield ToldCase(complaint, [_unpacked(told) for _complaint, told in group])


def _packed(told: Told) -> str:
    moment = told.found_at and told.found_at.isoformat()
    return json.dumps(asdict(told) | {"found_at": moment})


def _unpacked(text: str) -> Told:
    values: dict[str, Any] = json.loads(text)
    moment = values["found_at"] and datetime.fromisoformat(values["found_at"])
    return Told(**(values | {"found_at": moment}))


class _Reading:
    """A map fitted to a table. MappingError if it does not fit."""

    def __init__(self, table: Table, finding_map: FindingMap) -> None:
        settle_headings(table, {folded(name) for name in finding_map.columns.values()})
        self.table = table
        self.map = finding_map
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.key = settings.LOOKUP_KEY.encode()
        self.directory = Directory()
        outside = OutsideParty.objects.filter(is_active=True)
        self.outside = Names(
            [(row, [row.code, row.name]) for row in outside], _("There is no such supplier or partner in the register.")
        )
        self.columns = self._columns()

    def _columns(self) -> dict[str, int]:
        names = [folded(name) for name in self.table.headings]
        found: dict[str, int] = {}
        reasons = []
        for element, heading in self.map.columns.items():
            if names.count(folded(heading)) > 1:
                reasons.append(_("The file has several columns “%(column)s”.") % {"column": heading})
            elif folded(heading) not in names:
                reasons.append(_("The file has no column “%(column)s”.") % {"column": heading})
            else:
                found[element] = names.index(folded(heading))
        if reasons:
            raise MappingError(*reasons)
        return found

    def placed(self, problem: Problem) -> Problem:
        """The same, with the heading of the column in place of the element."""
        heading = self.map.columns.get(problem.element, problem.element)
        return Problem(problem.row, heading, problem.value, problem.reason, problem.is_difference)

    def row(self, number: int, cells: list[Cell]) -> tuple[str, Told] | list[Problem]:
        """One row as it is told, with the complaint's identifier; or everything that keeps it from being read."""
        row = _Row(self, number, cells)
        told = row.told()
        return row.problems or (row.texts["complaint"], told)


class _Row:
    """One row while it is read; what cannot be read is collected, and stands empty meanwhile."""

    def __init__(self, reading: _Reading, number: int, cells: list[Cell]) -> None:
        self.reading, self.number, self.cells = reading, number, cells
        self.problems: list[Problem] = []
        if any(not is_empty(cell) for cell in cells[len(reading.table.headings) :]):
            self.problems.append(Problem(number, "", "", _("The row has more cells than there are headings.")))
        self.texts = {element: self._text(element) for element in reading.columns}
        for element in ("complaint", "party", "allegation", "finding"):
            if not self.texts[element] and not self._has_problem(element):
                self._complain(element, _("It is missing."))

    def _cell(self, element: str) -> Cell:
        at = self.reading.columns[element]
        return self.cells[at] if at < len(self.cells) else None

    def _text(self, element: str) -> str:
        at = self.reading.columns[element]
        if reason := self.reading.table.doubtful.get((self.number, at)):
            self._complain(element, reason)
            return ""
        return self._tried(element, lambda: text_of(self._cell(element))) or ""

    def _tried(self, element: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except CellError as error:
            self._complain(element, str(error))
            return None

    def _complain(self, element: str, reason: str) -> None:
        self.problems.append(Problem(self.number, element, quoted(self._cell(element)), reason))

    def _has_problem(self, element: str) -> bool:
        return any(problem.element == element for problem in self.problems)

    def told(self) -> Told:
        texts, said = self.texts, self.reading.map
        kind = self._word("kind") if "kind" in texts else said.kind
        department, outside = self._who(kind)
        return Told(
            row=self.number,
            digest=self._digest(),
            kind=kind,
            party=said.called(texts["party"]),
            unit=texts.get("unit", ""),
            department=department,
            outside=outside,
            allegation=texts["allegation"],
            category=self._category(),
            finding=self._finding(),
            finding_words=texts["finding"],
            found_at=self._moment(),
            discipline=self._word("discipline") if texts.get("discipline") else "",
            discipline_words=texts.get("discipline", ""),
        )

    def _digest(self) -> str:
        text = chr(31).join(f"{element}={self.texts[element]}" for element in sorted(self.texts))
        return hmac.digest(self.reading.key, text.encode(), hashlib.sha256).hex()[:16]

    def _word(self, element: str) -> str:
        """What a word means by the map; a word it does not know is no guess."""
        text = self.texts[element]
        meaning = self.reading.map.meaning(element, text)
        if meaning is None:
            if not self._has_problem(element):
                self._complain(element, _("The mapping does not say what this word means."))
            return ""
        return meaning

    def _finding(self) -> str:
        """As the finding says, unless the allegation itself says how it ended: referred, or not investigated."""
        return self.reading.map.meaning("ended", self.texts["allegation"]) or self._word("finding")

    def _category(self) -> int | None:
        """The category investigated: as the map says, or the one of that name. A word for an end is no category."""
        text = self.texts["allegation"]
        meaning = self.reading.map.meaning("category", text)
        if meaning == "" or not text or (meaning is None and self.reading.map.meaning("ended", text) is not None):
            return None
        found = self._tried("allegation", lambda: self.reading.directory.get("category", meaning or text))
        return found.pk if found is not None else None

    def _who(self, kind: str) -> tuple[int | None, int | None]:
        """The department and the outside party. An employee's unit need not be a department of ours."""
        party, directory = self.texts["party"], self.reading.directory
        if kind == PartyKind.EMPLOYEE:
            unit = self.texts.get("unit", "")
            try:
                return (directory.get("department", unit).pk if unit else None), None
            except CellError:
                return None, None
        if kind == PartyKind.DEPARTMENT:
            found = self._tried("party", lambda: directory.get("department", party)) if party else None
            return (found.pk if found is not None else None), None
        outside = self._tried("party", lambda: self.reading.outside.get(party)) if party and kind else None
        if outside is not None and outside.kind != kind:
            self._complain("party", _("It is in the register as: %(kind)s.") % {"kind": outside.get_kind_display()})
        return None, (outside.pk if outside is not None else None)

    def _moment(self) -> datetime | None:
        if not self.texts.get("found_at"):
            return None
        found: datetime | None = self._tried("found_at", lambda: moment_of(self._cell("found_at"), self.reading.zone))
        return found
