"""Registering a complaint: one form, looked through once before anything is written. (IN-2 … IN-5, IN-8, IN-10)

The first look says which policy governs, asks what only that policy asks, and shows complaints that may be the same.
Nothing is written until the person has seen both.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from complaints.admin.access import standing_for
from complaints.admin.cases.opening import page_context, person_of
from complaints.admin.forms.registration import REGISTERING, ParticularsForm, RegistrationForm
from complaints.models import Complaint, PolicyVersion
from complaints.queries.case import Case
from complaints.queries.case_steps import next_steps
from complaints.queries.duplicates import Likeness, alike
from complaints.queries.governing import Governing, NoVersionError
from complaints.services.doing import ActRefusedError
from complaints.services.intake import RegistrationError, problems, register

#: Sent by the script, without the files: say what the form is still missing, and write nothing.
LOOK = "only_look"
#: Which version the block on the page belongs to.
GOVERNED = "governed_by"


@dataclass
class Attempt:
    """One look at what was typed."""

    form: RegistrationForm
    version: PolicyVersion | None = None
    particulars: ParticularsForm | None = None
    #: The block was not on the page yet, or belongs to another policy.
    is_block_new: bool = False
    likenesses: list[Likeness] = field(default_factory=list)
    is_hint_new: bool = False

    @property
    def is_complete(self) -> bool:
        """The person has seen everything there is to see, and all of it is filled in."""
        if not self.form.is_valid() or self.is_block_new or self.is_hint_new or self.version is None:
            return False
        return self.particulars is None or self.particulars.is_valid()


def register_page(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The form, or the registration."""
    standing = standing_for(request)
    if not standing.department_ids(*REGISTERING):
        raise PermissionDenied
    if request.method != "POST":
        now = timezone.localtime().replace(second=0, microsecond=0)
        form = RegistrationForm(standing=standing, initial={"received_at": now})
        return _answer(admin, request, Attempt(form))
    attempt = _look(request)
    if LOOK in request.POST:
        _foresee(attempt)
        if attempt.is_complete:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if not attempt.is_complete:
        faulty = not attempt.form.is_valid() or bool(attempt.particulars and not attempt.is_block_new)
        wrong = faulty and (attempt.form.errors or (attempt.particulars and attempt.particulars.errors))
        return _answer(admin, request, attempt, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)
    particulars = attempt.particulars.given() if attempt.particulars else {}
    try:
        complaint = register(attempt.form.given(**particulars), by=person_of(request), now=timezone.now())
    except ActRefusedError as refusal:
        _show(attempt, refusal)
        return _answer(admin, request, attempt, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _done(request, complaint, attempt)


def _look(request: HttpRequest) -> Attempt:
    """What was typed, the policy that governs it, and what it may repeat."""
    standing = standing_for(request)
    form = RegistrationForm(request.POST, request.FILES, standing=standing)
    attempt = Attempt(form)
    governing = Governing(timezone.now())
    shown = request.POST.get(GOVERNED, "")
    if form.is_valid():
        try:
            attempt.version = governing.version(form.given())
        except NoVersionError as error:
            form.add_error(None, str(error))
            return attempt
        attempt.likenesses = alike(form.signs(), standing, timezone.now())
        attempt.is_hint_new = bool({row.complaint.number for row in attempt.likenesses} - form.seen_numbers())
    else:
        attempt.version = next((row for row in governing.versions.values() if str(row.pk) == shown), None)
    if attempt.version is not None:
        attempt.particulars = _particulars(request, attempt.version, form)
        attempt.is_block_new = attempt.particulars is not None and shown != str(attempt.version.pk)
    return attempt


def _particulars(request: HttpRequest, version: PolicyVersion, form: RegistrationForm) -> ParticularsForm | None:
    """The block of a policy, None if it asks nothing. Nothing is wrong with a block that nobody has seen yet."""
    channel = form.cleaned_data.get("channel")
    is_shown = request.POST.get(GOVERNED) == str(version.pk)
    found = ParticularsForm(request.POST if is_shown else None, version=version, channel=channel)
    return found if found.fields else None


def _foresee(attempt: Attempt) -> None:
    """What the service will say of the same values."""
    if attempt.is_complete and attempt.version is not None:
        particulars = attempt.particulars.given() if attempt.particulars else {}
        if found := problems(attempt.form.given(**particulars), attempt.version, timezone.now()):
            _show(attempt, RegistrationError("missing", *found))


def _show(attempt: Attempt, refusal: ActRefusedError) -> None:
    """Each thing that is wrong, at its field."""
    for element, text in getattr(refusal, "found", [("", reason) for reason in refusal.reasons]):
        if attempt.particulars is not None and element in attempt.particulars.fields:
            attempt.particulars.add_error(element, text)
        else:
            attempt.form.add_error(element if element in attempt.form.fields else None, text)


def _answer(admin: ModelAdmin, request: HttpRequest, attempt: Attempt, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context: dict[str, Any] = page_context(
        admin,
        request,
        title=_("Register a complaint"),
        attempt=attempt,
        form=attempt.form,
        seen=",".join(row.complaint.number for row in attempt.likenesses),
        has_errors=bool(attempt.form.errors or (attempt.particulars and attempt.particulars.errors)),
        has_files=bool(request.FILES),
    )
    return TemplateResponse(request, "complaints/case/register.html", context, status=status)


def _done(request: HttpRequest, complaint: Complaint, attempt: Attempt) -> HttpResponse:
    standing = standing_for(request)
    case = Case(complaint, timezone.now())
    steps = next_steps(case, standing)
    acts = [step.act.label for step in steps.mine[:1]] or [step.act.label for step in steps.others[:1]]
    words = {"number": complaint.number, "step": acts[0] if acts else ""}
    messages.success(request, _("Registered under the number %(number)s. Next step: “%(step)s”.") % words)
    if not Complaint.objects.visible_to(standing).filter(pk=complaint.pk).exists():
        return redirect("admin:register")
    address = reverse("admin:complaint_act", args=[complaint.pk, "link"])
    for row in attempt.likenesses[:3]:
        number = row.complaint.number
        text = _("Link it to %(number)s") % {"number": number}
        messages.info(request, format_html('<a href="{}?other={}">{}</a>', address, number, text))
    return redirect("admin:complaints_complaint_change", complaint.pk)
