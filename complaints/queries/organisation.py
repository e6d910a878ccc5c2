"""Who is to be told, and who stands above: always a living person (DL-3).

Asked of the registers in memory, because a sweep asks thousands of times.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from complaints.models.registers import Registers, registers
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
    #: Complained of, may answer contact sheets: their people act for the responsible department and in no other role.
    departments_answering: frozenset[int] = frozenset()


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
    CaseRole.ADMINISTRATOR: (CaseRole.ADMINISTRATOR,),
}

#: Where the silence of an addressee sends a matter (DL-5).
AFTER_SILENCE: dict[str, tuple[str, ...]] = {
    CaseRole.INTAKE: (CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE),
    CaseRole.HANDLER: (CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE),
    CaseRole.LIAISON: (CaseRole.RESPONSIBLE_HEAD, CaseRole.EXECUTIVE),
    CaseRole.RESPONSIBLE_HEAD: (CaseRole.EXECUTIVE,),
    CaseRole.OWNER_HEAD: (CaseRole.EXECUTIVE,),
    CaseRole.EXECUTIVE: (CaseRole.EXECUTIVE,),
}

#: Roles in which people of a department that is complained of, but may answer, still act.
ANSWERING = frozenset({CaseRole.LIAISON, CaseRole.RESPONSIBLE_HEAD})


class Organisation:
    """Departments, current appointments and current absences at `now`."""

    def __init__(self, now: datetime, known: Registers | None = None) -> None:
        """`known` are the registers, if they were just looked at."""
        self._posts = posts = (known or registers()).posts(now)
        self._paths, self._holders, self._departments_of = posts.paths, posts.holders, posts.departments_of
        self._deputies = posts.deputies

    # -- people -------------------------------------------------------------------------------------------------------

    def present(self, person: int, kept_away: Collection[int] = ()) -> int | None:
        """The person, or the deputy who stands in for them, following deputies who are away themselves.

        None if the chain ends in nobody. A deputy of somebody kept away is kept away too.
        """
        seen: set[int] = set()
        at: int | None = person
        while at is not None and at not in seen:
            if at in kept_away:
                return None
            seen.add(at)
            if at not in self._departments_of and at in self._posts.inactive:
                return None
            if at not in self._deputies:
                return at
            at = self._deputies[at]
        return None

    def _up(self, department: int | None) -> Iterable[int]:
        """The department and those above it, nearest first."""
        path = self._paths.get(department, "") if department else ""
        return [int(part) for part in reversed(path.strip("/").split("/")) if part]

    def candidates(self, role: str, post: Post) -> list[int]:  # noqa: PLR0911 - one for each role
        """Whom a role means for this complaint, in the order in which they are tried."""
        owner, responsible = post.owner_department_id, post.responsible_department_id
        if role == CaseRole.HANDLER:
            if post.handler_id is not None:
                return [post.handler_id]
            return [*self._registrar(post), *self._at(Role.HANDLER, owner), *self._at(Role.INTAKE, owner)]
        if role == CaseRole.INTAKE:
            return [*self._registrar(post), *self._at(Role.INTAKE, owner)]
        if role == CaseRole.LIAISON:
            return self._at(Role.LIAISON, responsible) if responsible else []
        if role in {CaseRole.OWNER_HEAD, CaseRole.RESPONSIBLE_HEAD}:
            start = owner if role == CaseRole.OWNER_HEAD else responsible
            return [person for department in self._up(start) for person in self._at(Role.HEAD, department)]
        if role == CaseRole.EXECUTIVE:
            return [*self._executives_above(post), *self._posts.everybody(Role.EXECUTIVE)]
        if role == CaseRole.ADMINISTRATOR:
            return self._posts.everybody(Role.ADMINISTRATOR) or self._posts.superusers
        if role in {CaseRole.QUALITY, CaseRole.LEGAL, CaseRole.AUDITOR}:
            return self._posts.everybody(role)
        return []

    def _executives_above(self, post: Post) -> list[int]:
        """Who supervises the case, then the executives above its departments, the nearest first."""
        first = [post.supervisor_id] if post.supervisor_id else []
        line = [*self._up(post.owner_department_id), *self._up(post.responsible_department_id)]
        return [*first, *(person for department in line for person in self._at(Role.EXECUTIVE, department))]

    def _registrar(self, post: Post) -> list[int]:
        """Who registered the complaint, if that is an officer of the department that owns it."""
        officers = self._at(Role.INTAKE, post.owner_department_id)
        return [person for person in (post.registered_by_id,) if person in officers]

    def holders(self, role: str, department: int) -> list[int]:
        """Who holds a role in this very department, present or not."""
        return list(self._at(role, department))

    def everywhere(self, role: str) -> list[int]:
        """Living holders of a role anywhere, or who stands in for them; each once."""
        there = (self.present(person) for person in self._posts.everybody(role))
        return list(dict.fromkeys(person for person in there if person is not None))

    def _at(self, role: str, department: int) -> list[int]:
        return self._holders.get((role, department), [])

    def _is_kept_away(self, person: int, post: Post, role: str = "") -> bool:
        """Recused in person, or of a department that must keep away.

        Administrators only in person: they judge nothing, and somebody must be left to tell.
        """
        if person in post.kept_away:
            return True
        if role == CaseRole.ADMINISTRATOR:
            return False
        departments = post.departments_kept_away
        if role and role not in ANSWERING:
            departments |= post.departments_answering
        return bool(departments) and any(
            f"/{department}/" in self._paths.get(own, "")
            for own in self._departments_of.get(person, ())
            for department in departments
        )

    def find(self, role: str, post: Post, passing_over: Collection[int] = ()) -> Route:
        """One living person for a role: holders in turn, their deputies, and then up the line.

        `passing_over` are people who must not be it (those whose silence sends the matter up). The route says of each
        post tried who was passed over and why; `person_id` is None only in an organisation with nobody left at all.
        """
        beyond = (role, CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE, CaseRole.ADMINISTRATOR)
        return self._search(
            ((level, self.candidates(level, post)) for level in ABOVE.get(role, beyond)), post, passing_over
        )

    def instead_of(self, person: int | None, role: str, post: Post) -> Route:
        """That person or who stands in for them, as long as there is anybody; otherwise as `find` for the role."""
        if person is not None:
            route = self._search([(role, [person])], post, ())
            if route.person_id is not None:
                return route
        return self.find(role, post)

    def only(self, person: int, role: str, post: Post) -> int | None:
        """That person or who stands in for them, and nobody else; None if they must keep away, or are gone."""
        return self._search([(role, [person])], post, ()).person_id

    def above(self, role: str, post: Post, asked: Collection[int]) -> Route:
        """Who is asked after the silence of the `asked`, the last of them as `role`: only people above, nobody twice.

        Without a person if nobody is left above (DL-5).
        """
        levels = AFTER_SILENCE.get(role, ())
        return self._search(
            (
                (level, self._executives_above(post) if level == CaseRole.EXECUTIVE else self.candidates(level, post))
                for level in levels
            ),
            post,
            asked,
        )

    def _search(self, levels: Iterable[tuple[str, list[int]]], post: Post, passing_over: Collection[int]) -> Route:
        route = Route()
        for level, candidates in levels:
            people = list(dict.fromkeys(candidates))
            if not people:
                route.tried.append({"role": str(level), "why": "vacant"})
            for person in people:
                entry: dict[str, Any] = {"role": str(level), "person": person}
                if self._is_kept_away(person, post, level):
                    route.tried.append(entry | {"why": "recused"})
                    continue
                there = self.present(person, post.kept_away)
                if there is None or self._is_kept_away(there, post, level):
                    route.tried.append(entry | {"why": "away"})
                elif there in passing_over:
                    route.tried.append(entry | {"why": "asked"})
                else:
                    why = "found" if there == person else "deputy"
                    route.tried.append(entry | {"person": there, "for": person, "why": why})
                    route.person_id = there
                    return route
        return route

    def administrators(self) -> list[int]:
        """Living administrators; whoever set the system up if none is appointed."""
        appointed = {self.present(person) for person in self._posts.everybody(Role.ADMINISTRATOR)} - {None}
        return sorted(person for person in appointed if person is not None) or list(self._posts.superusers)

    def at(self, department: int, post: Post) -> list[int]:
        """Living intake officers, handlers and heads of a department: whom a case offered to it is told to."""
        found: list[int] = []
        for role in (Role.INTAKE, Role.HANDLER, Role.HEAD):
            for person in self._at(role, department):
                there = self.present(person, post.kept_away)
                if there is not None and there not in found and not self._is_kept_away(there, post):
                    found.append(there)
        return found

    def everyone(self, role: str, post: Post) -> list[int]:
        """Every living person a role means for this complaint: who is told of an act. Heads: the nearest alone."""
        found: list[int] = []
        for person in dict.fromkeys(self.candidates(role, post)):
            if self._is_kept_away(person, post, role):
                continue
            there = self.present(person, post.kept_away)
            if there is not None and there not in found and not self._is_kept_away(there, post, role):
                found.append(there)
                if role not in {CaseRole.LIAISON, CaseRole.HANDLER, CaseRole.INTAKE}:
                    break
        return found
