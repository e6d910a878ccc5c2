"""Hearings: what a party is told and answers, and what an objection comes to. (AC-8)"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accountability.acts import Subject
from accountability.admin.opening import frame, open_subject
from accountability.models import Hearing, Objection
from accountability.queries.hearing_page import HearingPage
from accountability.queries.inquiry_timeline import events_about, timeline_of
from accountability.queries.versions import decided_by
from accountability.states import OPEN_OBJECTIONS, HearingStatus
from complaints.admin.access import standing_for

SHOWN = 100
PARTIES = ("party__department", "party__person", "party__outside", "determination", "investigation__complaint")


def hearings_page(request: HttpRequest, site: Any) -> HttpResponse:
    """What the person, or their department, has to answer and has answered; objections that wait for their word."""
    standing = standing_for(request)
    own = Hearing.objects.concerning(standing).select_related(*PARTIES, "objection")
    lapsed = own.filter(status=HearingStatus.LAPSED)
    objections = Objection.objects.filter(superior__in=sorted(standing.people)).select_related(
        "hearing__party__department",
        "hearing__party__person",
        "hearing__party__outside",
        "hearing__determination",
        "hearing__investigation__complaint",
        "opinion",
    )
    context = frame(
        site,
        request,
        None,
        title=pgettext("menu", "Hearings"),
        to_answer=list(own.filter(status=HearingStatus.OPEN).order_by("due_at", "id")[:SHOWN]),
        answered=list(own.exclude(status=HearingStatus.OPEN).order_by("-answered_at", "-id")[:SHOWN]),
        lapsed=lapsed.count(),
        to_decide=list(objections.filter(status__in=OPEN_OBJECTIONS).order_by("made_at", "id")[:SHOWN]),
        decided=list(objections.exclude(status__in=OPEN_OBJECTIONS).order_by("-decided_at", "-id")[:SHOWN]),
    )
    return TemplateResponse(request, "accountability/hearings.html", context)


def hearing_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One hearing, as the party reads it or the group."""
    return _page(request, site, Subject.HEARING, pk)


def objection_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One objection, for whoever decides it."""
    return _page(request, site, Subject.OBJECTION, pk)


def _page(request: HttpRequest, site: Any, kind: Subject, pk: int) -> HttpResponse:
    inquiry = open_subject(request, kind, pk)
    party = HearingPage(inquiry, standing_for(request))
    context = frame(
        site,
        request,
        inquiry,
        title=_("Hearing of %(party)s") % {"party": party.hearing.party},
        party=party,
        decides=decided_by(standing_for(request)).filter(pk=party.hearing.determination_id).exists(),
        timeline=[] if party.is_party else timeline_of(events_about(kind, pk), {}),
    )
    return TemplateResponse(request, "accountability/hearing.html", context)
