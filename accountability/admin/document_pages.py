"""The printable determination 责任界定书, as a page and as PDF. (AC-6, AC-8)"""

from typing import Any

from django.http import HttpRequest, HttpResponse

from accountability.acts import Subject
from accountability.admin.opening import open_subject
from accountability.documents.determination import determination
from complaints.admin.access import standing_for
from complaints.admin.documents.showing import show


def document_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One version, in the language asked for."""
    inquiry = open_subject(request, Subject.DETERMINATION, pk)
    standing = standing_for(request)
    return show(site, request, lambda: determination(inquiry, standing), complaint=inquiry.complaint)
