"""Exposure figures from a spreadsheet or a text file: one row for each month and group. (RP-2)

Headings are known in Chinese and English. Everything that is wrong is told, cell by cell; nothing is guessed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accountability.models import OutsideParty
from complaints.importers.cells import CellError, day_of, folded, quoted, text_of
from complaints.importers.directory import Names
from complaints.importers.refusals import FileRefusedError
from complaints.importers.tables import Cell, Table, is_empty, open_table
from complaints.models import Category, Channel, Department
from complaints.punctuation import listed
from reporting.models import ExposureKind, ExposureScope
from reporting.periods import Period
from reporting.services.exposures import Amount, Recorded, record

#: What a column is, by the headings people give it (folded).
HEADINGS = {
    "month": ("month", "period", "月份", "月", "年月", "期间", "月度"),
    "dimension": ("dimension", "of", "scope", "by", "维度", "維度", "范围", "範圍", "统计对象类型"),
    "key": ("group", "key", "item", "name", "对象", "對象", "分组", "分組", "统计对象", "名称", "編碼", "编码"),
    "kind": ("kind", "measure", "what", "口径", "口徑", "种类", "種類", "指标", "指標", "计量"),
    "amount": ("amount", "number", "count", "quantity", "数量", "數量", "数值", "數值", "值"),
}
#: Fewer digits than the column holds.
MOST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell; with a row as a whole if `column` is empty."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file came to: recorded (or to be, in a dry run), or everything that is wrong and nothing recorded."""

    rows: int
    recorded: Recorded | None
    faults: list[Fault]


def bring(stream: IO[bytes], name: str, *, is_dry: bool, by: Any, now: datetime) -> Brought:
    """Read a file and record it, all or nothing. FileRefusedError if it cannot be read; ActRefusedError as `record`."""
    with open_table(stream, name) as table:
        columns = _columns(table)
        reader = _Reader(columns, timezone.get_default_timezone())
        count = 0
        for number, cells in table.rows():
            count += 1
            reader.take(number, cells, table)
    if reader.faults:
        return Brought(count, None, reader.faults)
    return Brought(count, record(reader.amounts, is_dry=is_dry, by=by, now=now), [])


def _columns(table: Table) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(table.headings):
        for name, known in HEADINGS.items():
            if folded(heading) in {folded(word) for word in known}:
                if name in found:
                    raise FileRefusedError(_("Two columns are headed alike: “%(heading)s”.") % {"heading": heading})
                found[name] = place
    missing = [HEADINGS[name][0] for name in ("month", "kind", "amount") if name not in found]
    if missing:
        raise FileRefusedError(_("These columns are missing: %(columns)s.") % {"columns": listed(missing)})
    return found


class _Reader:
    """Rows of a file, one after another, and what is wrong with them."""

    def __init__(self, columns: dict[str, int], zone: ZoneInfo) -> None:
        self.columns, self.zone = columns, zone
        self.amounts: list[Amount] = []
        self.faults: list[Fault] = []
        self._seen: dict[tuple[str, str, str, date], int] = {}
        self._kinds = _choices(ExposureKind, _("There is nothing of that name that is counted."))
        self._scopes = _choices(ExposureScope, _("Figures cannot be given by that."))
        self._groups = _registers()

    def take(self, number: int, cells: list[Cell], table: Table) -> None:
        """Read one row; all its faults at once."""
        before = len(self.faults)

        def read(name: str, made: Callable[[Cell], Any], empty: Any = None) -> Any:
            place = self.columns.get(name)
            cell = cells[place] if place is not None and place < len(cells) else None
            if is_empty(cell) and empty is not None:
                return empty
            try:
                return made(_trusted(cell, table.doubtful.get((number, -1 if place is None else place))))
            except CellError as error:
                heading = table.headings[place] if place is not None else name
                self.faults.append(Fault(number, heading, quoted(cell), str(error)))
                return None

        month = read("month", self._month)
        scope = read("dimension", lambda cell: self._scopes.get(text_of(cell)), empty=str(ExposureScope.ALL))
        key = read("key", lambda cell: self._key(scope, cell), empty="" if scope in {None, ExposureScope.ALL} else None)
        kind = read("kind", lambda cell: self._kinds.get(text_of(cell)))
        amount = read("amount", _amount)
        if len(self.faults) > before:
            return
        row = Amount(scope, key, kind, month, amount)
        earlier = self._seen.setdefault(row.name, number)
        if earlier != number:
            words = _("The same figure stands in row %(row)d already.") % {"row": earlier}
            self.faults.append(Fault(number, "", "", words))
        self.amounts.append(row)

    def _month(self, cell: Cell) -> date:
        text = text_of(cell) if isinstance(cell, str | int | float) else ""
        plain = text.replace("年", "-").replace("月", "").replace("/", "-").replace(".", "-").strip("- ")
        year, _dash, month = plain.partition("-")
        if year.isdecimal() and len(year) == len("2026") and month.isdecimal() and len(month) <= len("12"):
            plain = f"{year}-{int(month):02d}"
            try:
                return Period.parse(plain).first
            except ValueError:
                raise CellError(_("There is no such month.")) from None
        day = day_of(cell, self.zone)
        if day.day != 1:
            raise CellError(_("A month is meant: write it as year-month, or as its first day."))
        return day

    def _key(self, scope: str | None, cell: Cell) -> str | None:
        text = text_of(cell)
        if scope is None:
            return None
        if scope == ExposureScope.ALL:
            raise CellError(_("A figure of the whole organisation has no group."))
        if scope == ExposureScope.PRODUCT:
            return text[:200]
        found: str = self._groups[scope].get(text)
        return found


def _trusted(cell: Cell, doubt: str | None) -> Cell:
    """The cell, if it holds anything and its reader is sure of it."""
    if doubt is not None:
        raise CellError(doubt)
    if is_empty(cell):
        raise CellError(_("Something must be given here."))
    return cell


def _amount(cell: Cell) -> Decimal:
    try:
        amount = Decimal(text_of(cell).replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise CellError(_("Not a number.")) from None
    if not amount.is_finite() or amount < 0:
        raise CellError(_("The amount must not be negative."))
    if amount >= MOST:
        raise CellError(_("The number is too large."))
    if amount != round(amount, 2):
        raise CellError(_("At most two decimal places."))
    return amount


def _choices(enumeration: Any, missing: str) -> Names:
    labels: dict[str, list[str]] = {value: [value] for value in enumeration.values}
    for language, _own in settings.LANGUAGES:
        with override(language):
            for value, label in enumeration.choices:
                labels[value].append(str(label))
    return Names(labels.items(), missing)


def _registers() -> dict[str, Names]:
    """Groups by what a file may call them. Also those that were switched off: their past counts too."""

    def by(rows: Iterable[Any], missing: str) -> Names:
        return Names(((str(row.pk), [row.code, *row.names.values()]) for row in rows), missing)

    return {
        ExposureScope.CATEGORY: by(Category.objects.all(), _("There is no such category.")),
        ExposureScope.DEPARTMENT: by(Department.objects.all(), _("There is no such department.")),
        ExposureScope.CHANNEL: by(Channel.objects.all(), _("There is no such channel.")),
        ExposureScope.SUPPLIER: Names(
            ((str(row.pk), [row.name, row.code]) for row in OutsideParty.objects.all()),
            _("There is no such supplier or partner."),
        ),
    }
