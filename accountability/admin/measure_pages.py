"""Measures: what is to be put right or prevented, whether it was, and what came of it. (AC-9)"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy

from accountability.acts import Subject
from accountability.admin.choosing import Choosing, Filter
from accountability.admin.opening import frame, open_subject
from accountability.models import Measure
from accountability.permissions import may_demand_measure
from accountability.queries.choices_of_acts import choices_for, of_others
from accountability.queries.effects import effect_of
from accountability.queries.inquiry_timeline import events_about, timeline_of
from accountability.states import MeasureKind, MeasureStatus
from complaints.admin.access import standing_for
from complaints.queries.access import may_read_complaints

PER_PAGE = 50
OPEN = (MeasureStatus.PLANNED, MeasureStatus.DONE, MeasureStatus.VERIFIED)
SEARCHED = ("number", "title", "origin", "complaint__number", "department__code")

FILTERS = (
    Filter("status", pgettext_lazy("filter", "Status"), MeasureStatus.choices, "status"),
    Filter("kind", pgettext_lazy("filter", "Kind"), MeasureKind.choices, "kind"),
)


def measures_page(request: HttpRequest, site: Any) -> HttpResponse:
    """All measures the person may see, those due first."""
    standing, now = standing_for(request), timezone.now()
    if not may_read_complaints(standing):
        raise PermissionDenied
    rows = Measure.objects.visible_to(standing, now)
    mine = Q(owner__in=sorted(standing.people))
    choosing = Choosing(request, FILTERS, search=SEARCHED)
    shown = choosing.narrowed(rows)
    if request.GET.get("whose") == "mine":
        shown = shown.filter(mine)
    shown = shown.select_related("department", "owner", "cause", "complaint")
    page = Paginator(shown.order_by("due_at", "id"), PER_PAGE).get_page(request.GET.get("p"))
    figures = {
        "mine": rows.filter(mine, status=MeasureStatus.PLANNED).count(),
        "overdue": rows.filter(status=MeasureStatus.PLANNED, due_at__lt=now).count(),
        "to_verify": rows.filter(status=MeasureStatus.DONE).count(),
        "to_check": rows.filter(status=MeasureStatus.VERIFIED, effect_due_at__lt=now).count(),
    }
    context = frame(
        site,
        request,
        None,
        title=pgettext("menu", "Measures"),
        page=page,
        page_range=page.paginator.get_elided_page_range(page.number),
        choosing=choosing,
        figures=figures,
        now=now,
        may_demand=may_demand_measure(standing),
    )
    return TemplateResponse(request, "accountability/measures.html", context)


def measure_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One measure."""
    inquiry = open_subject(request, Subject.MEASURE, pk)
    measure, standing = inquiry.subject, standing_for(request)
    has_effect = measure.status in {MeasureStatus.VERIFIED, MeasureStatus.EFFECTIVE} and measure.done_at is not None
    context = frame(
        site,
        request,
        inquiry,
        title=measure.title,
        measure=measure,
        checks=list(measure.effect_checks.select_related("checked_by").order_by("-checked_at", "-id")),
        effect=effect_of(measure, inquiry.now) if has_effect else None,
        choices=choices_for(inquiry, standing),
        others=of_others(inquiry, standing),
        timeline=timeline_of(events_about(Subject.MEASURE, pk), {}),
    )
    return TemplateResponse(request, "accountability/measure.html", context)
