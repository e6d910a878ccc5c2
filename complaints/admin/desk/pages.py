"""The addresses of the desk, as a part of the site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from complaints.admin.access import standing_for
from complaints.admin.desk.home import home
from complaints.admin.desk.notices import mark_all_read, mark_read, notices_page, open_notice
from complaints.admin.desk.outbox import outbox_page
from complaints.admin.desk.supervision import docket_page


class DeskPages:
    """Mixin for the site: its front page, and pages that belong to no model."""

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Ours before those of the models."""
        pages = (
            ("docket/", docket_page, "docket"),
            ("notices/", notices_page, "notices"),
            ("notices/read/", mark_all_read, "notices_read"),
            ("notices/<int:pk>/read/", mark_read, "notice_read"),
            ("notices/<int:pk>/", open_notice, "notice"),
            ("outbox/", outbox_page, "outbox"),
        )
        view = self.admin_view  # type: ignore[attr-defined]
        own = [path(address, view(page), {"site": self}, name=name) for address, page, name in pages]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The desk: what waits for this person, by their offices."""
        context = {
            **self.each_context(request),  # type: ignore[attr-defined]
            **home(request.user, standing_for(request), timezone.now()),
            "title": pgettext_lazy("menu", "Desk"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "complaints/desk/home.html", context)
