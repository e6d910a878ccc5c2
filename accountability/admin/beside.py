"""What somebody wants to have before their eyes while they act: parts of our pages, below the form."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accountability.acts import InquiryAct, Subject
from accountability.queries.hearing_page import HearingPage
from accountability.queries.inquiry import Inquiry
from accountability.queries.inquiry_page import InquiryPage
from complaints.admin.access import standing_for

#: Parts of the page of the investigation, by act.
PARTS: Mapping[str, tuple[str, ...]] = {
    "find": ("allegations", "matrix"),
    "settle_fact": ("matrix",),
    "add_fact": ("matrix",),
    "evaluate": ("allegations",),
    "conclude_findings": ("allegations", "matrix", "process"),
    "write": ("matrix", "process", "evidence"),
    "submit": ("determination",),
    "approve": ("determination", "matrix", "evidence"),
    "send_back": ("determination",),
    "finalise": ("hearings", "determination"),
    "revise": ("hearings", "determination"),
    "correct": ("determination",),
    "uphold": ("hearings", "determination"),
    "dismiss_objection": ("hearings", "determination"),
    "add_process_step": ("process",),
    "revise_process_step": ("process",),
    "approve_waiver": ("waiver",),
    "refuse_waiver": ("waiver",),
    "review": ("evidence_item",),
}


def beside(request: HttpRequest, inquiry: Inquiry, act: InquiryAct) -> list[SafeString]:
    """The parts for this act, as far as the person may see them."""
    standing = standing_for(request)
    if inquiry.kind in {Subject.HEARING, Subject.OBJECTION}:
        party = HearingPage(inquiry, standing)
        return [_shown(request, "party_part", inquiry, party=party)]
    if inquiry.investigation is None or act.code not in PARTS:
        return []
    page = InquiryPage(inquiry.about_investigation(), standing)
    return [_shown(request, name, inquiry, page=page) for name in PARTS[act.code]]


def _shown(request: HttpRequest, name: str, inquiry: Inquiry, **values: Any) -> SafeString:
    context = {
        "inquiry": inquiry,
        "investigation": inquiry.investigation,
        "complaint": inquiry.complaint,
        "is_beside": True,
        "item": inquiry.subject,
        **values,
    }
    return render_to_string(f"accountability/parts/{name}.html", context, request)
