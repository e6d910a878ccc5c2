"""Taking an act: its form, and the one call into the workflow. (WF-1)"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from complaints.acts import ACTS, Act, AskKind
from complaints.admin.access import standing_for
from complaints.admin.cases.opening import open_case, page_context, person_of
from complaints.admin.forms.act_form import ActForm, act_form
from complaints.localised import localise
from complaints.models import Complaint, ComplaintEvent
from complaints.permissions import may_take
from complaints.queries.case import Case
from complaints.queries.case_page import CasePage
from complaints.queries.case_steps import who_may
from complaints.queries.requirements import checklist
from complaints.services.doing import ActRefusedError
from complaints.services.workflow import perform

#: What somebody wants to have before their eyes while they act: parts of the case page.
BESIDE_FORM = {
    "reply_sheet": ("sheets",),
    "determine": ("sheets",),
    "find_unfounded": ("sheets",),
    "waive_determination": ("sheets",),
    "submit_plan": ("sheets", "decision", "plans"),
    "record_meeting": ("decision", "plans"),
    "approve_plan": ("plans", "decision", "sheets"),
    "reject_plan": ("plans", "decision", "sheets"),
    "agree": ("plans",),
    "disagree": ("plans",),
    "complete_step": ("plans",),
    "complete": ("plans",),
    "give_feedback": ("decision", "plans"),
    "record_visit": ("plans", "communications"),
    "close": ("visits", "plans"),
    "continue_case": ("visits", "plans"),
    "answer_escalation": ("escalations",),
}

#: Looking at contact data: what was asked for is the answer itself, shown once and nowhere kept.
REVEAL = "reveal_contact"


@dataclass(frozen=True, slots=True)
class Taking:
    """One request to take an act."""

    admin: ModelAdmin
    request: HttpRequest
    case: Case
    act: Act

    def answer(self, template: str, *, status: int = HTTPStatus.OK, **values: Any) -> TemplateResponse:
        """A page about the act."""
        context = page_context(self.admin, self.request, self.case, act=self.act, title=self.act.label, **values)
        return TemplateResponse(self.request, f"complaints/case/{template}", context, status=status)


def act_page(admin: ModelAdmin, request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The form of an act, or the act. Who may not take it is told why, and so is who comes too late."""
    act = ACTS.get(code)
    if act is None or act.by_system:
        raise Http404
    taking = Taking(admin, request, open_case(request, pk), act)
    if not may_take(act, standing_for(request), taking.case):
        return _refused(taking, HTTPStatus.FORBIDDEN, _("You may not take the act “%(act)s” on this case."))
    if taking.case.complaint.state not in act.sources:
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.FORBIDDEN
        return _refused(taking, status, _("“%(act)s” is not possible while the case is “%(state)s”."))
    form = act_form(act, taking.case, standing_for(request), request, seen_event=_last_event(taking.case))
    if request.method == "POST":
        return _take(taking, form)
    return _form_page(taking, form)


def _last_event(case: Case) -> int:
    found: int | None = ComplaintEvent.objects.filter(complaint=case.complaint).aggregate(last=Max("id"))["last"]
    return found or 0


def _refused(taking: Taking, status: int, sentence: str) -> HttpResponse:
    """Why not, who may, and what had been typed."""
    words = {"act": taking.act.label, "state": taking.case.complaint.get_state_display()}
    texts = [ask for ask in taking.act.asks if ask.kind in {AskKind.TEXT, AskKind.LINE}]
    typed = [(ask.label, taking.request.POST[ask.name]) for ask in texts if taking.request.POST.get(ask.name)]
    who = who_may(taking.case, taking.act)
    return taking.answer("refused.html", status=status, why=sentence % words, who=who, typed=typed)


def _form_page(
    taking: Taking, form: ActForm, *, status: int = HTTPStatus.OK, since: list[ComplaintEvent] | None = None
) -> HttpResponse:
    standing = standing_for(taking.request)
    needs = checklist(taking.case, taking.act, standing)
    script = taking.case.rules.script(taking.act.code)
    return taking.answer(
        "act.html",
        status=status,
        form=form,
        page=CasePage(taking.case, standing),
        checklist=needs,
        is_ready=all(met for met, _text in needs),
        say=[localise(names) for names in script.say],
        avoid=[localise(names) for names in script.avoid],
        parts=[f"complaints/case/{name}.html" for name in BESIDE_FORM.get(taking.act.code, ())],
        since=[(event, ACTS[event.act].label) for event in since or []],
    )


def _take(taking: Taking, form: ActForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(taking, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if taking.act.target is None and taking.act.code != REVEAL and _is_repeated(taking, form):
        form.add_error(
            None,
            _("You have already recorded this since you opened the form. Send it again only if you mean another one."),
        )
        return _again(taking, form)
    try:
        perform(
            taking.case.complaint.pk,
            taking.act.code,
            by=person_of(taking.request),
            now=taking.case.now,
            given=form.given(),
            seen_version=form.cleaned_data["seen_version"],
        )
    except ActRefusedError as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        if refusal.code in {"changed", "wrong_state", "not_allowed", "not_visible"}:
            return _again(taking, form)
        return _form_page(taking, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _done(taking)


def _is_repeated(taking: Taking, form: ActForm) -> bool:
    """The same person took the same act since the form was opened: a button pressed twice, a page sent again."""
    return ComplaintEvent.objects.filter(
        complaint=taking.case.complaint,
        id__gt=form.cleaned_data["seen_event"],
        actor=person_of(taking.request),
        act=taking.act.code,
    ).exists()


def _again(taking: Taking, form: ActForm) -> HttpResponse:
    """The case as it is now, with the form as it was typed and what happened in between."""
    seen = form.cleaned_data["seen_event"]
    now = Taking(taking.admin, taking.request, open_case(taking.request, taking.case.complaint.pk), taking.act)
    since = list(ComplaintEvent.objects.filter(complaint=now.case.complaint, id__gt=seen).order_by("id"))
    form.see_again(version=now.case.complaint.version, event=_last_event(now.case))
    return _form_page(now, form, status=HTTPStatus.CONFLICT, since=since)


def _done(taking: Taking) -> HttpResponse:
    visible = Complaint.objects.visible_to(standing_for(taking.request))
    complaint = visible.filter(pk=taking.case.complaint.pk).first()
    if taking.act.code == REVEAL and complaint is not None:
        response = taking.answer("contact.html", complainant=taking.case.complaint.complainant)
        response.headers["Cache-Control"] = "private, no-store"
        return response
    if complaint is None:
        messages.success(
            taking.request, _("“%(act)s” is recorded. The case is with others now.") % {"act": taking.act.label}
        )
        return redirect("admin:complaints_complaint_changelist")
    sentence = _("“%(act)s” is recorded.")
    if taking.act.target is not None:
        sentence = _("“%(act)s” is recorded. The case is now “%(state)s”.")
    words = {"act": taking.act.label, "state": complaint.get_state_display()}
    messages.success(taking.request, sentence % words)
    return redirect("admin:complaints_complaint_change", complaint.pk)
