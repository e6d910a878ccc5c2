"""One series of an examination: month by month, with what was found and how surely; and its charts. (RP-2)"""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.admin.access import standing_for
from reporting.admin.choosing_period import chosen_period
from reporting.admin.frame import frame
from reporting.admin.page_tables import with_files
from reporting.admin.trend_pages import asked_figure
from reporting.admin.trend_rows import QUESTIONS, VERDICTS, Row, address, rows_of
from reporting.admin.warning_pages import svg_response
from reporting.definitions import DEFINITIONS, Unit
from reporting.documents import charts
from reporting.models import Examination, Subject
from reporting.periods import Span
from reporting.permissions import may_read_figures
from reporting.queries.behind import Asked, Which
from reporting.queries.period_names import period_name
from reporting.queries.series import IN_QUARTER, counts_failures
from reporting.queries.trend_content import months_of
from reporting.tallies import Dimension
from reporting.trends import Question, Rule

COMPARED = (Question.PAST, Question.PREVIOUS, Question.YEAR_AGO)
RULES: Mapping[str, Callable[[], str]] = {
    Rule.BEYOND_LIMIT: lambda: _("beyond the limit"),
    Rule.RUN: lambda: _("long on one side of the centre"),
    Rule.TREND: lambda: _("always further in one direction"),
}


@with_files()
def series_page(request: HttpRequest, site: Any) -> HttpResponse:
    """One series: what was found, the charts, and every month with the cases behind it."""
    row = asked_row(request)
    finding, chart = row.finding, row.kept["chart"]
    months = months_of(row.kept_content)
    definition = DEFINITIONS[row.review.figure]
    shift = finding["shift"]
    context = frame(
        site,
        request,
        title=row.label,
        row=row,
        quarter=chosen_period(request, timezone.now(), (Span.QUARTER,)),
        definition=definition,
        counts_failures=counts_failures(definition.code),
        is_share=definition.unit == Unit.PERCENT,
        comparisons=[
            (QUESTIONS[question], finding[question], VERDICTS[finding[question]["verdict"]])
            for question in COMPARED
            if finding[question]
        ],
        shift=shift,
        shift_verdict=VERDICTS[shift["verdict"]] if shift else "",
        shift_months=[period_name(months[shift[name]]) for name in ("index", "earliest", "latest")] if shift else [],
        is_rate=bool(row.kept["exposure"]),
        season=_season(row),
        chart=chart,
        false_alarm=100 * chart["false_alarm"] if chart else None,
        lines=_lines(row),
        pictures={name: address("admin:trend_chart", row, chart=name) for name in PICTURES},
        file=address("admin:trend_series_file", row),
    )
    return TemplateResponse(request, "reporting/trend_series.html", context)


def series_chart(request: HttpRequest, site: Any) -> HttpResponse:
    """A chart of a series as a picture: `?chart=months`, `control` or `season`."""
    row = asked_row(request)
    draw = PICTURES.get(request.GET.get("chart", ""))
    if draw is None:
        raise Http404
    drawn = draw(row)
    if drawn is None:
        raise Http404
    return svg_response(drawn)


def asked_row(request: HttpRequest) -> Row:
    """The series that the address names. Http404 if it was not looked at."""
    if not may_read_figures(standing_for(request)):
        raise PermissionDenied
    quarter, figure = chosen_period(request, timezone.now(), (Span.QUARTER,)).period, asked_figure(request)
    review = (
        Examination.objects.filter(subject=Subject.TRENDS, quarter=quarter.first, figure=figure.code)
        .exclude(made_at=None)
        .first()
    )
    if review is None:
        raise Http404
    wanted = (request.GET.get("dimension", ""), request.GET.get("key", ""))
    kept = [row for row in review.content["rows"] if (row["dimension"], row["key"]) == wanted]
    if not kept:
        raise Http404
    return rows_of(review, kept)[0]


def _lines(row: Row) -> list[dict[str, Any]]:
    """Every month, the latest first: count, what it is of or put in relation to, and what the control chart says."""
    kept, chart = row.kept, row.kept["chart"]
    out = {point["index"]: point for point in chart["out"]} if chart else {}
    found = []
    for place, month in enumerate(months_of(row.kept_content)):
        marks = out.get(place)
        found.append(
            {
                "month": month,
                "name": period_name(month),
                "count": kept["counts"][place],
                "total": kept["totals"][place] if kept["totals"] else None,
                "exposure": kept["exposure"][place] if kept["exposure"] else None,
                "lower": chart["lower"][place] if chart else None,
                "upper": chart["upper"][place] if chart else None,
                "rules": [RULES[rule]() for rule in marks["rules"]] if marks else [],
                "asked": _behind(row, month),
                "is_last": place >= len(kept["counts"]) - IN_QUARTER,
            }
        )
    return found[::-1]


def _behind(row: Row, month: Any) -> Asked:
    """The cases that a month counts; where failures are counted, all that the share is of."""
    figure = row.review.figure
    which = Which.WHOLE if counts_failures(figure) else Which.PART
    moment = (row.review.as_of or timezone.now()).replace(microsecond=0)
    return Asked(figure, which, month, Dimension(row.kept["dimension"]), row.kept["key"], moment)


def _season(row: Row) -> list[tuple[str, float]]:
    """The factor of each period of the year, by its name; empty as long as no season can be told."""
    seasonality = row.finding["seasonality"]
    if seasonality["p_value"] is None:
        return []
    factors = seasonality["factors"]
    span = Span.MONTH if len(factors) > len("1234") else Span.QUARTER
    first = next(months_of(row.kept_content)[0].of(months_of(row.kept_content)[0].first, span).within(span))
    found = []
    for place, factor in enumerate(factors):
        period = first.shifted(place)
        name = f"Q{(period.first.month + 2) // 3}" if span == Span.QUARTER else f"{period.first.month}"
        found.append((name, factor))
    return sorted(found, key=lambda pair: int(pair[0].lstrip("Q")))


def _draw_months(row: Row) -> str:
    months, kept, shift = [month.code for month in months_of(row.kept_content)], row.kept, row.finding["shift"]
    levels, band = [], None
    if shift and shift["verdict"] in {"rise", "fall"} and not kept["exposure"] and not kept["totals"]:
        last = len(months) - 1
        levels = [
            charts.Level(0, shift["index"] - 1, shift["before"]),
            charts.Level(shift["index"], last, shift["after"]),
        ]
        band = (shift["earliest"], shift["latest"])
    latest = set(range(len(months) - IN_QUARTER, len(months)))
    return charts.bars(
        months, kept["counts"], title=_("Cases by the month"), highlighted=latest, levels=levels, band=band
    )


def _draw_control(row: Row) -> str | None:
    chart = row.kept["chart"]
    if chart is None:
        return None
    return charts.control(
        [month.code for month in months_of(row.kept_content)],
        chart["points"],
        centre=chart["centre"],
        lower=chart["lower"],
        upper=chart["upper"],
        out={point["index"] for point in chart["out"]},
        title=_("Control chart"),
    )


def _draw_season(row: Row) -> str | None:
    season = _season(row)
    if not season:
        return None
    return charts.factors([name for name, _factor in season], [factor for _name, factor in season], title=_("Season"))


PICTURES: Mapping[str, Callable[[Row], str | None]] = {
    "months": _draw_months,
    "control": _draw_control,
    "season": _draw_season,
}
