"""Fields and columns of the tables of a report, in the active language. (RP-1)"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reporting.definitions import DEFINITIONS, Better, Unit
from reporting.documents.quarterly.parts import Cell, List
from reporting.queries.behind import Which
from reporting.queries.reports.comparing import CHANGES, Against
from reporting.queries.reports.wording import (
    NOTHING,
    Naming,
    figure_text,
    interval_text,
    money,
    points,
    short_hours,
    signed_percent,
    whole,
)
from reporting.tallies import Dimension
from reporting.trends import Verdict

Row = tuple[Cell, ...]


def text(value: str, depth: int = 0) -> Cell:
    """Words."""
    return Cell(value, value, depth=depth)


def number(value: float | None, behind: List | None = None) -> Cell:
    """A count, perhaps with its list."""
    return Cell(whole(value), value, behind if value else None, is_number=True)


def figure(
    code: str,
    kept: Mapping[str, Any],
    dimension: str = Dimension.ALL,
    key: str = "",
    period: str = "quarter",
    *,
    in_full: bool = False,
) -> Cell:
    """A figure as a report keeps it; a share with its counts beside, each with its list."""
    definition = DEFINITIONS[code]
    unit = definition.unit
    value = kept.get("value")
    part = List(code, Which.PART, dimension, key, period) if definition.part is not None else None
    rest = List(code, Which.WHOLE, dimension, key, period) if definition.whole is not None else None
    if unit == Unit.PERCENT:
        if not kept.get("whole"):
            return Cell(NOTHING, None, is_number=True)
        return Cell(
            figure_text(unit, kept),
            value,
            part,
            is_number=True,
            beside=f"{kept['part']:,}/{kept['whole']:,}",
            behind_beside=rest,
        )
    if unit == Unit.ROUNDS:
        return Cell(whole(value), value, part if value else None, is_number=True)
    if unit == Unit.MONEY:
        return Cell(money(value), None if value is None else float(value), is_number=True)
    shown = figure_text(unit, kept) if in_full or kept.get("not_reached") else short_hours(value)
    if not in_full and value is None and not kept.get("not_reached"):
        shown = NOTHING
    return Cell(shown, value, is_number=True)


def interval(code: str, kept: Mapping[str, Any]) -> Cell:
    """The interval of a figure."""
    shown = interval_text(DEFINITIONS[code].unit, kept)
    return Cell(shown or NOTHING, shown)


def change(kept: Mapping[str, Any] | None, code: str) -> Cell:
    """What a comparison shows: a sign, how much, and whether that is beyond chance."""
    if not kept:
        return Cell(NOTHING, "")
    verdict = kept["verdict"]
    shown = {
        Verdict.RISE: "▲",
        Verdict.FALL: "▼",
        Verdict.NO_CHANGE_SHOWN: pgettext("verdict", "no change shown"),
        Verdict.TOO_FEW: pgettext("verdict", "too few to tell"),
        Verdict.ENDED: pgettext("verdict", "no longer recorded"),
        Verdict.BEGAN: pgettext("verdict", "not recorded before"),
        Verdict.RENAMED: pgettext("verdict", "renamed"),
    }[Verdict(verdict)]
    if verdict not in CHANGES:
        return Cell(shown, shown)
    size = ""
    if kept.get("ratio") is not None:
        size = signed_percent(100 * (kept["ratio"] - 1))
    elif kept.get("difference") is not None:
        size = _("%(points)s pp") % {"points": points(kept["difference"])}
    else:
        size = pgettext("verdict", "longer") if verdict == Verdict.RISE else pgettext("verdict", "shorter")
    shown = f"{shown} {size}"
    return Cell(shown, shown, tone=_tone(code, verdict))


def _tone(code: str, verdict: str) -> str:
    better = DEFINITIONS[code].better
    if code == "received":
        better = Better.LOWER
    if better == Better.NEITHER:
        return ""
    is_good = (verdict == Verdict.RISE) == (better == Better.HIGHER)
    return "good" if is_good else "bad"


def headings(naming: Naming, codes: Sequence[str]) -> tuple[str, ...]:
    """The names of figures."""
    return tuple(naming.figure(code) for code in codes)


def volumes(
    rows: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]], dimension: str, naming: Naming
) -> tuple[Row, ...]:
    """Complaints received by group, beside those of the quarter before and a year ago."""
    depths = {group["key"]: group["depth"] for group in groups}
    found = []
    for row in rows:
        kept, key = row["figures"]["received"], row["key"]
        changes = row["changes"].get("received", {})
        if not kept["value"] and not row["previous"] and not row["year_ago"]:
            continue
        found.append(
            (
                text(naming.group(dimension, key), depths.get(key, 0)),
                figure("received", kept, dimension, key),
                number(row["previous"], List("received", Which.PART, dimension, key, "previous")),
                change(changes.get(Against.PREVIOUS), "received"),
                number(row["year_ago"], List("received", Which.PART, dimension, key, "year_ago")),
                change(changes.get(Against.YEAR_AGO), "received"),
            )
        )
    return tuple(found)


def grouped(
    rows: Sequence[Mapping[str, Any]],
    groups: Sequence[Mapping[str, Any]],
    dimension: str,
    naming: Naming,
    codes: Sequence[str],
) -> tuple[Row, ...]:
    """Figures by group; groups without any are left out."""
    depths = {group["key"]: group["depth"] for group in groups}
    found = []
    for row in rows:
        kept, key = row["figures"], row["key"]
        if any(_is_something(kept[code]) for code in codes):
            cells = (figure(code, kept[code], dimension, key) for code in codes)
            found.append((text(naming.group(dimension, key), depths.get(key, 0)), *cells))
    return tuple(found)


def _is_something(kept: Mapping[str, Any]) -> bool:
    value = kept.get("value")
    if "part" in kept:
        return bool(kept.get("whole"))
    return bool(kept.get("not_reached")) or (value is not None and float(value) != 0)
