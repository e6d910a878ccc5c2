"""Spreadsheet and text files written row by row, so that a million rows need no more memory than ten. (IN-9)"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from import_export.formats import base_formats

from complaints.models import ExportFormat

#: A spreadsheet program takes a text that begins so for a formula, whoever wrote it (also in full width).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ROWS_OF_A_SHEET = 1_000_000
#: Widest and narrowest column of a spreadsheet, in signs.
WIDE, NARROW = 40, 12


def harmless(value: Any) -> Any:
    """A value that no spreadsheet program runs: an apostrophe stands before text that looks like a formula."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


class StreamedXLSX(base_formats.XLSX):
    """A workbook, its rows given one after another."""

    def write(self, target: IO[bytes], headings: Sequence[str], lines: Iterable[Sequence[Any]], title: str) -> int:
        """Write everything; the number of rows without the headings."""
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        count = 0
        with xlsxwriter.Workbook(target, {**options, "default_date_format": "yyyy-mm-dd hh:mm"}) as workbook:
            bold = workbook.add_format({"bold": True, "bottom": 1})
            sheet, row = None, 0
            for line in lines:
                if sheet is None or row > ROWS_OF_A_SHEET:
                    sheet, row = self._sheet(workbook, headings, bold, title, count), 1
                self._line(sheet, row, line)
                row += 1
                count += 1
            if sheet is None:
                self._sheet(workbook, headings, bold, title, 0)
        return count

    def _sheet(self, workbook: Any, headings: Sequence[str], bold: Any, title: str, count: int) -> Any:
        number = count // ROWS_OF_A_SHEET
        sheet = workbook.add_worksheet(f"{title[:25]} {number + 1}" if number else title[:31])
        sheet.freeze_panes(1, 1)
        for column, heading in enumerate(headings):
            sheet.set_column(column, column, min(WIDE, max(NARROW, 2 * len(heading))))
            sheet.write_string(0, column, harmless(heading), bold)
        return sheet

    def _line(self, sheet: Any, row: int, line: Sequence[Any]) -> None:
        for column, value in enumerate(line):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(row, column, harmless(value))
            elif isinstance(value, datetime):
                sheet.write_datetime(row, column, value)
            else:
                sheet.write_number(row, column, value)


class StreamedCSV(base_formats.CSV):
    """UTF-8 with a byte order mark, without which spreadsheet programs take Chinese for something else."""

    def write(self, target: IO[bytes], headings: Sequence[str], lines: Iterable[Sequence[Any]], title: str) -> int:
        """Write everything; the number of rows without the headings."""
        text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
        writer = csv.writer(text)
        writer.writerow([harmless(heading) for heading in headings])
        count = 0
        for line in lines:
            writer.writerow([_shown(value) for value in line])
            count += 1
        text.flush()
        text.detach()
        return count

    @staticmethod
    def line(values: Sequence[Any]) -> bytes:
        """One line as bytes, for files that are sent while they are made."""
        text = io.StringIO(newline="")
        csv.writer(text).writerow(values)
        return text.getvalue().encode()


def _shown(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else harmless(value)


FORMATS: dict[str, StreamedXLSX | StreamedCSV] = {ExportFormat.XLSX: StreamedXLSX(), ExportFormat.CSV: StreamedCSV()}
