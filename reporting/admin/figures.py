"""Figures of a period with their definitions, what is behind each number, and the same as files. (RP-1, RP-3)"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.admin.access import person_of, standing_for
from complaints.models.registers import registers
from complaints.states import Severity
from reporting.admin.choosing_period import chosen_period
from reporting.admin.files import file_written, table_file
from reporting.admin.frame import frame
from reporting.costs import COST_FIGURES
from reporting.definitions import DEFINITIONS, EDITION, Basis, Definition, Unit, Value
from reporting.models import CaseFact, FactsState, Report
from reporting.periods import Period, Span
from reporting.permissions import may_open_performance, may_read_figures, may_read_reports
from reporting.queries.behind import Asked, Which, behind
from reporting.queries.cube import CubeRow, cube, groups_of
from reporting.queries.endings import ending_names
from reporting.queries.figures import BY, Compared, Row, by_dimension, of_basis, whole
from reporting.queries.groups import LABELS, names
from reporting.queries.performance import seen_by
from reporting.queries.period_names import period_name
from reporting.responsibility import BORNE
from reporting.services.round_files import export_rounds
from reporting.tallies import Dimension

#: Groups that a page shows; the file has all.
ROWS = 100
PER_PAGE = 50


def _open_to_readers(request: HttpRequest) -> None:
    if not may_read_figures(standing_for(request)):
        raise PermissionDenied


def _now() -> datetime:
    """Figures are judged at whole seconds, so that the address of what is behind them can say when."""
    return timezone.now().replace(microsecond=0)


def _dimension(text: str | None, default: Dimension) -> Dimension:
    try:
        return Dimension(text or default)
    except ValueError:
        raise Http404 from None


# --- Figures ---------------------------------------------------------------------------------------------------------


def figures_page(request: HttpRequest, site: Any) -> HttpResponse:
    """All figures of a period beside earlier ones, then by the groups of one dimension."""
    _open_to_readers(request)
    now = _now()
    choice = chosen_period(request, now)
    dimension = _dimension(request.GET.get("by"), BY[0])
    if dimension not in BY:
        raise Http404
    compared = whole(choice.period, now)
    rows = by_dimension(choice.period, dimension, now)
    context = frame(
        site,
        request,
        title=pgettext("tab", "Figures"),
        choice=choice,
        kept={"by": dimension.value},
        state=FactsState.objects.first(),
        before=period_name(choice.period.previous),
        year_before=period_name(choice.period.year_before),
        sections=[(basis.label, [line for line in compared if line.definition.basis == basis]) for basis in Basis],
        dimension=dimension,
        dimensions=[(code, LABELS[code], code == dimension) for code in BY],
        tables=[_table(rows[:ROWS], basis) for basis in Basis],
        has_cube=choice.period.span == Span.QUARTER,
        further=max(len(rows) - ROWS, 0),
        shown=ROWS,
    )
    return TemplateResponse(request, "reporting/figures.html", context)


def _table(rows: Sequence[Row], basis: Basis) -> dict[str, Any]:
    """The figures of one basis for each group that has any."""
    definitions = of_basis(basis)
    lines = []
    for row in rows:
        figures = [figure for figure in row.figures if figure.definition.basis == basis]
        if any(figure.counts and any(count for count, _asked in figure.counts) for figure in figures):
            lines.append((row.group, figures))
    return {"basis": basis, "definitions": definitions, "lines": lines}


# --- What is behind a number -----------------------------------------------------------------------------------------


def cases_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The rounds that a number counts, as far as the person may open them, and how many others there are."""
    asked = _asked_of_theirs(request)
    try:
        found = behind(asked, timezone.get_default_timezone(), standing_for(request))
    except ValueError:
        raise Http404 from None
    page = Paginator(found.rows.select_related("complaint"), PER_PAGE)
    page.count = found.visible  # known already
    shown = page.get_page(request.GET.get("p"))
    group = names(asked.dimension, [asked.key]).get(asked.key, "") if asked.dimension != Dimension.ALL else ""
    definition = DEFINITIONS[asked.figure]
    context = frame(
        site,
        request,
        title=definition.label,
        definition=definition,
        asked=asked,
        is_part=asked.which == Which.PART and definition.unit == Unit.PERCENT,
        is_rest=asked.which == Which.REST,
        reads_figures=may_read_figures(standing_for(request)),
        period=period_name(asked.period),
        dimension=LABELS[asked.dimension],
        group=group,
        found=found,
        page=shown,
        page_range=page.get_elided_page_range(shown.number),
        lines=list(round_lines(list(shown))),
        has_amount=definition.unit == Unit.MONEY,
        report=_report(request),
    )
    return TemplateResponse(request, "reporting/figure_cases.html", context)


