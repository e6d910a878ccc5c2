"""The list page of complaints, as a mixin for their admin class. (IN-9, AU-4, AU-5)

A page costs the same number of queries whether it holds one row or fifty. Nothing counts further than `COUNTED`.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.admin.access import standing_for
from complaints.admin.lists.assigning import assign_handler
from complaints.admin.lists.filters import FILTERS
from complaints.models import Complaint
from complaints.permissions import may_export
from complaints.queries import lists
from complaints.queries.access import may_read_complaints
from complaints.states import Role

#: Beyond this many results a list says “more than”: whoever looks for one case narrows it down.
COUNTED = 10_000
PER_PAGE = 50


class CappedPaginator(Paginator):
    """Counts up to COUNTED + 1 and no further, and works out nothing of the rows but that they are there."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNTED + 1].count())


class ComplaintPage(ChangeList):
    """The results with what their rows show beside."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: list[str | None] | None = None) -> QuerySet:
        self.root_queryset = lists.with_next_due(self.root_queryset).defer("content", "demand")
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        beside = lists.Rows(rows, timezone.now())
        for row in rows:
            row.shown_severity = beside.severity(row)
            row.shown_clock = beside.clock(row)
        self.result_list = rows
        self.is_capped = self.result_count > COUNTED

    @property
    def page_numbers(self) -> Iterator[Any]:
        """Numbers of pages to go to, with gaps."""
        numbers: Iterator[Any] = self.paginator.get_elided_page_range(self.page_num)
        return numbers

    @property
    def main_filters(self) -> list[Any]:
        """Filters that are always in sight."""
        return [spec for spec in self.filter_specs if getattr(spec, "is_main", False)]

    @property
    def further_filters(self) -> list[Any]:
        """Filters that fold away."""
        return [spec for spec in self.filter_specs if not getattr(spec, "is_main", False)]

    @property
    def has_further(self) -> bool:
        """One of those that fold away is in use."""
        return any(getattr(spec, "value", str)() for spec in self.further_filters)


class ComplaintList:
    """Columns, filters, search and scope of every list of complaints. Put it before `ModelAdmin`."""

    change_list_template = "complaints/lists/page.html"
    list_display: ClassVar[tuple[Any, ...]] = (
        "shown_number",
        "shown_subject",
        "shown_state",
        "shown_severity",
        "shown_due",
        "category",
        "shown_responsible",
        "handler",
        "shown_received",
        "round",
    )
    list_display_links: ClassVar[tuple[str, ...]] = ("shown_number",)
    list_filter = FILTERS
    list_select_related: ClassVar[tuple[str, ...]] = ("category", "responsible_department", "handler")
    list_per_page = PER_PAGE
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    ordering: ClassVar[tuple[str, ...]] = ("-received_at", "-id")
    #: Only says that there is a search; what it looks at is in queries.lists.
    search_fields = ("number",)
    search_help_text = _("Words, number, or complainant in full")
    actions: ClassVar[tuple[Any, ...]] = (assign_handler,)

    # -- who, and which rows ------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        """What the person may see."""
        return Complaint.objects.visible_to(standing_for(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever has to do with complaints."""
        return may_read_complaints(standing_for(request))

    def has_view_permission(self, request: HttpRequest, obj: Complaint | None = None) -> bool:
        """Whoever has to do with complaints; which ones, the queryset says."""
        return may_read_complaints(standing_for(request))

    def has_assign_permission(self, request: HttpRequest) -> bool:
        """May name handlers; of which cases, the service says."""
        return standing_for(request).has(Role.INTAKE, Role.HANDLER, Role.HEAD)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Complaints are registered, not added."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Complaint | None = None) -> bool:
        """Never."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nothing but our filters: a list must not answer questions about columns that it does not show."""
        return any(lookup in _parameters(spec) for spec in FILTERS)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ComplaintPage

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Complaint], search_term: str
    ) -> tuple[QuerySet[Complaint], bool]:
        return lists.search(queryset, search_term, standing_for(request)), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        beside = {"counted": COUNTED, "may_export": may_export(standing_for(request))}
        page: HttpResponse = super().changelist_view(request, {**beside, **(extra_context or {})})  # type: ignore[misc]
        return page

    # -- columns ------------------------------------------------------------------------------------------------------

    @admin.display(description=_("number"), ordering="number")
    def shown_number(self, row: Complaint) -> str:
        """The number; a lock before confidential ones."""
        if not row.is_confidential:
            return row.number
        return format_html(
            '<span class="lock" title="{}"><span class="visually-hidden">{}</span></span> {}',
            _("confidential"),
            _("confidential"),
            row.number,
        )

    @admin.display(description=_("subject"))
    def shown_subject(self, row: Complaint) -> str:
        """The subject, wrapped."""
        return row.subject

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, row: Complaint) -> SafeString:
        """The state in its colour."""
        return _badge("state", row.state, row.get_state_display())

    @admin.display(description=_("severity"), ordering="severity")
    def shown_severity(self, row: Any) -> SafeString:
        """What the policy calls the severity."""
        return _badge("severity", row.severity, row.shown_severity)

    @admin.display(description=_("next due"), ordering=F("next_due_at").asc(nulls_last=True))
    def shown_due(self, row: Any) -> str:
        """When the next clock is due, and how much is left."""
        mark: lists.ClockMark | None = row.shown_clock
        if mark is None:
            return ""
        return format_html(
            '<span class="due"><span class="badge clock-{}" title="{}">{}</span> '
            '<span class="moment small">{}{}</span></span>',
            mark.status,
            mark.name,
            mark.word,
            date_format(timezone.localtime(mark.due_at), "m-d H:i"),
            " *" if mark.is_provisional else "",
        )

    @admin.display(description=pgettext_lazy("column", "with"), ordering="responsible_department__path")
    def shown_responsible(self, row: Complaint) -> str:
        """The responsible department."""
        return str(row.responsible_department or "")

    @admin.display(description=_("received"), ordering="received_at")
    def shown_received(self, row: Complaint) -> SafeString:
        """The day it was received; pointing at it shows the time."""
        moment = timezone.localtime(row.received_at)
        clock, day = date_format(moment, "Y-m-d H:i"), date_format(moment, "Y-m-d")
        return format_html('<time class="moment" title="{}">{}</time>', clock, day)


def _badge(kind: str, code: str, label: str) -> SafeString:
    return format_html('<span class="badge {}-{}">{}</span>', kind, code, label)


def _parameters(spec: Any) -> tuple[str, ...]:
    name = getattr(spec, "parameter_name", None)
    return (name,) if name else (spec.FROM, spec.TO)


def list_address(**parameters: str) -> str:
    """The list narrowed by these filters."""
    return reverse("admin:complaints_complaint_changelist", query=parameters)
