"""What a person is in the organisation at a moment, deputyships included."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from complaints.models.registers import Registers, registers
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


def standing_of(user: Any, now: datetime | None = None, known: Registers | None = None) -> Standing:
    """What `user` holds at `now`: own appointments, and those of people they are deputy of who are away.

    Nobody (anonymous, inactive) holds nothing. Days are those of the business time zone. `known` are the registers, if
    they were just looked at.
    """
    if not getattr(user, "is_active", False) or user.pk is None:
        return Standing(0, ())
    posts = (known or registers()).posts(now or timezone.now())
    held = tuple(
        Held(row.role, row.department, posts.paths[row.department], None if row.person == user.pk else row.person)
        for row in posts.held_by(user.pk)
        if row.person == user.pk or row.role != Role.ADMINISTRATOR
    )
    return Standing(user.pk, held)
