"""What every page of figures and reports has around it: a row of links to the others that the person may see. (RP-1)"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from complaints.admin.access import standing_for
from complaints.models.standing import Standing
from reporting.permissions import (
    may_open_performance,
    may_read_costs,
    may_read_figures,
    may_read_reports,
    may_read_warnings,
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A link of the row: the name of a page, and who may open it."""

    label: str | Promise
    name: str
    may_see: Callable[[Standing], bool]


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A link as a page shows it."""

    label: str | Promise
    url: str
    is_current: bool


#: In the order of the row. A page that is not there yet has no link.
TABS: tuple[Tab, ...] = (
    Tab(pgettext_lazy("tab", "Figures"), "figures", may_read_figures),
    Tab(pgettext_lazy("tab", "Responsibility"), "responsibility", may_read_figures),
    Tab(pgettext_lazy("tab", "Trends"), "trends", may_read_figures),
    Tab(pgettext_lazy("tab", "Warnings"), "warnings", may_read_warnings),
    Tab(pgettext_lazy("tab", "Quarterly reports"), "reports", may_read_reports),
    Tab(pgettext_lazy("tab", "Performance"), "performance", may_open_performance),
    Tab(pgettext_lazy("tab", "Record quality"), "record_quality", may_read_figures),
    Tab(pgettext_lazy("tab", "Handling reviews"), "handling_reviews", may_read_figures),
    Tab(pgettext_lazy("tab", "Cost"), "cost", may_read_costs),
    Tab(pgettext_lazy("tab", "Policy reviews"), "policy_reviews", may_read_figures),
    Tab(pgettext_lazy("tab", "Definitions"), "definitions", may_read_figures),
)


def tabs(request: HttpRequest) -> list[ShownTab]:
    """The row of links for this request; the current one is that whose address the page lies below."""
    standing = standing_for(request)
    found = []
    for tab in TABS:
        try:
            url = reverse(f"admin:{tab.name}")
        except NoReverseMatch:
            continue
        if tab.may_see(standing):
            found.append(ShownTab(tab.label, url, request.path.startswith(url)))
    return found


def frame(site: Any, request: HttpRequest, **values: Any) -> dict[str, Any]:
    """What every page of ours hands to its template, which extends `reporting/base.html`. Give it a `title`."""
    return {**site.each_context(request), "tabs": tabs(request), **values}
