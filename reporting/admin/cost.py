"""What complaints cost, against the budget, with the cases behind each number, and the same as files. (RP-13)"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.admin.access import standing_for
from complaints.models import Complaint
from complaints.models.standing import Standing
from complaints.states import Role
from reporting.admin.choosing_period import chosen_period
from reporting.admin.files import table_file
from reporting.admin.frame import frame
from reporting.admin.page_tables import page_of, with_files
from reporting.costs import APART, COST_FIGURES, CostFigure, Costs, CountedDay
from reporting.definitions import Unit
from reporting.documents.cost_chart import course
from reporting.models import BudgetKind, HourlyRate
from reporting.periods import Period, Span
from reporting.permissions import may_enter_costs, may_read_costs, may_read_figures
from reporting.queries.cost_cases import Asked, behind
from reporting.queries.cost_rows import WHOLE, Reach, reach_below
from reporting.queries.costs import BY, budgets, by_group, by_month, together, up_to, within
from reporting.queries.groups import LABELS, Group, groups, names
from reporting.queries.period_names import period_name
from reporting.queries.reports.wording import NOTHING, money, percent, signed_percent, worked
from reporting.tallies import Dimension

#: Months of the course.
MONTHS = 13
PER_PAGE = 50
#: What the table by group shows; `both` only where there is any, and before what is recovered APART, likewise.
OF_GROUPS = ("compensation", "refunds", "both", "hours", "labour", "recovered", "net")
OF_MONTHS = ("total", "recovered", "net")
BY_HAND = ("systems", "training", "other")


def _reach(request: HttpRequest) -> tuple[Standing, Reach]:
    """Who asks, and whose cost they may read: of the whole, or heads of what their departments own or answer for."""
    standing = standing_for(request)
    if not may_read_costs(standing):
        raise PermissionDenied
    return standing, WHOLE if may_read_figures(standing) else reach_below(standing.paths(Role.HEAD), with_owned=True)


def _now() -> datetime:
    """Whole seconds, so that the address of what is behind a number can say when."""
    return timezone.now().replace(microsecond=0)


# --- The page --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A number in words, and the address of what is behind it."""

    text: str
    address: str = ""
    beside: str = ""
    is_nought: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in the period, in those it is held against, and in the year so far."""

    figure: CostFigure
    is_sum: bool
    now: Shown
    before: Shown
    year_before: Shown
    year: Shown


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """What a budget has to bear, and how much of it is used, in percent."""

    label: str | Promise
    spent: str
    budget: str
    left: str
    used: float | None
    used_text: str
    is_over: bool


def written(figure: CostFigure, value: Decimal) -> str:
    """A figure of cost in words."""
    if figure.unit == Unit.HOURS:
        return worked(float(value))
    return money(value)


@dataclass(frozen=True, slots=True)
class Looking:
    """A period of cost looked at by somebody, with the months it is counted from."""

    period: Period
    now: datetime
    reach: Reach
    months: Mapping[Period, Costs]

    @classmethod
    def at(cls, period: Period, now: datetime, reach: Reach) -> "Looking":
        """Count the months of the period, of those it is held against, and of the course."""
        last = Period.of(period.last, Span.MONTH)
        first = min(
            period.year_before.first, period.previous.first, last.shifted(1 - MONTHS).first, _january(period).first
        )
        return cls(period, now, reach, by_month(Period.of(first, Span.MONTH), last, now, reach))

    @property
    def course(self) -> list[tuple[Period, Costs]]:
        """Month by month up to the end of the period, the oldest first."""
        last = Period.of(self.period.last, Span.MONTH)
        months = [last.shifted(-back) for back in reversed(range(MONTHS))]
        return [(month, self.months.get(month, Costs())) for month in months]

    def lines(self) -> list[Line]:
        """Every figure; one that is nothing anywhere only if it is always shown."""
        period, first = self.period, _january(self.period)
        columns = [
            (within(self.months, period), period, period),
            (within(self.months, period.previous), period.previous, period.previous),
            (within(self.months, period.year_before), period.year_before, period.year_before),
            (up_to(self.months, period), first, period),
        ]
        found = []
        for figure in COST_FIGURES.values():
            if figure.code == "both" and not any(costs.both for costs, _first, _last in columns):
                continue
            value = columns[0][0].of(figure.code)
            shown = [self._shown(figure, costs, (begin, end), value) for costs, begin, end in columns]
            found.append(Line(figure, figure.basis == CountedDay.EACH, *shown))
        return found

    def _shown(self, figure: CostFigure, costs: Costs, stretch: tuple[Period, Period], now: Decimal) -> Shown:
        value = costs.of(figure.code)
        compared = stretch[1] != self.period and value > 0
        beside = signed_percent(float(100 * (now - value) / value)) if compared else ""
        return Shown(written(figure, value), self.address(figure, value, stretch), beside, not value)

    def of_group(self, figure: CostFigure, value: Decimal, group: tuple[str, str]) -> Shown:
        """A number of a group in the period, with its cases or its entries."""
        address = self.address(figure, value, (self.period, self.period), group)
        if figure is APART and value:
            given = {"period": self.period.code, "department": group[1]}
            address = reverse("admin:cost_entries", query=given) + "#spending"
        return Shown(written(figure, value), address, is_nought=not value)

    def address(
        self, figure: CostFigure, value: Decimal, stretch: tuple[Period, Period], group: tuple[str, str] = ("all", "")
    ) -> str:
        """Where the cases or the entries behind a number are; nothing for a sum, and for nought."""
        if not value:
            return ""
        given = {"period": stretch[1].code} | ({"from": stretch[0].code} if stretch[0] != stretch[1] else {})
        if figure.code in BY_HAND:
            return reverse("admin:cost_entries", query=given | {"kind": figure.code}) + "#spending"
        if not figure.has_cases:
            return ""
        asked = {"figure": figure.code, **given, "by": group[0], "key": group[1], "at": int(self.now.timestamp())}
        return reverse("admin:cost_cases", query=asked)

    def budget_lines(self) -> list[BudgetLine]:
        """The budgets of the year, and what was used of them by the end of the period."""
        months, last = self.months, Period.of(self.period.last, Span.MONTH)
        if self.reach.with_owned:
            # A department's budget bears what it answers for, not what it only handles.
            months = by_month(_january(self.period), last, self.now, Reach(self.reach.departments))
        costs, known = up_to(months, self.period), budgets(self.period.last.year, self.now, self.reach)
        found = [
            _budget_line(BudgetKind(kind).label, costs.held_against(kind), known.get(kind))
            for kind in BudgetKind
            if kind in known or costs.held_against(kind)
        ]
        if len(known) > 1:
            spent = sum((costs.held_against(kind) for kind in known), Decimal(0))
            label = pgettext("budget", "All that have a budget")
            found.append(_budget_line(label, spent, sum(known.values(), Decimal(0))))
        return found

    def groups(self, dimension: Dimension) -> tuple[list[CostFigure], list[tuple[Group, Costs]]]:
        """The columns and rows of the table by group, a group with all below it."""
        by_key = by_group(self.period, dimension, self.now, self.reach)
        rows = [
            (group, together(by_key[key] for key in group.keys))
            for group in groups(dimension, [key for key, costs in by_key.items() if not costs.is_empty])
        ]
        codes = [code for code in OF_GROUPS if code != "both" or any(costs.both for _group, costs in rows)]
        columns = [COST_FIGURES[code] for code in codes]
        if any(costs.apart for _group, costs in rows):
            columns.insert(codes.index("recovered"), APART)
        return columns, rows


def _january(period: Period) -> Period:
    return Period.of(Period.of(period.last, Span.YEAR).first, Span.MONTH)


def _budget_line(label: str | Promise, spent: Decimal, budget: Decimal | None) -> BudgetLine:
    used = float(100 * spent / budget) if budget else None
    return BudgetLine(
        label,
        money(spent),
        money(budget),
        money(budget - spent) if budget is not None else NOTHING,
        used,
        percent(used, 0),
        is_over=budget is not None and spent > budget,
    )


def _dimension(text: str | None) -> Dimension:
    try:
        dimension = Dimension(text or BY[0])
    except ValueError:
        raise Http404 from None
    if dimension not in BY:
        raise Http404
    return dimension


@with_files()
def cost_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The figures of a period beside earlier ones and the budget of its year, by group, and month by month."""
    standing, reach = _reach(request)
    now, dimension = _now(), _dimension(request.GET.get("by"))
    choice = chosen_period(request, now)
    looking = Looking.at(choice.period, now, reach)
    columns, rows = looking.groups(dimension)
    budget_lines = looking.budget_lines()
    context = frame(
        site,
        request,
        title=pgettext("tab", "Cost"),
        choice=choice,
        kept={"by": dimension.value},
        is_whole=reach.is_whole,
        before=period_name(choice.period.previous),
        year_before=period_name(choice.period.year_before),
        year=choice.period.last.year,
        lines=looking.lines(),
        budget_lines=budget_lines,
        has_budget=any(line.used is not None for line in budget_lines),
        unrated=_unrated(looking),
        has_rate=HourlyRate.objects.known(now).exists(),
        is_empty=all(costs.is_empty for costs in looking.months.values()),
        dimension=dimension,
        dimensions=[(code, LABELS[code], code == dimension) for code in BY],
        columns=columns,
        rows=[
            (
                group,
                [looking.of_group(figure, costs.of(figure.code), (dimension, group.key)) for figure in columns],
            )
            for group, costs in rows
        ],
        course=[
            (
                period_name(month),
                [written(COST_FIGURES[code], costs.of(code)) for code in ("total", "recovered", "net")],
            )
            for month, costs in looking.course
        ],
        may_enter=may_enter_costs(standing),
    )
    return TemplateResponse(request, "reporting/cost.html", context)


