"""The menu: one list, shown to each person as far as it concerns them."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from complaints.admin.access import standing_for
from complaints.models import Notice
from complaints.models.standing import Standing
from complaints.permissions import may_import
from complaints.queries.access import may_enter, may_read_complaints, may_read_registers
from complaints.states import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: shown if its address exists and the person may go there.

    `icon` names a symbol of icons.svg; `count` gives a number to show beside the label.
    """

    label: str | Promise
    address: str
    icon: str
    may_see: Callable[[Any, Standing], bool]
    count: Callable[[HttpRequest], int] | None = None
    #: Models whose pages belong to the entry, beside those below its own address.
    models: tuple[str, ...] = ()
    #: Further addresses that belong to it, as far as they exist.
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a page shows it."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool
    count: int


def _holds(*roles: str) -> Callable[[Any, Standing], bool]:
    return lambda _person, standing: standing.has(*roles)


def _unread_notices(request: HttpRequest) -> int:
    return Notice.objects.filter(recipient=request.user.pk, read_at=None).count()


POLICY_PAGES = ("policy", "policyversion", "policyselection")
REGISTER_PAGES = (
    "department",
    "user",
    "appointment",
    "absence",
    "calendar",
    "calendaryear",
    "calendarday",
    "channel",
    "category",
)

#: In the order of the menu. Apps above this one append their own in their admin module.
NAVIGATION: list[Entry] = [
    Entry(pgettext_lazy("menu", "Desk"), "admin:index", "desk", may_enter),
    Entry(
        pgettext_lazy("menu", "Complaints"),
        "admin:complaints_complaint_changelist",
        "complaints",
        lambda _person, standing: may_read_complaints(standing),
    ),
    Entry(
        pgettext_lazy("menu", "Register a complaint"),
        "admin:register",
        "register",
        _holds(Role.INTAKE, Role.HANDLER, Role.HEAD),
    ),
    Entry(pgettext_lazy("menu", "Import"), "admin:imports", "import", lambda _person, standing: may_import(standing)),
    Entry(pgettext_lazy("menu", "Docket"), "admin:docket", "docket", _holds(Role.EXECUTIVE)),
    Entry(pgettext_lazy("menu", "Notices"), "admin:notices", "notices", may_enter, _unread_notices),
    Entry(
        pgettext_lazy("menu", "Policies"),
        "admin:complaints_policy_changelist",
        "library",
        lambda person, standing: not may_read_registers(person, standing),
        models=POLICY_PAGES,
    ),
    Entry(
        pgettext_lazy("menu", "Registers"),
        "admin:registers",
        "registers",
        may_read_registers,
        models=(*POLICY_PAGES, *REGISTER_PAGES),
    ),
    Entry(pgettext_lazy("menu", "Audit"), "admin:complaints_complaintevent_changelist", "audit", _holds(Role.AUDITOR)),
]


def navigation(request: HttpRequest) -> Iterator[Line]:
    """The menu for this request. Of the entries whose address the page lies below, the longest is the current one."""
    standing = standing_for(request)
    shown: list[tuple[Entry, str]] = []
    for entry in NAVIGATION:
        if entry.may_see(request.user, standing):
            with suppress(NoReverseMatch):
                shown.append((entry, reverse(entry.address)))
    here = [
        (place, url)
        for entry, url in shown
        if entry.address != "admin:index"
        for place in (url, *_further(entry))
        if request.path.startswith(place)
    ]
    _place, current = max(here, key=lambda found: len(found[0]), default=("", request.path))
    for entry, url in shown:
        yield Line(entry.label, url, entry.icon, url == current, entry.count(request) if entry.count else 0)


def _further(entry: Entry) -> Iterator[str]:
    for name in entry.models:
        yield reverse(f"admin:complaints_{name}_changelist")
    for page in entry.pages:
        with suppress(NoReverseMatch):
            yield reverse(page)
