"""Who is meant by a role towards an inquiry: always living people. (AC-8, DL-3)"""

from collections.abc import Iterable

from accountability.acts import Subject
from accountability.models import Hearing, Party
from accountability.queries.inquiry import Inquiry
from accountability.states import Declaration, InquiryRole
from complaints.queries.organisation import Organisation, Post
from complaints.states import CaseRole, Role

R = InquiryRole
_OFFICES = frozenset(
    {CaseRole.HANDLER, CaseRole.OWNER_HEAD, CaseRole.EXECUTIVE, CaseRole.QUALITY, CaseRole.LEGAL, CaseRole.AUDITOR}
)


def post_of(inquiry: Inquiry) -> Post:
    """The complaint's post, with the parties kept away besides those who are recused."""
    complaint = inquiry.complaint
    return Post(
        owner_department_id=complaint.owner_department_id,
        responsible_department_id=complaint.responsible_department_id,
        handler_id=complaint.handler_id,
        registered_by_id=complaint.registered_by_id,
        supervisor_id=complaint.supervisor_id,
        kept_away=frozenset(inquiry.recused_people | inquiry.party_people),
        departments_kept_away=frozenset(inquiry.excluded_departments | inquiry.party_departments),
        departments_answering=frozenset(inquiry.answering_departments),
    )


def people_of_party(party: Party, organisation: Organisation) -> list[int]:
    """Who answers for a party: the person, or liaisons and heads of the department; nobody for outside parties."""
    if party.person_id is not None:
        there = organisation.present(party.person_id)
        return [there] if there is not None else [party.person_id]
    if party.kind != "department" or party.department_id is None:
        return []
    found: list[int] = []
    for role in (Role.LIAISON, Role.HEAD):
        for person in organisation.holders(role, party.department_id):
            there = organisation.present(person)
            if there is not None and there not in found:
                found.append(there)
    return found


def answers_here(party: Party, organisation: Organisation) -> bool:
    """The party, or somebody of its department, has an account and answers in person.

    Suppliers, partners, employees without an account and departments where nobody is left do not: the lead or the
    handler informs them and records what they say (AC-8).
    """
    if party.person is not None:
        return bool(party.person.is_active)
    return bool(people_of_party(party, organisation))


def heard(inquiry: Inquiry) -> list[Hearing]:
    """The hearing the inquiry is about, or all of the determination."""
    return [inquiry.hearing] if inquiry.hearing is not None else inquiry.hearings


def people_for(roles: Iterable[str], inquiry: Inquiry, organisation: Organisation) -> set[int]:
    """Everybody the roles mean for this inquiry."""
    found: set[int] = set()
    for role in roles:
        found.update(_people(role, inquiry, organisation))
    return found


def _people(role: str, inquiry: Inquiry, organisation: Organisation) -> Iterable[int]:
    if role in _OFFICES:
        if inquiry.complaint is not None:
            return organisation.everyone(role, post_of(inquiry))
        return organisation.everywhere(role)
    return _inquiry_people(role, inquiry, organisation)


def _inquiry_people(role: str, inquiry: Inquiry, organisation: Organisation) -> Iterable[int]:  # noqa: PLR0911 - a role each
    if role == R.LEAD:
        return [inquiry.lead.person_id] if inquiry.lead is not None else []
    if role == R.MEMBER:
        return [row.person_id for row in inquiry.members if row.declaration == Declaration.NO_INTEREST]
    if role == R.NAMED:
        return [row.person_id for row in inquiry.members if row.declaration == Declaration.PENDING]
    if role == R.PARTY:
        return [person for row in heard(inquiry) for person in people_of_party(row.party, organisation)]
    if role == R.SUPERIOR:
        return [inquiry.objection.superior_id] if inquiry.objection and inquiry.objection.superior_id else []
    if role == R.OWNER and inquiry.kind == Subject.MEASURE:
        return [inquiry.subject.owner_id]
    if role == R.REPORTER and inquiry.kind == Subject.DISCIPLINE:
        return [inquiry.subject.made_by_id] if inquiry.subject.made_by_id else []
    if role == R.VERIFIER:
        return organisation.everywhere(Role.QUALITY)
    if role == R.PERSONNEL:
        return organisation.everywhere(Role.PERSONNEL)
    return []
