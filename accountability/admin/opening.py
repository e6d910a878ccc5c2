"""Opening a subject of an inquiry for a request: only what the person may see exists. (AU-4, WF-13, AC-8)"""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from accountability.acts import Subject
from accountability.models import (
    Determination,
    DisciplineRecord,
    Hearing,
    Investigation,
    Measure,
    Objection,
)
from accountability.queries.evidence_access import items_open_to
from accountability.queries.inquiry import Inquiry
from accountability.queries.naming import Naming, naming_in
from complaints.admin.access import standing_for
from complaints.models import Complaint
from complaints.models.standing import Standing
from complaints.queries.case_page import RELATED

#: The folder of each kind of subject in the addresses of the site.
FOLDERS: dict[Subject, str] = {
    Subject.INVESTIGATION: "inquiries",
    Subject.EVIDENCE: "evidence",
    Subject.DETERMINATION: "determinations",
    Subject.HEARING: "hearings",
    Subject.OBJECTION: "objections",
    Subject.MEASURE: "measures",
    Subject.DISCIPLINE: "discipline",
}


def visible(kind: Subject, standing: Standing) -> QuerySet:
    """The subjects of a kind that the person may see, with what every page shows of them."""
    investigations = Investigation.objects.visible_to(standing)
    rows: dict[Subject, QuerySet] = {
        Subject.INVESTIGATION: investigations,
        Subject.EVIDENCE: items_open_to(standing)
        .filter(investigation__in=investigations)
        .select_related("investigation", "collected_by"),
        Subject.DETERMINATION: Determination.objects.filter(investigation__in=investigations).select_related(
            "investigation", "submitted_by", "approved_by", "final_by", "supersedes"
        ),
        Subject.HEARING: Hearing.objects.visible_to(standing).select_related(
            "determination", "investigation", "party__department", "party__person", "party__outside", "answered_by"
        ),
        Subject.OBJECTION: Objection.objects.filter(hearing__in=Hearing.objects.visible_to(standing)).select_related(
            "hearing__determination",
            "hearing__party__department",
            "hearing__party__person",
            "hearing__party__outside",
            "investigation",
            "superior",
            "opinion",
        ),
        Subject.MEASURE: Measure.objects.visible_to(standing).select_related(
            "department", "owner", "cause", "determination__investigation", "effect_category", "done_by", "verified_by"
        ),
        Subject.DISCIPLINE: DisciplineRecord.objects.visible_to(standing).select_related(
            "person", "department", "decided_by", "made_by"
        ),
    }
    return rows[kind]


def open_subject(request: HttpRequest, kind: Subject, key: int) -> Inquiry:
    """The subject with what is known around it, at this moment. Http404 if there is none the person may see."""
    subject = visible(kind, standing_for(request)).filter(pk=key).first()
    if subject is None:
        raise Http404
    return inquiry_of(kind, subject)


def open_as_named(request: HttpRequest, key: int) -> tuple[Inquiry, Naming]:
    """The investigation for somebody who is named for its group and has not declared yet. Http404 for others."""
    subject = Investigation.objects.filter(pk=key).first()
    naming = naming_in(subject, request.user, timezone.now()) if subject is not None else None
    if subject is None or naming is None:
        raise Http404
    return inquiry_of(Subject.INVESTIGATION, subject), naming


def inquiry_of(kind: Subject, subject: Any) -> Inquiry:
    """The inquiry of a subject, with its complaint as pages show it."""
    key = subject.investigation.complaint_id if kind in {Subject.HEARING, Subject.OBJECTION} else subject.complaint_id
    complaint = Complaint.objects.select_related(*RELATED).get(pk=key) if key is not None else None
    return Inquiry(kind, subject, complaint, timezone.now())


def address_of(kind: str, key: int) -> str:
    """The page of a subject."""
    return reverse(f"admin:{kind}", args=[key])


def act_address(kind: str, key: int, code: str) -> str:
    """The form of an act on a subject."""
    return reverse(f"admin:{kind}_act", args=[key, code])


def frame(site: Any, request: HttpRequest, inquiry: Inquiry | None, **values: Any) -> dict[str, Any]:
    """What every page of ours hands to its template."""
    complaint = inquiry.complaint if inquiry is not None else None
    investigation = inquiry.investigation if inquiry is not None else None
    standing = standing_for(request)
    return {
        **site.each_context(request),
        "inquiry": inquiry,
        "investigation": investigation,
        "complaint": complaint,
        "sees_complaint": complaint is not None
        and Complaint.objects.visible_to(standing).filter(pk=complaint.pk).exists(),
        "sees_investigation": investigation is not None
        and Investigation.objects.visible_to(standing).filter(pk=investigation.pk).exists(),
        **values,
    }
