"""Excellent handling: who meets the stated rules, who was proposed, and what was decided. (RP-4)"""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.admin.access import person_of, standing_for
from complaints.models import Complaint
from complaints.models.standing import Standing
from complaints.punctuation import clauses, sentences
from complaints.services.refusal import ActRefusedError
from reporting.admin.choosing_period import chosen_period
from reporting.admin.files import table_file
from reporting.admin.frame import frame
from reporting.admin.page_tables import with_files
from reporting.models import Commendation, CommendationState
from reporting.periods import Period, Span
from reporting.permissions import (
    may_decide_commendation,
    may_open_performance,
    may_propose_commendation,
    may_read_figures,
)
from reporting.queries.commendations import FULL_MARKS, Candidate, candidates
from reporting.queries.performance import examined
from reporting.queries.performance_measures import MEASURES
from reporting.queries.period_names import period_name
from reporting.services import commendations
from reporting.tallies import Dimension


class ReasonForm(forms.Form):
    """Why somebody is proposed."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)


class DecisionForm(forms.Form):
    """The decision on a proposal."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            (CommendationState.APPROVED.value, gettext_lazy("Approve the commendation")),
            (CommendationState.REFUSED.value, gettext_lazy("Refuse the commendation")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A refusal needs its reason."),
    )

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)


def _standing(request: HttpRequest) -> Standing:
    standing = standing_for(request)
    if not may_open_performance(standing):
        raise PermissionDenied
    return standing


