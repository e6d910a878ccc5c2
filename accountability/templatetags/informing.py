"""Whom the reader of an investigation has to inform."""

from django import template

from accountability.models import Hearing
from accountability.queries.informing import to_be_informed
from accountability.queries.inquiry_page import InquiryPage

register = template.Library()


@register.simple_tag
def parties_to_inform(page: InquiryPage) -> list[Hearing]:
    """Open hearings of parties without an account, for whoever records their answers."""
    return to_be_informed(page)