def _report(request: HttpRequest) -> Report | None:
    """The report that the address says it comes from. Http404 if there is none; PermissionDenied for no reader."""
    key = request.GET.get("report", "")
    if not key:
        return None
    if not may_read_reports(standing_for(request)):
        raise PermissionDenied
    found = Report.objects.defer("content").filter(pk=int(key)).first() if key.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _asked_of_theirs(request: HttpRequest) -> Asked:
    """What the address asks. PermissionDenied for figures that are not the person's to see.

    Heads and handlers see those of their departments and their own (RP-4).
    """
    standing = standing_for(request)
    if not may_open_performance(standing):
        raise PermissionDenied
    asked = _asked(request)
    if not seen_by(standing, asked.period).includes(asked.dimension, asked.key):
        raise PermissionDenied
    return asked


def _asked(request: HttpRequest) -> Asked:
    """What the address asks. Http404 if it makes no sense."""
    given = request.GET
    try:
        moment = datetime.fromtimestamp(int(given["at"]), UTC) if given.get("at") else _now()
        return Asked(
            given.get("figure", ""),
            Which(given.get("which", Which.PART)),
            Period.parse(given.get("period", "")),
            _dimension(given.get("by"), Dimension.ALL),
            given.get("key", ""),
            moment,
        )
    except (ValueError, OverflowError, OSError):
        raise Http404 from None


def round_lines(facts: Sequence[CaseFact]) -> Iterator[dict[str, Any]]:
    """What a row shows beside the columns of the fact; registers are in memory."""
    known, endings = registers(), ending_names()
    for fact in facts:
        category, department = fact.category_id, fact.responsible_department_id
        yield {
            "fact": fact,
            "category": known.categories.get(category, "") if category else "",
            "department": known.departments.get(department, "") if department else "",
            "ending": endings.get(fact.ending, fact.ending),
        }


def cases_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """The list behind a number as a file; that it was taken is put on record."""
    asked, format_code = _asked_of_theirs(request), request.POST.get("format", "")
    definition = DEFINITIONS.get(asked.figure)
    if definition is None:
        raise Http404
    zone, by = timezone.get_default_timezone(), person_of(request)
    try:
        return file_written(
            f"{definition.label} {asked.period.code}",
            format_code,
            lambda target: export_rounds(target, asked, format_code=format_code, by=by, zone=zone, now=timezone.now()),
        )
    except ValueError:
        raise Http404 from None


# --- Files -----------------------------------------------------------------------------------------------------------


def figures_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """A table of the page with all its rows: of the whole, or by a dimension (`?by=`)."""
    _open_to_readers(request)
    now = _now()
    period = chosen_period(request, now).period
    dimension = _dimension(request.GET.get("by"), Dimension.ALL)
    format_code = request.GET.get("format", "xlsx")
    if dimension == Dimension.ALL:
        stem = f"{_('Figures')} {period.code}"
        return table_file(stem, format_code, _headings_of_whole(period), _lines_of_whole(whole(period, now)))
    if dimension == Dimension.CUBE and period.span == Span.QUARTER:
        stem = f"{_('Figures')} {period.code} {LABELS[dimension]}"
        return table_file(stem, format_code, _headings_of_cube(), _lines_of_cube(cube(period, now)))
    if dimension not in BY:
        raise Http404
    stem = f"{_('Figures')} {period.code} {LABELS[dimension]}"
    headings = [str(LABELS[dimension]), *_headings(DEFINITIONS.values())]
    return table_file(stem, format_code, headings, _lines_of_groups(by_dimension(period, dimension, now)))


