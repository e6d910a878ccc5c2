"""Spreadsheets. What a reader would take for granted is looked at first: sizes, dimensions, formulas, merged cells."""

import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from complaints.importers.refusals import FileRefusedError
from complaints.importers.tables import MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED, Row, Table, too_large
from complaints.punctuation import listed

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
MAX_PARTS = 2000
#: A reader holds every cell up to the last row and column, 32 bytes each.
MAX_CELLS = 10_000_000


def open_xlsx(stream: IO[bytes], wanted: str) -> Table:
    """A workbook: the sheet named, or the first visible one that holds anything."""
    parts = _examined(stream)
    stream.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise _damaged() from error
    if wanted and wanted not in visible:
        raise FileRefusedError(
            _("There is no sheet “%(sheet)s”. The sheets are: %(sheets)s.")
            % {"sheet": wanted, "sheets": listed(visible)}
        )
    for name in [wanted] if wanted else visible:
        table = _sheet(workbook, name, visible, parts)
        if wanted or table.head():
            return table
    raise FileRefusedError(_("The file holds no rows."))


def _sheet(workbook: CalamineWorkbook, name: str, visible: list[str], parts: dict[str, "_Part"]) -> Table:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except (CalamineError, ValueError, OSError) as error:
        raise _damaged() from error
    top, left = sheet.start or (0, 0)

    def read() -> Generator[Row]:
        for number, cells in enumerate(sheet.iter_rows(), top + 1):
            yield number, [*([None] * left), *(None if cell == "" else cell for cell in cells)]

    return Table("xlsx", read, sheet=name, sheets=visible, doubtful=_doubtful(sheet, parts.get(name)))


def _doubtful(sheet: Any, part: "_Part | None") -> dict[tuple[int, int], str]:
    found = {}
    for place in part.uncomputed if part is not None else ():
        found[place] = _("A formula without a result. Open the file in a spreadsheet program and save it.")
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in range(top, min(bottom, MAX_ROWS) + 1):
            for column in range(left, min(right, MAX_COLUMNS) + 1):
                if (row, column) != (top, left) or (bottom > top):
                    found[row + 1, column] = _("Merged cells: it is not clear which rows the value belongs to.")
    return found


# -- before anything is read ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Part:
    """What one sheet's XML holds."""

    uncomputed: set[tuple[int, int]] = field(default_factory=set)


def _damaged() -> FileRefusedError:
    return FileRefusedError(
        _("The spreadsheet cannot be read: it is damaged, protected by a password, or not an xlsx.")
    )


def _examined(stream: IO[bytes]) -> dict[str, _Part]:
    """Unpack every part once, counting: nothing small may grow without end in a reader. Look into the sheets."""
    left = MAX_UNPACKED
    sheets: dict[str, _Part] = {}
    names = _Names()
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            if len(members) > MAX_PARTS:
                raise _damaged()
            for member in members:
                scan: Any = None
                if SHEET.fullmatch(member.filename):
                    scan = _Scan()
                elif member.filename in {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}:
                    scan = names
                left -= _unpack(stream, member, left, scan)
                if isinstance(scan, _Scan):
                    sheets[member.filename.lower()] = _Part(scan.uncomputed)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, ValueError, NotImplementedError) as error:
        raise _damaged() from error
    return {name: sheets[path] for name, path in names.paths() if path in sheets}


def _unpack(stream: IO[bytes], member: zipfile.ZipInfo, limit: int, scan: Any) -> int:
    """Unpack one part to its true end, whatever size it claims; feed it to `scan`. Returns the size."""
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or member.flag_bits & 1:
        raise _damaged()
    stream.seek(member.header_offset + 26)
    head = stream.read(4)
    stream.seek(int.from_bytes(head[:2], "little") + int.from_bytes(head[2:], "little"), 1)
    parser = scan.parser() if scan is not None else None
    packed, size = member.compress_size, 0
    unpacker = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while packed > 0 and (chunk := stream.read(min(packed, 1 << 16))):
        packed -= len(chunk)
        while chunk:
            text = unpacker.decompress(chunk, 1 << 20) if unpacker else chunk
            chunk = unpacker.unconsumed_tail if unpacker else b""
            size += len(text)
            if size > limit:
                raise too_large()
            if parser is not None:
                parser.Parse(text, False)  # noqa: FBT003 - its signature
    if unpacker is not None and not unpacker.eof:
        raise _damaged()
    if parser is not None:
        parser.Parse(b"", True)  # noqa: FBT003
    return size


def _parser() -> Any:
    """A parser that knows no entities: none of ours needs them, and they can grow without end."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_arguments: Any) -> None:
        raise ValueError("entities")

    parser.EntityDeclHandler = refuse
    return parser


class _Names:
    """Which part holds the sheet of which name."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.targets: dict[str, str] = {}

    def parser(self) -> Any:
        parser = _parser()
        parser.StartElementHandler = self.start
        return parser

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "sheet":
            key = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self.ids[attributes.get("name", "")] = key
        elif tag == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def paths(self) -> Iterator[tuple[str, str]]:
        for name, key in self.ids.items():
            target = self.targets.get(key, "")
            yield name, (target.lstrip("/") if target.startswith("/") else f"xl/{target}").lower()


class _Scan:
    """Dimensions of a sheet, and formulas of which no result was stored.

    A reader would lay out every cell up to the last one, and take a formula without a result for an empty cell.
    """

    def __init__(self) -> None:
        self.uncomputed: set[tuple[int, int]] = set()
        self.row = self.column = self.last_row = self.last_column = 0
        self.has_formula = self.has_value = False

    def parser(self) -> Any:
        parser = _parser()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        return parser

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self._at(attributes.get("r", ""))
            self.has_formula = self.has_value = False
        elif tag == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
        elif tag == "f":
            self.has_formula = True
        elif tag in {"v", "is"}:
            self.has_value = True

    def _at(self, reference: str) -> None:
        self.column += 1
        if match := REFERENCE.fullmatch(reference):
            self.column = _number(match[1])
            self.row = int(match[2])
        if self.row > MAX_ROWS:
            raise FileRefusedError(_("The file has more than %(limit)d rows.") % {"limit": MAX_ROWS})
        if self.column > MAX_COLUMNS:
            raise FileRefusedError(_("The file has more than %(limit)d columns.") % {"limit": MAX_COLUMNS})
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.last_row * self.last_column > MAX_CELLS:
            raise FileRefusedError(
                _("The cells in use reach too far: %(rows)d rows by %(columns)d columns. Delete what is empty.")
                % {"rows": self.last_row, "columns": self.last_column}
            )

    def end(self, name: str) -> None:
        if self.has_formula and not self.has_value and name.rpartition(" ")[2] == "c":
            self.uncomputed.add((self.row, self.column - 1))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
