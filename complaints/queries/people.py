"""Whose people are whose."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from complaints.models import Absence, Appointment, User
from complaints.models.standing import Standing
from complaints.queries.access import may_change_registers, may_read_registers
from complaints.states import Role


def people_of(standing: Standing, now: datetime) -> QuerySet[User]:
    """Who is appointed at or below a department that the person heads."""
    below = Q(pk__in=[])
    for path in standing.paths(Role.HEAD):
        below |= Q(department__path__startswith=path)
    day = timezone.localdate(now)
    current = Appointment.objects.filter(below, Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)
    return User.objects.filter(pk__in=current.values("person"), is_active=True)


def absentees_for(person: Any, standing: Standing, now: datetime) -> QuerySet[User]:
    """For whom somebody may record an absence: themselves, those they head, everybody for an administrator."""
    if may_change_registers(person, standing):
        return User.objects.filter(is_active=True)
    return User.objects.filter(Q(pk=person.pk) | Q(pk__in=people_of(standing, now).values("pk")), is_active=True)


def may_record_absence_of(person: Any, standing: Standing, absentee_id: int, now: datetime) -> bool:
    """Record or change an absence of that one."""
    return absentees_for(person, standing, now).filter(pk=absentee_id).exists()


def absences_visible_to(person: Any, standing: Standing, now: datetime) -> QuerySet[Absence]:
    """Absences one may read: one's own, those one stands in for, those of one's people; all for who reads registers."""
    if may_read_registers(person, standing):
        return Absence.objects.all()
    return Absence.objects.filter(
        Q(person=person.pk) | Q(deputy=person.pk) | Q(person__in=people_of(standing, now).values("pk"))
    )
