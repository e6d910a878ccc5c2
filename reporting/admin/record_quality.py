"""Which records are incomplete or implausible, by department. (RP-9)"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import pgettext

from complaints.admin.access import standing_for
from complaints.models import Complaint
from complaints.models.registers import registers
from reporting.admin.choosing_period import PeriodChoice, chosen_period
from reporting.admin.frame import frame
from reporting.admin.page_tables import page_of, with_files
from reporting.permissions import may_read_figures
from reporting.queries.record_quality import BY_CODE, RULES, by_department, faulty

PER_PAGE = 50


def _complaints(request: HttpRequest, choice: PeriodChoice) -> Any:
    """What was received in the period, as far as the person may see it."""
    start, end = choice.period.bounds(timezone.get_default_timezone())
    return Complaint.objects.visible_to(standing_for(request)).filter(received_at__gte=start, received_at__lt=end)


@with_files()
def record_quality_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Faults by department, each number opening the complaints that have it."""
    if not may_read_figures(standing_for(request)):
        raise PermissionDenied
    now = timezone.now()
    choice = chosen_period(request, now)
    departments = registers().departments
    lines = by_department(_complaints(request, choice))
    shown = [rule for rule in RULES if any(rule.code in line.faults for line in lines)]
    context = frame(
        site,
        request,
        title=pgettext("tab", "Record quality"),
        choice=choice,
        kept={},
        rules=shown,
        lines=[
            {
                "department": departments[line.department_id],
                "count": line.count,
                "sound": line.sound,
                "share": 100 * line.sound / line.count,
                "faults": [(rule, line.faults.get(rule.code, 0)) for rule in shown],
            }
            for line in lines
        ],
        every_rule=RULES,
    )
    return TemplateResponse(request, "reporting/record_quality.html", context)


@with_files(cases=["cases"])
def faulty_records_page(request: HttpRequest, site: Any, code: str) -> HttpResponse:
    """The complaints that have one fault."""
    if not may_read_figures(standing_for(request)):
        raise PermissionDenied
    rule = BY_CODE.get(code)
    department = request.GET.get("department", "")
    if rule is None or not (department == "" or department.isdecimal()):
        raise Http404
    choice = chosen_period(request, timezone.now())
    rows = faulty(_complaints(request, choice), code, int(department) if department else None)
    rows = rows.select_related("owner_department", "handler").order_by("-received_at", "-id").defer("demand")
    page = page_of(request, rows, PER_PAGE)
    context = frame(
        site,
        request,
        title=rule.label,
        rule=rule,
        choice=choice,
        page=page,
        page_range=page.paginator.get_elided_page_range(page.number),
    )
    return TemplateResponse(request, "reporting/faulty_records.html", context)
