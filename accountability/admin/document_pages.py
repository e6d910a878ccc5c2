"""The printable determination 责任界定书, as a page and as PDF. (AC-6, AC-8)"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accountability.acts import Subject
from accountability.admin.opening import inquiry_of, open_subject
from accountability.documents.determination import determination
from accountability.queries.inquiry import Inquiry
from accountability.queries.versions import decided_by
from complaints.admin.access import standing_for
from complaints.admin.documents.showing import show


def _open(request: HttpRequest, pk: int) -> Inquiry:
    """As everybody; and for whoever decides an objection to it and is no party."""
    try:
        return open_subject(request, Subject.DETERMINATION, pk)
    except Http404:
        version = decided_by(standing_for(request)).filter(pk=pk).first()
        if version is None:
            raise
        return inquiry_of(Subject.DETERMINATION, version)


def document_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One version, in the language asked for."""
    inquiry = _open(request, pk)
    standing = standing_for(request)
    return show(site, request, lambda: determination(inquiry, standing), complaint=inquiry.complaint)
