"""Mail that did not go out, for administrators. (DL-3)"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.admin.access import standing_for
from complaints.models import MailStatus, Notice
from complaints.queries.access import may_change_registers
from complaints.services import outbox

SHOWN = 200


#: What an administrator may decide about a mail, by the name of the button.
DECISIONS = {"retry": outbox.retry, "give_up": outbox.give_up}


def outbox_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Mail given up, and mail that a crash left behind while it was being sent."""
    if not may_change_registers(request.user, standing_for(request)):
        raise PermissionDenied
    if request.method == "POST":
        return _decide(request)
    troubled = Notice.objects.filter(mail_status__in=(MailStatus.DEAD, MailStatus.SENDING))
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": _("Outbox"),
        "rows": troubled.select_related("recipient").order_by("mail_status", "-created_at", "-id")[:SHOWN],
        "count": troubled.count(),
        "waiting": Notice.objects.filter(mail_status=MailStatus.WAITING).count(),
    }
    return TemplateResponse(request, "complaints/desk/outbox.html", context)


def _decide(request: HttpRequest) -> HttpResponse:
    """One decision about one mail; who may take it, the service says."""
    decide, key = DECISIONS.get(request.POST.get("decision", "")), request.POST.get("notice", "")
    if decide is None or not key.isdecimal():
        raise Http404
    try:
        decide(int(key), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except outbox.MailDecisionError as error:
        messages.error(request, str(error))
    except Notice.DoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, _("Your decision is on record."))
    return redirect("admin:outbox")