def _headings(definitions: Any, beside: str = "") -> Iterator[str]:
    for definition in definitions:
        label = f"{definition.label} ({definition.unit.label}){beside}"
        yield label
        if definition.unit == Unit.PERCENT:
            yield _("%(label)s: part") % {"label": definition.label}
            yield _("%(label)s: of") % {"label": definition.label}


def _numbers(definition: Definition, value: Value) -> list[Any]:
    number = value.value
    numbers: list[Any] = [round(number, 4) if isinstance(number, float) else number]
    if definition.unit == Unit.PERCENT:
        numbers += [value.part, value.whole]
    return numbers


def _headings_of_whole(period: Period) -> list[str]:
    periods = [period_name(of) for of in (period, period.previous, period.year_before)]
    counts = [_("%(label)s: part"), _("%(label)s: of")]
    found = [_("Figure"), _("Unit")]
    for name in periods:
        found += [name, *(count % {"label": name} for count in counts)]
    return [*found, _("Formula"), _("Special cases"), _("Basis"), _("Source")]


def _lines_of_whole(compared: Sequence[Compared]) -> Iterator[list[Any]]:
    for line in compared:
        definition = line.definition
        found: list[Any] = [str(definition.label), str(definition.unit.label)]
        for figure in (line.now, line.before, line.year_before):
            number = figure.value.value
            value = round(number, 4) if isinstance(number, float) else number
            found += [value, figure.value.part, figure.value.whole]
        yield [
            *found,
            str(definition.formula),
            str(definition.treatment),
            str(definition.basis.label),
            definition.source,
        ]


def _lines_of_groups(rows: Sequence[Row]) -> Iterator[list[Any]]:
    for row in rows:
        label = "\u3000" * row.group.depth + row.group.label
        yield [label, *(number for figure in row.figures for number in _numbers(figure.definition, figure.value))]


def _headings_of_cube() -> list[str]:
    """Of every department, category and severity that meet."""
    groups = [LABELS[of] for of in (Dimension.DEPARTMENT, Dimension.CATEGORY, Dimension.SEVERITY)]
    figures = [
        pgettext("round", "Began"),
        pgettext("round", "Ended"),
        _("First answer in time"),
        _("First answer late"),
        DEFINITIONS["cycle_median"].label,
        DEFINITIONS["cycle_p90"].label,
    ]
    return [str(label) for label in (*groups, *figures)]


def _lines_of_cube(rows: Sequence[CubeRow]) -> Iterator[list[Any]]:
    known, severities = registers(), dict(Severity.choices)
    lines = []
    for row in rows:
        department, category, severity = groups_of(row.key)
        lines.append(
            [
                str(known.departments.get(department, "")) if department else "",
                str(known.categories.get(category, "")) if category else "",
                str(severities.get(severity, severity)),
                *row[1:],
            ]
        )
    yield from sorted(lines, key=lambda line: line[:3])


# --- Definitions -----------------------------------------------------------------------------------------------------


def definitions_page(request: HttpRequest, site: Any) -> HttpResponse:
    """What every figure means."""
    _open_to_readers(request)
    context = frame(
        site,
        request,
        title=pgettext("tab", "Definitions"),
        edition=EDITION,
        sections=[
            *((basis.label, of_basis(basis)) for basis in Basis),
            (BORNE.basis.label, [BORNE]),
            (pgettext("tab", "Cost"), list(COST_FIGURES.values())),
        ],
    )
    return TemplateResponse(request, "reporting/definitions.html", context)
