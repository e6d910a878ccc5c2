"""Quarterly reports: the list, one report with its acts, its files, and what recomputing it came to. (RP-1, RP-6)"""

import tempfile
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from accountability.models import Measure
from accountability.permissions import may_demand_measure
from complaints.admin.access import person_of, standing_for
from complaints.admin.documents.showing import language_of
from complaints.documents.pdf import NoPdfError
from complaints.models.standing import Standing
from complaints.services.refusal import ActRefusedError
from reporting.admin.frame import frame
from reporting.documents.quarterly import workbook
from reporting.documents.quarterly.paper import as_pdf, circumstances
from reporting.documents.quarterly.parts import Behind, List, PlanLine
from reporting.models import HandlingReview, OrderKind, Report, ReportOrder, ReportStatus, SatisfactionBaseline
from reporting.periods import Period
from reporting.permissions import may_read_figures, may_read_reports, may_work_on_reports
from reporting.queries.period_names import period_name
from reporting.queries.reports.content import canonical
from reporting.services import reports

#: Quarters that can be chosen to be built.
QUARTERS = 8
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What the acts are called on their buttons.
#: Nothing of its content changes any more, unless it is sent back.
FINAL = frozenset({ReportStatus.SIGNED, ReportStatus.PUBLISHED})
LABELS = {
    "review": pgettext_lazy("report act", "Review: it is right"),
    "sign": pgettext_lazy("report act", "Sign off"),
    "publish": pgettext_lazy("report act", "Publish"),
    "send_back": pgettext_lazy("report act", "Send back"),
}
DONE = {
    "review": gettext_lazy("The report is reviewed. An executive signs it off next."),
    "sign": gettext_lazy("The report is signed off. It can be published."),
    "publish": gettext_lazy("The report is published. Nothing of it changes from now on."),
    "send_back": gettext_lazy("The report is a draft again."),
}


