"""Naming a handler for several cases: each by the workflow service, each with its own result."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.people import PersonField
from complaints.models import Appointment, Complaint, User
from complaints.services import workflow
from complaints.services.doing import ActRefusedError
from complaints.states import Role

#: More at once is a reorganisation, not an assignment.
AT_MOST = 100


class AssignForm(forms.Form):
    """Who, and a remark."""

    reason = forms.CharField(label=gettext_lazy("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, cases: QuerySet[Complaint], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["person"] = PersonField(_handlers(cases), label=_("Handler"))
        self.order_fields(["person", "reason"])


def _handlers(cases: QuerySet[Complaint]) -> QuerySet[User]:
    """Present handlers of the departments that own the cases."""
    day = timezone.localdate()
    posts = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        role=Role.HANDLER,
        starts_on__lte=day,
        department__in=cases.order_by().values("owner_department"),
    )
    return User.objects.filter(pk__in=posts.values("person"), is_active=True)


@admin.action(description=gettext_lazy("Assign the handler"), permissions=["assign"])
def assign_handler(page: Any, request: HttpRequest, queryset: QuerySet[Complaint]) -> HttpResponse | None:
    """Ask for the handler, then take the act on each case; refused ones say why, the others are done."""
    cases = Complaint.objects.filter(pk__in=queryset.order_by().values("pk"))
    rows = list(cases.select_related("handler", "owner_department").order_by("-received_at", "-id")[: AT_MOST + 1])
    if len(rows) > AT_MOST:
        page.message_user(request, _("Choose at most %(count)d cases at once.") % {"count": AT_MOST}, messages.ERROR)
        return None
    form = AssignForm(request.POST if "person" in request.POST else None, cases=cases)
    results = []
    if form.is_valid():
        results = [(row, _assign(row, request.user, form.cleaned_data)) for row in rows]
    context = {
        **page.admin_site.each_context(request),
        "title": _("Assign the handler"),
        "opts": page.opts,
        "rows": rows,
        "form": form,
        "results": results,
        "person": form.cleaned_data.get("person") if form.is_bound and form.is_valid() else None,
        "done": sum(1 for _row, reasons in results if not reasons),
    }
    return TemplateResponse(request, "complaints/lists/assign.html", context)


def _assign(row: Complaint, by: Any, given: dict[str, Any]) -> list[str]:
    """Why it was refused; nothing if it was done."""
    try:
        workflow.perform(row.pk, "assign_handler", by=by, now=timezone.now(), given=given)
    except ActRefusedError as error:
        return error.reasons
    return []
