"""Who bore responsibility in a period, with the definition, and the rounds behind each number. (RP-1, AC-6)"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext

from accountability.states import Share
from complaints.admin.access import standing_for
from complaints.states import PartyKind
from reporting.admin.choosing_period import chosen_period
from reporting.admin.figures import PER_PAGE, round_lines
from reporting.admin.frame import frame
from reporting.admin.page_tables import page_of, with_files
from reporting.periods import Period
from reporting.permissions import may_read_figures
from reporting.queries.period_names import period_name
from reporting.queries.responsibility import Asked, Line, Party, borne, name_of, rounds_behind
from reporting.responsibility import BORNE, SHARES


def _open_to_readers(request: HttpRequest) -> None:
    if not may_read_figures(standing_for(request)):
        raise PermissionDenied


@with_files()
def responsibility_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The parties that bore anything in the period, by kind of share."""
    _open_to_readers(request)
    choice = chosen_period(request, timezone.now())
    lines = borne(choice.period, timezone.get_default_timezone())
    context = frame(
        site,
        request,
        title=pgettext("tab", "Responsibility"),
        choice=choice,
        kept={},
        definition=BORNE,
        before=period_name(choice.period.previous),
        year_before=period_name(choice.period.year_before),
        shares=[share.label for share in SHARES],
        lines=[_shown(line, choice.period) for line in lines],
    )
    return TemplateResponse(request, "reporting/responsibility.html", context)


def _shown(line: Line, period: Period) -> dict[str, Any]:
    cells = [
        (line.shares[share], _address(period, line.party, share)) if share in line.shares else None for share in SHARES
    ]
    return {
        "label": line.label,
        "cells": cells,
        "rounds": line.rounds,
        "address": _address(period, line.party),
        "before": line.before,
        "address_before": _address(period.previous, line.party),
        "year_before": line.year_before,
        "address_year_before": _address(period.year_before, line.party),
    }


def _address(period: Period, party: Party, share: str = "") -> str:
    kind, department, outside = party
    given = {"period": period.code, "kind": kind, "department": department, "outside": outside, "share": share}
    return reverse("admin:responsibility_cases", query={name: value for name, value in given.items() if value})


@with_files(cases=["cases"])
def responsibility_cases(request: HttpRequest, site: Any) -> HttpResponse:
    """The rounds in which a party bore responsibility, as far as the person may open them."""
    _open_to_readers(request)
    asked = _asked(request)
    found = rounds_behind(asked, timezone.get_default_timezone(), standing_for(request))
    shown = page_of(request, found.rows.select_related("complaint"), PER_PAGE, count=found.visible)
    context = frame(
        site,
        request,
        title=BORNE.label,
        definition=BORNE,
        period_code=asked.period.code,
        period=period_name(asked.period),
        party=name_of(asked.party),
        share=Share(asked.share).label if asked.share else "",
        found=found,
        page=shown,
        page_range=shown.paginator.get_elided_page_range(shown.number),
        lines=list(round_lines(list(shown))),
    )
    return TemplateResponse(request, "reporting/responsibility_cases.html", context)


def _asked(request: HttpRequest) -> Asked:
    """What the address asks. Http404 if it makes no sense."""
    given = request.GET
    kind, share = given.get("kind", ""), given.get("share", "")
    keys = [given.get(name, "") for name in ("department", "outside")]
    if kind not in PartyKind.values or share not in ("", *SHARES):
        raise Http404
    if not all(key == "" or key.isdecimal() for key in keys):
        raise Http404
    try:
        period = Period.parse(given.get("period", ""))
    except ValueError:
        raise Http404 from None
    department, outside = (int(key) if key else None for key in keys)
    return Asked(period, (kind, department, outside), share)
