"""Whoever must keep away from a complaint leaves its investigations, whichever way that came about. (WF-13)

Permissions refuse them at once; this takes them off the list in the same transaction, hands their tasks on and tells
nobody more of the inquiry.
"""

from accountability.acts import ACTS
from accountability.models import Investigation
from accountability.queries.inquiry import of_investigation
from accountability.services import workflow
from accountability.services.doing import Doing
from accountability.services.effects.group import put_out
from accountability.states import InvestigationStatus
from complaints.services.doing import FOLLOWERS
from complaints.services.doing import Doing as CaseDoing

#: Statuses in which a group is at work, or may be again for a correction.
AT_WORK = (InvestigationStatus.OPEN, InvestigationStatus.CONCLUDED)


def leave_with(case: CaseDoing) -> None:
    """After an act on the complaint that keeps people away: whoever of them investigates it leaves."""
    if case.complaint.formal_round is None:
        return
    rows = Investigation.objects.filter(complaint=case.complaint, status__in=AT_WORK).select_for_update()
    for investigation in rows.order_by("pk"):
        inquiry = of_investigation(investigation, case.now)
        inquiry.complaint = case.complaint
        given = {"reason": case.reason or str(case.act.label)}
        doing = Doing(inquiry, ACTS["dismiss"], case.by, case.standing, given, case.now)
        if put_out(doing, given["reason"]):
            state = investigation.status
            workflow.record(doing, subject=inquiry.key, act=doing.act.code, from_state=state, to_state=state)


def register() -> None:
    """Follow the acts of complaints by which people come to keep away."""
    for code in ("recuse", "add_respondent"):
        if leave_with not in FOLLOWERS.setdefault(code, []):
            FOLLOWERS[code].append(leave_with)