def commendations_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Everybody proposed or commended that the person may see; for the quality department, who may be proposed."""
    standing = _standing(request)
    choice = chosen_period(request, timezone.now(), (Span.QUARTER,))
    may_propose = may_propose_commendation(standing)
    rows = _visible(standing).filter(quarter=choice.period.code)
    known = {row.person_id for row in rows if row.state != CommendationState.REFUSED}
    found = candidates(choice.period) if may_propose else []
    context = frame(
        site,
        request,
        title=_("Excellent handling"),
        choice=choice,
        kept={},
        rows=rows,
        others=_visible(standing).exclude(quarter=choice.period.code).count(),
        may_propose=may_propose,
        examination=examined(choice.period),
        offered=[
            {
                "candidate": one,
                "grounds": list(_grounds(one.fewer)),
                "is_oneself": one.person == request.user,
                "performance": _performance(choice.period.code, one.person),
            }
            for one in found
            if one.person.pk not in known
        ],
        full_marks=FULL_MARKS,
    )
    return TemplateResponse(request, "reporting/commendations.html", context)


def _visible(standing: Standing) -> Any:
    return Commendation.objects.visible_to(standing).select_related("person", "proposed_by", "decided_by")


@with_files(cases=["cases"])
def propose_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The proposal of one candidate, with a reason made from the facts that may be written anew."""
    if not may_propose_commendation(standing_for(request)):
        raise PermissionDenied
    quarter = chosen_period(request, timezone.now(), (Span.QUARTER,)).period
    person = request.GET.get("person", "")
    candidate = next((one for one in candidates(quarter) if str(one.person.pk) == person), None)
    if candidate is None:
        raise Http404
    form, status = ReasonForm(request.POST or None, initial={"reason": _reason(candidate)}), HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            reason, by = form.cleaned_data["reason"], person_of(request)
            try:
                row = commendations.propose(quarter, candidate.person, reason, by=by, now=timezone.now())
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, _("The proposal was made; an executive decides on it."))
                return redirect("admin:commendation", row.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = frame(
        site,
        request,
        title=_("Propose %(person)s") % {"person": candidate.person},
        quarter=quarter,
        name=period_name(quarter),
        candidate=candidate,
        performance=_performance(quarter.code, candidate.person),
        grounds=list(_grounds(candidate.fewer)),
        cases=_cases(standing_for(request), [(case.complaint_id, case.score) for case in candidate.cases]),
        form=form,
    )
    return TemplateResponse(request, "reporting/commendation_proposal.html", context, status=status)


@with_files(cases=["cases"])
def commendation_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One commendation with its facts, and for an executive who did not propose it, the decision."""
    standing = _standing(request)
    row = get_object_or_404(_visible(standing), pk=pk)
    is_open = row.state == CommendationState.PROPOSED
    may_decide = (
        is_open and may_decide_commendation(standing) and request.user.pk not in {row.proposed_by_id, row.person_id}
    )
    form, status = DecisionForm(request.POST or None) if may_decide else None, HTTPStatus.OK
    if request.method == "POST":
        if not may_decide_commendation(standing):
            raise PermissionDenied
        if form is not None and form.is_valid():
            approves, reason = form.cleaned_data["decision"] == CommendationState.APPROVED, form.cleaned_data["reason"]
            try:
                commendations.decide(row, approves=approves, reason=reason, by=person_of(request), now=timezone.now())
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, _("The decision is kept, and those concerned are told."))
                return redirect("admin:commendation", row.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = frame(
        site,
        request,
        title=str(row.person),
        row=row,
        performance=_performance(row.quarter, row.person)
        if may_read_figures(standing) or row.person == request.user
        else "",
        name=period_name(Period.parse(row.quarter)),
        grounds=list(_grounds(row.grounds.get("fewer", {}))),
        cases=_cases(standing, list(row.cases.values_list("complaint", "score"))),
        form=form,
    )
    return TemplateResponse(request, "reporting/commendation.html", context, status=status)


def _performance(quarter: str, person: Any) -> str:
    """Where all figures of a handler are, and the lists behind them."""
    return reverse("admin:performance_unit", query={"period": quarter, "by": Dimension.HANDLER, "key": person.pk})


def _cases(standing: Standing, scored: Sequence[tuple[int, Any]]) -> dict[str, Any]:
    """The cases that the person may open, with their scores, and how many others there are."""
    scores = dict(scored)
    visible = list(Complaint.objects.visible_to(standing).filter(pk__in=scores).order_by("number"))
    return {
        "lines": [{"complaint": complaint, "score": scores[complaint.pk]} for complaint in visible],
        "hidden": len(scores) - len(visible),
    }


def _grounds(fewer: Any) -> Iterator[dict[str, Any]]:
    """The measures that speak for somebody, with their names."""
    for measure in MEASURES:
        if measure.code in fewer:
            yield {"label": measure.label, "numbers": fewer[measure.code]}


def _reason(candidate: Candidate) -> str:
    """What speaks for a candidate, in sentences, to begin with."""
    found = []
    if candidate.fewer:
        parts = [
            _("%(measure)s %(observed)d of %(cases)d (expected %(expected).1f)")
            % {"measure": row["label"], **row["numbers"]}
            for row in _grounds(candidate.fewer)
        ]
        found.append(_("Fewer than expected of the cases handled: %(measures)s.") % {"measures": clauses(parts)})
    if candidate.cases:
        found.append(
            _("Cases with nearly full marks, a satisfied complainant and nothing overdue: %(count)d.")
            % {"count": len(candidate.cases)}
        )
    return sentences(found)


def commendations_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """Everybody proposed or commended that the person may see, of all quarters."""
    standing = _standing(request)
    headings = [
        _("Quarter"),
        pgettext("dimension", "Handler"),
        pgettext("commendation", "State"),
        _("Reason"),
        _("Proposed by"),
        _("Proposed at"),
        _("Decided by"),
        _("Decided at"),
        _("Reason of the decision"),
    ]
    return table_file(
        _("Excellent handling"), request.GET.get("format", "xlsx"), headings, map(_line, _visible(standing))
    )


def _line(row: Commendation) -> list[Any]:
    moments = [
        timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else "" for at in (row.proposed_at, row.decided_at)
    ]
    return [
        row.quarter,
        str(row.person),
        str(row.get_state_display()),
        row.reason,
        str(row.proposed_by),
        moments[0],
        str(row.decided_by or ""),
        moments[1],
        row.decision_reason,
    ]
