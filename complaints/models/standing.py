"""What a person is in the organisation at a moment, deputyships included."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from complaints.models.organisation import Absence, Appointment
from complaints.states import Role


@dataclass(frozen=True, slots=True)
class Held:
    """One role held in one department, by own appointment or as deputy of an absent person."""

    role: str
    department_id: int
    path: str
    principal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything a person holds at one moment."""

    user_id: int
    held: tuple[Held, ...]

    def has(self, *roles: str) -> bool:
        """Any of the roles, anywhere."""
        return any(held.role in roles for held in self.held)

    def department_ids(self, *roles: str) -> list[int]:
        """Where any of the roles is held."""
        return sorted({held.department_id for held in self.held if held.role in roles})

    def paths(self, *roles: str) -> list[str]:
        """Paths of the departments where any of the roles is held."""
        return sorted({held.path for held in self.held if held.role in roles})

    @property
    def principals(self) -> list[int]:
        """Those the person stands in for."""
        return sorted({held.principal_id for held in self.held if held.principal_id})

    @property
    def people(self) -> set[int]:
        """The person and everybody they stand in for."""
        return {self.user_id, *self.principals}

    def of_principal(self, principal: int) -> "Standing":
        """What one of those the person stands in for has lent."""
        lent = (held for held in self.held if held.principal_id == principal)
        return Standing(principal, tuple(Held(held.role, held.department_id, held.path) for held in lent))

    @property
    def own(self) -> "Standing":
        """What the person holds without deputyships."""
        return Standing(self.user_id, tuple(held for held in self.held if held.principal_id is None))

    @property
    def own_paths(self) -> list[str]:
        """Paths of the departments the person belongs to, deputyships aside."""
        return sorted({held.path for held in self.held if held.principal_id is None})


def _current(day: Any) -> Q:
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))


def standing_of(user: Any, now: datetime | None = None) -> Standing:
    """What `user` holds at `now`: own appointments, and those of people they are deputy of who are away.

    Two queries. Nobody (anonymous, inactive) holds nothing. Days are those of the business time zone.
    """
    if not getattr(user, "is_active", False) or user.pk is None:
        return Standing(0, ())
    now = now or timezone.now()
    day = timezone.localdate(now)
    principals = Absence.objects.filter(deputy=user, starts_at__lte=now, ends_at__gt=now, person__is_active=True)
    rows = (
        Appointment.objects.filter(_current(day), department__is_active=True)
        .filter(Q(person=user) | Q(person__in=principals.values("person")))
        .values_list("person_id", "role", "department_id", "department__path")
    )
    held = tuple(
        Held(role, department, path, None if person == user.pk else person)
        for person, role, department, path in rows
        if person == user.pk or role != Role.ADMINISTRATOR
    )
    return Standing(user.pk, held)
