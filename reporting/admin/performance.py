"""How departments and handlers did in a quarter, beside what was to be expected of the cases they got. (RP-4)"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin.access import person_of, standing_for
from complaints.services.refusal import ActRefusedError
from reporting.admin.choosing_period import chosen_period
from reporting.admin.files import table_file
from reporting.admin.frame import frame
from reporting.admin.page_tables import with_files
from reporting.admin.warning_pages import svg_response
from reporting.definitions import DEFINITIONS
from reporting.documents.charts import Point, funnel
from reporting.models import Examination, FactsState, Subject
from reporting.periods import Span
from reporting.permissions import may_open_performance, may_read_figures
from reporting.queries import performance
from reporting.queries.groups import LABELS
from reporting.queries.performance import Line, Unit
from reporting.queries.performance_measures import MEASURES, TIMES, UNITS, Measure
from reporting.services import examinations
from reporting.tallies import Dimension
from reporting.trends import Standing

#: Handlers that the page shows; the file has all.
ROWS = 100
STANDINGS = {
    Standing.MORE: pgettext_lazy("performance", "More than expected"),
    Standing.FEWER: pgettext_lazy("performance", "Fewer than expected"),
    Standing.AS_EXPECTED: pgettext_lazy("performance", "As expected"),
    Standing.TOO_FEW: pgettext_lazy("verdict", "Too few to tell"),
}


class _Asked:
    """What a request may see of the quarter that it asks for. PermissionDenied for who may open nothing of it."""

    def __init__(self, request: HttpRequest) -> None:
        self.standing = standing_for(request)
        if not may_open_performance(self.standing):
            raise PermissionDenied
        #: Whole seconds, so that the address of what is behind a number can say when.
        self.now = timezone.now().replace(microsecond=0)
        self.choice = chosen_period(request, self.now, (Span.QUARTER,))
        self.quarter = self.choice.period
        self.seen = performance.seen_by(self.standing, self.quarter)
        self.examination: Examination | None = performance.examined(self.quarter)

    @property
    def content(self) -> dict[str, Any]:
        """What was found, as far as anything was."""
        return self.examination.content if self.examination is not None else {}

    def units(self, dimension: Dimension) -> list[Unit]:
        """The departments, or the handlers, that may be seen."""
        return performance.units(dimension, self.quarter, self.now, self.content, self.seen)


def performance_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Departments and handlers of a quarter side by side; heads see theirs, a handler the own row."""
    asked = _Asked(request)
    reads_all = may_read_figures(asked.standing)
    found = [(dimension, asked.units(dimension)) for dimension in UNITS]
    lines = [(unit, line) for _dimension, units in found for unit in units for line in unit.lines]
    context = frame(
        site,
        request,
        title=pgettext("tab", "Performance"),
        choice=asked.choice,
        kept={},
        state=FactsState.objects.first(),
        examination=asked.examination,
        may_ask=reads_all and asked.quarter in examinations.quarters(asked.now),
        reads_all=reads_all,
        heads=bool(asked.seen.departments),
        percent=round(100 * asked.content["rate"]) if asked.content else None,
        named=sorted(
            ((unit, line) for unit, line in lines if line.is_named), key=lambda pair: (pair[1].kept or {})["q_value"]
        ),
        has_changed=any(line.has_changed for _unit, line in lines),
        tables=[
            {
                "dimension": dimension,
                "label": LABELS[dimension],
                "units": units[:ROWS],
                "further": max(len(units) - ROWS, 0),
                "unheld": performance.unheld(dimension, asked.quarter, asked.now) if reads_all else None,
            }
            for dimension, units in found
            if units or reads_all
        ],
        shown=ROWS,
        measures=MEASURES,
        standings=STANDINGS,
    )
    return TemplateResponse(request, "reporting/performance.html", context)


@with_files()
def unit_page(request: HttpRequest, site: Any) -> HttpResponse:
    """One department or handler: every measure with its interval, and the mix of cases it is compared by."""
    asked, unit = _asked_unit(request)
    context = frame(
        site,
        request,
        title=unit.group.label,
        choice=asked.choice,
        kept={"by": unit.dimension.value, "key": unit.group.key},
        dimension=LABELS[unit.dimension],
        unit=unit,
        examination=asked.examination,
        standings=STANDINGS,
    )
    return TemplateResponse(request, "reporting/performance_unit.html", context)


