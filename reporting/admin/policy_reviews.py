"""Half-yearly reviews of policies: figures, “what if”, conclusion. (RP-10)"""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.admin.access import person_of, standing_for
from complaints.admin.policy_pages import limit_text
from complaints.localised import localise
from complaints.models import Calendar, Policy, PolicyVersion
from complaints.policy_rules import parse_limit
from complaints.services.refusal import ActRefusedError
from complaints.states import Severity
from reporting.admin.frame import frame
from reporting.admin.page_tables import with_files
from reporting.definitions import DEFINITIONS, Value
from reporting.models import PolicyReview, ReviewDecision
from reporting.periods import Period, Span
from reporting.permissions import may_read_figures, may_work_on_reports
from reporting.queries.policy_reviews import is_due, last_half
from reporting.queries.what_if import clocks_of
from reporting.services import policy_reviews

#: What the stages of a round are called.
STAGES = {
    "intake": pgettext_lazy("stage", "Intake, until accepted"),
    "dispatch": pgettext_lazy("stage", "Dispatch"),
    "acknowledgement": pgettext_lazy("stage", "Until the department acknowledges"),
    "investigation": pgettext_lazy("stage", "Investigation and determination"),
    "plan": pgettext_lazy("stage", "Plan and approval"),
    "consent": pgettext_lazy("stage", "Until the complainant agrees"),
    "implementation": pgettext_lazy("stage", "Implementation"),
    "feedback": pgettext_lazy("stage", "Feedback"),
    "return_visit": pgettext_lazy("stage", "Return visit, until closed"),
}
#: Half-years that can be chosen.
OFFERED = 4


