"""Who somebody is towards an inquiry: small named predicates, asked by services and pages alike. (AC-7, AC-8, WF-13)

Pure: they look at a `Standing` and an `Inquiry`, which reads lazily, and touch no database of their own.
"""

from typing import Any

from accountability.acts import InquiryAct, Subject
from accountability.states import Declaration, InquiryRole
from complaints.permissions import case_roles
from complaints.states import CaseRole, Role

R = InquiryRole


#: Who answers for a department that is a party; whoever stands in for such a one answers too, and judges nothing.
_ANSWERING = frozenset({Role.LIAISON, Role.HEAD})


def is_concerned(standing: Any, inquiry: Any) -> bool:
    """The person, somebody they stand in for, or their department is a party or must keep away from the complaint.

    They judge nothing here, from the moment that is on record, whoever recorded it (WF-13).
    """
    if standing.people & inquiry.concerned_people:
        return True
    paths = [held.path for held in standing.held if held.principal_id is None or held.role in _ANSWERING]
    return any(f"/{department}/" in path for department in inquiry.concerned_departments for path in paths)


def inquiry_roles(standing: Any, inquiry: Any) -> frozenset[str]:
    """Everything the person is towards the subject of the inquiry. Parties are parties and nothing else."""
    if not standing.user_id:
        return frozenset()
    if inquiry.kind == Subject.DISCIPLINE:
        return _discipline_roles(standing, inquiry)
    if inquiry.kind == Subject.MEASURE:
        return _measure_roles(standing, inquiry)
    if is_concerned(standing, inquiry):
        return _party_roles(standing, inquiry)
    return _group_roles(standing, inquiry) | _office_roles(standing, inquiry) | _superior_roles(standing, inquiry)


def _party_roles(standing: Any, inquiry: Any) -> frozenset[str]:
    """Whoever answers for the party that is heard."""
    hearing = inquiry.hearing
    if hearing is None:
        return frozenset()
    party = hearing.party
    if party.person_id is not None:
        return frozenset({R.PARTY} if party.person_id in standing.people else ())
    answers = party.department_id in standing.department_ids(*_ANSWERING)
    return frozenset({R.PARTY} if answers else ())


def _group_roles(standing: Any, inquiry: Any) -> frozenset[str]:
    """Membership is the person's own: nobody investigates as somebody's deputy, interests are declared in person."""
    member = inquiry.member(standing.user_id)
    if member is None:
        return frozenset()
    if member.declaration == Declaration.PENDING:
        return frozenset({R.NAMED})
    if member.declaration == Declaration.NO_INTEREST:
        return frozenset({R.LEAD, R.MEMBER} if member.is_lead else {R.MEMBER})
    return frozenset()


_OFFICES = frozenset(
    {
        CaseRole.HANDLER,
        CaseRole.OWNER_HEAD,
        CaseRole.EXECUTIVE,
        CaseRole.QUALITY,
        CaseRole.LEGAL,
        CaseRole.AUDITOR,
    }
)


def _office_roles(standing: Any, inquiry: Any) -> frozenset[str]:
    """Offices that have to do with the complaint."""
    return frozenset(str(role) for role in case_roles(standing, inquiry, _OFFICES))


def _superior_roles(standing: Any, inquiry: Any) -> frozenset[str]:
    objection = inquiry.objection
    asked = objection is not None and objection.superior_id in standing.people
    return frozenset({R.SUPERIOR} if asked else ())


def _measure_roles(standing: Any, inquiry: Any) -> frozenset[str]:
    measure = inquiry.subject
    roles: set[str] = set()
    if measure.owner_id in standing.people:
        roles.add(R.OWNER)
    if standing.has(Role.QUALITY):
        roles.add(R.VERIFIER)
    for role, code in ((Role.HEAD, CaseRole.OWNER_HEAD), (Role.EXECUTIVE, CaseRole.EXECUTIVE)):
        if any(measure.department.path.startswith(path) for path in standing.paths(role)):
            roles.add(code)
    return frozenset(roles)


def _discipline_roles(standing: Any, inquiry: Any) -> frozenset[str]:
    record = inquiry.subject
    if record.person_id is not None and record.person_id in standing.people:
        return frozenset()
    roles: set[str] = set()
    if standing.has(Role.PERSONNEL):
        roles.add(R.PERSONNEL)
    if record.made_by_id == standing.user_id:
        roles.add(R.REPORTER)
    return frozenset(roles)


def may_take(act: InquiryAct, standing: Any, inquiry: Any) -> bool:
    """The act is open to one of the person's roles."""
    return not act.by_system and bool(inquiry_roles(standing, inquiry) & act.roles)


def may_open(standing: Any, case: Any) -> bool:
    """Open an investigation, or propose to do without: the handler and the head of the owning department."""
    return bool(case_roles(standing, case, frozenset({CaseRole.HANDLER, CaseRole.OWNER_HEAD})))


def may_report_offence(standing: Any, case: Any) -> bool:
    """Record what somebody did against the rules of handling: whoever works on the case or watches over it (AC-12)."""
    roles = {CaseRole.HANDLER, CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE, CaseRole.QUALITY, CaseRole.LEGAL}
    return bool(case_roles(standing, case, frozenset(roles)))


def may_keep_registers(standing: Any) -> bool:
    """Suppliers and partners, root causes, the legal basis library: administrators, quality and legal counsel."""
    return bool(standing.has(Role.ADMINISTRATOR, Role.QUALITY, Role.LEGAL))


def may_demand_measure(standing: Any) -> bool:
    """Demand a measure without a complaint, from a report: the quality department (RP-11)."""
    return bool(standing.has(Role.QUALITY))
