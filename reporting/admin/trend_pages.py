"""What changed beyond chance in a quarter, over all series looked at. (RP-2)"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from complaints.admin.access import person_of, standing_for
from complaints.services.refusal import ActRefusedError
from reporting.admin.choosing_period import chosen_period
from reporting.admin.frame import frame
from reporting.admin.trend_rows import parted, rows_of
from reporting.definitions import DEFINITIONS, Definition
from reporting.models import Examination, Subject
from reporting.periods import Span
from reporting.permissions import may_read_figures, may_record_exposure
from reporting.queries.groups import LABELS
from reporting.queries.series import countable, counts_failures
from reporting.queries.trend_content import LEAST
from reporting.services import examinations
from reporting.tallies import Dimension


def trends_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The examination of a quarter as it was last made, and a button to have it made (again)."""
    if not may_read_figures(standing_for(request)):
        raise PermissionDenied
    now = timezone.now()
    choice, figure = chosen_period(request, now, (Span.QUARTER,)), asked_figure(request)
    review = Examination.objects.filter(subject=Subject.TRENDS, quarter=choice.period.first, figure=figure.code).first()
    is_made = review is not None and review.made_at is not None
    content = review.content if review is not None else {}
    context = frame(
        site,
        request,
        title=pgettext("tab", "Trends"),
        choice=choice,
        kept={"figure": figure.code},
        figures=figures(),
        figure=figure,
        counts_failures=counts_failures(figure.code),
        review=review,
        is_made=is_made,
        may_ask=choice.period in examinations.quarters(now),
        content=content,
        percent=round(100 * content["rate"]) if is_made else None,
        left_out=[(LABELS[Dimension(code)], count) for code, count in content.get("left_out", {}).items()],
        least=LEAST,
        parts=parted(rows_of(review)) if review is not None and is_made else {},
        may_record_exposure=may_record_exposure(standing_for(request)),
    )
    return TemplateResponse(request, "reporting/trends.html", context)


@require_POST
def ask_for_trends(request: HttpRequest, site: Any) -> HttpResponse:
    """Have a quarter looked at by the worker."""
    now = timezone.now()
    quarter, figure = chosen_period(request, now, (Span.QUARTER,)).period, asked_figure(request)
    try:
        examinations.ask(quarter, figure.code, by=person_of(request), now=now)
    except ActRefusedError as refusal:
        if refusal.code == "not_allowed":
            raise PermissionDenied from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The series are being looked at; this takes a minute or so."))
    return redirect(reverse("admin:trends", query={"period": quarter.code, "figure": figure.code}))


def figures() -> list[Definition]:
    """The figures that have series."""
    return [row for row in DEFINITIONS.values() if countable(row.code)]


def asked_figure(request: HttpRequest) -> Definition:
    """The figure that is asked for; complaints received where none is. Http404 for one without series."""
    code = request.GET.get("figure") or "received"
    if not countable(code):
        raise Http404
    return DEFINITIONS[code]
