"""Complaints in the administration: read and acted upon, never edited. (WF-1, AU-1)"""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from complaints.admin.access import standing_for
from complaints.admin.cases.acting import act_page
from complaints.admin.cases.clock import clock_page
from complaints.admin.cases.files import material_file
from complaints.admin.cases.opening import open_case, person_of
from complaints.admin.cases.page import case_page
from complaints.admin.cases.past import past_page
from complaints.admin.cases.past_words import words_for
from complaints.admin.cases.registering import register_page
from complaints.admin.history import AuditHistoryAdmin, Say
from complaints.admin.lists import ComplaintList
from complaints.models import Complaint
from complaints.queries.case_page import CasePage
from complaints.services import notice_reading


@admin.register(Complaint)
class ComplaintAdmin(ComplaintList, AuditHistoryAdmin):  # type: ignore[misc]  # the list declares plain tuples
    """One complaint: a page to read, acts to take. No form of the administration writes it."""

    history_leaves_out = ("version", "complainant")

    # --- Who ---------------------------------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_history_permission(request)
        case = open_case(request, obj.pk)
        return CasePage(case, standing_for(request)).reads_history

    def history_says(self, request: HttpRequest, object_id: str) -> Say:
        return words_for(CasePage(open_case(request, object_id), standing_for(request)))

    # --- Pages -------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Ours first: Django's own take any text for a key."""
        view = self.admin_site.admin_view
        own = [
            path("register/", view(self.register_view), name="register"),
            path("<int:pk>/act/<slug:code>/", view(self.act_view), name="complaint_act"),
            path("<int:pk>/clock/<int:deadline>/", view(self.clock_view), name="complaint_clock"),
            path("<int:pk>/material/<int:material>/", view(self.material_view), name="complaint_material"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of the case, instead of a form. Whoever opens it has read what they were told of the case."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        page = case_page(self, request, object_id)
        if request.method == "GET":
            notice_reading.mark_case_read(person_of(request), int(object_id), now=timezone.now())
        return page

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Complaints are registered."""
        return redirect("admin:register")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of the complaint and of everything that belongs to it."""
        return past_page(self, request, object_id)

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """Register a complaint."""
        return register_page(self, request)

    def act_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """Take an act."""
        return act_page(self, request, pk, code)

    def clock_view(self, request: HttpRequest, pk: int, deadline: int) -> HttpResponse:
        """Explain a deadline."""
        return clock_page(self, request, pk, deadline)

    def material_view(self, request: HttpRequest, pk: int, material: int) -> HttpResponseBase:
        """Download a file."""
        return material_file(request, pk, material)
