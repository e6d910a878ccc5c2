"""How the due moment of a deadline follows from what was counted. (DL-6)"""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from complaints.admin.cases.opening import open_case, page_context
from complaints.models import Deadline
from complaints.queries.case_clocks import explain


def clock_page(admin: ModelAdmin, request: HttpRequest, pk: int, deadline: int) -> HttpResponse:
    """One deadline: its limit, its pauses, and every counted interval in local time."""
    case = open_case(request, pk)
    row = get_object_or_404(Deadline.objects.filter(complaint=case.complaint), pk=deadline)
    explanation = explain(case, row)
    context = page_context(
        admin, request, case, explanation=explanation, line=explanation.line, title=explanation.line.name
    )
    return TemplateResponse(request, "complaints/case/clock.html", context)
