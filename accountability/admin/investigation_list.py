"""The list of investigations a person may see. (AC-1)"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from accountability.admin.choosing import Choosing, Filter
from accountability.admin.opening import frame
from accountability.models import Determination, Investigation, Membership, Task
from accountability.queries.naming import namings_of
from accountability.states import DeterminationStatus, InvestigationStatus
from complaints.admin.access import standing_for
from complaints.localised import localise
from complaints.models import Department
from complaints.models.standing import Standing
from complaints.queries.access import may_read_complaints
from complaints.queries.lists import rules_of
from complaints.states import Severity

PER_PAGE = 50
SEARCHED = ("number", "complaint__number", "complaint__subject", "memberships__person__display_name")


@dataclass(frozen=True, slots=True)
class InvestigationRow:
    """One line of the list."""

    investigation: Any
    severity: str
    determination: str
    determination_status: str


@dataclass(frozen=True, slots=True)
class Figure:
    """How many there are of a kind, and the list of them."""

    label: str | Promise
    value: int
    query: str
    is_alarm: bool = False


def investigations_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Investigations, those with something due first; and those for whose group the person is named."""
    standing, now = standing_for(request), timezone.now()
    if not may_read_complaints(standing):
        raise PermissionDenied
    seen = Investigation.objects.visible_to(standing, now)
    choosing = Choosing(request, _filters_of(seen), SEARCHED)
    rows = choosing.narrowed(seen).filter(_whose(request, standing)).distinct()
    due = Task.objects.filter(investigation=OuterRef("pk"), status="open").order_by("due_at").values("due_at")[:1]
    rows = rows.annotate(
        next_due=Subquery(due),
        lead=Subquery(
            Membership.objects.filter(investigation=OuterRef("pk"), is_lead=True, left_at=None).values(
                name=Coalesce(F("person__display_name"), F("person__username"))
            )[:1]
        ),
    ).select_related("complaint__owner_department", "complaint__responsible_department", "complaint__policy_version")
    rows = rows.defer("complaint__policy_version__document", "complaint__content", "complaint__demand")
    page = Paginator(rows.order_by(F("next_due").asc(nulls_last=True), "-made_at", "-id"), PER_PAGE).get_page(
        request.GET.get("p")
    )
    context = frame(
        site,
        request,
        None,
        title=pgettext("menu", "Investigations"),
        page=page,
        rows=_rows(list(page)),
        page_range=page.paginator.get_elided_page_range(page.number),
        choosing=choosing,
        figures=_figures(seen, standing),
        named=namings_of(request.user, now),
        now=now,
    )
    return TemplateResponse(request, "accountability/investigations.html", context)


def _filters_of(seen: QuerySet[Investigation]) -> Sequence[Filter]:
    departments = Department.objects.filter(pk__in=seen.values("complaint__owner_department"))
    values = [(row.pk, str(row)) for row in departments]
    return (
        Filter("status", pgettext_lazy("filter", "Status"), InvestigationStatus.choices, "status"),
        Filter("severity", pgettext_lazy("filter", "Severity"), Severity.choices, "complaint__severity"),
        Filter("department", pgettext_lazy("filter", "Department"), values, "complaint__owner_department"),
    )


def _whose(request: HttpRequest, standing: Standing) -> Q:
    """All that are seen, or those of whose group the person is."""
    if request.GET.get("whose") != "mine":
        return Q()
    return Q(memberships__person=standing.user_id, memberships__left_at=None)


def _figures(seen: QuerySet[Investigation], standing: Standing) -> list[Figure]:
    counted = seen.order_by().aggregate(
        open=Count("pk", filter=Q(status="open"), distinct=True),
        proposed=Count("pk", filter=Q(status="waiver_proposed"), distinct=True),
    )
    mine = seen.filter(
        memberships__person=standing.user_id, memberships__left_at=None, status=InvestigationStatus.OPEN
    ).count()
    return [
        Figure(pgettext_lazy("figure", "Open"), counted["open"], "status=open"),
        Figure(pgettext_lazy("figure", "Of my groups"), mine, "whose=mine&status=open"),
        Figure(pgettext_lazy("figure", "Proposed to do without"), counted["proposed"], "status=waiver_proposed"),
    ]


def _rows(investigations: list[Any]) -> list[InvestigationRow]:
    """Rows with the severity in the words of the policy and the latest version, in two queries for all."""
    rules = rules_of({row.complaint.policy_version_id for row in investigations})
    latest: dict[int, Determination] = {}
    standing = Determination.objects.filter(investigation__in=investigations)
    for row in standing.exclude(status=DeterminationStatus.ABANDONED).order_by("edition"):
        latest[row.investigation_id] = row
    found = []
    for row in investigations:
        version = latest.get(row.pk)
        severity = localise(rules[row.complaint.policy_version_id].severity_name(row.complaint.severity))
        found.append(
            InvestigationRow(
                row,
                severity,
                str(version.get_status_display()) if version else "",
                version.status if version else "",
            )
        )
    return found
