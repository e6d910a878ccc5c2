"""The printable determination 责任界定书, as a page, as PDF, and what was kept of it as the digest has it. (AC-6)"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accountability.acts import Subject
from accountability.admin.opening import inquiry_of, open_subject
from accountability.documents.determination import determination
from accountability.models import Determination
from accountability.queries.content import canonical
from accountability.queries.evidence_access import may_read_kept
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
    may_check = may_read_kept(inquiry.subject, standing, inquiry.now)
    if request.GET.get("format") == "json":
        return _as_kept(inquiry.subject, may_check=may_check)
    return show(
        site,
        request,
        lambda: determination(inquiry, standing),
        complaint=inquiry.complaint,
        template="accountability/determination_document.html",
        may_check=may_check,
    )


def _as_kept(version: Determination, *, may_check: bool) -> HttpResponse:
    """The very bytes of which the digest at the foot was taken. Http404 for who may not read them all."""
    if not may_check:
        raise Http404
    response = HttpResponse(canonical(version.content), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{version.number}.json"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
