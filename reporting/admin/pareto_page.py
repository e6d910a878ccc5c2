"""The vital few: categories, products and causes by how often they occur in a quarter. (RP-2)"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.admin.access import standing_for
from reporting import trends
from reporting.admin.choosing_period import PeriodChoice, chosen_period
from reporting.admin.files import table_file
from reporting.admin.frame import frame
from reporting.admin.warning_pages import svg_response
from reporting.documents import charts
from reporting.permissions import may_read_figures
from reporting.queries.behind import Asked, Which
from reporting.queries.cells import cells
from reporting.queries.groups import LABELS, TREES, groups, names
from reporting.tallies import Dimension

BY = (Dimension.CATEGORY, Dimension.PRODUCT, Dimension.CAUSE, Dimension.DEPARTMENT, Dimension.SUPPLIER)
#: Kinds that the chart shows; the table has all.
DRAWN = 20


def pareto_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Complaints received in a period, by kind: each kind by itself, not with those below it."""
    choice, dimension = _asked(request)
    counts, missing = _counts(choice, dimension)
    found = trends.vital_few(counts)
    called = names(dimension, counts)
    now = timezone.now().replace(microsecond=0)
    alone = _leaves(dimension, set(counts))
    lines = [
        (
            called[row.key],
            row,
            100 * row.share,
            100 * row.cumulative,
            Asked("received", Which.PART, choice.period, dimension, row.key, now) if row.key in alone else None,
        )
        for row in found.rows
    ]
    context = frame(
        site,
        request,
        title=_("Pareto analysis"),
        choice=choice,
        kept={"by": dimension},
        dimension=dimension,
        label=LABELS[dimension],
        dimensions=[(code, LABELS[code], code == dimension) for code in BY],
        found=found,
        vital=sum(row.is_vital for row in found.rows),
        missing=missing,
        lines=lines,
        drawn=DRAWN,
    )
    return TemplateResponse(request, "reporting/pareto.html", context)


def pareto_chart(request: HttpRequest, site: Any) -> HttpResponse:
    """The same as a picture."""
    choice, dimension = _asked(request)
    counts, _missing = _counts(choice, dimension)
    rows = trends.vital_few(counts).rows
    if not rows:
        raise Http404
    called, shown = names(dimension, counts), rows[:DRAWN]
    drawn = charts.pareto(
        [called[row.key] for row in shown],
        [row.count for row in shown],
        [row.cumulative for row in shown],
        sum(row.is_vital for row in shown),
        title=_("Pareto analysis"),
    )
    return svg_response(drawn)


def pareto_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """The same as a table to take away."""
    choice, dimension = _asked(request)
    counts, _missing = _counts(choice, dimension)
    called = names(dimension, counts)
    headings = [str(LABELS[dimension]), _("Complaints"), _("Share"), _("Cumulative share")]
    lines = [
        [called[row.key], row.count, round(row.share, 4), round(row.cumulative, 4)]
        for row in trends.vital_few(counts).rows
    ]
    stem = f"{_('Pareto analysis')} {choice.period.code} {LABELS[dimension]}"
    return table_file(stem, request.GET.get("format", "xlsx"), headings, lines)


def _asked(request: HttpRequest) -> tuple[PeriodChoice, Dimension]:
    if not may_read_figures(standing_for(request)):
        raise PermissionDenied
    try:
        dimension = Dimension(request.GET.get("by") or BY[0])
    except ValueError:
        raise Http404 from None
    if dimension not in BY:
        raise Http404
    return chosen_period(request, timezone.now()), dimension


def _counts(choice: PeriodChoice, dimension: Dimension) -> tuple[dict[str, int], int]:
    """Complaints received, by key; and how many have none."""
    found = {key: tally.received for (_period, key), tally in cells([choice.period], dimension).items()}
    missing = found.pop("", 0)
    return {key: count for key, count in found.items() if count}, missing


def _leaves(dimension: Dimension, keys: set[str]) -> set[str]:
    """Groups whose list shows the same cases: those with no other group of these below them."""
    if dimension not in TREES:
        return keys
    return {group.key for group in groups(dimension, keys) if group.keys == (group.key,)}
