"""Samples of closed cases, scored by a checklist. (RP-12)"""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.admin.access import person_of, standing_for
from complaints.models import Complaint
from complaints.models.registers import registers
from complaints.services.refusal import ActRefusedError
from reporting.admin.frame import frame
from reporting.admin.page_tables import with_files
from reporting.checklist import ITEMS, Score, percent
from reporting.models import HandlingReview, SampledCase
from reporting.periods import Period, Span
from reporting.permissions import may_read_figures, may_work_on_reports
from reporting.queries.handling_reviews import results
from reporting.queries.period_names import period_name
from reporting.services import handling_reviews

#: Quarters that can be chosen, and cases drawn unless somebody asks for another number.
OFFERED, SIZE, LARGEST = 4, 30, 500


class DrawForm(forms.Form):
    """Which quarter, and how many cases."""

    quarter = forms.ChoiceField(label=gettext_lazy("Quarter"))
    size = forms.IntegerField(label=gettext_lazy("Cases"), min_value=1, max_value=LARGEST, initial=SIZE)

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        last = Period.at(timezone.now(), Span.QUARTER, timezone.get_default_timezone()).previous
        quarters = [last.shifted(-back) for back in range(OFFERED)]
        self.fields["quarter"].choices = [(quarter.code, period_name(quarter)) for quarter in quarters]  # type: ignore[attr-defined]


class ScoreForm(forms.Form):
    """One score for each item of the checklist, and a comment."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        for item in ITEMS:
            self.fields[item.code] = forms.ChoiceField(
                label=str(item.label),
                help_text=str(item.question),
                choices=Score.choices,
                widget=forms.RadioSelect,
            )
        self.fields["comment"] = forms.CharField(
            label=_("Comment"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
        )

    def scores(self) -> dict[str, str]:
        """The scores by item."""
        return {item.code: self.cleaned_data[item.code] for item in ITEMS}


class FindingsForm(forms.Form):
    """What the sample showed."""

    findings = forms.CharField(
        label=gettext_lazy("Findings"), max_length=20000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)


@with_files()
def handling_reviews_page(request: HttpRequest, site: Any) -> HttpResponse:
    """All samples, and a form to draw one."""
    standing = standing_for(request)
    if not may_read_figures(standing):
        raise PermissionDenied
    form, status = None, HTTPStatus.OK
    if may_work_on_reports(standing):
        form = DrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            quarter = Period.parse(form.cleaned_data["quarter"])
            try:
                review = handling_reviews.begin(
                    quarter, form.cleaned_data["size"], by=person_of(request), now=timezone.now()
                )
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                return redirect("admin:handling_review", review.pk)
        if request.method == "POST":
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif request.method == "POST":
        raise PermissionDenied
    lines = [
        {"review": review, "name": period_name(Period.parse(review.quarter)), **_progress(review)}
        for review in HandlingReview.objects.prefetch_related("cases").select_related("drawn_by")
    ]
    context = frame(site, request, title=pgettext("tab", "Handling reviews"), form=form, lines=lines)
    return TemplateResponse(request, "reporting/handling_reviews.html", context, status=status)


def _progress(review: HandlingReview) -> dict[str, Any]:
    cases = list(review.cases.all())
    values = [value for case in cases if case.scored_at and (value := percent(case.scores)) is not None]
    return {
        "count": len(cases),
        "scored": sum(case.scored_at is not None for case in cases),
        "percent": sum(values) / len(values) if values else None,
    }


@with_files(cases=["cases"])
def handling_review_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One sample: its cases with their scores, and what they come to."""
    standing = standing_for(request)
    if not may_read_figures(standing):
        raise PermissionDenied
    review = get_object_or_404(HandlingReview.objects.select_related("drawn_by", "concluded_by"), pk=pk)
    may_work = may_work_on_reports(standing)
    form, status = (FindingsForm(request.POST or None) if may_work and not review.is_concluded else None), HTTPStatus.OK
    if request.method == "POST":
        if not may_work:
            raise PermissionDenied
        if form is not None and form.is_valid():
            try:
                findings = form.cleaned_data["findings"]
                handling_reviews.conclude(review, findings, by=person_of(request), now=timezone.now())
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, _("The review is concluded."))
                return redirect("admin:handling_review", review.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    cases = list(review.cases.select_related("scored_by"))
    visible = Complaint.objects.visible_to(standing).filter(pk__in=[case.complaint_id for case in cases])
    complaints = {complaint.pk: complaint for complaint in visible.select_related("handler").order_by()}
    context = frame(
        site,
        request,
        title=_("Quality review, %(quarter)s") % {"quarter": period_name(Period.parse(review.quarter))},
        review=review,
        lines=[
            {"case": case, "complaint": complaints.get(case.complaint_id), "percent": percent(case.scores)}
            for case in cases
        ],
        results=results(cases, registers().departments),
        may_score=may_work and not review.is_concluded,
        form=form,
    )
    return TemplateResponse(request, "reporting/handling_review.html", context, status=status)


def score_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """The checklist of one case."""
    standing = standing_for(request)
    if not may_work_on_reports(standing):
        raise PermissionDenied
    case = get_object_or_404(SampledCase.objects.select_related("review"), pk=pk)
    complaint = get_object_or_404(Complaint.objects.visible_to(standing), pk=case.complaint_id)
    form, status = ScoreForm(request.POST or None, initial={**case.scores, "comment": case.comment}), HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            try:
                comment = form.cleaned_data["comment"]
                handling_reviews.score(case, form.scores(), comment, by=person_of(request), now=timezone.now())
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, _("The scores of %(number)s are kept.") % {"number": complaint.number})
                return redirect("admin:handling_review", case.review_id)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = frame(
        site,
        request,
        title=_("Scores of %(number)s") % {"number": complaint.number},
        case=case,
        complaint=complaint,
        form=form,
    )
    return TemplateResponse(request, "reporting/handling_score.html", context, status=status)