class BuildForm(forms.Form):
    """Which quarter, and what a new edition corrects."""

    required_css_class = "required"
    quarter = forms.ChoiceField(label=pgettext_lazy("span", "Quarter"))
    reason = forms.CharField(
        label=gettext_lazy("What it corrects"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Needed where the report of the quarter is published: the new edition says it."),
        widget=forms.TextInput({"class": "wide"}),
    )

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        last = Period.parse(reports.last_ended(timezone.now()))
        quarters = [last.shifted(-back) for back in range(QUARTERS)]
        field: Any = self.fields["quarter"]
        field.choices = [(quarter.code, period_name(quarter)) for quarter in quarters]


class BaselineForm(forms.ModelForm):
    """The satisfaction that gains are measured against, and where it comes from."""

    required_css_class = "required"

    class Meta:
        model = SatisfactionBaseline
        fields = ("percent", "source")
        widgets = {"source": forms.TextInput({"class": "wide"})}


def _standing(request: HttpRequest) -> Standing:
    standing = standing_for(request)
    if not may_read_reports(standing):
        raise PermissionDenied
    return standing


def _all() -> QuerySet[Report]:
    return Report.objects.select_related("made_by", "reviewed_by", "signed_by", "published_by", "supersedes")


def _open(pk: int) -> Report:
    report = _all().filter(pk=pk).first()
    if report is None:
        raise Http404
    return report


# --- The list --------------------------------------------------------------------------------------------------------


def reports_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Every report; for the quality department the forms to have one built and to enter the baseline."""
    standing = _standing(request)
    return _list(request, site, BuildForm() if may_work_on_reports(standing) else None)


def _list(
    request: HttpRequest,
    site: Any,
    form: BuildForm | None,
    baseline: BaselineForm | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    rows = _all().defer("content").order_by("-quarter", "-edition")
    waiting = ReportOrder.objects.filter(done_at=None, kind=OrderKind.BUILD).select_related("ordered_by")
    refused = ReportOrder.objects.exclude(refusal="").order_by("-done_at").select_related("ordered_by")[:3]
    context = frame(
        site,
        request,
        title=pgettext("tab", "Quarterly reports"),
        reports=[(row, period_name(Period.parse(row.quarter))) for row in rows],
        waiting=waiting,
        refused=refused,
        form=form,
        baseline_form=(baseline or BaselineForm(label_suffix="")) if form is not None else None,
        baseline=SatisfactionBaseline.objects.select_related("entered_by").first(),
    )
    return TemplateResponse(request, "reporting/quarterly/list.html", context, status=status)


@require_POST
def report_order(request: HttpRequest, site: Any) -> HttpResponse:
    """Have a report built by a worker."""
    if not may_work_on_reports(_standing(request)):
        raise PermissionDenied
    form = BuildForm(request.POST)
    if not form.is_valid():
        return _list(request, site, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    try:
        reports.order(given["quarter"], by=person_of(request), now=timezone.now(), reason=given["reason"])
    except ActRefusedError as refusal:
        form.add_error("reason" if refusal.code == "reason" else None, refusal.reasons)
        return _list(request, site, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("The report is being built. It will be in the list in a minute or two."))
    return redirect("admin:reports")


@require_POST
def report_baseline(request: HttpRequest, site: Any) -> HttpResponse:
    """Enter the baseline of satisfaction."""
    if not may_work_on_reports(_standing(request)):
        raise PermissionDenied
    form = BaselineForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _list(request, site, BuildForm(), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    try:
        reports.enter_baseline(given["percent"], given["source"], by=person_of(request), now=timezone.now())
    except ActRefusedError as refusal:
        form.add_error(None, refusal.reasons)
        return _list(request, site, BuildForm(), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("The baseline counts for reports built from now on."))
    return redirect("admin:reports")


# --- One report ------------------------------------------------------------------------------------------------------


def report_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """A report as it was kept, in the language asked for, with what the reader may do."""
    standing, report = _standing(request), _open(pk)
    language = language_of(request)
    with translation.override(language):
        body = circumstances(report, language)
        written = render_to_string("reporting/quarterly/body.html", body | _links(report, standing))
    recomputed = ReportOrder.objects.filter(report=report, kind=OrderKind.RECOMPUTE).first()
    context = frame(
        site,
        request,
        title=_("Report %(code)s") % {"code": report.code},
        **{name: body[name] for name in ("report", "content", "sections", "first", "last")},
        body=written,
        quarter_name=period_name(Period.parse(report.quarter)),
        document_language=language,
        languages_of_report=settings.LANGUAGES,
        formats=(("pdf", "PDF"), ("xlsx", "XLSX"), ("json", "JSON")),
        acts=_acts(report, request, standing),
        later=Report.objects.filter(supersedes=report).first(),
        measures=_measures(report, standing),
        recomputed=recomputed,
    )
    return TemplateResponse(request, "reporting/quarterly/report.html", context)


def _links(report: Report, standing: Standing) -> dict[str, Any]:
    """Where counts and lines of the plan lead, for who may go there."""
    periods = report.content["periods"]
    moment = int(report.as_of.timestamp())

    def lists(behind: List) -> str:
        if behind.of == Behind.SAMPLE:
            return _sample(report.quarter)
        if behind.of == Behind.COST:
            return _cost(behind, periods, moment)
        asked = {
            "figure": behind.figure,
            "which": behind.which,
            "period": periods[behind.period]["code"],
            "by": behind.dimension,
            "key": behind.key,
            "at": moment,
            "report": report.pk,
        }
        return f"{reverse('admin:figure_cases')}?{urlencode(asked)}"

    def demand(line: PlanLine) -> str:
        asked = {"origin": line.origin, "title": line.text[:200], **line.asked}
        return f"{reverse('admin:measure_demand')}?{urlencode(asked)}"

    return {
        "lists": lists if may_read_figures(standing) else None,
        # Before, the report may be built anew, and its lines get other numbers.
        "demand": demand if may_demand_measure(standing) and report.status in FINAL else None,
        "is_final": report.status in FINAL,
    }


def _sample(quarter: str) -> str:
    """The page of the sample of a quarter."""
    sample = HandlingReview.objects.filter(quarter=quarter).first()
    return reverse("admin:handling_review", args=[sample.pk]) if sample else reverse("admin:handling_reviews")


def _cost(behind: List, periods: Mapping[str, Any], moment: int) -> str:
    """The cases behind a figure of cost, as of the moment of the report."""
    asked = {"figure": behind.figure, "at": moment}
    if behind.period == "year":
        quarter = periods["quarter"]["code"]
        asked |= {"period": quarter, "from": f"{quarter[:4]}-01"}
    else:
        asked |= {"period": periods[behind.period]["code"]}
    return reverse("admin:cost_cases", query=asked)


def _acts(report: Report, request: HttpRequest, standing: Standing) -> list[tuple[str, Any, bool]]:
    """Code and label of the acts open to the reader, and whether a reason is asked for."""
    return [
        (code, LABELS[code], code == "send_back")
        for code, act in reports.ACTS.items()
        if report.status in act.sources
        and act.may_take(standing)
        and not (code == "review" and report.made_by_id == request.user.pk)
    ]


def _measures(report: Report, standing: Standing) -> list[Measure]:
    """Measures demanded for lines of this report, as far as the reader may see them."""
    rows = Measure.objects.visible_to(standing).filter(origin__startswith=f"{report.code} ")
    return list(rows.select_related("department", "owner").order_by("origin", "id"))


@require_POST
def report_act(request: HttpRequest, site: Any, pk: int, code: str) -> HttpResponse:
    """Review, sign off, publish, send back: on what the reader saw."""
    _standing(request)
    _open(pk)
    by, now, seen = person_of(request), timezone.now(), request.POST.get("seen", "")
    takes: dict[str, Callable[[], Any]] = {
        "review": lambda: reports.review(pk, by=by, now=now, seen=seen),
        "sign": lambda: reports.sign(pk, by=by, now=now, seen=seen),
        "publish": lambda: reports.publish(pk, by=by, now=now, seen=seen),
        "send_back": lambda: reports.send_back(pk, by=by, now=now, seen=seen, reason=request.POST.get("reason", "")),
    }
    if code not in takes:
        raise Http404
    try:
        takes[code]()
    except ActRefusedError as refusal:
        if refusal.code == "forbidden":
            raise PermissionDenied from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, DONE[code])
    return redirect("admin:report", pk)


@require_POST
def report_recompute(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Have the figures made again from the records as of the report's moment."""
    _standing(request)
    _open(pk)
    reports.order_recomputing(pk, by=person_of(request), now=timezone.now())
    messages.success(request, _("The figures are being made again. What comes of it will stand on this page."))
    return redirect("admin:report", pk)


# --- Files -----------------------------------------------------------------------------------------------------------


def report_file(request: HttpRequest, site: Any, pk: int) -> HttpResponseBase:
    """The report as PDF, workbook or value. Http404 for another format."""
    _standing(request)
    report = _open(pk)
    format_code, language = request.GET.get("format", ""), language_of(request)
    stem = f"{report.code}-{language}"
    if format_code == "json":
        return _named(HttpResponse(canonical(report.content), content_type="application/json"), f"{report.code}.json")
    with translation.override(language):
        if format_code == "xlsx":
            target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
            workbook.write(report, target)
            target.seek(0)
            return _named(FileResponse(target, content_type=XLSX), f"{stem}.xlsx")
        if format_code != "pdf":
            raise Http404
        try:
            return _named(HttpResponse(as_pdf(report, language), content_type="application/pdf"), f"{stem}.pdf")
        except NoPdfError as error:
            messages.error(request, str(error))
            return redirect("admin:report", pk)


def _named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    ending = name.rpartition(".")[2]
    disposition = f"attachment; filename=\"report.{ending}\"; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Disposition"] = disposition
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
