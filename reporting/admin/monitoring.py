"""The page of live monitoring: what is open now, each number a link to the complaints behind it. (RP-5)"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import pgettext

from complaints.admin.access import standing_for
from reporting.permissions import may_monitor
from reporting.queries.monitoring import monitoring

#: The page asks for itself again after so many seconds.
EVERY = 60


def monitoring_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The present state of the cases the person may see."""
    standing = standing_for(request)
    if not may_monitor(standing):
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "title": pgettext("menu", "Monitoring"),
        "found": monitoring(standing, timezone.now()),
        "every": EVERY,
    }
    return TemplateResponse(request, "reporting/monitoring.html", context)
