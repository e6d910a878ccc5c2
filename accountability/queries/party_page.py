"""The page of a hearing or an objection, for the party, for the group, and for whoever decides. (AC-8)"""

from functools import cached_property

from accountability.models import Hearing, Objection
from accountability.permissions import inquiry_roles
from accountability.queries.choices_of_acts import Choice, Others, choices_for, of_others
from accountability.queries.hearing_page import HearingPage, page_of
from accountability.queries.inquiry import Inquiry
from accountability.states import HearingStatus, InquiryRole
from complaints.models.standing import Standing


class PartyPage:
    """The hearing of one party as a given person sees it, and what they can do there."""

    def __init__(self, inquiry: Inquiry, standing: Standing) -> None:
        self.inquiry = inquiry
        self.standing = standing

    @property
    def hearing(self) -> Hearing:
        """The hearing."""
        hearing = self.inquiry.hearing
        if hearing is None:
            raise LookupError(self.inquiry.key)
        return hearing

    @property
    def objection(self) -> Objection | None:
        """The objection, if the party disputes."""
        return self.inquiry.objection

    @cached_property
    def roles(self) -> frozenset[str]:
        """What the person is towards the hearing or the objection."""
        return inquiry_roles(self.standing, self.inquiry)

    @property
    def is_party(self) -> bool:
        """The person answers for the party."""
        return InquiryRole.PARTY in self.roles

    @property
    def is_open(self) -> bool:
        """The party may still answer."""
        return self.hearing.status == HearingStatus.OPEN

    @property
    def is_late(self) -> bool:
        """The period is over and nobody answered."""
        return self.is_open and self.hearing.due_at < self.inquiry.now

    @cached_property
    def said(self) -> HearingPage:
        """What the party reads: plain values, which lead nowhere else."""
        return page_of(self.hearing)

    @cached_property
    def choices(self) -> list[Choice]:
        """What the person can do."""
        return choices_for(self.inquiry, self.standing)

    @cached_property
    def others(self) -> list[Others]:
        """What waits for others."""
        return of_others(self.inquiry, self.standing)
