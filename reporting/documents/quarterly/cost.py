"""The chapter on cost of a quarterly report, from what was kept of it, in the active language. (RP-13)"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.localised import localise
from complaints.punctuation import sentences
from reporting.costs import COST_FIGURES
from reporting.definitions import Unit
from reporting.documents.quarterly import tables
from reporting.documents.quarterly.parts import Behind, Cell, List, Part, Table
from reporting.models import BudgetKind
from reporting.queries.reports.comparing import Against
from reporting.queries.reports.wording import NOTHING, money, percent, signed_percent, worked


def chapter(content: Mapping[str, Any]) -> tuple[Part, ...]:
    """What complaints cost beside earlier quarters, and the year so far against its budget."""
    return _figures(content), _budgets(content)


def _figures(content: Mapping[str, Any]) -> Table:
    kept, periods = content["figures"]["cost"], content["periods"]
    named = {row["code"]: row for row in content["further_definitions"]}
    rows = []
    for row in kept["rows"]:
        unit, label = named[row["code"]]["unit"], localise(named[row["code"]]["label"])
        if row["code"] == "both" and not any(float(row[name]) for name in ("quarter", *Against, "year")):
            continue
        rows.append(
            (
                tables.text(label),
                _amount(unit, row["quarter"], _cases(row["code"], "quarter")),
                _amount(unit, row["previous"], _cases(row["code"], "previous")),
                _change(row["quarter"], row["previous"]),
                _amount(unit, row["year_ago"], _cases(row["code"], "year_ago")),
                _change(row["quarter"], row["year_ago"]),
                _amount(unit, row["year"], _cases(row["code"], "year")),
            )
        )
    notes = [_("Sums as recorded by the date of this report. Their changes are not tested for chance.")]
    if kept["unrated_minutes"]:
        text = _("For %(hours)s of the quarter there was no hourly rate: they cost nothing here.")
        notes.append(text % {"hours": worked(kept["unrated_minutes"] / 60)})
    change = pgettext("comparison", "Change")
    codes = [periods[name]["code"] for name in ("quarter", "previous", "year_ago")]
    so_far = _("%(year)s so far") % {"year": codes[0][:4]}
    return Table(
        "cost",
        (_("Figure"), codes[0], codes[1], change, codes[2], change, so_far),
        tuple(rows),
        widths=(24, 15, 14, 9, 14, 9, 15),
        note=sentences(notes),
    )


def _budgets(content: Mapping[str, Any]) -> Table:
    rows = []
    for row in content["figures"]["cost"]["budgets"]:
        spent, budget = float(row["spent"]), float(row["budget"])
        used = 100 * spent / budget if budget else None
        rows.append(
            (
                tables.text(str(BudgetKind(row["kind"]).label)),
                _amount(Unit.MONEY, row["spent"]),
                _amount(Unit.MONEY, row["budget"]),
                Cell(percent(used, 0), used, is_number=True, tone="bad" if spent > budget else ""),
                Cell(money(budget - spent), round(budget - spent, 2), is_number=True),
            )
        )
    year = content["quarter"][:4]
    return Table(
        "budgets",
        (
            pgettext("budget", "For"),
            _("Spent so far"),
            _("Budget"),
            pgettext("budget", "Used"),
            pgettext("budget", "Left"),
        ),
        tuple(rows),
        caption=_("%(year)s so far against the budget") % {"year": year},
        widths=(32, 19, 19, 11, 19),
        empty=_("No budget of %(year)s was entered.") % {"year": year},
    )


def _amount(unit: str, kept: str, behind: List | None = None) -> Cell:
    shown = worked(float(kept)) if unit == Unit.HOURS else money(kept)
    return Cell(shown, float(kept), behind if float(kept) else None, is_number=True)


def _cases(code: str, period: str) -> List | None:
    """The cases behind a figure; sums and what was spent apart from cases have none."""
    figure = COST_FIGURES.get(code)
    return List(code, period=period, of=Behind.COST) if figure is not None and figure.has_cases else None


def _change(now: str, before: str) -> Cell:
    if float(before) <= 0:
        return Cell(NOTHING, "", is_number=True)
    change = 100 * (float(now) - float(before)) / float(before)
    return Cell(signed_percent(change), round(change, 1), is_number=True)
