"""Who is to be told, and who stands above: always a living person. (DL-3)

A snapshot of the organisation at a moment, read in three queries and then asked in memory, because a sweep asks it
thousands of times.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from complaints.models import Absence, Appointment, Department, User
from complaints.states import CaseRole, Role


@dataclass(frozen=True, slots=True)
class Post:
    """What a snapshot needs of a complaint to find people for it."""

    owner_department_id: int
    responsible_department_id: int | None
    handler_id: int | None
    registered_by_id: int | None
    supervisor_id: int | None
    kept_away: frozenset[int] = frozenset()
    departments_kept_away: frozenset[int] = frozenset()


@dataclass(slots=True)
class Route:
    """How a person was found: each post tried in turn and what came of it."""

    person_id: int | None = None
    tried: list[dict[str, Any]] = field(default_factory=list)


#: Where a search goes on when nobody at a post can be had: up, never into nothing.
ABOVE: dict[str, tuple[str, ...]] = {
    CaseRole.INTAKE: (CaseRole.INTAKE, CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE, CaseRole.ADMINISTRATOR),
    CaseRole.HANDLER: (CaseRole.HANDLER, CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE, CaseRole.ADMINISTRATOR),
    CaseRole.LIAISON: (
        CaseRole.LIAISON,
        CaseRole.RESPONSIBLE_HEAD,
        CaseRole.OWNER_HEAD,
        CaseRole.EXECUTIVE,
        CaseRole.ADMINISTRATOR,
    ),
    CaseRole.RESPONSIBLE_HEAD: (
        CaseRole.RESPONSIBLE_HEAD,
        CaseRole.OWNER_HEAD,
        CaseRole.EXECUTIVE,
        CaseRole.ADMINISTRATOR,
    ),
    CaseRole.OWNER_HEAD: (CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE, CaseRole.ADMINISTRATOR),
    CaseRole.EXECUTIVE: (CaseRole.EXECUTIVE, CaseRole.ADMINISTRATOR),
}


class Organisation:
    """Departments, current appointments and current absences at `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        day = timezone.localdate(now)
        self._paths: dict[int, str] = dict(Department.objects.values_list("id", "path"))
        self._holders: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._departments_of: dict[int, set[int]] = defaultdict(set)
        current = Appointment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, person__is_active=True, department__is_active=True
        )
        for person, role, department in current.order_by("starts_on", "id").values_list(
            "person_id", "role", "department_id"
        ):
            self._holders[role, department].append(person)
            self._departments_of[person].add(department)
        self._deputies: dict[int, int | None] = {}
        away = Absence.objects.filter(starts_at__lte=now, ends_at__gt=now).order_by("starts_at", "id")
        for person, deputy, is_deputy_active in away.values_list("person_id", "deputy_id", "deputy__is_active"):
            if self._deputies.get(person) is None:
                self._deputies[person] = deputy if is_deputy_active else None
        self._inactive: set[int] = set(User.objects.filter(is_active=False).values_list("id", flat=True))

    # -- people ---------------------------------------------------------------------------------------------------------

    def present(self, person: int, kept_away: Collection[int] = ()) -> int | None:
        """The person, or the deputy who stands in for them, following deputies who are away themselves; None if the
        chain ends in nobody. A deputy of somebody kept away is kept away too."""
        seen: set[int] = set()
        at: int | None = person
        while at is not None and at not in seen:
            if at in kept_away:
                return None
            seen.add(at)
            if at in self._inactive:
                return None
            if at not in self._deputies:
                return at
            at = self._deputies[at]
        return None

    def _up(self, department: int | None) -> Iterable[int]:
        """The department and those above it, nearest first."""
        path = self._paths.get(department, "") if department else ""
        return [int(part) for part in reversed(path.strip("/").split("/")) if part]

    def _all(self, role: str) -> list[int]:
        """Everybody who holds a role, the departments nearest the root first."""
        found = [
            (self._paths.get(department, "").count("/"), department, person)
            for (held, department), people in self._holders.items()
            if held == role
            for person in people
        ]
        return [person for _, _, person in sorted(found)]

    def candidates(self, role: str, post: Post) -> list[int]:
        """Whom a role means for this complaint, in the order in which they are tried."""
        owner, responsible = post.owner_department_id, post.responsible_department_id
        holders = self._holders
        if role == CaseRole.HANDLER:
            if post.handler_id is not None:
                return [post.handler_id]
            first = [post.registered_by_id] if post.registered_by_id in holders[Role.INTAKE, owner] else []
            return [*first, *holders[Role.HANDLER, owner], *holders[Role.INTAKE, owner]]  # type: ignore[list-item]
        if role == CaseRole.INTAKE:
            first = [post.registered_by_id] if post.registered_by_id in holders[Role.INTAKE, owner] else []
            return [*first, *holders[Role.INTAKE, owner]]  # type: ignore[list-item]
        if role == CaseRole.LIAISON:
            return list(holders[Role.LIAISON, responsible]) if responsible else []
        if role in {CaseRole.OWNER_HEAD, CaseRole.RESPONSIBLE_HEAD}:
            start = owner if role == CaseRole.OWNER_HEAD else responsible
            return [person for department in self._up(start) for person in holders[Role.HEAD, department]]
        if role == CaseRole.EXECUTIVE:
            first = [post.supervisor_id] if post.supervisor_id else []
            near = [person for department in self._up(owner) for person in holders[Role.EXECUTIVE, department]]
            return [*first, *near, *self._all(Role.EXECUTIVE)]
        if role == CaseRole.ADMINISTRATOR:
            return self._all(Role.ADMINISTRATOR)
        return []

    def _is_kept_away(self, person: int, post: Post) -> bool:
        if person in post.kept_away:
            return True
        return any(
            f"/{department}/" in self._paths.get(own, "")
            for own in self._departments_of[person]
            for department in post.departments_kept_away
        )

    def find(self, role: str, post: Post, passing_over: Collection[int] = ()) -> Route:
        """One living person for a role: holders in turn, their deputies, and then up the line.

        `passing_over` are people who must not be it (those whose silence sends the matter up). The route says of each
        post tried who was passed over and why; `person_id` is None only in an organisation with nobody left at all.
        """
        route = Route()
        for level in ABOVE[role]:
            people = list(dict.fromkeys(self.candidates(level, post)))
            if not people:
                route.tried.append({"role": str(level), "why": "vacant"})
            for person in people:
                entry: dict[str, Any] = {"role": str(level), "person": person}
                if self._is_kept_away(person, post):
                    route.tried.append(entry | {"why": "recused"})
                    continue
                there = self.present(person, post.kept_away)
                if there is None or self._is_kept_away(there, post):
                    route.tried.append(entry | {"why": "away"})
                elif there in passing_over:
                    route.tried.append(entry | {"why": "asked"})
                else:
                    why = "found" if there == person else "deputy"
                    route.tried.append(entry | {"person": there, "for": person, "why": why})
                    route.person_id = there
                    return route
        return route

    def at(self, department: int, post: Post) -> list[int]:
        """Living intake officers, handlers and heads of a department: whom a case offered to it is told to."""
        found: list[int] = []
        for role in (Role.INTAKE, Role.HANDLER, Role.HEAD):
            for person in self._holders[role, department]:
                there = self.present(person, post.kept_away)
                if there is not None and there not in found and not self._is_kept_away(there, post):
                    found.append(there)
        return found

    def everyone(self, role: str, post: Post) -> list[int]:
        """Every living person a role means for this complaint: who is told of an act. Heads: the nearest alone."""
        found: list[int] = []
        for person in dict.fromkeys(self.candidates(role, post)):
            if self._is_kept_away(person, post):
                continue
            there = self.present(person, post.kept_away)
            if there is not None and there not in found and not self._is_kept_away(there, post):
                found.append(there)
                if role not in {CaseRole.LIAISON, CaseRole.HANDLER, CaseRole.INTAKE}:
                    break
        return found
