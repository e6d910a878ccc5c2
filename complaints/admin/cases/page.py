"""The page of one complaint. (WF-1, DL-6)"""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from complaints.admin.access import standing_for
from complaints.admin.cases.opening import open_case, page_context
from complaints.queries.case_page import CasePage


def case_page(admin: ModelAdmin, request: HttpRequest, key: str) -> HttpResponse:
    """Where the complaint stands, what comes next, and everything that was recorded."""
    case = open_case(request, key)
    page = CasePage(case, standing_for(request))
    title = f"{case.complaint.number} {case.complaint.subject}"
    return TemplateResponse(
        request, "complaints/case/page.html", page_context(admin, request, case, page=page, title=title)
    )
