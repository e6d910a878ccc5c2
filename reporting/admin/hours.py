"""Hours worked on a case: a folded form beside the case, and a page with all entries. (RP-13)"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin.access import person_of, standing_for
from complaints.admin.cases.opening import open_case
from complaints.admin.forms.fields import DayField
from complaints.models import User
from complaints.models.registers import registers
from complaints.models.standing import Standing
from complaints.services.refusal import ActRefusedError
from complaints.states import Role
from reporting.admin.frame import frame
from reporting.admin.page_tables import with_files
from reporting.models import WorkEntry, WorkKind
from reporting.models.cost import DAY
from reporting.permissions import may_record_hours, may_withdraw_hours
from reporting.services import hours


class HoursForm(forms.Form):
    """Time on a case: one's own, and for heads that of their members."""

    required_css_class = "required"
    person = forms.TypedChoiceField(label=gettext_lazy("Person"), coerce=int)
    worked_on = DayField(label=gettext_lazy("Day"))
    minutes = forms.IntegerField(label=pgettext_lazy("hours", "Minutes"), min_value=1, max_value=DAY)
    kind = forms.ChoiceField(label=pgettext_lazy("hours", "Kind of work"), choices=WorkKind.choices)
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)

    def __init__(self, standing: Standing, *arguments: Any, **settings: Any) -> None:
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        initial = {"worked_on": today, "person": standing.user_id}
        super().__init__(*arguments, **{"label_suffix": "", "initial": initial, "auto_id": "hours_%s"} | settings)
        people = _members(standing)
        field: Any = self.fields["person"]
        field.choices = people
        if len(people) == 1:
            field.widget, field.required = forms.HiddenInput(), False
            field.empty_value = standing.user_id
        self.fields["worked_on"].widget.attrs["max"] = today.isoformat()

    def work(self) -> hours.Work:
        """What was filled in."""
        given = self.cleaned_data
        person = User.objects.get(pk=given["person"])
        return hours.Work(person, given["worked_on"], given["minutes"], given["kind"], given["remark"])


def _members(standing: Standing) -> list[tuple[int, str]]:
    """The person, and for a head everybody who holds a post at or below their departments, by name."""
    paths, found = standing.paths(Role.HEAD), {standing.user_id}
    if paths:
        posts = registers().posts(timezone.now())
        below = {key for key, path in posts.paths.items() if any(path.startswith(above) for above in paths)}
        found |= {person for person, departments in posts.departments_of.items() if departments & below}
    people = User.objects.in_bulk(found)
    return sorted(
        ((key, str(person)) for key, person in people.items()), key=lambda row: (row[0] != standing.user_id, row[1])
    )


def hours_part(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """How long was worked on the case, and a form to record more."""
    page = context["page"]
    standing = standing_for(request)
    may_record = may_record_hours(standing, page.case)
    minutes = WorkEntry.objects.filter(complaint=page.complaint, withdrawn_at=None).aggregate(sum=Sum("minutes"))["sum"]
    if not minutes and not may_record:
        return ""
    values = {
        "complaint": page.complaint,
        "hours": (minutes or 0) / 60,
        "form": HoursForm(standing) if may_record else None,
    }
    return render_to_string("reporting/hours_part.html", values, request)


@with_files(cases=["hours"])
def hours_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """All entries of a case, withdrawn ones with the reason; a POST records one."""
    case, standing = open_case(request, pk), standing_for(request)
    may_record = may_record_hours(standing, case)
    form, status = (HoursForm(standing) if may_record else None), HTTPStatus.OK
    if request.method == "POST":
        if not may_record:
            raise PermissionDenied
        form, status = HoursForm(standing, request.POST), HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                hours.record(case.complaint.pk, form.work(), by=person_of(request), now=timezone.now())
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, _("The hours are recorded."))
                return redirect("admin:complaints_complaint_change", case.complaint.pk)
    rows = WorkEntry.objects.filter(complaint=case.complaint)
    rows = rows.select_related("person", "department", "entered_by", "withdrawn_by").order_by("-worked_on", "-id")
    context = frame(
        site,
        request,
        title=_("Hours of work on %(number)s") % {"number": case.complaint.number},
        complaint=case.complaint,
        form=form,
        hours=sum(row.minutes for row in rows if not row.is_withdrawn) / 60,
        lines=[(row, not row.is_withdrawn and may_withdraw_hours(standing, row)) for row in rows],
    )
    return TemplateResponse(request, "reporting/hours.html", context, status=status)


@require_POST
def withdraw_hours(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Withdraw one entry, with a reason."""
    try:
        entry = hours.withdraw(pk, request.POST.get("reason", ""), by=person_of(request), now=timezone.now())
    except ActRefusedError as refusal:
        if refusal.code == "not_allowed":
            raise PermissionDenied from refusal
        row = WorkEntry.objects.filter(pk=pk).first()
        if refusal.code == "gone" or row is None:
            raise Http404 from refusal
        messages.error(request, str(refusal))
        return redirect("admin:hours", row.complaint_id)
    messages.success(request, _("The entry is withdrawn."))
    return redirect("admin:hours", entry.complaint_id)
