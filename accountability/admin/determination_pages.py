"""The page of one version of a determination: what it says, what it needs, who was heard about it. (AC-6, AC-8)"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accountability.acts import Subject
from accountability.admin.opening import frame, open_subject
from accountability.models import Recourse
from accountability.queries.choices_of_acts import choices_for, of_others
from accountability.queries.inquiry_page import InquiryPage
from accountability.queries.inquiry_timeline import events_about, timeline_of
from complaints.admin.access import standing_for


def determination_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One version."""
    inquiry = open_subject(request, Subject.DETERMINATION, pk)
    standing = standing_for(request)
    page = InquiryPage(inquiry.about_investigation(), standing)
    page.hearings = [row for row in page.hearings if row.determination_id == pk]
    recourses = Recourse.objects.filter(assignment__determination=pk).select_related("outside", "contract")
    context = frame(
        site,
        request,
        inquiry,
        title=inquiry.subject.number,
        page=page,
        line=next(line for line in page.determinations if line.determination.pk == pk),
        choices=choices_for(inquiry, standing),
        others=of_others(inquiry, standing),
        recourses=list(recourses.order_by("claimed_at", "id")),
        timeline=timeline_of(events_about(Subject.DETERMINATION, pk), {}),
    )
    return TemplateResponse(request, "accountability/determination.html", context)
