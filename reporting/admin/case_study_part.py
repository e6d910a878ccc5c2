"""Beside a complaint: case studies like it while it is worked on, and its own once it is closed. (RP-8)"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from complaints.admin.access import standing_for
from complaints.states import OPEN
from reporting.models import CaseStudy
from reporting.queries.case_studies import may_propose
from reporting.queries.case_study_search import similar


def case_study_part(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """What others learnt from such cases; what was learnt from this one, and how to propose it."""
    standing, complaint = standing_for(request), context["page"].complaint
    if complaint.state in OPEN:
        offered = similar(complaint)
        return render_to_string("reporting/similar_cases.html", {"offered": offered}, request) if offered else ""
    own = list(CaseStudy.objects.visible_to(standing).filter(complaint=complaint).order_by("-round"))
    may_begin = may_propose(standing, complaint) and all(study.round != complaint.round for study in own)
    if not own and not may_begin:
        return ""
    values = {"own": own, "complaint": complaint, "may_begin": may_begin}
    return render_to_string("reporting/own_case_study.html", values, request)
