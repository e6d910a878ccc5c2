"""What stands already and is usually kept: the first values of the form of an act."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accountability.acts import InquiryAct, Subject
from accountability.queries.inquiry import Inquiry
from complaints.acts import AskKind

#: Asks that a link may fill in beforehand.
FROM_LINK = frozenset({"row", "allegation", "party"})


def known(inquiry: Inquiry, act: InquiryAct, request: HttpRequest) -> dict[str, Any]:
    """Values by the name of the ask."""
    now = timezone.localtime(inquiry.now).replace(second=0, microsecond=0)
    values: dict[str, Any] = {"collected_at": now}
    if inquiry.kind == Subject.INVESTIGATION and inquiry.investigation is not None:
        investigation = inquiry.investigation
        values |= {
            "scope": investigation.scope,
            "plan": investigation.plan,
            "methods": investigation.methods,
            "findings": investigation.findings,
        }
    if act.code == "write":
        values |= _written(inquiry)
    if act.code == "supersede":
        item = inquiry.subject
        values |= {name: getattr(item, name) for name in ("kind", "title", "shows", "source", "collected_place")}
        values |= {"holder": item.holder, "is_restricted": item.is_restricted, "is_copy": not item.is_original}
    names = {ask.name for ask in act.asks if ask.kind == AskKind.ROW}
    values |= {name: request.GET[name] for name in FROM_LINK & names if name in request.GET}
    return values


def _written(inquiry: Inquiry) -> dict[str, Any]:
    """What the draft says already."""
    draft = inquiry.subject
    causes = list(draft.causes.all())
    return {
        "outcome": draft.outcome,
        "facts": draft.facts,
        "reasoning": draft.reasoning,
        "causes": [str(row.cause_id) for row in causes],
        "cause_text": causes[0].text if causes else "",
    }
