"""The docket of an executive: what waits for their word. (DL-5, CL-6)"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from complaints.admin.access import standing_for
from complaints.admin.desk.home import sections_of
from complaints.queries import desk
from complaints.states import Role

SHOWN = 50


def docket_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Escalations that owe an answer, plans that need a decision, cases under one's supervision."""
    standing = standing_for(request)
    if not standing.has(Role.EXECUTIVE):
        raise PermissionDenied
    reader = desk.Reader(standing, timezone.now())
    context = {
        **site.each_context(request),
        "title": pgettext_lazy("menu", "Docket"),
        "sections": sections_of(reader, [desk.BLOCKS[code] for code in desk.DOCKET], SHOWN),
    }
    return TemplateResponse(request, "complaints/desk/docket.html", context)