def _unrated(looking: Looking) -> str:
    minutes = within(looking.months, looking.period).unrated
    return written(COST_FIGURES["hours"], Decimal(minutes) / 60) if minutes else ""


def cost_chart(request: HttpRequest, site: Any) -> HttpResponse:
    """The course as a picture."""
    _standing, reach = _reach(request)
    now = _now()
    looking = Looking.at(chosen_period(request, now).period, now, reach)
    svg = course([(month.code, costs) for month, costs in looking.course])
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


# --- What is behind a number -----------------------------------------------------------------------------------------


@with_files(cases=["cases"])
def cost_cases(request: HttpRequest, site: Any) -> HttpResponse:
    """The cases that a number is the sum of, as far as the person may open them, and how much the others have of it."""
    standing, reach = _reach(request)
    asked = _asked(request, reach)
    try:
        found = behind(asked, standing)
    except ValueError:
        raise Http404 from None
    figure = COST_FIGURES[asked.figure]
    shown = page_of(request, found.rows, PER_PAGE, count=found.visible)
    rows = list(shown)
    seen = Complaint.objects.visible_to(standing).select_related("category", "responsible_department")
    complaints = seen.in_bulk([row["case"] for row in rows])
    grouped = asked.dimension != Dimension.ALL
    context = frame(
        site,
        request,
        title=figure.label,
        figure=figure,
        asked=asked,
        first=period_name(asked.first) if asked.first != asked.last else "",
        last=period_name(asked.last),
        dimension=LABELS[asked.dimension] if grouped else "",
        group=names(asked.dimension, [asked.key]).get(asked.key, "") if grouped else "",
        found=found,
        sum=written(figure, found.visible_value),
        hidden_sum=written(figure, found.hidden_value),
        page=shown,
        page_range=shown.paginator.get_elided_page_range(shown.number),
        lines=[
            (complaints[row["case"]], row["case_round"], row["day"], written(figure, Decimal(row["value"]) / found.per))
            for row in rows
        ],
    )
    return TemplateResponse(request, "reporting/cost_cases.html", context)


