"""Early warnings: the list, and one warning with the cases it names. (RP-7)"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accountability.admin.choosing import Choosing, Filter
from accountability.models import Measure, RootCause
from accountability.permissions import may_demand_measure
from accountability.states import EffectScope, MeasureKind
from complaints.admin.access import person_of, standing_for
from complaints.models import Category, Department
from complaints.services.refusal import ActRefusedError
from reporting.admin.frame import frame
from reporting.admin.page_tables import page_of, with_files
from reporting.documents import charts
from reporting.models import UNANSWERED, RiskWarning, ScanNight, Urgency, WarningState
from reporting.permissions import may_acknowledge_warning, may_explain_warning, may_read_warnings
from reporting.queries.clusters import Grouping, by_day, cases, label, labels, measured
from reporting.services import risk_warnings
from reporting.tallies import Dimension

PER_PAGE = 30
CASES_PER_PAGE = 20
#: Days before the cluster that its chart shows.
BEFORE = 56
#: What is shown of each case.
SHOWN = ("complaint", "category", "owner_department", "responsible_department")
FILTERS = (
    Filter("state", pgettext_lazy("filter", "State"), WarningState.choices, "state"),
    Filter("urgency", gettext_lazy("Urgency"), Urgency.choices, "urgency"),
)
ACTS: Mapping[str, Callable[..., RiskWarning]] = {
    "acknowledge": risk_warnings.acknowledge,
    "explain": risk_warnings.explain,
}


class AnswerForm(forms.Form):
    """What somebody makes of a warning."""

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    seen = forms.IntegerField()
    words = forms.CharField(max_length=risk_warnings.LONGEST, required=False)


@with_files()
def warnings_page(request: HttpRequest, site: Any) -> HttpResponse:
    """All warnings the person may see, those that wait for an answer first."""
    standing = standing_for(request)
    if not may_read_warnings(standing):
        raise PermissionDenied
    rows = RiskWarning.objects.visible_to(standing)
    choosing = Choosing(request, FILTERS, search=("number",))
    page = page_of(request, choosing.narrowed(rows).order_by("-found_on", "-id"), PER_PAGE)
    warnings = list(page.object_list)
    called = labels({_group(row) for row in warnings})
    context = frame(
        site,
        request,
        title=pgettext("menu", "Early warning"),
        page=page,
        page_range=page.paginator.get_elided_page_range(page.number),
        lines=[(row, label(called[_group(row)])) for row in _with_measures(warnings)],
        choosing=choosing,
        waiting=rows.filter(state__in=UNANSWERED).exclude(number__in=measured()).count(),
        going_on=rows.filter(ended_on=None).count(),
        night=ScanNight.objects.order_by("-day").first(),
    )
    return TemplateResponse(request, "reporting/warnings.html", context)


@with_files(cases=["cases"])
def warning_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One warning: what stands out, how surely, the cases, and what was made of it. A POST answers it."""
    warning = _open(request, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not form.is_valid():
            return _page(request, site, warning, [_("Please fill in what is asked for.")])
        given = form.cleaned_data
        words = {"acknowledge": "remark", "explain": "reason"}[given["act"]]
        try:
            ACTS[given["act"]](
                pk, seen=given["seen"], by=person_of(request), now=timezone.now(), **{words: given["words"]}
            )
        except ActRefusedError as refusal:
            return _page(request, site, warning, refusal.reasons, given["words"])
        messages.success(request, _("Recorded."))
        return redirect("admin:warning", pk)
    return _page(request, site, warning, [])


def warning_chart(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """The cases of the group by the day, as a picture."""
    warning = _open(request, pk)
    days = _days(warning)
    first = days[0][0]
    since, until = (warning.since - first).days, (warning.last_found_on - first).days
    drawn = charts.bars(
        [f"{day:%m-%d}" for day, _count in days],
        [count for _day, count in days],
        title=_("Cases by the day"),
        highlighted=set(range(since, until + 1)),
        height=2.2,
    )
    return svg_response(drawn)


def svg_response(drawn: str) -> HttpResponse:
    """A chart as an image of its own. Nothing in it runs, and who is logged in may keep it for a while."""
    response = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    response["Cache-Control"] = "private, max-age=600"
    return response


def _page(request: HttpRequest, site: Any, warning: RiskWarning, problems: list[str], words: str = "") -> HttpResponse:
    standing, group = standing_for(request), _group(warning)
    zone = timezone.get_default_timezone()
    others = [Grouping.read(row["dimension"], row["key"]) for row in warning.related]
    called = labels({group, *others})
    facts: Any = cases(group, warning.since, warning.last_found_on, zone)
    seen = facts.visible_to(standing).select_related(*SHOWN)
    page = page_of(request, seen.order_by("-received_at", "-id"), CASES_PER_PAGE)
    count = facts.count()
    measures = Measure.objects.visible_to(standing).filter(origin=warning.number).order_by("id")
    (warning,) = _with_measures([warning])
    is_unanswered = warning.state in UNANSWERED
    context = frame(
        site,
        request,
        title=label(called[group]),
        warning=warning,
        parts=called[group],
        related=[(label(called[other]), row) for other, row in zip(others, warning.related, strict=True)],
        nights=None if not warning.false_alarms else round(1 / warning.false_alarms),
        days=_days(warning),
        page=page,
        page_range=page.paginator.get_elided_page_range(page.number),
        count=count,
        hidden=count - page.paginator.count,
        measures=measures,
        may_acknowledge=warning.state == WarningState.OPEN and may_acknowledge_warning(standing, warning),
        may_explain=is_unanswered and may_explain_warning(standing, warning),
        demand=_demand(warning, group, label(called[group])) if may_demand_measure(standing) else "",
        past=_past(warning),
        problems=problems,
        words=words,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return TemplateResponse(request, "reporting/warning.html", context, status=status)


def _open(request: HttpRequest, pk: int) -> RiskWarning:
    """The warning, if the person may see it; else there is none."""
    rows = RiskWarning.objects.visible_to(standing_for(request)).select_related("department", "answered_by")
    warning: RiskWarning | None = rows.filter(pk=pk).first()
    if warning is None:
        raise Http404
    return warning


def _group(warning: RiskWarning) -> Grouping:
    return Grouping.read(warning.dimension, warning.key)


def _with_measures(rows: list[RiskWarning]) -> list[RiskWarning]:
    """Warnings as they are shown: one that a measure names is turned into one, before the night writes it down."""
    named = measured()
    for row in rows:
        if row.number in named and row.state in UNANSWERED:
            row.state = WarningState.MEASURE
    return rows


def _days(warning: RiskWarning) -> list[tuple[Any, int]]:
    first = warning.since - timedelta(days=BEFORE)
    counts = by_day(_group(warning), first, warning.last_found_on)
    return [(first + timedelta(days=place), count) for place, count in enumerate(counts)]


def _past(warning: RiskWarning) -> list[Any]:
    """What happened to the warning, the last first, each in words."""
    rows = list(warning.history.order_by("-history_date", "-history_id"))
    states = {str(code): label for code, label in WarningState.choices}
    for row in rows:
        reason = row.history_change_reason or ""
        row.said = states.get(reason) or (_(reason) if reason else "")
    return rows


def _demand(warning: RiskWarning, group: Grouping, name: str) -> str:
    """The form of a measure, filled in with what the warning knows; its origin is the number of the warning."""
    keys = dict(zip(group.dimensions, group.keys, strict=True))
    asked = {"origin": warning.number, "title": name[:200], "kind": str(MeasureKind.CORRECTIVE)}
    registers: list[tuple[Dimension, Any, str, str]] = [
        (Dimension.CATEGORY, Category, "effect_category", EffectScope.CATEGORY),
        (Dimension.CAUSE, RootCause, "cause", EffectScope.CAUSE),
    ]
    for dimension, model, field, scope in registers:
        row = model.objects.filter(pk=keys[dimension]).first() if dimension in keys else None
        if row is not None:
            asked |= {field: row.code, "effect_scope": str(scope)}
    if Dimension.PRODUCT in keys:
        asked |= {"effect_product": keys[Dimension.PRODUCT], "effect_scope": str(EffectScope.PRODUCT)}
    if warning.department_id is not None:
        asked["department"] = Department.objects.get(pk=warning.department_id).code
    return reverse("admin:measure_demand", query=asked)
