"""A quarterly report as a workbook: its sentences, every table with all rows, and every figure by its place. (RP-1)"""

from collections.abc import Iterable
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.exports.files import harmless
from complaints.localised import localise
from reporting.documents.quarterly.parts import Cell, Definitions, Plan, Section, Sentences, Table
from reporting.documents.quarterly.sections import Chapters
from reporting.models import Report
from reporting.queries.reports.differences import cells

#: A name of a sheet may be so long, and may not hold these signs.
LONGEST = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
WIDE, NARROW = 60, 10


def write(report: Report, target: IO[bytes]) -> None:
    """Write the workbook in the active language."""
    options = {"in_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        _Writing(workbook, report).write()


class _Writing:
    """One workbook being written."""

    def __init__(self, workbook: Any, report: Report) -> None:
        self.workbook, self.report = workbook, report
        self.bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.caption = workbook.add_format({"bold": True})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.quiet = workbook.add_format({"italic": True, "font_color": "#55606f"})
        self.names: set[str] = set()

    def write(self) -> None:
        """The cover, a sheet for each chapter, one for all departments, and every figure."""
        self._cover()
        below: list[Section] = []
        for section in Chapters(self.report.content).sections():
            if section.is_below:
                below.append(section)
            elif section.code != "departments":
                self._chapter(section.title, [section])
            else:
                title = section.title
        if below:
            self._chapter(title, below)
        self._figures()

    def _sheet(self, name: str) -> Any:
        name = name.translate(FORBIDDEN)[:LONGEST].strip("' ")
        number = 2
        whole = name
        while whole.lower() in self.names:
            whole = f"{name[: LONGEST - 3]} {number}"
            number += 1
        self.names.add(whole.lower())
        return self.workbook.add_worksheet(whole)

    def _cover(self) -> None:
        report, content = self.report, self.report.content
        sheet = self._sheet(pgettext("report", "Report"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, WIDE + 10)
        sheet.write_string(0, 0, pgettext("report", "Quarterly report on complaints"), self.title)
        lines = (
            (_("Organisation"), localise(content["organisation"])),
            (_("Quarter"), content["quarter"]),
            (_("Edition"), str(report.edition)),
            (_("Status"), str(report.get_status_display())),
            (_("As of"), f"{timezone.localtime(report.as_of):%Y-%m-%d %H:%M:%S}"),
            (_("Edition of the definitions"), str(report.definitions_edition)),
            (_("Reviewed by"), str(report.reviewed_by or "")),
            (_("Signed off by"), str(report.signed_by or "")),
            (_("Published by"), str(report.published_by or "")),
            ("SHA-256", report.sha256),
        )
        for row, (label, text) in enumerate(lines, 2):
            sheet.write_string(row, 0, label, self.caption)
            sheet.write_string(row, 1, harmless(text))

    def _chapter(self, title: str, sections: Iterable[Section]) -> None:
        sheet, row = self._sheet(title), 0
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 12, 16)
        for section in sections:
            sheet.write_string(row, 0, f"{section.number} {section.title}", self.title)
            row += 2
            for part in section.parts:
                if isinstance(part, Table):
                    row = self._table(sheet, row, part) + 1
                elif isinstance(part, Sentences):
                    for _code, text in part.texts:
                        sheet.write_string(row, 0, harmless(text))
                        row += 1
                    row += 1
                elif isinstance(part, Plan):
                    row = self._plan(sheet, row, part) + 1
                elif isinstance(part, Definitions):
                    row = self._definitions(sheet, row, part) + 1

    def _table(self, sheet: Any, row: int, table: Table) -> int:
        if table.caption:
            sheet.write_string(row, 0, table.caption, self.caption)
            row += 1
        with_parts = [any(line[place].beside for line in table.rows) for place in range(len(table.headings))]
        column = 0
        for heading, has_parts in zip(table.headings, with_parts, strict=True):
            sheet.write_string(row, column, harmless(heading), self.bold)
            if has_parts:
                sheet.write_string(row, column + 1, _("%(label)s: counts") % {"label": heading}, self.bold)
            column += 2 if has_parts else 1
        for line in table.rows or ((Cell(table.empty),),):
            row, column = row + 1, 0
            for place, cell in enumerate(line):
                _write(sheet, row, column, cell)
                if with_parts[place] if place < len(with_parts) else False:
                    sheet.write_string(row, column + 1, cell.beside)
                column += 2 if with_parts[place] else 1
        if table.note:
            row += 1
            sheet.write_string(row, 0, table.note, self.quiet)
        return row + 1

    def _plan(self, sheet: Any, row: int, plan: Plan) -> int:
        for column, heading in enumerate((_("Origin"), _("To be improved"))):
            sheet.write_string(row, column, heading, self.bold)
        for line in plan.lines:
            row += 1
            sheet.write_string(row, 0, line.origin)
            sheet.write_string(row, 1, harmless(line.text))
        return row + 1

    def _definitions(self, sheet: Any, row: int, part: Definitions) -> int:
        headings = (_("Figure"), _("Basis"), _("Formula"), _("Special cases"), _("Source"))
        for column, heading in enumerate(headings):
            sheet.write_string(row, column, heading, self.bold)
        for line in part.rows:
            row += 1
            for column, name in enumerate(("label", "basis", "formula", "treatment", "source")):
                sheet.write_string(row, column, harmless(line[name]), self.wrapped)
        return row + 1

    def _figures(self) -> None:
        """Every figure with where it stands in the content: what the digest is of, cell by cell."""
        sheet = self._sheet(_("Figures"))
        sheet.set_column(0, 0, WIDE)
        sheet.set_column(1, 1, 24)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate((_("Place"), _("Value"))):
            sheet.write_string(0, column, heading, self.bold)
        for row, (path, value) in enumerate(cells(self.report.content["figures"]), 1):
            sheet.write_string(row, 0, " / ".join(path))
            _write(sheet, row, 1, Cell(str(value), value))


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:
    value = cell.value
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, harmless("\u3000" * cell.depth + value))
    else:
        sheet.write_number(row, column, value)
