"""What this app adds to the site: its addresses, its place on the pages of complaints and on the desk, its notices."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accountability.admin.acting import act_page
from accountability.admin.beginning_pages import open_page, waiver_page, why_not
from accountability.admin.determination_pages import determination_page
from accountability.admin.discipline_pages import discipline_list, discipline_page, offence_page
from accountability.admin.document_pages import document_page
from accountability.admin.evidence_files import PATTERNS as FILES
from accountability.admin.evidence_pages import evidence_page
from accountability.admin.hearing_pages import hearing_page, hearings_page, objection_page
from accountability.admin.inquiry_pages import inquiry_page
from accountability.admin.investigation_list import investigations_page
from accountability.admin.measure_beginning import demand_page
from accountability.admin.measure_pages import measure_page, measures_page
from accountability.admin.opening import FOLDERS
from accountability.admin.past import past_page
from accountability.models import Determination, Hearing, Investigation
from accountability.permissions import may_report_offence
from accountability.queries.desk import Waiting, waiting
from complaints.admin.access import standing_for
from complaints.admin.additions import PAGES, PARTS, Page
from complaints.admin.documents import overview
from complaints.admin.menu import NAVIGATION, Entry
from complaints.queries.access import may_read_complaints
from complaints.queries.case_page import CasePage
from complaints.states import Role, State

# --- Addresses -------------------------------------------------------------------------------------------------------

#: Pages that are only read.
_READ: list[Page] = [
    ("inquiries/", investigations_page, "investigations"),
    ("inquiries/<int:pk>/", inquiry_page, "investigation"),
    ("inquiries/<int:pk>/history/", past_page, "investigation_history"),
    ("evidence/<int:pk>/", evidence_page, "evidence"),
    ("determinations/<int:pk>/", determination_page, "determination"),
    ("determinations/<int:pk>/document/", document_page, "document_determination"),
    ("hearings/", hearings_page, "hearings"),
    ("hearings/<int:pk>/", hearing_page, "hearing"),
    ("objections/<int:pk>/", objection_page, "objection"),
    ("measures/", measures_page, "measures"),
    ("measures/<int:pk>/", measure_page, "measure"),
    ("discipline/", discipline_list, "discipline_records"),
    ("discipline/<int:pk>/", discipline_page, "discipline"),
]
PAGES += [(address, require_safe(view), name) for address, view, name in _READ]
PAGES += FILES
PAGES += [
    ("inquiries/open/<int:pk>/", open_page, "investigation_open"),
    ("inquiries/waive/<int:pk>/", waiver_page, "investigation_waive"),
    ("measures/demand/", demand_page, "measure_demand"),
    ("discipline/report/<int:pk>/", offence_page, "discipline_report"),
]
PAGES += [
    (f"{folder}/<int:pk>/act/<slug:code>/", partial(act_page, kind=kind), f"{kind}_act")
    for kind, folder in FOLDERS.items()
]

# --- Menu ------------------------------------------------------------------------------------------------------------

HEARING = (Role.LIAISON, Role.HEAD, Role.EXECUTIVE)


def _open_hearings(request: HttpRequest) -> int:
    return Hearing.objects.concerning(standing_for(request)).filter(status="open").count()


_ENTRIES = [
    Entry(
        pgettext_lazy("menu", "Investigations"),
        "admin:investigations",
        "balance",
        lambda _person, standing: may_read_complaints(standing),
    ),
    Entry(
        pgettext_lazy("menu", "Hearings"),
        "admin:hearings",
        "hearing",
        lambda _person, standing: standing.has(*HEARING),
        _open_hearings,
    ),
    Entry(
        pgettext_lazy("menu", "Measures"),
        "admin:measures",
        "tick",
        lambda _person, standing: may_read_complaints(standing),
    ),
    Entry(
        pgettext_lazy("menu", "Discipline"),
        "admin:discipline_records",
        "lock",
        lambda _person, standing: standing.has(Role.PERSONNEL, Role.AUDITOR),
    ),
]
_PLACE = next(place for place, entry in enumerate(NAVIGATION) if entry.address.endswith("complaint_changelist")) + 1
NAVIGATION[_PLACE:_PLACE] = _ENTRIES

# --- Beside a complaint ----------------------------------------------------------------------------------------------


def case_part(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The investigations of a complaint, and how to begin one."""
    page: CasePage = context["page"]
    standing, complaint = standing_for(request), page.complaint
    rows = Investigation.objects.filter(complaint=complaint).visible_to(standing).order_by("-round")
    investigations = list(rows)
    versions = {
        row.investigation_id: row
        for row in Determination.objects.filter(investigation__in=investigations)
        .exclude(status="abandoned")
        .order_by("edition")
    }
    may_begin = complaint.state == State.INVESTIGATING and not why_not(page.case, standing)
    if not investigations and not may_begin:
        return ""
    values = {
        "complaint": complaint,
        "lines": [(row, versions.get(row.pk)) for row in investigations],
        "may_begin": may_begin,
        "may_waive": may_begin and not page.case.rules.determination.compulsory,
        "is_formal": complaint.severity in page.case.rules.determination.formal_for,
        "may_report": may_report_offence(standing, page.case),
    }
    return render_to_string("accountability/case_part.html", values, request)


PARTS["case"].append(case_part)

# --- On the desk -----------------------------------------------------------------------------------------------------


def desk_part(request: HttpRequest, _context: Mapping[str, Any]) -> str:
    """What waits for the person in investigations, hearings and measures."""
    found: list[Waiting] = waiting(standing_for(request), timezone.now())
    return render_to_string("accountability/desk_part.html", {"waiting": found}, request) if found else ""


def docket_part(request: HttpRequest, _context: Mapping[str, Any]) -> str:
    """Objections to decide, determinations to approve."""
    found = [block for block in waiting(standing_for(request), timezone.now()) if block.is_decision]
    return render_to_string("accountability/desk_part.html", {"waiting": found}, request) if found else ""


PARTS["desk"].append(desk_part)
PARTS["docket"].append(docket_part)

# --- Documents -------------------------------------------------------------------------------------------------------


def documents(page: CasePage) -> list[overview.Line]:
    """The determinations of a complaint, in its list of documents."""
    seen = Investigation.objects.filter(complaint=page.complaint).visible_to(page.standing)
    rows = Determination.objects.filter(investigation__in=seen).exclude(status="abandoned")
    return [
        overview.Line(
            _("Determination of responsibility"),
            row.number,
            str(row.get_status_display()),
            reverse("admin:document_determination", args=[row.pk]),
        )
        for row in rows.order_by("round", "edition")
    ]


overview.ADDED.append(documents)
