"""Cells into values: text, moments, days, yes and no. Nothing is guessed; what can be read in two ways is refused."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.importers.tables import Cell

#: Whole numbers beyond this have lost digits in a spreadsheet, which keeps fifteen.
EXACT = 10**15
FIRST_YEAR = 1970
LONGEST = 100_000

YES = frozenset({"是", "有", "对", "√", "✓", "y", "yes", "true", "1", "已声明", "属实"})
NO = frozenset({"否", "无", "不", "×", "n", "no", "false", "0", "未声明", ""})

_DAY = r"(?P<year>\d{4})\s*(?:[-/.]|年)\s*(?P<month>\d{1,2})\s*(?:[-/.]|月)\s*(?P<day>\d{1,2})\s*日?"
_TIME = (
    r"(?P<half>上午|下午|am|pm)?\s*(?P<hour>\d{1,2})\s*(?::|时|點|点)\s*(?P<minute>\d{1,2})?\s*"
    r"(?:(?::|分)\s*(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,9}))?\s*秒?|分)?\s*(?P<half_after>am|pm)?"
)
MOMENT = re.compile(rf"{_DAY}(?:[\sT]\s*{_TIME})?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:\s?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?)?"
)
DAY_OR_MONTH_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*")


class CellError(ValueError):
    """A cell does not hold what it should; the message says why."""


def folded(text: str) -> str:
    """Text as it is compared: width and case alike, without blanks and punctuation around."""
    return re.sub(r"[\s_\-./()（）:：*]+", "", unicodedata.normalize("NFKC", text)).casefold()


def text_of(cell: Cell) -> str:
    """A cell as text: numbers without exponent or a point that means nothing, moments as they are shown."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        if len(cell) > LONGEST:
            raise CellError(_("Longer than %(limit)d signs.") % {"limit": LONGEST})
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return str(cell)


def _number(cell: float) -> str:
    if cell == int(cell):
        if abs(cell) >= EXACT:
            raise CellError(
                _("The spreadsheet has rounded this number (it keeps 15 digits). Format the column as text.")
            )
        return str(int(cell))
    return repr(cell)


def quoted(cell: Cell) -> str:
    """A cell as a message quotes it, whatever it holds."""
    try:
        text = text_of(cell)
    except CellError:
        text = str(cell)
    text = "".join(sign if sign.isprintable() else "␀" if sign == "\x00" else " " for sign in text[:200])
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - a line


def moment_of(cell: Cell, zone: ZoneInfo) -> datetime:
    """An aware moment. What has no zone is local time of `zone`; a day alone is its first moment."""
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the zone follows
    elif isinstance(cell, int | float | time | timedelta):
        raise CellError(_("A number, not a date. Format the cell as a date."))
    else:
        moment = _parsed(text_of(cell))
    if moment.year < FIRST_YEAR:
        raise CellError(_("No complaint is that old."))
    if timezone.is_naive(moment):
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def day_of(cell: Cell, zone: ZoneInfo) -> date:
    """A day, as it is written."""
    return moment_of(cell, zone).astimezone(zone).date()


def _parsed(text: str) -> datetime:
    plain = unicodedata.normalize("NFKC", text).strip()
    match = COMPACT.fullmatch(plain) or MOMENT.fullmatch(plain)
    if match is None:
        if DAY_OR_MONTH_FIRST.fullmatch(plain):
            raise CellError(_("Day or month first? Write the date as year-month-day."))
        raise CellError(_("Not a date. Write it as year-month-day, the time as hour:minute."))
    parts = match.groupdict()
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or parts.get("half_after") or "").lower()
    if half in {"下午", "pm"} and hour < 12:  # noqa: PLR2004 - noon
        hour += 12
    elif half in {"上午", "am"} and hour == 12:  # noqa: PLR2004
        hour = 0
    try:
        moment = datetime(  # noqa: DTZ001 - the zone follows
            int(parts["year"]),
            int(parts["month"]),
            int(parts["day"]),
            hour,
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            int((parts.get("fraction") or "0").ljust(6, "0")[:6]),
        )
    except ValueError:
        raise CellError(_("There is no such day or time.")) from None
    zone = parts.get("zone")
    return moment if not zone else datetime.fromisoformat(moment.isoformat() + zone.upper().replace("Z", "+00:00"))


def flag_of(cell: Cell) -> bool:
    """Yes or no."""
    plain = text_of(cell).casefold()
    if plain in YES:
        return True
    if plain in NO:
        return False
    raise CellError(_("Neither yes nor no."))
