"""What a person can do on a subject of an inquiry, what is missing for it, and who else may. (WF-1)"""

from collections.abc import Sequence
from dataclasses import dataclass

from accountability.acts import InquiryAct, Subject, acts_on
from accountability.permissions import inquiry_roles
from accountability.queries.inquiry import Inquiry
from accountability.states import InquiryRole
from complaints.acts import AskKind
from complaints.models.standing import Standing
from complaints.queries.options import choices
from complaints.queries.requirements import checklist
from complaints.states import CaseRole


@dataclass(frozen=True, slots=True)
class Choice:
    """One act on one subject that the person may take, with everything it needs, met or missing."""

    act: InquiryAct
    kind: Subject
    pk: int
    checklist: Sequence[tuple[bool, str]]

    @property
    def is_ready(self) -> bool:
        """Nothing is missing."""
        return all(met for met, _text in self.checklist)

    @property
    def missing(self) -> list[str]:
        """What is missing."""
        return [text for met, text in self.checklist if not met]


@dataclass(frozen=True, slots=True)
class Others:
    """An act that waits for somebody else, and who that is."""

    act: InquiryAct
    who: tuple[str, ...]


def possible_acts(inquiry: Inquiry) -> list[InquiryAct]:
    """Acts that the state of the subject allows and that have something to work on, whoever takes them."""
    here = [act for act in acts_on(inquiry.kind) if inquiry.state in act.sources and not act.by_system]
    here = [act for act in here if not act.in_round or inquiry.is_in_round or inquiry.is_correction]
    return [act for act in here if _has_object(inquiry, act)]


def choices_for(inquiry: Inquiry, standing: Standing) -> list[Choice]:
    """The acts of the person, in the order of the table."""
    roles = inquiry_roles(standing, inquiry)
    return [
        Choice(act, inquiry.kind, inquiry.subject.pk, checklist(inquiry, act, standing))
        for act in possible_acts(inquiry)
        if act.roles & roles
    ]


def of_others(inquiry: Inquiry, standing: Standing) -> list[Others]:
    """Acts that carry the subject on and are not the person's, with who may take them."""
    roles = inquiry_roles(standing, inquiry)
    acts = [act for act in possible_acts(inquiry) if act.target is not None and not act.roles & roles]
    return [Others(act, who_may(inquiry, act)) for act in acts]


def who_may(inquiry: Inquiry, act: InquiryAct) -> tuple[str, ...]:
    """Who may take an act: each role, with the person or the department where there is one."""
    complaint = inquiry.complaint
    where: dict[str, object] = {}
    if complaint is not None:
        where = {
            CaseRole.HANDLER: complaint.handler or complaint.owner_department,
            CaseRole.OWNER_HEAD: complaint.owner_department,
        }
    if inquiry.lead is not None:
        where[InquiryRole.LEAD] = inquiry.lead.person
    if inquiry.hearing is not None:
        where[InquiryRole.PARTY] = inquiry.hearing.party
    if inquiry.objection is not None and inquiry.objection.superior_id:
        where[InquiryRole.SUPERIOR] = inquiry.objection.superior
    if inquiry.kind == Subject.MEASURE:
        where[InquiryRole.OWNER] = inquiry.subject.owner
        where[CaseRole.OWNER_HEAD] = inquiry.subject.department
    found = []
    for role in (*InquiryRole, *CaseRole):
        if role in act.roles:
            named = where.get(role)
            found.append(f"{role.label} ({named})" if named is not None else str(role.label))
    return tuple(found)


def _has_object(inquiry: Inquiry, act: InquiryAct) -> bool:
    """Acts on one of several rows are there only while there is such a row."""
    return all(choices(inquiry, ask) for ask in act.asks if ask.kind == AskKind.ROW and ask.required)
