"""The site: who enters, and the pages that belong to no model."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.admin.access import standing_for
from complaints.admin.additions import PAGES
from complaints.admin.bulk.pages import BulkPages
from complaints.admin.desk.pages import DeskPages
from complaints.admin.documents.pages import DocumentPages
from complaints.admin.passwords import OwnPasswordForm
from complaints.queries.access import may_change_registers, may_enter, may_read_registers

#: Registers by subject, as their page groups them.
REGISTERS: list[tuple[str | Promise, list[str]]] = [
    (_("Organisation"), ["department", "user", "appointment", "absence"]),
    (_("Policies and time"), ["policy", "policyversion", "policyselection", "calendar", "calendaryear", "calendarday"]),
    (_("Intake"), ["channel", "category"]),
]


class LoginForm(AuthenticationForm):
    """Whoever is active may log in; what they may open, their appointments say."""

    error_messages = {
        "invalid_login": _("Please enter a correct user name and password. Note that both may be case-sensitive."),
        "inactive": _("This account is inactive."),
    }


class ComplaintSite(BulkPages, DeskPages, DocumentPages, admin.AdminSite):  # type: ignore[misc] # index is the desk's
    """Our administration: entered by appointment, not by Django's staff flag and permission tables."""

    site_title = _("Complaint management")
    site_header = _("Complaint management")
    index_title = pgettext_lazy("menu", "Desk")
    site_url = None
    enable_nav_sidebar = False
    login_form = LoginForm
    empty_value_display = "–"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Records are withdrawn or switched off, one at a time and with a reason.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter(request.user, standing_for(request))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        view = self.admin_view
        own = [path("registers/", view(self.registers), name="registers")]
        own += [path(address, view(page), {"site": self}, name=name) for address, page, name in PAGES]
        return [*own, *super().get_urls()]

    def registers(self, request: HttpRequest) -> HttpResponse:
        """What the organisation sets up, by subject."""
        if not may_read_registers(request.user, standing_for(request)):
            raise PermissionDenied
        found = {
            model["model"]._meta.model_name: model for app in self.get_app_list(request) for model in app["models"]
        }
        groups = [(title, [found[name] for name in members if name in found]) for title, members in REGISTERS]
        context = {
            **self.each_context(request),
            "title": pgettext_lazy("menu", "Registers"),
            "groups": [group for group in groups if group[1]],
            "may_change": may_change_registers(request.user, standing_for(request)),
        }
        return TemplateResponse(request, "admin/registers.html", context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Our own form, which leaves a trace."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """There is one page of registers for all apps."""
        return redirect("admin:registers")
