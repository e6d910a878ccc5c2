"""Taking an act on a subject of an inquiry: its form, and the one call into the workflow. (AC-1 … AC-12)"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accountability.acts import ACTS, InquiryAct, Subject
from accountability.admin.beside import beside
from accountability.admin.forms.known import known
from accountability.admin.opening import address_of, frame, open_as_named, open_subject, visible
from accountability.models import InquiryEvent
from accountability.permissions import inquiry_roles
from accountability.queries.choices_of_acts import who_may
from accountability.queries.inquiry import Inquiry
from accountability.queries.inquiry_timeline import act_label
from accountability.services.workflow import perform
from complaints.acts import AskKind
from complaints.admin.access import person_of, standing_for
from complaints.admin.forms.act_form import ActForm, act_form
from complaints.queries.requirements import checklist
from complaints.services.doing import ActRefusedError


@dataclass(frozen=True, slots=True)
class Taking:
    """One request to take an act."""

    site: Any
    request: HttpRequest
    inquiry: Inquiry
    act: InquiryAct

    @property
    def back(self) -> str:
        """The page the person came from."""
        return address_of(self.inquiry.kind, self.inquiry.subject.pk)

    def answer(self, template: str, *, status: int = HTTPStatus.OK, **values: Any) -> TemplateResponse:
        """A page about the act."""
        context = frame(
            self.site, self.request, self.inquiry, act=self.act, title=self.act.label, back=self.back, **values
        )
        return TemplateResponse(self.request, f"accountability/{template}", context, status=status)


def act_page(request: HttpRequest, site: Any, pk: int, code: str, *, kind: Subject) -> HttpResponse:
    """The form of an act, or the act. Who may not take it is told why, and so is who comes too late."""
    act = ACTS.get(code)
    if act is None or act.by_system or act.subject != kind:
        raise Http404
    taking = Taking(site, request, _open(request, kind, pk, act), act)
    if not inquiry_roles(standing_for(request), taking.inquiry) & act.roles:
        return _refused(taking, HTTPStatus.FORBIDDEN, _("You may not take the act “%(act)s” here."))
    if taking.inquiry.state not in act.sources:
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.FORBIDDEN
        return _refused(taking, status, _("“%(act)s” is not possible while the status is “%(state)s”."))
    form = act_form(
        act,
        taking.inquiry,
        standing_for(request),
        request,
        seen_event=_last_event(taking.inquiry),
        known=known(taking.inquiry, act, request),
    )
    if request.method == "POST":
        return _take(taking, form)
    return _form_page(taking, form)


def _open(request: HttpRequest, kind: Subject, pk: int, act: InquiryAct) -> Inquiry:
    """As everybody; and whoever is named for the group, to declare interests before seeing anything."""
    try:
        return open_subject(request, kind, pk)
    except Http404:
        if act.code != "declare_interests":
            raise
    return open_as_named(request, pk)[0]


def _events(inquiry: Inquiry) -> Any:
    if inquiry.investigation is not None:
        return InquiryEvent.objects.filter(investigation=inquiry.investigation)
    return InquiryEvent.objects.filter(subject=inquiry.key)


def _last_event(inquiry: Inquiry) -> int:
    found: int | None = _events(inquiry).aggregate(last=Max("id"))["last"]
    return found or 0


def _refused(taking: Taking, status: int, sentence: str) -> HttpResponse:
    """Why not, who may, and what had been typed."""
    words = {"act": taking.act.label, "state": taking.inquiry.subject.get_status_display()}
    texts = [ask for ask in taking.act.asks if ask.kind in {AskKind.TEXT, AskKind.LINE}]
    typed = [(ask.label, taking.request.POST[ask.name]) for ask in texts if taking.request.POST.get(ask.name)]
    who = who_may(taking.inquiry, taking.act)
    return taking.answer("refused.html", status=status, why=sentence % words, who=who, typed=typed)


def _form_page(
    taking: Taking, form: ActForm, *, status: int = HTTPStatus.OK, since: list[InquiryEvent] | None = None
) -> HttpResponse:
    needs = checklist(taking.inquiry, taking.act, standing_for(taking.request))
    return taking.answer(
        "act.html",
        status=status,
        form=form,
        checklist=needs,
        is_ready=all(met for met, _text in needs),
        is_wide=any(ask.kind == AskKind.TABLE for ask in taking.act.asks),
        parts=beside(taking.request, taking.inquiry, taking.act),
        since=[(event, act_label(event.act)) for event in since or []],
    )


def _take(taking: Taking, form: ActForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(taking, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if taking.act.target is None and _is_repeated(taking, form):
        form.add_error(
            None,
            _("You have already recorded this since you opened the form. Send it again only if you mean another one."),
        )
        return _again(taking, form)
    try:
        perform(
            taking.inquiry.kind,
            taking.inquiry.subject.pk,
            taking.act.code,
            by=person_of(taking.request),
            now=taking.inquiry.now,
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
    seen = form.cleaned_data["seen_event"]
    own = _events(taking.inquiry).filter(id__gt=seen, actor=person_of(taking.request), act=taking.act.code)
    return bool(own.exists())


def _again(taking: Taking, form: ActForm) -> HttpResponse:
    """The subject as it is now, with the form as it was typed and what happened in between."""
    seen = form.cleaned_data["seen_event"]
    inquiry = _open(taking.request, taking.inquiry.kind, taking.inquiry.subject.pk, taking.act)
    now = Taking(taking.site, taking.request, inquiry, taking.act)
    since = list(_events(inquiry).filter(id__gt=seen).order_by("id"))
    form.see_again(version=inquiry.version, event=_last_event(inquiry))
    return _form_page(now, form, status=HTTPStatus.CONFLICT, since=since)


def _done(taking: Taking) -> HttpResponse:
    standing = standing_for(taking.request)
    kind, key = taking.inquiry.kind, taking.inquiry.subject.pk
    subject = visible(kind, standing).filter(pk=key).first()
    if subject is None:
        messages.success(taking.request, _("“%(act)s” is recorded.") % {"act": taking.act.label})
        return redirect("admin:index")
    sentence = _("“%(act)s” is recorded.")
    if taking.act.target is not None:
        sentence = _("“%(act)s” is recorded. The status is now “%(state)s”.")
    words = {"act": taking.act.label, "state": subject.get_status_display()}
    messages.success(taking.request, sentence % words)
    if taking.act.code == "draft" and taking.inquiry.investigation is not None:
        drafted = taking.inquiry.investigation.determinations.filter(status="draft").first()
        if drafted is not None:
            return redirect("admin:determination_act", drafted.pk, "write")
    return redirect(address_of(kind, key))
