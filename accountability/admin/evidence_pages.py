"""The page of a piece of evidence: its way from hand to hand, its files, how it was judged. (AC-2, AC-3)"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accountability.acts import Subject
from accountability.admin.opening import frame, open_subject
from accountability.models import Citation, CustodyEntry, EvidenceReview
from accountability.queries.choices_of_acts import choices_for
from accountability.queries.inquiry_page import judgements
from accountability.queries.inquiry_timeline import events_about, timeline_of
from accountability.services.custody import record_look
from complaints.admin.access import person_of, standing_for
from complaints.permissions import may_read_history


def evidence_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One piece."""
    inquiry = open_subject(request, Subject.EVIDENCE, pk)
    item = inquiry.subject
    standing = standing_for(request)
    record_look(item, by=person_of(request), now=inquiry.now)
    reviews = list(EvidenceReview.objects.filter(item=item).select_related("reviewer").order_by("-reviewed_at", "-id"))
    cited = Citation.objects.filter(evidence=item).select_related(
        "assignment__determination",
        "assignment__charge__party__department",
        "assignment__charge__party__person",
        "assignment__charge__party__outside",
    )
    context = frame(
        site,
        request,
        inquiry,
        title=item.title,
        item=item,
        files=list(item.files.select_related("added_by")),
        custody=list(CustodyEntry.objects.filter(item=item).select_related("by").order_by("-at", "-id")),
        reviews=[(review, judgements(review)) for review in reviews],
        cells=list(item.cells.select_related("fact").order_by("fact__position")),
        cited=list(cited.order_by("assignment__determination", "assignment__position")),
        choices=choices_for(inquiry, standing),
        timeline=timeline_of(events_about(Subject.EVIDENCE, item.pk), {item.pk: item}),
        reads_history=may_read_history(standing),
    )
    return TemplateResponse(request, "accountability/evidence.html", context)
