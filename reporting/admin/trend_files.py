"""Examinations of trends as files: all series of a quarter, or one series month by month. (RP-2)"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.admin.access import standing_for
from reporting.admin.choosing_period import chosen_period
from reporting.admin.files import table_file
from reporting.admin.series_pages import asked_row
from reporting.admin.trend_pages import asked_figure
from reporting.admin.trend_rows import Row, rows_of
from reporting.models import Examination, Subject
from reporting.periods import Span
from reporting.permissions import may_read_figures
from reporting.queries.trend_content import months_of


def trends_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """Every series that was looked at, with all answers."""
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
    headings = [
        _("Series"),
        pgettext("dimension", "By"),
        _("This quarter"),
        _("Quarter before"),
        _("Year before"),
        _("Times the expected"),
        _("Interval from"),
        _("Interval to"),
        "q",
        pgettext("trend", "Finding"),
    ]
    stem = f"{pgettext('tab', 'Trends')} {quarter.code} {figure.label}"
    return table_file(stem, request.GET.get("format", "xlsx"), headings, map(_line, rows_of(review)))


def _line(row: Row) -> list[Any]:
    answer = row.finding["past"] or row.finding["previous"] or {}
    numbers = [answer.get(name) for name in ("ratio", "low", "high")]
    return [
        row.label,
        str(row.dimension),
        row.count,
        row.previous,
        row.year_ago,
        *(round(number, 4) if number is not None else None for number in numbers),
        None if row.finding["q_value"] is None else round(row.finding["q_value"], 6),
        str(row.verdict),
    ]


def series_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """One series, month by month."""
    row = asked_row(request)
    headings = [_("Month"), pgettext("warning", "Cases")]
    headings += [pgettext("exposure", "Of")] if row.kept["totals"] else []
    headings += [row.exposure_kind] if row.kept["exposure"] else []
    headings += [_("Lower limit"), _("Upper limit")] if row.kept["chart"] else []
    stem = f"{row.label} {row.review.figure}"
    return table_file(stem[:80], request.GET.get("format", "xlsx"), headings, _months(row))


def _months(row: Row) -> Iterator[list[Any]]:
    kept, chart = row.kept, row.kept["chart"]
    columns = [kept["counts"], kept["totals"], kept["exposure"]]
    columns += [chart["lower"], chart["upper"]] if chart else []
    for place, month in enumerate(months_of(row.kept_content)):
        yield [month.code, *(column[place] for column in columns if column is not None)]
