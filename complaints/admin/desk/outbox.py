"""Mail that did not go out, for administrators. (DL-3)"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from complaints.admin.access import standing_for
from complaints.models import MailStatus, Notice
from complaints.queries.access import may_change_registers

SHOWN = 200


def outbox_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Mail given up, and mail that a crash left behind while it was being sent."""
    if not may_change_registers(request.user, standing_for(request)):
        raise PermissionDenied
    troubled = Notice.objects.filter(mail_status__in=(MailStatus.DEAD, MailStatus.SENDING))
    context = {
        **site.each_context(request),
        "title": _("Outbox"),
        "rows": troubled.select_related("recipient").order_by("mail_status", "-created_at", "-id")[:SHOWN],
        "count": troubled.count(),
        "waiting": Notice.objects.filter(mail_status=MailStatus.WAITING).count(),
    }
    return TemplateResponse(request, "complaints/desk/outbox.html", context)
