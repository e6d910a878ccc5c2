"""The page of a hearing or an objection, for the party, for the group, and for whoever decides. (AC-8)

What a party reads of a determination is what concerns it, and only that: plain values, made for it. Its own
allegations, responsibility, reasons and clauses, titles of what is cited unless restricted. Nothing among them leads to
other parties, to people of the group or to the complainant, whatever a template does.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from accountability.models import Assignment, Citation, Clause, Hearing, Objection
from accountability.permissions import inquiry_roles
from accountability.queries.choices_of_acts import Choice, Others, choices_for, of_others
from accountability.queries.inquiry import Inquiry
from accountability.states import HearingStatus, InquiryRole
from complaints.models.standing import Standing


@dataclass(frozen=True, slots=True)
class Borne:
    """What the version says of the party on one allegation."""

    allegation: str
    finding: str
    share_kind: str
    share: Decimal
    causation: str
    conduct: str
    conduct_text: str
    duty: str
    clauses: tuple[tuple[str, str], ...]
    reason: str
    evidence: tuple[str, ...]
    #: How many pieces are cited that the party may not see.
    restricted: int


@dataclass(frozen=True, slots=True)
class Disputed:
    """The party's objection, and what became of it."""

    grounds: str
    filed_at: datetime
    status: str
    is_referred: bool
    decided_at: datetime | None
    decision_reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """One hearing as its party reads it."""

    pk: int
    number: str
    complaint: str
    party: str
    is_correction: bool
    told_at: datetime
    due_at: datetime
    status: str
    is_open: bool
    borne: tuple[Borne, ...]
    answer: str
    answered_at: datetime | None
    objection: Disputed | None
    is_final: bool


class HearingPage:
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
    def said(self) -> Said:
        """What the party reads: plain values, which lead nowhere else."""
        return said_to(self.hearing)

    @cached_property
    def choices(self) -> list[Choice]:
        """What the person can do."""
        return choices_for(self.inquiry, self.standing)

    @cached_property
    def others(self) -> list[Others]:
        """What waits for others."""
        return of_others(self.inquiry, self.standing)


def said_to(hearing: Hearing) -> Said:
    """What a party reads, of a loaded hearing."""
    determination = hearing.determination
    objection = Objection.objects.filter(hearing=hearing).first()
    return Said(
        pk=hearing.pk,
        number=determination.number,
        complaint=str(hearing.investigation.complaint.number),
        party=str(hearing.party),
        is_correction=determination.supersedes_id is not None,
        told_at=hearing.made_at,
        due_at=hearing.due_at,
        status=hearing.get_status_display(),
        is_open=hearing.status == HearingStatus.OPEN,
        borne=tuple(_borne(row) for row in _assignments(hearing)),
        answer=hearing.answer,
        answered_at=hearing.answered_at,
        objection=_disputed(objection) if objection is not None else None,
        is_final=determination.final_at is not None,
    )


def _assignments(hearing: Hearing) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(determination=hearing.determination, charge__party=hearing.party)
    return (
        rows.select_related("allegation")
        .prefetch_related(
            Prefetch("citations", Citation.objects.select_related("evidence").order_by("evidence__number")),
            Prefetch("clauses", Clause.objects.select_related("source")),
        )
        .order_by("position")
    )


def _borne(row: Assignment) -> Borne:
    cited = [citation.evidence for citation in row.citations.all()]
    return Borne(
        allegation=row.allegation.text,
        finding=row.get_finding_display(),
        share_kind=row.get_share_kind_display(),
        share=row.share,
        causation=row.get_causation_display(),
        conduct=row.get_conduct_display(),
        conduct_text=row.conduct_text,
        duty=row.duty,
        clauses=tuple((str(clause), clause.text) for clause in row.clauses.all()),
        reason=row.reason,
        evidence=tuple(item.title for item in cited if not item.is_restricted),
        restricted=sum(item.is_restricted for item in cited),
    )


def _disputed(objection: Objection) -> Disputed:
    return Disputed(
        grounds=objection.grounds,
        filed_at=objection.made_at,
        status=objection.get_status_display(),
        is_referred=objection.opinion_id is not None,
        decided_at=objection.decided_at,
        decision_reason=objection.decision_reason,
    )
