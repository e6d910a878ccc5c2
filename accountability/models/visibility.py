"""Who may see which investigations, evidence, hearings, measures, discipline, and events. (AU-4, WF-13, AC-8, AC-12)

Every read starts here, and every one of these starts from the complaints the person may see, except where a person is
heard: a party sees what concerns it, though not the complaint.
"""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from complaints.models.standing import Standing, standing_of
from complaints.models.visibility import below, own_departments
from complaints.states import Role


def _standing(user: Any, now: datetime | None) -> Standing:
    return user if isinstance(user, Standing) else standing_of(user, now)


def _model(name: str) -> Any:
    return apps.get_model("accountability", name)


def _concerned(standing: Standing, investigation: str) -> Q:
    """The person, somebody they stand in for, or a department of theirs is a party or complained of.

    They keep away from the inquiry, as `permissions.is_concerned` has it. Whoever is recused in person does not see the
    complaint to begin with.
    """
    parties = _model("Party").objects.filter(investigation=OuterRef(investigation))
    recusals = apps.get_model("complaints", "Recusal").objects.filter(complaint=OuterRef("complaint"))
    departments = _answering_for(standing)
    return (
        Q(Exists(parties.filter(person__in=sorted(standing.people))))
        | Q(Exists(parties.filter(kind="department", department__in=departments)))
        | Q(Exists(recusals.filter(department__in=departments)))
    )


def _answering_for(standing: Standing) -> list[int]:
    """Departments the person belongs to, and those whose liaison or head they stand in for; with all above these."""
    lent = {
        int(part)
        for held in standing.held
        if held.principal_id is not None and held.role in {Role.LIAISON, Role.HEAD}
        for part in held.path.strip("/").split("/")
    }
    return sorted(lent | set(own_departments(standing)))


class InvestigationQuerySet(models.QuerySet):
    """Investigations, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """Investigations `user` may read at `now`: of complaints they may see, and only who investigates or decides.

        The handler and the handlers' department, heads and executives above it, quality, legal counsel, auditors, and
        members of the group who have declared no interest. Liaisons and heads of the responsible department answer
        hearings; they do not read the investigation. Parties never do.
        """
        standing = _standing(user, now)
        if not standing.user_id:
            return self.none()
        complaint = apps.get_model("complaints", "Complaint")
        seen = self.filter(complaint__in=complaint.objects.visible_to(standing, now))
        return seen.filter(self._reach(standing)).exclude(_concerned(standing, "pk"))

    def _reach(self, standing: Standing) -> Q:
        if standing.has(Role.AUDITOR, Role.QUALITY, Role.LEGAL):
            return Q()
        members = _model("Membership").objects.filter(
            investigation=OuterRef("pk"), person=standing.user_id, declaration="no_interest", left_at=None
        )
        return (
            Q(Exists(members))
            | Q(complaint__handler__in=sorted(standing.people))
            | Q(complaint__handler=None, complaint__owner_department__in=standing.department_ids(Role.HANDLER))
            | below("complaint__owner_department", standing.paths(Role.HEAD, Role.EXECUTIVE))
        )


class EvidenceQuerySet(models.QuerySet):
    """Evidence, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """Evidence of investigations `user` may read; what is restricted, only the group and reviewers.

        Who investigates a later round of a complaint reads the evidence of the earlier ones too.
        """
        standing = _standing(user, now)
        if not standing.user_id:
            return self.none()
        read = _model("Investigation").objects.visible_to(standing, now)
        if standing.has(Role.AUDITOR, Role.QUALITY, Role.LEGAL):
            return self.filter(investigation__in=read)
        declared = Q(memberships__person=standing.user_id, memberships__declaration="no_interest")
        own = read.filter(declared, memberships__left_at=None)
        group = Q(complaint__in=own.values("complaint"))
        seen = self.filter(Q(investigation__in=read) | group).exclude(_concerned(standing, "investigation"))
        return seen.filter(Q(is_restricted=False) | group | Q(complaint__handler__in=sorted(standing.people)))


class HearingQuerySet(models.QuerySet):
    """Hearings, narrowed to what somebody may see."""

    def concerning(self, user: Any, now: datetime | None = None) -> Self:
        """Hearings in which `user` answers: for themselves, or as liaison or head of the department concerned."""
        standing = _standing(user, now)
        if not standing.user_id:
            return self.none()
        return self.filter(
            Q(party__person__in=sorted(standing.people))
            | Q(party__kind="department", party__department__in=standing.department_ids(Role.LIAISON, Role.HEAD))
        )

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """Hearings of investigations `user` may read, those in which they answer, and objections they decide."""
        standing = _standing(user, now)
        if not standing.user_id:
            return self.none()
        return self.filter(
            Q(investigation__in=_model("Investigation").objects.visible_to(standing, now))
            | Q(pk__in=_model("Hearing").objects.concerning(standing, now).values("pk"))
            | Q(objection__superior__in=sorted(standing.people))
        )


class MeasureQuerySet(models.QuerySet):
    """Measures, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """Measures of `user` and their department, and of investigations they may read; quality and auditors: all."""
        standing = _standing(user, now)
        if not standing.user_id:
            return self.none()
        if standing.has(Role.AUDITOR, Role.QUALITY):
            return self.all()
        return self.filter(
            Q(owner__in=sorted(standing.people))
            | Q(department__in=standing.department_ids(Role.LIAISON))
            | below("department", standing.paths(Role.HEAD, Role.EXECUTIVE))
            | Q(complaint__in=_model("Investigation").objects.visible_to(standing, now).values("complaint"))
        )


class DisciplineQuerySet(models.QuerySet):
    """Discipline records, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """Human resources, who recorded it, and auditors; never the person concerned, whom human resources hear."""
        standing = _standing(user, now)
        if not standing.user_id:
            return self.none()
        rows = self.exclude(person__in=sorted(standing.people))
        if standing.has(Role.PERSONNEL, Role.AUDITOR):
            return rows
        return rows.filter(made_by=standing.user_id)


def _keys(kind: str, rows: QuerySet) -> QuerySet:
    """What events call these rows: "measure:12"."""
    key = Concat(Value(f"{kind}:"), Cast("pk", CharField()))
    keys: QuerySet = rows.order_by().annotate(key=key).values("key")
    return keys


class InquiryEventQuerySet(models.QuerySet):
    """Events, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """Events on what `user` may read at `now`; of a complaint they may not see, none at all.

        Events of discipline records are for who may read the record, whatever else they may see. (AC-12)
        """
        standing = _standing(user, now)
        if not standing.user_id:
            return self.none()
        complaints = apps.get_model("complaints", "Complaint").objects.visible_to(standing, now)
        seen = {
            kind: _keys(kind, _model(name).objects.visible_to(standing, now))
            for kind, name in (("evidence", "EvidenceItem"), ("measure", "Measure"), ("discipline", "DisciplineRecord"))
        }
        apart = Q(pk__in=[])
        for kind in seen:
            apart |= Q(subject__startswith=f"{kind}:")
        reach = Q(investigation__in=_model("Investigation").objects.visible_to(standing, now)) & ~apart
        for keys in seen.values():
            reach |= Q(subject__in=keys)
        return self.filter(Q(complaint=None) | Q(complaint__in=complaints), reach)
