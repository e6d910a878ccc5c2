"""Who holds which role where, who is away, and who stands in for whom. (DL-3)"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from complaints.models.organisation import Department


class Held(NamedTuple):
    """An appointment."""

    id: int
    person: int
    role: str
    department: int
    starts_on: date
    ends_on: date | None


class Away(NamedTuple):
    """An absence."""

    person: int
    deputy: int | None
    starts_at: datetime
    ends_at: datetime


class Posts:
    """The organisation over a stretch of time in which nobody comes, goes or is away: rows put in order for asking.

    Made of the departments and of what holds in that stretch: appointments in the order of the tree, absences in the
    order of their beginning. Nobody holds anything in a department that is switched off.
    """

    def __init__(
        self,
        departments: Iterable[Department],
        held: Collection[Held],
        away: Iterable[Away],
        inactive: Collection[int],
        superusers: list[int],
    ) -> None:
        self.inactive, self.superusers = inactive, superusers
        self.paths: dict[int, str] = {}
        switched_off: set[int] = set()
        for department in departments:
            self.paths[department.pk] = department.path
            if not department.is_active:
                switched_off.add(department.pk)
        self._valid = [row for row in held if row.department not in switched_off]
        #: Who holds a role in a department, the longest there first.
        self.holders: dict[tuple[str, int], list[int]] = defaultdict(list)
        self.departments_of: dict[int, set[int]] = defaultdict(set)
        for row in sorted(self._valid, key=lambda row: (row.starts_on, row.id)):
            if row.person not in inactive:
                self.holders[row.role, row.department].append(row.person)
                self.departments_of[row.person].add(row.department)
        #: Whoever is away, with who stands in for them: of the first absence that names somebody who is still here.
        self.deputies: dict[int, int | None] = {}
        self._principals: dict[int, set[int]] = defaultdict(set)
        for person, deputy, _starts_at, _ends_at in away:
            if self.deputies.get(person) is None:
                self.deputies[person] = None if deputy in inactive else deputy
            if deputy is not None and person not in inactive:
                self._principals[deputy].add(person)

    @cached_property
    def _of_person(self) -> dict[int, list[tuple[int, Held]]]:
        """What each person holds, with its place in the order of the tree."""
        found: dict[int, list[tuple[int, Held]]] = defaultdict(list)
        for place, row in enumerate(self._valid):
            found[row.person].append((place, row))
        return found

    def held_by(self, person: int) -> list[Held]:
        """The posts of a person and of everybody they stand in for, in the order of the tree."""
        people = {person, *self._principals.get(person, ())}
        return [row for _place, row in sorted(found for who in people for found in self._of_person.get(who, ()))]

    @cached_property
    def _everywhere(self) -> dict[str, list[int]]:
        found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for (role, department), people in self.holders.items():
            depth = self.paths.get(department, "").count("/")
            found[role] += [(depth, department, person) for person in people]
        return {role: [person for _, _, person in sorted(rows)] for role, rows in found.items()}

    def everybody(self, role: Any) -> list[int]:
        """Everybody who holds a role, the departments nearest the root first."""
        return self._everywhere.get(role, [])
