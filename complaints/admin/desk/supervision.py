"""The docket of an executive: what waits for their word. (DL-5, CL-6)"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from complaints.admin.access import standing_for
from complaints.admin.desk.home import Section, sections_of
from complaints.localised import localise
from complaints.models import Escalation, Plan, PlanStatus
from complaints.queries import desk
from complaints.states import Role

SHOWN = 50
#: The way from an escalation back to the deadline with which it began, two rungs up the ladder.
MATTER = "step__deadline__escalation__step__deadline__escalation__step__deadline"


def docket_page(request: HttpRequest, site: Any) -> HttpResponse:
    """Escalations that owe an answer, plans that need a decision, cases under one's supervision."""
    standing = standing_for(request)
    if not standing.has(Role.EXECUTIVE):
        raise PermissionDenied
    reader = desk.Reader(standing, timezone.now())
    sections = sections_of(reader, [desk.BLOCKS[code] for code in desk.DOCKET], SHOWN)
    context = {
        **site.each_context(request),
        "title": pgettext_lazy("menu", "Docket"),
        "sections": [replace(section, whys=WHYS[section.shown.block.code](reader, section)) for section in sections],
    }
    return TemplateResponse(request, "complaints/desk/docket.html", context)


def _keys(section: Section) -> list[int]:
    return [row.complaint.pk for row in section.shown.rows]


def _why_escalated(reader: desk.Reader, section: Section) -> dict[int, str]:
    """Why each went up to the person, and when; of several the latest."""
    rows = Escalation.objects.filter(complaint__in=_keys(section), answered_at=None, addressee__in=reader.people)
    whys = {}
    for row in rows.select_related(MATTER).order_by("opened_at", "id"):
        clock = _clock_behind(row)
        opened = f"{timezone.localtime(row.opened_at):%m-%d %H:%M}"
        whys[row.complaint_id] = " · ".join(filter(None, (row.get_origin_display(), clock, opened, row.reason)))
    return whys


def _clock_behind(row: Escalation) -> str:
    """The clock with which it began: what went up because nobody answered went up for something before that."""
    deadline = row.step.deadline if row.step else None
    while deadline is not None and deadline.escalation is not None and deadline.escalation.step is not None:
        deadline = deadline.escalation.step.deadline
    return localise(deadline.names) if deadline is not None else ""


def _why_decided(_reader: desk.Reader, section: Section) -> dict[int, str]:
    """What each plan proposes, and who made it."""
    rows = Plan.objects.filter(complaint__in=_keys(section), status=PlanStatus.SUBMITTED).select_related("made_by")
    return {row.complaint_id: " · ".join(filter(None, (row.summary, str(row.made_by or "")))) for row in rows}


def _why_watched(_reader: desk.Reader, section: Section) -> dict[int, str]:
    """What is due next, and who has it in hand."""
    whys = {}
    for row in section.shown.rows:
        who = row.complaint.handler or row.complaint.owner_department
        whys[row.complaint.pk] = " · ".join(filter(None, (row.clock.name if row.clock else "", str(who))))
    return whys


#: What the docket says of the cases of each block.
WHYS: dict[str, Callable[[desk.Reader, Section], dict[int, str]]] = {
    "escalated_to_me": _why_escalated,
    "approve": _why_decided,
    "supervised": _why_watched,
}
