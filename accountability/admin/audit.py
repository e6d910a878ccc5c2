"""The business record of accountability, read by auditors like that of complaints. (AU-3)"""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accountability.acts import ACTS, BEGINNINGS, Subject
from accountability.admin.opening import address_of
from accountability.models import InquiryEvent
from accountability.queries.audited import kind_name, names_of
from accountability.queries.inquiry_timeline import act_label, role_label, state_label, subject_key
from complaints.admin.access import standing_for
from complaints.admin.audit import ComplaintEventAdmin, EventSearch
from complaints.admin.menu import NAVIGATION, Entry
from complaints.states import Role


class InquiryEventSearch(EventSearch):
    """The same questions, with the acts of this app, by what they are taken on."""

    def acts(self) -> list[tuple[Any, Any]]:
        groups: dict[str, list[tuple[str, Any]]] = {kind: [] for kind in Subject}
        for act in ACTS.values():
            groups[act.subject].append((act.code, act.label))
        offered: list[tuple[Any, Any]] = [(kind_name(kind), acts) for kind, acts in groups.items()]
        return [(_("Beginnings"), list(BEGINNINGS.items())), *offered]


@admin.register(InquiryEvent)
class InquiryEventAdmin(ComplaintEventAdmin):
    """Every act on an investigation, evidence, determination, hearing, measure or discipline record. Read only."""

    search = InquiryEventSearch
    template = "admin/accountability/inquiryevent/list.html"
    list_title = pgettext_lazy("menu", "Audit of investigations")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Not of what the auditor must keep away from."""
        return InquiryEvent.objects.visible_to(standing_for(request))

    def rows(self, events: list[Any]) -> list[dict[str, Any]]:
        names = names_of(events)
        return [_in_words(event, names) for event in events]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One event with everything it keeps."""
        if object_id is None or request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("complaint", "investigation", "on_behalf_of")
        event = rows.filter(pk=object_id).first() if object_id.isascii() and object_id.isdecimal() else None
        if event is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": act_label(event.act),
            "opts": self.opts,
            "list_title": self.list_title,
            "row": _in_words(event, names_of([event])),
            "detail": [(key, json.dumps(value, ensure_ascii=False)) for key, value in event.detail.items()],
        }
        return TemplateResponse(request, "admin/accountability/inquiryevent/page.html", context)


def _in_words(event: InquiryEvent, names: dict[str, str]) -> dict[str, Any]:
    kind, key = subject_key(event)
    return {
        "event": event,
        "act": act_label(event.act),
        "kind": kind_name(kind),
        "about": names.get(event.subject, ""),
        "address": address_of(kind, key) if event.subject in names else "",
        "role": role_label(event.actor_role),
        "from": state_label(kind, event.from_state),
        "to": state_label(kind, event.to_state),
    }


_AUDIT = next(place for place, entry in enumerate(NAVIGATION) if entry.address.endswith("complaintevent_changelist"))
NAVIGATION.insert(
    _AUDIT + 1,
    Entry(
        InquiryEventAdmin.list_title,
        "admin:accountability_inquiryevent_changelist",
        "audit",
        lambda _person, standing: standing.has(Role.AUDITOR),
    ),
)
