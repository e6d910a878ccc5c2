"""What a person was told, and that they have read it. (DL-3)"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin.access import standing_for
from complaints.admin.desk.notice_lines import lines
from complaints.models import Complaint, Notice
from complaints.queries.access import may_change_registers
from complaints.services import notice_reading

PER_PAGE = 30
#: Where notices of apps above lead, by what stands before the dot of their kind: an address the person may open, or "".
LEADS: dict[str, Callable[[HttpRequest, Notice], str]] = {}


def notices_page(request: HttpRequest, site: Any) -> HttpResponse:
    """One's own notices: the unread ones, or all."""
    own = Notice.objects.filter(recipient=request.user.pk)
    shows_all = request.GET.get("show") == "all"
    rows = own if shows_all else own.filter(read_at=None)
    page = Paginator(rows.select_related("complaint").order_by("-created_at", "-id"), PER_PAGE).get_page(
        request.GET.get("p")
    )
    context = {
        **site.each_context(request),
        "title": pgettext_lazy("menu", "Notices"),
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number),
        "lines": lines(page.object_list, standing_for(request)),
        "shows_all": shows_all,
        "unread": own.filter(read_at=None).count(),
        "may_see_outbox": may_change_registers(request.user, standing_for(request)),
    }
    return TemplateResponse(request, "complaints/desk/notices.html", context)


def open_notice(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """The case a notice is about, if the person may (still) see it; else the notices."""
    notice = get_object_or_404(Notice, pk=pk, recipient=request.user.pk)
    if notice.complaint_id is not None:
        visible = Complaint.objects.visible_to(standing_for(request))
        if visible.filter(pk=notice.complaint_id).exists():
            return redirect("admin:complaints_complaint_change", notice.complaint_id)
    leads = LEADS.get(notice.kind.partition(".")[0])
    return redirect((leads(request, notice) if leads else "") or "admin:notices")


@require_POST
def mark_read(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One notice is read; on to its case if asked for."""
    get_object_or_404(Notice, pk=pk, recipient=request.user.pk)
    notice_reading.mark_read(request.user, now=timezone.now(), notice_id=pk)  # type: ignore[arg-type]
    if "open" in request.POST:
        return redirect("admin:notice", pk)
    return _back(request)


@require_POST
def mark_all_read(request: HttpRequest, site: Any) -> HttpResponse:
    """All of one's own notices are read."""
    count = notice_reading.mark_read(request.user, now=timezone.now())  # type: ignore[arg-type]
    text = ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", count)
    messages.success(request, text % {"count": count})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect("admin:notices")
