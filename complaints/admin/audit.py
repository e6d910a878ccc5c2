"""The business record, read by auditors: every act on every complaint, by person, period, act and number. (AU-3)"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.acts import ACTS
from complaints.admin.access import standing_for
from complaints.models import Complaint, ComplaintEvent
from complaints.states import CaseRole, Role, State

PER_PAGE = 100


class EventSearch(forms.Form):
    """What an auditor looks for. Days are those of the business time zone, both included."""

    number = forms.CharField(label=_("Complaint number"), required=False)
    person = forms.CharField(label=_("Person"), required=False)
    act = forms.ChoiceField(label=_("Act"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", **options})
        self.fields["act"].choices = [("", _("all")), *self.acts()]  # type: ignore[attr-defined]

    def acts(self) -> list[tuple[Any, Any]]:
        """The acts to choose from."""
        return [(act.code, act.label) for act in ACTS.values()]

    def found_in(self, events: QuerySet[Any]) -> QuerySet[Any]:
        """The events that fit; what is not given, or not understood, does not narrow."""
        given = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        conditions = {
            "number": "complaint__number__icontains",
            "act": "act",
            "since": "recorded_at__date__gte",
            "until": "recorded_at__date__lte",
        }
        events = events.filter(**{lookup: given[name] for name, lookup in conditions.items() if name in given})
        if "person" in given:
            said = given["person"]
            events = events.filter(Q(actor_name__icontains=said) | Q(actor__username__icontains=said))
        return events


@admin.register(ComplaintEvent)
class ComplaintEventAdmin(admin.ModelAdmin):
    """Nothing here can be changed by anybody. The app above shows its own events in the same way."""

    search = EventSearch
    template = "admin/complaints/complaintevent/list.html"
    list_title = pgettext_lazy("menu", "Audit")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return standing_for(request).has(Role.AUDITOR)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Not of complaints the auditor must keep away from."""
        return ComplaintEvent.objects.filter(complaint__in=Complaint.objects.visible_to(request.user))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Events, newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = self.search(request.GET)
        form.is_valid()
        events = form.found_in(self.get_queryset(request)).select_related("complaint", "on_behalf_of")
        page = Paginator(events.order_by("-recorded_at", "-id"), PER_PAGE).get_page(request.GET.get("p"))
        query = request.GET.copy()
        query.pop("p", None)
        context = {
            **self.admin_site.each_context(request),
            "title": self.list_title,
            "opts": self.opts,
            "form": form,
            "rows": self.rows(list(page)),
            "page": page,
            "page_range": page.paginator.get_elided_page_range(page.number),
            "query": query.urlencode(),
        }
        return TemplateResponse(request, self.template, context)

    def rows(self, events: list[Any]) -> list[dict[str, Any]]:
        """The events of a page, in words."""
        states, roles = dict(State.choices), dict(CaseRole.choices)
        return [
            {
                "event": event,
                "act": ACTS[event.act].label if event.act in ACTS else event.act,
                "role": roles.get(event.actor_role, event.actor_role),
                "from": states.get(event.from_state, event.from_state),
                "to": states.get(event.to_state, event.to_state),
            }
            for event in events
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """An event is a line of the list; it has no page of its own."""
        raise PermissionDenied

    def history_view(self, *arguments: Any, **options: Any) -> HttpResponse:
        """Events never change."""
        raise PermissionDenied
