"""Major cases: an executive supervises from the first moment, and the emergency plan starts. (CL-6)"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from complaints.models import Complaint, EmergencyItem
from complaints.queries.case import Case
from complaints.queries.organisation import Organisation
from complaints.services import notices, records
from complaints.states import CaseRole


def ensure(case: Case, *, by: Any, now: datetime) -> bool:
    """Give the complaint a supervising executive and its emergency plan, if its policy and severity ask for it.

    Returns whether columns of the complaint changed; the caller saves it. Can be called again.
    """
    complaint, rules = case.complaint, case.rules
    if complaint.severity not in rules.supervision_for:
        return False
    known = set(EmergencyItem.objects.filter(complaint=complaint, round=complaint.round).values_list("code", flat=True))
    for row in _emergency_items(case, by=by, now=now):
        if row.code not in known:
            records.save(row, by=by, reason="supervision", now=now)
    if complaint.supervisor_id is not None and complaint.supervisor_id not in case.recused_people:
        return False
    complaint.supervisor = None
    route = case.organisation.find(CaseRole.EXECUTIVE, notices.case_post(case))
    if route.person_id is None:
        return False
    complaint.supervisor_id = route.person_id
    tell_supervisor(complaint, now=now)
    return True


def tell_supervisor(complaint: Complaint, *, now: datetime) -> None:
    """Tell the supervising executive of the case."""
    if complaint.supervisor_id is not None:
        notices.tell(
            [complaint.supervisor_id],
            complaint_id=complaint.pk,
            key=f"supervision:{complaint.pk}:{complaint.round}",
            kind="supervision",
            detail={},
            now=now,
        )


def begin(cases: Collection[Case], *, by: Any, now: datetime) -> list[Complaint]:
    """`ensure` set-wise for complaints registered a moment ago, which have neither yet.

    Tells nobody. Returns the complaints that got a supervisor, for the caller to save.
    """
    asked = [case for case in cases if case.complaint.severity in case.rules.supervision_for]
    if not asked:
        return []
    items = [item for case in asked for item in _emergency_items(case, by=by, now=now)]
    records.save_all(EmergencyItem, items, by=by, reason="supervision", now=now)
    organisation = Organisation(now)
    supervised = []
    for case in asked:
        person = organisation.find(CaseRole.EXECUTIVE, notices.case_post(case)).person_id
        if person is not None:
            case.complaint.supervisor_id = person
            supervised.append(case.complaint)
    return supervised


def _emergency_items(case: Case, *, by: Any, now: datetime) -> list[EmergencyItem]:
    """The emergency plan of the case's policy as rows, not yet saved."""
    return [
        EmergencyItem(
            complaint=case.complaint,
            round=case.complaint.round,
            made_by=by,
            made_at=now,
            code=item.code,
            names=dict(item.names),
        )
        for item in case.rules.emergency_plan
    ]
