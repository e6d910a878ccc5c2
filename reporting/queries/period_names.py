"""What periods are called in the active language. (RP-1)"""

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from reporting.periods import Period, Span

#: What the length of a period is called.
SPANS: dict[Span, str | Promise] = {
    Span.WEEK: pgettext_lazy("period", "Week"),
    Span.MONTH: pgettext_lazy("period", "Month"),
    Span.QUARTER: pgettext_lazy("period", "Quarter"),
    Span.HALF: pgettext_lazy("period", "Half-year"),
    Span.YEAR: pgettext_lazy("period", "Year"),
}


def period_name(period: Period) -> str:
    """A period as people say it: “third quarter of 2026”."""
    year = f"{period.first.year}"
    if period.span == Span.WEEK:
        number = int(period.code[-2:])
        return pgettext("period", "week %(number)d of %(year)s") % {"number": number, "year": period.code[:4]}
    if period.span == Span.MONTH:
        return str(date_format(period.first, "YEAR_MONTH_FORMAT"))
    if period.span == Span.QUARTER:
        return (
            pgettext("period", "first quarter of %(year)s"),
            pgettext("period", "second quarter of %(year)s"),
            pgettext("period", "third quarter of %(year)s"),
            pgettext("period", "fourth quarter of %(year)s"),
        )[int(period.code[-1]) - 1] % {"year": year}
    if period.span == Span.HALF:
        is_first = period.code[-1] == "1"
        name = (
            pgettext("period", "first half of %(year)s") if is_first else pgettext("period", "second half of %(year)s")
        )
        return name % {"year": year}
    return pgettext("period", "year %(year)s") % {"year": year}
