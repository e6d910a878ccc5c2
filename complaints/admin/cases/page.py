"""The page of one complaint. (WF-1, DL-6)"""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from complaints.admin.access import standing_for
from complaints.admin.cases.opening import open_case, page_context
from complaints.queries.case_page import CasePage
from complaints.states import SheetStatus


def case_page(admin: ModelAdmin, request: HttpRequest, key: str) -> HttpResponse:
    """Where the complaint stands, what comes next, and everything that was recorded."""
    case = open_case(request, key)
    page = CasePage(case, standing_for(request))
    title = f"{case.complaint.number} {case.complaint.subject}"
    context = page_context(admin, request, case, page=page, title=title, stands_out=stands_out(page))
    return TemplateResponse(request, "complaints/case/page.html", context)


def stands_out(page: CasePage) -> str:
    """The act whose button stands out: the thing to do now, but not an answer that was given and may be given anew."""
    sheets = [sheet for sheet in page.sheets if sheet.round == page.complaint.round]
    is_answered = any(sheet.status == SheetStatus.REPLIED for sheet in sheets)
    ready = (step.act.code for step in page.steps.mine if step.is_forward and step.is_ready)
    return next((code for code in ready if code != "reply_sheet" or not is_answered), "")
