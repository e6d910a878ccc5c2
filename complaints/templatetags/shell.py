"""What every page shows around its content. (WF-1)"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from complaints.admin.access import standing_for
from complaints.admin.additions import PARTS
from complaints.admin.menu import Line, navigation
from complaints.localised import localise
from complaints.models import Department
from complaints.punctuation import labelled, listed, sentences
from complaints.queries.access import may_enter
from complaints.states import Role

register = template.Library()


@dataclass(frozen=True, slots=True)
class Office:
    """A role in a department, as the user menu shows it."""

    role: str
    department: str
    is_deputy: bool


@register.simple_tag(takes_context=True)
def menu(context: dict[str, Any]) -> list[Line]:
    """The menu, empty for who may not enter."""
    request = _request(context)
    if request is None or not may_enter(request.user, standing_for(request)):
        return []
    return list(navigation(request))


@register.simple_tag(takes_context=True)
def offices(context: dict[str, Any]) -> list[Office]:
    """What the person is, and where."""
    request = _request(context)
    return list(_offices(request)) if request is not None else []


def _offices(request: HttpRequest) -> Iterator[Office]:
    held = standing_for(request).held
    found = Department.objects.in_bulk({office.department_id for office in held}) if held else {}
    for office in held:
        yield Office(str(Role(office.role).label), str(found[office.department_id]), office.principal_id is not None)


def _request(context: dict[str, Any]) -> HttpRequest | None:
    request = context.get("request")
    return request if request is not None and hasattr(request, "user") else None


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Code and own name of every language of the site."""
    return list(settings.LANGUAGES)


@register.simple_tag
def address(name: str, *arguments: object) -> str:
    """The address of that name, or nothing if there is none (yet)."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@register.filter
def localised(names: dict[str, str] | None) -> str:
    """A name kept in several languages, in the active one."""
    return localise(names or {})


register.filter("labelled", labelled)
register.filter("listed", listed)
register.filter("sentences", sentences)


@register.simple_tag(takes_context=True)
def parts(context: dict[str, Any], place: str) -> SafeString:
    """What other apps add at this place of the page."""
    request = _request(context)
    if request is None:
        return SafeString()
    return mark_safe("".join(part(request, context) for part in PARTS[place]))  # noqa: S308 - each is rendered HTML


@register.inclusion_tag("complaints/badge.html")
def badge(kind: str, code: str, label: str = "") -> dict[str, str]:
    """A coloured word: `{% badge "state" complaint.state complaint.get_state_display %}`."""
    return {"kind": kind, "code": code, "label": label or code}


@register.inclusion_tag("complaints/icon.html")
def icon(name: str) -> dict[str, str]:
    """A small picture that says nothing a screen reader must know."""
    return {"name": name}
