"""The chapter on the quality review of handling, from what was kept of it, in the active language. (RP-12)"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.localised import localise
from complaints.punctuation import sentences
from reporting.documents.quarterly import tables
from reporting.documents.quarterly.parts import Behind, Cell, List, Part, Table
from reporting.queries.groups import LABELS
from reporting.queries.reports.wording import NOTHING, Naming, between, percent
from reporting.tallies import Dimension

#: The sample with its cases.
SAMPLE = List("handling_review", of=Behind.SAMPLE)


def chapter(content: Mapping[str, Any], naming: Naming) -> tuple[Part, ...]:
    """How good handling was, by a sample of closed cases: the whole, items that failed, departments."""
    kept = content["figures"]["handling_review"]
    if not kept["drawn"]:
        empty = _("No sample of the cases closed in the quarter was drawn by the date of this report.")
        return (Table("handling_review", (_("Sample"), content["quarter"]), (), empty=empty),)
    parts: list[Part] = [_whole(content, kept)]
    if kept["scored"]:
        parts += [_items(content, kept), _departments(kept, naming)]
    return tuple(parts)


def _percent(value: float | None) -> Cell:
    return Cell(percent(value), value, is_number=True)


def _range(low: float | None, high: float | None) -> Cell:
    text = NOTHING if low is None or high is None else between(percent(low), percent(high))
    return Cell(text, text, is_number=True)


def _whole(content: Mapping[str, Any], kept: Mapping[str, Any]) -> Table:
    previous = content["periods"]["previous"]["code"]
    rows = (
        (tables.text(_("Closed in the quarter, drawn from")), tables.number(kept["frame"])),
        (tables.text(pgettext("sample", "Cases drawn at random")), tables.number(kept["drawn"], SAMPLE)),
        (tables.text(pgettext("sample", "Cases scored")), tables.number(kept["scored"], SAMPLE)),
        (tables.text(_("Mean score")), _percent(kept["percent"])),
        (tables.text(_("95 % interval of the mean")), _range(kept["low"], kept["high"])),
        (tables.text(_("Lowest and highest score")), _range(kept["least"], kept["most"])),
        (
            tables.text(_("Mean score of %(code)s") % {"code": previous}),
            _percent(kept["previous"]["percent"]),
        ),
    )
    notes = [_("What was reached of what could be reached, without items that do not apply; all cases weigh the same.")]
    if kept["scored"] < kept["drawn"]:
        notes.append(_("Not all cases drawn were scored by the date of this report: the mean is provisional."))
    return Table("handling_review", (_("Sample"), content["quarter"]), rows, widths=(70, 30), note=sentences(notes))


def _items(content: Mapping[str, Any], kept: Mapping[str, Any]) -> Table:
    named = {row["code"]: row["names"] for row in content["checklist"]}
    rows = sorted(kept["items"], key=lambda row: (-row["not_met"], -row["partly"], row["percent"]))
    return Table(
        "handling_items",
        (
            _("Item of the checklist"),
            pgettext("score", "Cases it applies to"),
            pgettext("score", "Not met"),
            pgettext("score", "Partly met"),
            pgettext("score", "Reached"),
        ),
        tuple(
            (
                tables.text(localise(named[row["code"]]) if row["code"] in named else row["code"]),
                tables.number(row["applies"]),
                tables.number(row["not_met"]),
                tables.number(row["partly"]),
                _percent(row["percent"]),
            )
            for row in rows
        ),
        caption=_("Items, those most often not met first"),
        widths=(40, 15, 15, 15, 15),
    )


def _departments(kept: Mapping[str, Any], naming: Naming) -> Table:
    rows = tuple(
        (
            tables.text(naming.group(Dimension.DEPARTMENT, row["department"])),
            tables.number(row["cases"]),
            _percent(row["percent"]),
        )
        for row in kept["departments"]
    )
    return Table(
        "handling_departments",
        (str(LABELS[Dimension.DEPARTMENT]), pgettext("sample", "Cases scored"), _("Mean score")),
        rows,
        caption=_("Departments with enough scored cases"),
        widths=(60, 20, 20),
        note=_("%(count)s scored cases are of departments with fewer than five.") % {"count": f"{kept['too_few']:,}"}
        if kept["too_few"] and rows
        else "",
        empty=_("No department has five scored cases."),
    )
