"""Text files with separators."""

import csv
import io
from collections.abc import Generator, Iterator
from typing import IO

from django.utils.translation import gettext as _

from complaints.importers.encodings import recognise
from complaints.importers.refusals import FileRefusedError
from complaints.importers.tables import Cell, Row, Table

#: Longest line and longest cell, in signs. A cell of a spreadsheet holds 32,767.
MAX_LINE = 2_000_000
SEPARATORS = ",;\t|"


def open_csv(stream: IO[bytes], named_encoding: str) -> Table:
    """A text file, in the encoding it proves to be in or is said to be in."""
    encoding = recognise(stream, named_encoding)
    separator = _separator(stream, encoding)

    def read() -> Generator[Row]:
        stream.seek(0)
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        reader = csv.reader(_lines(text), delimiter=separator, strict=True)
        number = 1
        try:
            for number, cells in enumerate(reader, 1):
                row: list[Cell] = list(cells)
                yield number, row
        except csv.Error as error:
            raise FileRefusedError(_why(error, number, reader.line_num)) from error
        finally:
            text.detach()

    return Table("csv", read, encoding=encoding)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE:
            raise FileRefusedError(
                _("Line %(line)d is longer than %(limit)d signs.") % {"line": number, "limit": MAX_LINE}
            )
        yield line


def _why(error: csv.Error, number: int, line: int) -> str:
    if "field limit" in str(error):
        return _(
            "After row %(row)d (line %(line)d) a cell is longer than %(limit)d signs; "
            "perhaps a quotation mark is never closed."
        ) % {"row": number, "limit": csv.field_size_limit(), "line": line}
    if "unexpected end of data" in str(error):
        return _("After row %(row)d a quotation mark is opened and never closed.") % {"row": number}
    return _("After row %(row)d quotation marks are misplaced (line %(line)d).") % {"row": number, "line": line}


def _separator(stream: IO[bytes], encoding: str) -> str:
    """The sign that occurs most in the first line with anything in it, outside quotation marks."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        line = next((line for line in _lines(text) if line.strip()), "")
    finally:
        text.detach()
    unquoted = "".join(line.split('"')[::2])
    return max(SEPARATORS, key=unquoted.count) if any(sign in unquoted for sign in SEPARATORS) else ","
