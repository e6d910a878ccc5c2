"""What a party reads of a determination: what concerns it, and only that. (AC-8)

Plain values, made for the party: its own allegations, responsibility, reasons and clauses, titles of what is cited
unless restricted. Nothing here leads to other parties, to people of the group or to the complainant, whatever a
template does.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from accountability.models import Assignment, Citation, Clause, Hearing, Objection
from accountability.states import HearingStatus


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
class HearingPage:
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


def hearings_of(user: Any, now: datetime, *, only_open: bool = False) -> QuerySet[Hearing]:
    """Hearings in which the person answers, for themselves or for their department; what is due first comes first."""
    rows: QuerySet[Hearing] = Hearing.objects.concerning(user, now)
    if only_open:
        rows = rows.filter(status=HearingStatus.OPEN)
    return rows.select_related(
        "determination", "investigation__complaint", "party__department", "party__person", "party__outside"
    ).order_by("due_at", "id")


def hearing_page(pk: int, user: Any, now: datetime) -> HearingPage | None:
    """The page of one hearing; None for whoever does not answer in it."""
    hearing = hearings_of(user, now).filter(pk=pk).first()
    return page_of(hearing) if hearing is not None else None


def page_of(hearing: Hearing) -> HearingPage:
    """What a party reads, of a loaded hearing."""
    determination = hearing.determination
    objection = Objection.objects.filter(hearing=hearing).first()
    return HearingPage(
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
