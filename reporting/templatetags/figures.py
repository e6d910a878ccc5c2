"""Figures and the addresses of what is behind them, for templates. (RP-1, RP-5)"""

from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from complaints.admin.lists.page import list_address
from reporting.definitions import Definition, Unit, Value
from reporting.queries.behind import Asked
from reporting.queries.figures import Figure
from reporting.queries.monitoring import Number
from reporting.queries.reports import wording

register = template.Library()


@register.simple_tag
def complaints_behind(number: Number) -> str:
    """The list of complaints that a number of the monitoring page counts."""
    return list_address(**number.filters)


@register.simple_tag
def rounds_behind(asked: Asked) -> str:
    """The list of rounds that a count is made of."""
    given = {
        "figure": asked.figure,
        "which": asked.which,
        "period": asked.period.code,
        "by": asked.dimension,
        "key": asked.key,
        "at": int(asked.moment.timestamp()),
    }
    return reverse("admin:figure_cases", query=given)


def _text(figure: Figure) -> str:
    value = figure.value
    return wording.figure_text(figure.definition.unit, {"value": value.value, "not_reached": value.not_reached})


@register.simple_tag
def kept_figure(definition: Definition, value: Value) -> SafeString:
    """A figure that was kept, with the counts it is made of; what they counted may have changed since."""
    text = wording.figure_text(definition.unit, {"value": value.value, "not_reached": value.not_reached})
    if definition.unit == Unit.PERCENT and value.whole:
        return format_html('{} <span class="made-of">{}/{}</span>', text, value.part, value.whole)
    return SafeString(text)


@register.simple_tag
def shown_figure(figure: Figure) -> SafeString:
    """A figure in words, the counts it is made of beside it, each leading to what it counts."""
    text, counts = _text(figure), [_count(count, asked) for count, asked in figure.counts]
    if figure.definition.unit == Unit.ROUNDS:
        return counts[0]
    if figure.summed is not None:
        return format_html('<a href="{}">{}</a>', rounds_behind(figure.summed), text)
    if not any(count for count, _asked in figure.counts):
        return format_html('<span class="nought">{}</span>', text)
    if figure.definition.unit == Unit.PERCENT:
        return format_html('{} <span class="made-of">{}/{}</span>', text, *counts)
    return format_html('{} <span class="made-of">n={}</span>', text, *counts) if counts else SafeString(text)


def _count(count: int, asked: Asked) -> SafeString:
    if not count:
        return format_html('<span class="nought">{}</span>', 0)
    return format_html('<a href="{}">{}</a>', rounds_behind(asked), wording.whole(count))


@register.simple_tag
def change(now: Figure, before: Figure) -> str:
    """By how much a figure differs from an earlier one: in percent of it, or in percentage points."""
    new, old = now.value.value, before.value.value
    if new is None or old is None:
        return ""
    if now.definition.unit == Unit.PERCENT:
        return wording.points(float(new) - float(old))
    return wording.signed_percent(100 * (float(new) - float(old)) / float(old)) if old else ""


@register.filter
def yuan(value: Decimal) -> str:
    """A sum of money."""
    return wording.money(value)


@register.inclusion_tag("reporting/file_links.html", takes_context=True)
def table_file(context: template.Context, code: str, number: int | str = "") -> dict[str, str]:
    """Links that take the table of that name (and number) away, as this page shows it (`admin.page_tables`)."""
    query = context["request"].GET.copy()
    query.pop("p", None)
    query["table"] = f"{code}{number}"
    return {"address": f"?{query.urlencode()}"}
