"""Who may take which act: small named predicates, asked by services and interfaces alike. (WF-1, WF-13)

Pure: they look at a `Standing` (what a person holds) and a `Case` (what is known of a complaint) and touch no database
of their own.
"""

from typing import Any

from complaints.acts import Act
from complaints.states import CaseRole, Role


def _holds(standing: Any, role: str, department_id: int | None) -> bool:
    return department_id is not None and any(
        held.role == role and held.department_id == department_id for held in standing.held
    )


def _holds_above(standing: Any, role: str, path: str | None) -> bool:
    return path is not None and any(held.role == role and path.startswith(held.path) for held in standing.held)


def is_recused(standing: Any, case: Any) -> bool:
    """The person must keep away altogether.

    Complained of, self-recused, standing in for such a one, or of a department that is excluded.
    """
    if standing.people & case.recused_people:
        return True
    return any(_belongs(standing, department) for department in case.excluded_departments)


def _belongs(standing: Any, department_id: int) -> bool:
    return any(f"/{department_id}/" in path for path in standing.own_paths)


def _is_of_respondent(standing: Any, case: Any) -> bool:
    """Of a department complained of that may answer contact sheets and nothing more."""
    return any(_belongs(standing, department) for department in case.answering_departments)


def case_roles(standing: Any, case: Any, among: frozenset[str] | None = None) -> frozenset[CaseRole]:
    """What the person is towards the complaint, of the roles in `among` (default: all). Empty for the recused."""
    if not standing.user_id or is_recused(standing, case):
        return frozenset()
    complaint = case.complaint
    roles: set[CaseRole] = set()
    if not _is_of_respondent(standing, case):
        roles |= _owner_roles(standing, complaint)
        if any(
            _holds_above(standing, Role.EXECUTIVE, department.path)
            for department in (complaint.owner_department, complaint.responsible_department)
            if department is not None
        ):
            roles.add(CaseRole.EXECUTIVE)
    if complaint.responsible_department_id is not None:
        if _holds(standing, Role.LIAISON, complaint.responsible_department_id):
            roles.add(CaseRole.LIAISON)
        if _holds_above(standing, Role.HEAD, complaint.responsible_department.path):
            roles.add(CaseRole.RESPONSIBLE_HEAD)
    if (among is None or CaseRole.ADDRESSEE in among) and case.is_addressee(standing):  # costs a look at the database
        roles.add(CaseRole.ADDRESSEE)
    for role, towards in (
        (Role.QUALITY, CaseRole.QUALITY),
        (Role.LEGAL, CaseRole.LEGAL),
        (Role.AUDITOR, CaseRole.AUDITOR),
        (Role.ADMINISTRATOR, CaseRole.ADMINISTRATOR),
    ):
        if standing.has(role):
            roles.add(towards)
    return frozenset(roles if among is None else roles & among)


def _owner_roles(standing: Any, complaint: Any) -> set[CaseRole]:
    """Roles in the owning department. Once a handler is assigned, only that person (or their deputy) is the handler."""
    roles = set()
    if _holds(standing, Role.INTAKE, complaint.owner_department_id):
        roles.add(CaseRole.INTAKE)
    if complaint.handler_id is None:
        if _holds(standing, Role.HANDLER, complaint.owner_department_id):
            roles.add(CaseRole.HANDLER)
    elif complaint.handler_id in standing.people:
        roles.add(CaseRole.HANDLER)
    if _holds_above(standing, Role.HEAD, complaint.owner_department.path):
        roles.add(CaseRole.OWNER_HEAD)
    return roles


def may_take(act: Act, standing: Any, case: Any) -> bool:
    """The act is open to one of the person's roles towards this complaint."""
    return not act.by_system and bool(case_roles(standing, case, act.roles))


def may_register(standing: Any, department_id: int) -> bool:
    """Register a complaint that `department_id` hears first: its intake officers, handlers and head (IN-5)."""
    return any(_holds(standing, role, department_id) for role in (Role.INTAKE, Role.HANDLER, Role.HEAD))


def may_read_identity(standing: Any, case: Any) -> bool:
    """See the complainant's name in clear on the case (IN-8, AU-5).

    Who deals with the complainant may; the responsible department of a confidential case may not.
    """
    roles = case_roles(standing, case)
    front = {CaseRole.INTAKE, CaseRole.HANDLER, CaseRole.OWNER_HEAD}
    if case.complaint.is_confidential:
        return bool(roles & front)
    return bool(roles & (front | {CaseRole.EXECUTIVE, CaseRole.QUALITY}))


def may_configure(standing: Any) -> bool:
    """Organisation, policies, calendars, channels, categories."""
    return bool(standing.has(Role.ADMINISTRATOR))


def may_import(standing: Any) -> bool:
    """Bulk intake: intake officers and heads; rows land in their own department."""
    return bool(standing.has(Role.INTAKE, Role.HEAD))


def may_export(standing: Any) -> bool:
    """The ledger, of the complaints one may see."""
    return bool(
        standing.has(Role.INTAKE, Role.HANDLER, Role.HEAD, Role.EXECUTIVE, Role.QUALITY, Role.AUDITOR, Role.LIAISON)
    )


def may_read_history(standing: Any) -> bool:
    """The field-by-field history of a complaint one may see."""
    return bool(standing.has(Role.HANDLER, Role.HEAD, Role.EXECUTIVE, Role.QUALITY, Role.LEGAL, Role.AUDITOR))
