"""Major cases: an executive supervises from the first moment, and the emergency plan starts. (CL-6)"""

from datetime import datetime
from typing import Any

from complaints.models import EmergencyItem
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
    for item in rules.emergency_plan:
        if item.code not in known:
            row = EmergencyItem(
                complaint=complaint,
                round=complaint.round,
                made_by=by,
                made_at=now,
                code=item.code,
                names=dict(item.names),
            )
            records.save(row, by=by, reason="supervision", now=now)
    if complaint.supervisor_id is not None and complaint.supervisor_id not in case.recused_people:
        return False
    complaint.supervisor = None
    route = Organisation(now).find(CaseRole.EXECUTIVE, notices.case_post(case))
    if route.person_id is None:
        return False
    complaint.supervisor_id = route.person_id
    notices.tell(
        [route.person_id],
        complaint_id=complaint.pk,
        key=f"supervision:{complaint.pk}:{complaint.round}",
        kind="supervision",
        detail={},
        now=now,
    )
    return True
