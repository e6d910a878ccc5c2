"""The charts of a report, from what was kept of it, in the active language. (RP-1)

Read in black and white too: lines differ by their marks and strokes, shares by their hatching, and every number stands
in the table beside. Drawn where a report is built, since the library takes seconds to load.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.states import Grade
from reporting.definitions import Unit
from reporting.documents.charts import ACCENT, INK, LINE, QUIET, SOFT, drawing, pareto, shortened
from reporting.queries.reports.comparing import Against
from reporting.queries.reports.sentences import party_name, target_text
from reporting.queries.reports.wording import Naming
from reporting.responsibility import SHARES
from reporting.tallies import Dimension

_IDENTIFIER = re.compile(r' id="([^"]*)"')
_REFERENCES = re.compile(r'(?:url\(|href=")#([^")]*)')
#: Rows of a chart.
MOST = 12
HATCHES = ("", "//", "--", "xx", "||")
TONES = (ACCENT, SOFT, "#ffffff", "#d9d9d9", "#8a94a3")
#: Signs of a label beside a chart.
ROOM = 34


def drawings(content: Mapping[str, Any]) -> dict[str, str]:
    """The charts by their codes, as SVG; those without anything to show are left out."""
    naming, figures = Naming(content), content["figures"]
    found: dict[str, Callable[[], str]] = {"course": lambda: _course(figures, naming)}
    shares = [row for row in figures["targets"] if _is_share(row, naming)]
    if shares:
        found["targets"] = lambda: _targets(shares, naming)
    departments = _most_frequent(content, Dimension.DEPARTMENT)
    if departments:
        found["departments"] = lambda: _against_before(departments, content, Dimension.DEPARTMENT, naming)
    if any(figures["grades"]["quarter"].values()):
        found["grades"] = lambda: _grades(content)
    if figures["responsibility"]:
        found["responsibility"] = lambda: _responsibility(figures["responsibility"][:MOST], naming)
    for code, dimension in (("causes", Dimension.CAUSE), ("areas", Dimension.CATEGORY)):
        if figures[code]["rows"]:
            found[code] = lambda code=code, dimension=dimension: _pareto(figures[code], dimension, naming)  # type: ignore[misc]
    return {code: _apart(draw(), code) for code, draw in found.items()}


def _apart(svg: str, code: str) -> str:
    """The drawing with only those identifiers that it refers to, and these its own: several stand on one page."""
    used = set(_REFERENCES.findall(svg))
    svg = _IDENTIFIER.sub(lambda match: f' id="{code}-{match[1]}"' if match[1] in used else "", svg)
    return _REFERENCES.sub(lambda match: match[0].replace(f"#{match[1]}", f"#{code}-{match[1]}"), svg)


def _is_share(row: Mapping[str, Any], naming: Naming) -> bool:
    return naming.units[row["figure"]] == Unit.PERCENT and row.get("low") is not None and row.get("level") is not None


def _course(figures: Mapping[str, Any], naming: Naming) -> str:
    rows = figures["course"]
    labels = [row["month"] for row in rows]
    with drawing(2.5) as (axes, svg):
        places = range(len(rows))
        for code, stroke, mark, colour in (("received", "-", "o", ACCENT), ("closed", "--", "s", INK)):
            values = [row[code] for row in rows]
            axes.plot(
                places,
                values,
                stroke,
                marker=mark,
                color=colour,
                markersize=4,
                linewidth=1.4,
                label=naming.figure(code),
            )
        axes.axvspan(len(rows) - 3.5, len(rows) - 0.5, color=LINE, alpha=0.6, linewidth=0)
        axes.set_xticks(
            places, [label if place % 2 == (len(rows) - 1) % 2 else "" for place, label in enumerate(labels)]
        )
        axes.set_ylim(bottom=0)
        axes.yaxis.get_major_locator().set_params(integer=True)
        axes.legend(loc="upper left", frameon=False, ncols=2, fontsize=8, bbox_to_anchor=(0, 1.16))
        return svg(_("Complaints received and closed month by month, up to %(month)s") % {"month": labels[-1]})


def _targets(rows: Sequence[Mapping[str, Any]], naming: Naming) -> str:
    with drawing(0.8 + 0.42 * len(rows)) as (axes, svg):
        for place, row in enumerate(rows):
            axes.plot([row["low"], row["high"]], [place, place], color=INK, linewidth=1.6, solid_capstyle="butt")
            axes.plot(row["value"], place, marker="o", color=ACCENT, markersize=6)
            axes.plot(row["level"], place, marker="|", color=INK, markersize=18, markeredgewidth=2.2)
        names = [f"{shortened(naming.policy(row['key']), ROOM)}\n{shortened(target_text(row), ROOM)}" for row in rows]
        axes.set_yticks(range(len(rows)), names, fontsize=8, linespacing=1.3)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, 104)
        axes.set_xlabel(
            pgettext("chart", "percent; dot: reached, line: 95 % interval, upright bar: asked for"),
            fontsize=8,
            color=QUIET,
        )
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x", color=LINE, linewidth=0.7)
        return svg(_("Targets and what was reached, with intervals"))


def _most_frequent(content: Mapping[str, Any], dimension: str) -> list[Mapping[str, Any]]:
    own = {group["key"] for group in content["groups"][dimension] if group["key"] in group["keys"]}
    rows = [
        row
        for row in content["figures"]["by"][dimension]
        if row["key"] in own and (row["figures"]["received"]["value"] or row["previous"])
    ]
    return sorted(rows, key=lambda row: (-row["figures"]["received"]["value"], row["key"]))[:MOST]


def _against_before(
    rows: Sequence[Mapping[str, Any]], content: Mapping[str, Any], dimension: str, naming: Naming
) -> str:
    periods = content["periods"]
    with drawing(0.9 + 0.36 * len(rows)) as (axes, svg):
        for place, row in enumerate(rows):
            first = place == 0
            values = (row["figures"]["received"]["value"], row["previous"])
            labels = (periods["quarter"]["code"], periods["previous"]["code"])
            for shift, value, label, colour, hatch in zip(
                (-0.19, 0.19), values, labels, (ACCENT, "#ffffff"), ("", "//"), strict=True
            ):
                axes.barh(
                    place + shift,
                    value,
                    height=0.36,
                    color=colour,
                    hatch=hatch,
                    edgecolor=ACCENT,
                    linewidth=0.7,
                    label=label if first else None,
                )
                _beside(axes, value, place + shift)
        axes.set_yticks(range(len(rows)), [shortened(naming.group(dimension, row["key"]), ROOM) for row in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.xaxis.get_major_locator().set_params(integer=True)
        _across(axes)
        axes.legend(loc="lower right", frameon=False, fontsize=8)
        return svg(_("Complaints received, by responsible department"))


def _beside(axes: Any, value: float, place: float) -> None:
    axes.annotate(
        f"{value:,}", (value, place), xytext=(3, 0), textcoords="offset points", va="center", color=QUIET, fontsize=7.5
    )


def _across(axes: Any) -> None:
    axes.margins(x=0.12)
    axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=LINE, linewidth=0.7)


def _stacked(
    labels: Sequence[str], parts: Sequence[tuple[str, Sequence[float]]], title: str, *, height: float, unit: str = ""
) -> str:
    """Horizontal bars of parts, told apart by hatching and tone."""
    with drawing(height) as (axes, svg):
        left = [0.0] * len(labels)
        for (name, values), hatch, tone in zip(parts, HATCHES, TONES, strict=False):
            axes.barh(
                range(len(labels)),
                values,
                left=left,
                height=0.6,
                color=tone,
                hatch=hatch,
                edgecolor=INK,
                linewidth=0.6,
                label=name,
            )
            left = [before + value for before, value in zip(left, values, strict=True)]
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        if not unit:
            axes.xaxis.get_major_locator().set_params(integer=True)
        _across(axes)
        axes.set_xlabel(unit, fontsize=8, color=QUIET)
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            frameon=False,
            ncols=5,
            fontsize=8,
            handlelength=1.6,
            columnspacing=1.2,
        )
        return svg(title)


def _grades(content: Mapping[str, Any]) -> str:
    kept, periods = content["figures"]["grades"], content["periods"]
    names = [name for name in ("quarter", *Against) if any(kept[name].values())]
    totals = {name: sum(kept[name].values()) for name in names}
    labels = [
        _("%(code)s (%(count)s)") % {"code": periods[name]["code"], "count": f"{totals[name]:,}"} for name in names
    ]
    parts = [(str(grade.label), [100 * kept[name][grade] / totals[name] for name in names]) for grade in Grade]
    title = _("Grades given at return visits")
    return _stacked(
        labels, parts, title, height=1.0 + 0.42 * len(names), unit=pgettext("chart", "percent of all grades")
    )


def _responsibility(rows: Sequence[Mapping[str, Any]], naming: Naming) -> str:
    labels = [shortened(party_name(naming, row), ROOM) for row in rows]
    parts = [
        (str(share.label), [row["quarter"].get(share, {}).get("rounds", 0) for row in rows])
        for share in SHARES
        if any(share in row["quarter"] for row in rows)
    ]
    return _stacked(labels, parts, _("Who bore responsibility, and which"), height=1.0 + 0.34 * len(rows))


def _pareto(kept: Mapping[str, Any], dimension: str, naming: Naming) -> str:
    rows = kept["rows"][:MOST]
    vital = sum(row["is_vital"] for row in rows)
    label = _("Root causes by frequency") if dimension == Dimension.CAUSE else _("Categories by frequency")
    return pareto(
        [naming.group(dimension, row["key"]) for row in rows],
        [row["count"] for row in rows],
        [row["cumulative"] / 100 for row in rows],
        vital,
        title=label,
    )
