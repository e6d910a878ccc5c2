"""A file as a table: one row of headings, then rows of cells, numbered as a spreadsheet program numbers them."""

import gzip
import tempfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Self

from django.utils.translation import gettext as _

from complaints.importers.refusals import FileRefusedError
from complaints.punctuation import listed

Cell = str | int | float | bool | datetime | date | time | timedelta | None
Row = tuple[int, list[Cell]]

MAX_UPLOAD = 60 * 1024 * 1024
#: Unpacked size of a compressed file, and of the parts of a spreadsheet.
MAX_UNPACKED = 400 * 1024 * 1024
MAX_COLUMNS = 400
MAX_ROWS = 500_000
#: How many rows are looked at to find the headings.
HEAD = 12
KINDS = ("csv", "csv.gz", "xlsx")


@dataclass(slots=True)
class Table:
    """An opened file. `read` begins anew at each call and gives every row, the headings too."""

    kind: str
    read: Callable[[], Generator[Row]]
    encoding: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    #: Cells, as (row, column from 0), that a reader cannot give truly, and why.
    doubtful: dict[tuple[int, int], str] = field(default_factory=dict)
    heading_row: int = 0
    headings: list[str] = field(default_factory=list)
    #: What was unpacked for it, gone when it is closed.
    unpacked: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """The table itself; it is closed on the way out."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Give back what was unpacked."""
        if self.unpacked is not None:
            self.unpacked.close()

    def head(self) -> list[Row]:
        """The first rows."""
        with closing(self.read()) as rows:
            return list(islice(rows, HEAD))

    def use_headings(self, number: int) -> None:
        """Take this row as the one of headings."""
        for row, cells in self.head():
            if row == number:
                self.heading_row, self.headings = number, [heading(cell) for cell in cells]
                while self.headings and not self.headings[-1]:
                    self.headings.pop()
                return
        raise LookupError(number)

    def rows(self) -> Iterator[Row]:
        """Rows below the headings that hold anything."""
        with closing(self.read()) as rows:
            for number, cells in rows:
                if number > MAX_ROWS:
                    raise FileRefusedError(_("The file has more than %(limit)d rows.") % {"limit": MAX_ROWS})
                if number > self.heading_row and any(not is_empty(cell) for cell in cells):
                    yield number, cells


def heading(cell: Cell) -> str:
    """A heading as it is compared and shown: blanks and line breaks collapsed."""
    return " ".join(str(cell).replace("\x00", "").split())[:200] if cell is not None else ""


def is_empty(cell: Cell) -> bool:
    """Nothing to read in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def open_table(stream: IO[bytes], name: str, *, encoding: str = "", sheet: str = "") -> Table:
    """Open a file by the end of its name. FileRefusedError if it cannot be read with certainty."""
    from complaints.importers.csv_table import open_csv  # noqa: PLC0415 - they build on this module
    from complaints.importers.xlsx_table import open_xlsx  # noqa: PLC0415

    stream.seek(0, 2)
    if stream.tell() == 0:
        raise FileRefusedError(_("The file is empty."))
    if stream.tell() > MAX_UPLOAD:
        raise FileRefusedError(_("The file is larger than %(limit)d MB.") % {"limit": MAX_UPLOAD // 1024**2})
    stream.seek(0)
    magic = stream.read(8)
    lower = name.lower()
    if lower.endswith((".xlsx", ".xlsm")):
        if not magic.startswith(b"PK"):
            raise FileRefusedError(_("The content is not that of a spreadsheet (xlsx), whatever the name says."))
        table = open_xlsx(stream, sheet)
    elif lower.endswith((".csv", ".txt", ".csv.gz")):
        if magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise FileRefusedError(_("The content is a spreadsheet, whatever the name says. Name it .xlsx."))
        unpacked = _unpacked(stream) if lower.endswith(".gz") else None
        try:
            table = open_csv(unpacked or stream, encoding)
        except FileRefusedError:
            if unpacked is not None:
                unpacked.close()
            raise
        table.unpacked = unpacked
    else:
        raise FileRefusedError(
            _("Files of this kind cannot be imported. Possible are: %(kinds)s.") % {"kinds": listed(KINDS)}
        )
    try:
        _require_rows(table)
    except FileRefusedError:
        table.__exit__()
        raise
    return table


def too_large() -> FileRefusedError:
    """Something small that grows too much when it is unpacked."""
    return FileRefusedError(_("Unpacked, the file is larger than %(limit)d MB.") % {"limit": MAX_UNPACKED >> 20})


def _unpacked(stream: IO[bytes]) -> IO[bytes]:
    """The content of a .gz, on disk, as far as it is allowed to grow."""
    stream.seek(0)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the table
    try:
        _unpack(stream, target)
    except FileRefusedError:
        target.close()
        raise
    return target


def _unpack(stream: IO[bytes], target: IO[bytes]) -> None:
    size = 0
    try:
        with gzip.open(stream) as packed:
            while chunk := packed.read(1 << 20):
                size += len(chunk)
                if size > MAX_UNPACKED:
                    raise too_large()
                target.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefusedError(_("The file cannot be unpacked: it is damaged or not a .gz.")) from error


def _require_rows(table: Table) -> None:
    head = table.head()
    filled = [row for row in head if any(not is_empty(cell) for cell in row[1])]
    if not filled:
        raise FileRefusedError(_("The file holds no rows."))
    if max(len(cells) for _number, cells in filled) > MAX_COLUMNS:
        raise FileRefusedError(_("The file has more than %(limit)d columns.") % {"limit": MAX_COLUMNS})
    # A title above the headings fills one cell; the headings are the fullest of the first rows.
    fullest = max(sum(not is_empty(cell) for cell in cells) for _number, cells in filled)
    need = min(2, fullest)
    number = next(number for number, cells in filled if sum(not is_empty(cell) for cell in cells) >= need)
    table.use_headings(number)