@with_files()
def measure_page(request: HttpRequest, site: Any) -> HttpResponse:
    """All units that may be seen by one measure, with intervals and usual ranges, and their funnel."""
    asked, dimension, measure, rows = _asked_measure(request)
    question = {"period": asked.quarter.code, "by": dimension.value, "measure": measure.code}
    context = frame(
        site,
        request,
        title=measure.label,
        choice=asked.choice,
        kept={"by": dimension.value, "measure": measure.code},
        dimension=dimension,
        label=LABELS[dimension],
        measure=measure,
        rows=rows,
        examination=asked.examination,
        chart=reverse("admin:performance_chart", query=question) if len(_points(rows)) > 1 else "",
    )
    return TemplateResponse(request, "reporting/performance_measure.html", context)


def measure_chart(request: HttpRequest, site: Any) -> HttpResponse:
    """The funnel of one measure over the units that may be seen."""
    _asked_now, _dimension_of, measure, rows = _asked_measure(request)
    points = _points(rows)
    if len(points) < 2:  # noqa: PLR2004 - one is not compared
        raise Http404
    return svg_response(funnel(points, title=str(measure.label)))


def _asked_measure(request: HttpRequest) -> tuple[_Asked, Dimension, Measure, list[tuple[Unit, Line]]]:
    asked, dimension = _Asked(request), _dimension(request.GET.get("by", ""))
    measure = next((one for one in MEASURES if one.code == request.GET.get("measure")), None)
    if measure is None:
        raise Http404
    units = asked.units(dimension)
    return asked, dimension, measure, [(unit, line) for unit in units for line in unit.lines if line.measure == measure]


def _points(rows: Sequence[tuple[Unit, Line]]) -> list[Point]:
    """What of the rows a funnel shows: those of which something was expected."""
    return [
        Point(
            line.kept["expected"],
            line.kept["ratio"],
            line.kept["funnel_low"],
            line.kept["funnel_high"],
            unit.group.label if line.is_named else "",
            is_high=line.standing == Standing.MORE,
        )
        for unit, line in rows
        if line.kept and line.kept["ratio"] is not None
    ]


def _asked_unit(request: HttpRequest) -> tuple[_Asked, Unit]:
    asked = _Asked(request)
    dimension, key = _dimension(request.GET.get("by", "")), request.GET.get("key", "")
    if not asked.seen.includes(dimension, key):
        raise Http404
    for unit in asked.units(dimension):
        if unit.group.key == key:
            return asked, unit
    raise Http404


def _dimension(code: str) -> Dimension:
    if code not in UNITS:
        raise Http404
    return Dimension(code)


@require_POST
def ask_for_performance(request: HttpRequest, site: Any) -> HttpResponse:
    """Have a quarter looked at by the worker."""
    now = timezone.now()
    quarter = chosen_period(request, now, (Span.QUARTER,)).period
    try:
        examinations.ask(quarter, by=person_of(request), now=now, subject=Subject.PERFORMANCE)
    except ActRefusedError as refusal:
        if refusal.code == "not_allowed":
            raise PermissionDenied from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("What was to be expected is being computed; this takes a minute or so."))
    return redirect(reverse("admin:performance", query={"period": quarter.code}))


# --- Files -----------------------------------------------------------------------------------------------------------


def performance_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """Every measure of every department, or handler, that the person sees: a row each."""
    asked = _Asked(request)
    dimension = _dimension(request.GET.get("by", str(UNITS[0])))
    headings = [
        str(LABELS[dimension]),
        pgettext("performance", "Measure"),
        pgettext("performance", "Cases"),
        pgettext("performance", "Events"),
        pgettext("performance", "Expected"),
        _("Times the expected"),
        _("Interval from"),
        _("Interval to"),
        "q",
        pgettext("performance", "Finding"),
        _("Severe or complex, in percent"),
        *(f"{DEFINITIONS[code].label} ({DEFINITIONS[code].unit.label})" for code in TIMES),
    ]
    stem = f"{pgettext('tab', 'Performance')} {asked.quarter.code} {LABELS[dimension]}"
    lines = (_line(unit, line) for unit in asked.units(dimension) for line in unit.lines)
    return table_file(stem, request.GET.get("format", "xlsx"), headings, lines)


def _line(unit: Unit, line: Line) -> list[Any]:
    kept = line.kept or {}
    numbers = [kept.get(name) for name in ("expected", "ratio", "low", "high")]
    q_value = kept.get("q_value")
    return [
        "\u3000" * unit.group.depth + unit.group.label,
        str(line.measure.label),
        line.cases,
        line.events,
        *(None if number is None else round(number, 4) for number in numbers),
        None if q_value is None else round(q_value, 6),
        str(STANDINGS[Standing(line.standing)]) if line.standing else "",
        None if unit.hard_percent is None else round(unit.hard_percent, 1),
        *(figure.value.value for figure in unit.times),
    ]
