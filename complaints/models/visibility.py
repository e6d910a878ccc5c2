"""Who may see which complaints: the one queryset every read starts from. (AU-4, WF-13)"""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from complaints.models.standing import Standing, standing_of
from complaints.states import Role, State


def below(field: str, paths: list[str]) -> Q:
    """The department of `field` lies at or below one of `paths`."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__path__startswith": path})
    return condition


def _by_office(standing: Standing) -> Q:
    """Complaints that are not confidential, seen because of a role."""
    if standing.has(Role.QUALITY, Role.LEGAL):
        return Q()
    heads = standing.paths(Role.HEAD, Role.EXECUTIVE)
    return (
        Q(owner_department__in=standing.department_ids(Role.INTAKE, Role.HANDLER))
        | Q(responsible_department__in=standing.department_ids(Role.LIAISON))
        | below("owner_department", heads)
        | below("responsible_department", heads)
    )


def _by_closer_circle(standing: Standing) -> Q:
    """Confidential complaints: who works on this one, and nobody else."""
    return (
        Q(owner_department__in=standing.department_ids(Role.INTAKE, Role.HANDLER), handler=None)
        | Q(responsible_department__in=standing.department_ids(Role.LIAISON, Role.HEAD))
        | Q(owner_department__in=standing.department_ids(Role.HEAD))
        | (Q(state=State.APPROVING) & below("owner_department", standing.paths(Role.EXECUTIVE)))
    )


def _in_person(standing: Standing) -> Q:
    """Complaints that name the person."""
    escalation = apps.get_model("complaints", "Escalation")
    handover = apps.get_model("complaints", "Handover")
    admission = apps.get_model("complaints", "Admission")
    people = sorted(standing.people)
    offered = handover.objects.filter(
        complaint=OuterRef("pk"),
        decided_at=None,
        to_department__in=standing.department_ids(Role.INTAKE, Role.HANDLER, Role.HEAD),
    )
    return (
        Q(handler__in=people)
        | Q(supervisor__in=people)
        | Q(registered_by=standing.user_id, handler=None)
        | Exists(escalation.objects.filter(complaint=OuterRef("pk"), addressee__in=people))
        | Q(Exists(admission.objects.filter(complaint=OuterRef("pk"), person=standing.user_id, ended_at=None)))
        | Q(Exists(offered))
    )


def _kept_away(standing: Standing) -> Q:
    """Complaints the person, or one they stand in for, must keep away from."""
    recusal = apps.get_model("complaints", "Recusal")
    rows = recusal.objects.filter(complaint=OuterRef("pk"))
    kept = Q(Exists(rows.filter(person__in=sorted(standing.people))))
    if standing.own_paths:
        kept |= Q(Exists(rows.filter(department__in=own_departments(standing), may_answer=False)))
    return kept


def own_departments(standing: Standing) -> list[int]:
    """The departments the person belongs to, and those these are part of."""
    return sorted({int(part) for path in standing.own_paths for part in path.strip("/").split("/")})


class ComplaintQuerySet(models.QuerySet):
    """Complaints, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """The complaints `user` (or somebody of that standing) may read at `now` (default: the present).

        Auditors read everything but what they are recused from; nobody else reads confidential complaints outside the
        closer circle. Administrators configure the system and read no complaint by that office. A person a complaint
        is against never sees it. Add nothing to this by hand elsewhere: every list, search, export and file starts
        here.
        """
        standing = user if isinstance(user, Standing) else standing_of(user, now)
        if not standing.user_id:
            return self.none()
        reach = _in_person(standing)
        if standing.has(Role.AUDITOR):
            reach = Q()
        else:
            reach |= (Q(is_confidential=False) & _by_office(standing)) | (
                Q(is_confidential=True) & _by_closer_circle(standing)
            )
        return self.filter(reach).exclude(_kept_away(standing))
