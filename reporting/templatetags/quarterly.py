"""Pieces of a quarterly report on a page."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reporting.documents.quarterly.parts import Chart, List, Part

register = template.Library()


@register.simple_tag(takes_context=True)
def part_of_report(context: template.Context, part: Part) -> SafeString:
    """One part; a chart without a drawing is left out."""
    values: dict[str, Any] = {"part": part, "lists": context.get("lists"), "demand": context.get("demand")}
    values["on_paper"] = context.get("on_paper", False)
    values["is_final"] = context.get("is_final", False)
    if isinstance(part, Chart):
        svg = context["charts"].get(part.code)
        if svg is None:
            return mark_safe("")
        values["svg"] = mark_safe(svg)  # noqa: S308 - drawn by us, its texts escaped by who drew it
    return mark_safe(render_to_string(part.template, values))  # noqa: S308 - a template of ours


@register.simple_tag(takes_context=True)
def counted(context: template.Context, text: str, behind: List | None) -> str:
    """A count with its list, where the reader has one."""
    lists = context.get("lists")
    if behind is None or lists is None:
        return text
    return format_html('<a href="{}">{}</a>', lists(behind), text)


@register.simple_tag(takes_context=True)
def demand_address(context: template.Context, line: Any) -> str:
    """Where a measure for a line of the plan is demanded; nothing for who may not."""
    demand = context.get("demand")
    return demand(line) if demand is not None else ""
