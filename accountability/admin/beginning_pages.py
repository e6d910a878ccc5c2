"""How an investigation begins, from the page of its complaint: opened, or proposed to be done without. (AC-1)"""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.acts import Subject
from accountability.admin.opening import address_of, frame
from accountability.models import Investigation
from accountability.permissions import may_open
from accountability.services.opening import open_investigation, propose_waiver
from complaints.admin.access import person_of, standing_for
from complaints.admin.cases.opening import open_case
from complaints.admin.people import PersonField
from complaints.models import Appointment, User
from complaints.queries.case import Case
from complaints.services.doing import ActRefusedError
from complaints.states import State


class OpeningForm(forms.Form):
    """Who leads, what is to be found out, and whether several departments investigate together."""

    required_css_class = "required"

    scope = forms.CharField(
        label=gettext_lazy("What is to be found out"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_joint = forms.BooleanField(
        label=gettext_lazy("Joint group over departments"),
        required=False,
        help_text=gettext_lazy("Legal, quality, customer service, human resources: members are appointed next."),
    )

    field_order = ("lead", "is_joint", "scope")

    def __init__(self, *arguments: Any, case: Case, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        self.fields["lead"] = PersonField(
            _leaders(case),
            label=_("Leads the investigation"),
            help_text=_("Sees the case only after declaring to have no interest in the matter."),
        )
        self.order_fields(self.field_order)


class WaiverForm(forms.Form):
    """Why no investigation is needed."""

    required_css_class = "required"

    reason = forms.CharField(
        label=gettext_lazy("Why no investigation is needed"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Somebody else decides on the proposal; the reason stays on record."),
    )


def _leaders(case: Case) -> Any:
    """People with a post who need not keep away from the case."""
    day = timezone.localdate(case.now)
    posts = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)
    rows = User.objects.filter(is_active=True, pk__in=posts.values("person"))
    return rows.exclude(pk__in=case.recused_people)


def open_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Open the investigation of the present round."""
    case = open_case(request, pk)
    form = OpeningForm(request.POST or None, case=case)
    title = _("Open an investigation")

    def begin() -> Investigation:
        return open_investigation(pk, by=person_of(request), now=timezone.now(), **form.cleaned_data)

    return _page(request, site, case, form, title=title, begin=begin)


def waiver_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Propose to do without."""
    case = open_case(request, pk)
    form = WaiverForm(request.POST or None)
    title = _("Propose to do without an investigation")

    def begin() -> Investigation:
        return propose_waiver(pk, by=person_of(request), now=timezone.now(), **form.cleaned_data)

    return _page(request, site, case, form, title=title, begin=begin)


def _page(request: HttpRequest, site: Any, case: Case, form: forms.Form, *, title: str, begin: Any) -> HttpResponse:
    why = why_not(case, standing_for(request))
    if why:
        context = frame(site, request, None, title=title, why=why, who=(), subject=case.complaint, back=_case(case))
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.FORBIDDEN
        return TemplateResponse(request, "accountability/refused.html", context, status=status)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                made = begin()
            except ActRefusedError as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
            else:
                messages.success(request, _("Recorded as %(number)s.") % {"number": made.number})
                seen = Investigation.objects.visible_to(standing_for(request)).filter(pk=made.pk).exists()
                return redirect(address_of(Subject.INVESTIGATION, made.pk) if seen else _case(case))
    context = frame(site, request, None, title=title, form=form, case=case, subject=case.complaint)
    return TemplateResponse(request, "accountability/beginning.html", context, status=status)


def _case(case: Case) -> str:
    return reverse("admin:complaints_complaint_change", args=[case.complaint.pk])


def why_not(case: Case, standing: Any) -> str:
    """Why the person cannot begin an investigation of this case now; empty if they can."""
    if not may_open(standing, case):
        return _("You may not open an investigation of this case.")
    if case.complaint.state != State.INVESTIGATING:
        return _("An investigation is opened while the case is under investigation.")
    if Investigation.objects.filter(complaint=case.complaint, round=case.complaint.round).exists():
        return _("This round of the case has an investigation already.")
    return ""
