"""The page of live monitoring: what is open now, each number a link to the complaints behind it. (RP-5)"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import pgettext

from complaints.admin.access import standing_for
from reporting.admin.files import table_file
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


def monitoring_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """One table of the page as a file (`?table=department&format=csv`)."""
    standing = standing_for(request)
    if not may_monitor(standing):
        raise PermissionDenied
    now = timezone.now()
    tables = {table.code: table for table in monitoring(standing, now).tables}
    table = tables.get(request.GET.get("table", "age"))
    if table is None:
        raise Http404
    lines = [*table.lines, table.total] if table.total is not None else table.lines
    rows = (["\u3000" * line.depth + line.label, *(number.count for number in line.numbers)] for line in lines)
    stem = f"{pgettext('menu', 'Monitoring')} {timezone.localtime(now):%Y-%m-%d %H.%M} {table.title}"
    return table_file(stem, request.GET.get("format", "xlsx"), [str(table.first), *map(str, table.columns)], rows)