def _asked(request: HttpRequest, reach: Reach) -> Asked:
    """What the address asks. Http404 if it makes no sense."""
    given = request.GET
    try:
        moment = datetime.fromtimestamp(int(given["at"]), UTC) if given.get("at") else _now()
        last = Period.parse(given.get("period", ""))
        first = Period.parse(given["from"]) if given.get("from") else last
        dimension = Dimension(given.get("by") or Dimension.ALL)
    except (ValueError, OverflowError, OSError):
        raise Http404 from None
    if dimension not in {Dimension.ALL, *BY}:
        raise Http404
    return Asked(given.get("figure", ""), first, last, dimension, given.get("key", ""), moment, reach)


# --- Files -----------------------------------------------------------------------------------------------------------


def cost_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """The figures with their definitions, or a table by group (`?by=`), as XLSX or CSV."""
    _standing, reach = _reach(request)
    now, format_code = _now(), request.GET.get("format", "xlsx")
    looking = Looking.at(chosen_period(request, now).period, now, reach)
    stem = f"{pgettext('tab', 'Cost')} {looking.period.code}"
    if not request.GET.get("by"):
        return table_file(stem, format_code, _headings(looking.period), _whole(looking))
    dimension = _dimension(request.GET["by"])
    columns, rows = looking.groups(dimension)
    headings = [str(LABELS[dimension]), *(f"{figure.label} ({figure.unit.label})" for figure in columns)]
    lines = (
        ["\u3000" * group.depth + group.label, *(_number(figure, costs) for figure in columns)] for group, costs in rows
    )
    return table_file(f"{stem} {LABELS[dimension]}", format_code, headings, lines)


def _number(figure: CostFigure, costs: Costs) -> Decimal:
    return round(costs.of(figure.code), 2)


def _headings(period: Period) -> Sequence[str]:
    periods = [period_name(of) for of in (period, period.previous, period.year_before)]
    year = _("%(year)s so far") % {"year": period.last.year}
    return [_("Figure"), _("Unit"), *periods, year, _("Formula"), _("Special cases"), _("Day that counts")]


def _whole(looking: Looking) -> Iterator[list[Any]]:
    period, months = looking.period, looking.months
    columns = [within(months, of) for of in (period, period.previous, period.year_before)] + [up_to(months, period)]
    for figure in COST_FIGURES.values():
        numbers = [_number(figure, costs) for costs in columns]
        words = (figure.formula, figure.treatment, figure.basis.label)
        yield [str(figure.label), str(figure.unit.label), *numbers, *(str(word) for word in words)]
