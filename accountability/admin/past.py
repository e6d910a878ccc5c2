"""The change history of an investigation and everything that belongs to it, field by field. (AU-1, AU-3)"""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accountability import models
from accountability.acts import ACTS, BEGINNINGS, Subject
from accountability.admin.opening import frame, open_subject
from accountability.queries.inquiry import Inquiry
from accountability.queries.inquiry_page import InquiryPage
from accountability.queries.inquiry_timeline import act_label
from complaints.admin.access import standing_for
from complaints.admin.cases.past import REASONS, PastChange
from complaints.admin.history import PAGE, PER_PAGE, Change, changes

#: What belongs to an investigation and has a history, and by which column.
CHILDREN: tuple[tuple[Any, str], ...] = (
    (models.Membership, "investigation_id"),
    (models.Party, "investigation_id"),
    (models.Allegation, "investigation_id"),
    (models.Charge, "investigation_id"),
    (models.Task, "investigation_id"),
    (models.Evaluation, "investigation_id"),
    (models.Fact, "investigation_id"),
    (models.ProcessStep, "investigation_id"),
    (models.OutsideOpinion, "investigation_id"),
    (models.Determination, "investigation_id"),
    (models.Hearing, "investigation_id"),
    (models.Objection, "investigation_id"),
)
LEFT_OUT = ("version", "investigation", "complaint", "content", "sha256", "collector")


def past_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """All changes, the latest first."""
    inquiry = open_subject(request, Subject.INVESTIGATION, pk)
    view = InquiryPage(inquiry, standing_for(request))
    if not view.reads_history:
        raise PermissionDenied
    page = Paginator(whole_past(inquiry, view), PER_PAGE).get_page(request.GET.get(PAGE))
    context = frame(
        site,
        request,
        inquiry,
        page=page,
        page_range=page.paginator.get_elided_page_range(page.number),
        title=_("Change history: %(name)s") % {"name": inquiry.subject.number},
    )
    return TemplateResponse(request, "accountability/past.html", context)


def whole_past(inquiry: Inquiry, view: InquiryPage) -> list[PastChange]:
    """Changes of the investigation and all its records; of evidence only what the person may see."""
    key = inquiry.subject.pk
    # Every act counts the investigation on; what that says is said by the records it changed.
    found = [row for row in _past(models.Investigation, {"id": key}) if row.change.fields]
    for model, column in CHILDREN:
        found += _past(model, {column: key})
    evidence = list(view.seen_evidence)
    found += _past(models.EvidenceItem, {"id__in": evidence, "investigation_id": key})
    found += _past(models.EvidenceReview, {"item_id__in": evidence})
    facts = [fact.pk for fact in inquiry.facts]
    found += _past(models.Cell, {"fact_id__in": facts, "evidence_id__in": evidence})
    versions = [line.determination.pk for line in view.determinations]
    found += _past(models.Assignment, {"determination_id__in": versions})
    found += _past(models.DeterminedCause, {"determination_id__in": versions})
    return sorted(found, key=lambda row: row.change.at, reverse=True)


def word_of(code: str) -> str:
    """What an act of ours is called; nothing for other codes."""
    return act_label(code) if code in ACTS or code in BEGINNINGS else ""


REASONS.append(word_of)


def _past(model: Any, where: dict[str, Any]) -> list[PastChange]:
    rows = list(model.history.filter(**where).order_by("-history_date", "-history_id"))
    name = capfirst(str(model._meta.verbose_name))
    labels = [name if model is models.Investigation else f"{name} {row.id}" for row in rows]
    found = [_in_words(change) for change in changes(rows, LEFT_OUT)]
    return [PastChange(label, change) for label, change in zip(labels, found, strict=True)]


def _in_words(change: Change) -> Change:
    """Records saved without a reason of a person's own name the act."""
    return replace(change, reason=word_of(change.reason) or change.reason)
