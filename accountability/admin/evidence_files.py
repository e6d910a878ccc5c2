"""Files of evidence: downloads only, to those who may open them. (AC-2, AU-4)"""

from http import HTTPStatus
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.models import EvidenceFile
from accountability.services.evidence_opening import NotOpenedError, open_file
from complaints.admin.access import person_of
from complaints.admin.additions import Page


@require_safe
def evidence_file(request: HttpRequest, site: Any, pk: int) -> HttpResponseBase:
    """The file as it was received, as an attachment. No browser shows, guesses at, or runs what is in it."""
    try:
        row, content = open_file(pk, by=person_of(request), now=timezone.now())
    except EvidenceFile.DoesNotExist:
        raise Http404 from None
    except NotOpenedError as refusal:
        context = {**site.each_context(request), "title": _("The file cannot be opened"), "why": str(refusal)}
        return TemplateResponse(request, "accountability/file_closed.html", context, status=HTTPStatus.CONFLICT)
    response = FileResponse(content, as_attachment=True, filename=row.file_name, content_type=row.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


#: For `complaints.admin.additions.PAGES`.
PATTERNS: list[Page] = [("evidence/files/<int:pk>/", evidence_file, "evidence_file")]