class BeginForm(forms.Form):
    """Which policy and which half-year."""

    policy = forms.ModelChoiceField(Policy.objects.all(), label=gettext_lazy("Policy"))
    half = forms.ChoiceField(label=gettext_lazy("Half-year"))

    def __init__(self, *arguments: Any, now: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        self.fields["half"].choices = [  # type: ignore[attr-defined]
            (half.code, half.code) for half in (last_half(now).shifted(-back) for back in range(OFFERED))
        ]


class AskForm(forms.Form):
    """Another limit, or another calendar."""

    clock = forms.ChoiceField(label=gettext_lazy("Clock"))
    calendar = forms.ModelChoiceField(
        Calendar.objects.all(),
        required=False,
        label=gettext_lazy("Working calendar"),
        empty_label=gettext_lazy("as it was"),
    )

    def __init__(self, *arguments: Any, review: PolicyReview, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        clocks = clocks_of(review.policy_id)
        self.fields["clock"].choices = [(code, localise(names)) for code, names in clocks.items()]  # type: ignore[attr-defined]
        for severity in Severity:
            self.fields[f"limit_{severity.value}"] = forms.CharField(
                required=False,
                max_length=40,
                label=_("Limit: %(severity)s") % {"severity": severity.label},
                help_text=_("Like “3 working days”, “2 hours” or “at once”; empty: as it was."),
            )

    def limits(self) -> dict[str, str]:
        """The limits given, by severity."""
        return {severity.value: self.cleaned_data[f"limit_{severity.value}"] for severity in Severity}


class ConcludeForm(forms.Form):
    """Findings and decision."""

    findings = forms.CharField(
        label=gettext_lazy("Findings"), max_length=20000, widget=forms.Textarea(attrs={"rows": 6})
    )
    decision = forms.ChoiceField(label=gettext_lazy("Decision"), choices=ReviewDecision.choices)
    version = forms.ModelChoiceField(
        PolicyVersion.objects.none(), required=False, label=gettext_lazy("Resulting version")
    )

    def __init__(self, *arguments: Any, review: PolicyReview, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        self.fields["version"].queryset = PolicyVersion.objects.filter(policy=review.policy_id)  # type: ignore[attr-defined]


@with_files()
def policy_reviews_page(request: HttpRequest, site: Any) -> HttpResponse:
    """All reviews, the policies that are due, and a form to begin one."""
    standing, now = standing_for(request), timezone.now()
    if not may_read_figures(standing):
        raise PermissionDenied
    form, status = None, HTTPStatus.OK
    if may_work_on_reports(standing):
        form = BeginForm(request.POST or None, now=now)
        if request.method == "POST" and form.is_valid():
            try:
                half = Period.parse(form.cleaned_data["half"])
                review = policy_reviews.begin(form.cleaned_data["policy"], half, by=person_of(request), now=now)
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                return redirect("admin:policy_review", review.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    elif request.method == "POST":
        raise PermissionDenied
    policies = list(Policy.objects.all())
    context = frame(
        site,
        request,
        title=_("Policy reviews"),
        form=form,
        half=last_half(now),
        due=[policy for policy in policies if is_due(policy, now)],
        reviews=PolicyReview.objects.select_related("policy", "version__policy", "made_by", "concluded_by"),
    )
    return TemplateResponse(request, "reporting/policy_reviews.html", context, status=status)


@with_files()
def policy_review_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One review: what was, what would have been, what was decided."""
    standing = standing_for(request)
    if not may_read_figures(standing):
        raise PermissionDenied
    review = get_object_or_404(PolicyReview.objects.select_related("policy", "version__policy", "concluded_by"), pk=pk)
    may_work = may_work_on_reports(standing) and not review.is_concluded
    asking = AskForm(review=review) if may_work else None
    concluding = ConcludeForm(review=review) if may_work else None
    status = HTTPStatus.OK
    if request.method == "POST":
        if not may_work_on_reports(standing):
            raise PermissionDenied
        if request.POST.get("form") == "ask":
            asking = AskForm(request.POST, review=review)
            done = _taken(request, asking, _ask, review)
        elif request.POST.get("form") == "conclude":
            concluding = ConcludeForm(request.POST, review=review)
            done = _taken(request, concluding, _conclude, review)
        else:
            raise Http404
        if done:
            return redirect("admin:policy_review", review.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    half = Period.parse(review.half)
    context = frame(
        site,
        request,
        title=_("Review of “%(policy)s”, %(half)s") % {"policy": review.policy, "half": review.half},
        review=review,
        half=half,
        before=Period(half.first, Span.HALF).previous,
        rows=_figures(review),
        stages=_stages(review),
        clocks=[row | {"name": localise(row["names"])} for row in review.figures["clocks"] if row["count"]],
        replays=_replays(review),
        asking=asking,
        concluding=concluding,
    )
    return TemplateResponse(request, "reporting/policy_review.html", context, status=status)


def _taken(request: HttpRequest, form: Any, act: Any, review: PolicyReview) -> bool:
    if not form.is_valid():
        return False
    try:
        messages.success(request, act(request, form, review))
    except ActRefusedError as refusal:
        form.add_error(None, refusal.reasons)
        return False
    return True


def _ask(request: HttpRequest, form: AskForm, review: PolicyReview) -> str:
    policy_reviews.ask(
        review,
        form.cleaned_data["clock"],
        form.limits(),
        form.cleaned_data["calendar"],
        by=person_of(request),
        now=timezone.now(),
    )
    return _("The clocks were run again; see below what would have been.")


def _conclude(request: HttpRequest, form: ConcludeForm, review: PolicyReview) -> str:
    policy_reviews.conclude(review, **form.cleaned_data, by=person_of(request), now=timezone.now())
    return _("The review is concluded.")


def _figures(review: PolicyReview) -> list[dict[str, Any]]:
    return [
        {
            "definition": definition,
            "now": Value(*review.figures["figures"][code]),
            "before": Value(*review.figures["before"][code]),
        }
        for code, definition in DEFINITIONS.items()
        if code in review.figures["figures"]
    ]


def _stages(review: PolicyReview) -> list[dict[str, Any]]:
    rows = [row | {"label": STAGES[row["code"]]} for row in review.figures["stages"]]
    longest = max((row["share"] for row in rows), default=0)
    return [row | {"is_bottleneck": row["share"] == longest} for row in rows]


def _replays(review: PolicyReview) -> list[dict[str, Any]]:
    names = {row["code"]: localise(row["names"]) for row in review.figures["clocks"]}
    calendars = {calendar.code: str(calendar) for calendar in Calendar.objects.all()}
    found = []
    for answer in reversed(review.replays):
        rows = [row | {"label": Severity(row["severity"]).label} for row in answer["rows"]]
        changes = [f"{Severity(code).label} {limit_text(parse_limit(text))}" for code, text in answer["limits"].items()]
        if answer["calendar"]:
            changes.append(calendars.get(answer["calendar"], answer["calendar"]))
        found.append(
            answer
            | {
                "name": names.get(answer["clock"], answer["clock"]),
                "rows": rows,
                "changes": changes,
                "late": sum(row["late"] for row in rows),
                "would_be_late": sum(row["would_be_late"] for row in rows),
                "count": sum(row["count"] for row in rows),
            }
        )
    return found
