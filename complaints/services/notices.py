"""Telling people: one notice per recipient and key, read in the application and mailed from the outbox (DL-3).

A service only writes the row; `services.outbox` mails what is due.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from complaints.acts import Act
from complaints.models import Complaint, ComplaintEvent, Notice
from complaints.queries.case import Case
from complaints.queries.organisation import Post
from complaints.states import ApprovalLevel, CaseRole


def post_of(
    complaint: Complaint, recused: Collection[int], departments: Collection[int], answering: Collection[int] = ()
) -> Post:
    """What a snapshot of the organisation needs of a complaint."""
    return Post(
        owner_department_id=complaint.owner_department_id,
        responsible_department_id=complaint.responsible_department_id,
        handler_id=complaint.handler_id,
        registered_by_id=complaint.registered_by_id,
        supervisor_id=complaint.supervisor_id,
        kept_away=frozenset(recused),
        departments_kept_away=frozenset(departments),
        departments_answering=frozenset(answering),
    )


def case_post(case: Case) -> Post:
    """`post_of` for a loaded case."""
    return post_of(case.complaint, case.recused_people, case.excluded_departments, case.answering_departments)


def rows(
    people: Iterable[int],
    *,
    complaint_id: int | None,
    key: str,
    kind: str,
    detail: Mapping[str, Any],
    now: datetime,
) -> list[Notice]:
    """One notice for each person, not yet saved; its mail waits to be sent at once."""
    return [
        Notice(
            recipient_id=person,
            complaint_id=complaint_id,
            key=key,
            kind=kind,
            detail=dict(detail),
            created_at=now,
            mail_next_at=now,
        )
        for person in dict.fromkeys(people)
    ]


def tell(
    people: Iterable[int],
    *,
    complaint_id: int | None,
    key: str,
    kind: str,
    detail: Mapping[str, Any],
    now: datetime,
) -> None:
    """One notice to each person; somebody who was told under this key already is not told again."""
    made = rows(people, complaint_id=complaint_id, key=key, kind=kind, detail=detail, now=now)
    if made:
        Notice.objects.bulk_create(made, ignore_conflicts=True)


def tell_of_act(case: Case, act: Act, event: ComplaintEvent, tells: Collection[str], *, by: int | None) -> None:
    """Tell the people of `tells` of an act, the one who took it excepted."""
    roles = set(tells)
    if {CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE} <= roles:  # whoever must decide, not both
        level = case.approval_level
        roles.discard(CaseRole.EXECUTIVE if level == ApprovalLevel.HEAD else CaseRole.OWNER_HEAD)
    if not roles:
        return
    organisation, post = case.organisation, case_post(case)
    people = {person for role in sorted(roles) for person in organisation.everyone(role, post)} - {by}
    tell(
        sorted(people),
        complaint_id=case.complaint.pk,
        key=f"event:{event.pk}",
        kind=act.code,
        detail={"by": event.actor_name, "reason": event.reason[:500]},
        now=event.recorded_at,
    )
