"""Discipline records: seen by human resources, by who recorded them, by auditors, and by nobody else. (AC-12)"""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accountability.acts import Subject
from accountability.admin.choosing import Choosing, Filter
from accountability.admin.opening import frame, open_subject
from accountability.models import DisciplineRecord
from accountability.permissions import may_report_offence
from accountability.queries.choices_of_acts import choices_for, of_others
from accountability.queries.inquiry_timeline import events_about, timeline_of
from accountability.services.discipline import report_offence
from accountability.states import DisciplineStatus, Offence
from complaints.admin.access import person_of, standing_for
from complaints.admin.cases.opening import open_case
from complaints.admin.forms.fields import choice_field, labelled
from complaints.admin.people import PersonField
from complaints.admin.trees import TreeChoiceField
from complaints.models import Department, User
from complaints.services.doing import ActRefusedError

PER_PAGE = 50
FILTERS = (
    Filter("status", pgettext_lazy("filter", "Status"), DisciplineStatus.choices, "status"),
    Filter("offence", pgettext_lazy("filter", "What about"), Offence.choices, "offence"),
)


def discipline_list(request: HttpRequest, site: Any) -> HttpResponse:
    """All records the person may see; for most people there is none."""
    choosing = Choosing(request, FILTERS, search=("number", "name", "person__display_name", "complaint__number"))
    rows = choosing.narrowed(DisciplineRecord.objects.visible_to(standing_for(request)))
    page = Paginator(rows.select_related("person", "department", "complaint"), PER_PAGE).get_page(request.GET.get("p"))
    context = frame(
        site,
        request,
        None,
        title=pgettext("menu", "Discipline"),
        page=page,
        page_range=page.paginator.get_elided_page_range(page.number),
        choosing=choosing,
    )
    return TemplateResponse(request, "accountability/discipline_list.html", context)


def discipline_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One record."""
    inquiry = open_subject(request, Subject.DISCIPLINE, pk)
    standing = standing_for(request)
    context = frame(
        site,
        request,
        inquiry,
        title=inquiry.subject.number,
        record=inquiry.subject,
        choices=choices_for(inquiry, standing),
        others=of_others(inquiry, standing),
        timeline=timeline_of(events_about(Subject.DISCIPLINE, pk), {}),
    )
    return TemplateResponse(request, "accountability/discipline.html", context)


class OffenceForm(forms.Form):
    """What somebody did against the rules of handling."""

    required_css_class = "required"

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Of somebody without an account."),
    )
    facts = forms.CharField(label=gettext_lazy("What happened"), widget=forms.Textarea(attrs={"rows": 6}))

    field_order = ("offence", "person", "name", "department", "facts")

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        self.fields["offence"] = choice_field(labelled(Offence), required=True, label=_("What about"))
        people = User.objects.filter(is_active=True)
        self.fields["person"] = PersonField(people, required=False, label=_("Person"))
        departments = Department.objects.filter(is_active=True)
        self.fields["department"] = TreeChoiceField(departments, required=False, label=_("Department"))
        self.order_fields(self.field_order)


def offence_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Record an offence on a complaint, for human resources."""
    case = open_case(request, pk)
    if not may_report_offence(standing_for(request), case):
        raise PermissionDenied
    form = OffenceForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                record = report_offence(pk, by=person_of(request), now=timezone.now(), **form.cleaned_data)
            except ActRefusedError as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
            else:
                messages.success(request, _("Recorded as %(number)s.") % {"number": record.number})
                return redirect("admin:discipline", record.pk)
    context = frame(
        site,
        request,
        None,
        title=_("Record an offence for human resources"),
        form=form,
        case=case,
        subject=case.complaint,
    )
    return TemplateResponse(request, "accountability/beginning.html", context, status=status)
