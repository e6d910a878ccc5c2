"""The course of cost as a picture. (RP-13)"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reporting.costs import COST_FIGURES, Costs
from reporting.documents.charts import ACCENT, INK, QUIET, SOFT, drawing

TONES = (ACCENT, SOFT, "#ffffff")
HATCHES = ("", "//", "..")


def course(months: Sequence[tuple[str, Costs]]) -> str:
    """Cost month by month in parts above one another, and what was recovered as a line; text stays text."""
    labels = [label for label, _costs in months]
    parts: list[tuple[str, list[Any]]] = [
        (
            pgettext("cost chart", "Compensation and refunds"),
            [costs.compensation + costs.refunds + costs.both for _label, costs in months],
        ),
        (str(COST_FIGURES["labour"].label), [costs.labour for _label, costs in months]),
        (
            pgettext("cost chart", "Systems, training, other"),
            [costs.apart for _label, costs in months],
        ),
    ]
    with drawing(2.7) as (axes, svg):
        places, bottom = range(len(labels)), [0.0] * len(labels)
        for (name, values), tone, hatch in zip(parts, TONES, HATCHES, strict=True):
            heights = [float(value) for value in values]
            axes.bar(
                places,
                heights,
                bottom=bottom,
                color=tone,
                hatch=hatch,
                edgecolor=INK,
                linewidth=0.5,
                width=0.66,
                label=name,
            )
            bottom = [below + height for below, height in zip(bottom, heights, strict=True)]
        recovered = [float(costs.recovered) for _label, costs in months]
        axes.plot(
            places,
            recovered,
            color=INK,
            linestyle="--",
            marker="o",
            markersize=4,
            linewidth=1.3,
            label=str(COST_FIGURES["recovered"].label),
        )
        axes.set_xticks(places, [label if place % 2 == 0 else "" for place, label in enumerate(labels)])
        axes.yaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")
        axes.set_ylim(bottom=0)
        axes.set_ylabel(pgettext("unit", "yuan"), fontsize=8, color=QUIET)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, ncols=4, fontsize=8, handlelength=1.6)
        return svg(_("Cost of complaints month by month, up to %(month)s") % {"month": labels[-1]})
