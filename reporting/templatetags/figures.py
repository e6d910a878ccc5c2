"""Figures and the addresses of what is behind them, for templates. (RP-1, RP-5)"""

from django import template

from complaints.admin.lists.page import list_address
from reporting.queries.monitoring import Number

register = template.Library()


@register.simple_tag
def complaints_behind(number: Number) -> str:
    """The list of complaints that a number of the monitoring page counts."""
    return list_address(**number.filters)
