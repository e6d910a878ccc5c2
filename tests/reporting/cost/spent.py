"""Cases with agreed amounts, hours and recourse in the small organisation, and what they cost counted by hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accountability.models import Assignment, Recourse
from complaints.models import Plan
from reporting.models import WorkKind
from reporting.services import costs, facts, hours
from tests import world
from tests.complaints.walking import Walk

ZONE = ZoneInfo("Asia/Shanghai")
#: Everything below happened before.
LATER = datetime(2026, 4, 10, 9, tzinfo=ZONE)
DECISION = "总经理办公会2026年第1次会议"


def at(month, day, hour=9):
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def agreed(w, when, amount, remedies, *, to="implementing", **elements):
    """A case whose plan with this amount was agreed on about `when`."""
    walk = Walk(w, now=when, **elements).to("determined")
    walk.act(
        "submit_plan",
        w.handler,
        remedies=list(remedies),
        decision_kind="agreement",
        amount=Decimal(amount),
        summary="赔付",
        opinion="同意",
        steps=world.steps(walk.now, 1),
    )
    return walk.to(to)


def worked(w, complaint, day, minutes, *, person=None, by=None, now=LATER, kind=WorkKind.OTHER):
    person = person or by or w.handler
    return hours.record(complaint.pk, hours.Work(person, day, minutes, kind), by=by or person, now=now)


def rate(w, amount, valid_from=date(2026, 1, 1), department=None, now=LATER):
    return costs.enter_rate(department, valid_from, Decimal(amount), DECISION, by=w.quality, now=now)


def budget(w, kind, amount, *, department=None, year=2026, now=LATER):
    return costs.enter_budget(year, department, kind, Decimal(amount), DECISION, by=w.quality, now=now)


def spending(w, kind, amount, day, *, department=None, now=LATER):
    return costs.enter_spending(day, department, kind, Decimal(amount), "投诉系统升级", by=w.quality, now=now)


def recovered(determination, amount, when, by):
    """A claim of recourse on a supplier of a determination, settled."""
    assignment: Any = Assignment.objects.filter(
        determination=determination, charge__party__outside__isnull=False
    ).first()
    return Recourse.objects.create(
        assignment=assignment,
        outside=assignment.charge.party.outside,
        amount_claimed=Decimal(amount),
        claimed_at=when,
        claimed_by=by,
        amount_recovered=Decimal(amount),
        settled_at=when,
        settled_by=by,
    )


def answered_at(complaint, when):
    """Put the moment at which a plan was agreed to."""
    Plan.objects.filter(complaint=complaint, status="agreed").update(answered_at=when)


def counted(now=LATER):
    facts.refresh(now)


__all__ = ["ZONE", "agreed", "answered_at", "at", "budget", "counted", "rate", "recovered", "spending", "worked"]
