"""The page of an investigation: how it came about, what it rests on, and what comes next. (AC-1 … AC-9)"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accountability.acts import Subject
from accountability.admin.drawing import draw
from accountability.admin.opening import frame, open_as_named, open_subject
from accountability.queries import progress
from accountability.queries.backtracking import time_line_of
from accountability.queries.inquiry import Inquiry
from accountability.queries.inquiry_page import InquiryPage
from accountability.queries.naming import Naming
from complaints.admin.access import standing_for


def inquiry_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """The investigation, or as much of it as somebody may know who is named for its group."""
    try:
        inquiry = open_subject(request, Subject.INVESTIGATION, pk)
    except Http404:
        return _named_page(request, site, *open_as_named(request, pk))
    page = InquiryPage(inquiry, standing_for(request))
    stages = progress.stages(page)
    line = time_line_of(inquiry)
    context = frame(
        site,
        request,
        inquiry,
        title=f"{page.investigation.number} {page.complaint.subject}",
        page=page,
        stages=stages,
        now_at=progress.sections_now(page, stages),
        unfolded=progress.unfolded(page, stages),
        deciding=progress.deciding(page),
        beside=progress.beside(page),
        drawing=draw(line),
        time_line=line,
    )
    return TemplateResponse(request, "accountability/inquiry.html", context)


def _named_page(request: HttpRequest, site: Any, inquiry: Inquiry, naming: Naming) -> HttpResponse:
    """Before the declaration: number, category and parties, so that an interest can be declared (WF-13)."""
    context = frame(site, request, None, title=_("Investigation %(number)s") % {"number": naming.number}, naming=naming)
    return TemplateResponse(request, "accountability/named.html", context)
