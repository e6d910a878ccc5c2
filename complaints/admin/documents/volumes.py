"""Pages of the yearly volumes. (WF-14)"""

from datetime import MAXYEAR
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from complaints.admin.access import standing_for
from complaints.admin.documents.showing import frame, show
from complaints.documents.volume import volume, years
from complaints.models.standing import Standing
from complaints.queries.access import may_read_complaints


def volumes_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The years there are."""
    found = years(_reader(request))
    context = frame(site, request, None, title=_("Yearly volumes"), years=found)
    return TemplateResponse(request, "complaints/documents/volumes.html", context)


def volume_page(request: HttpRequest, site: Any, year: int) -> HttpResponse:
    """The index of a year."""
    if not 1 <= year < MAXYEAR:
        raise Http404
    standing = _reader(request)
    return show(site, request, lambda: volume(standing, year))


def _reader(request: HttpRequest) -> Standing:
    """Whose office has to do with complaints; PermissionDenied for who only sets the system up."""
    standing = standing_for(request)
    if not may_read_complaints(standing):
        raise PermissionDenied
    return standing
