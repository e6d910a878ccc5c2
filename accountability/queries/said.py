"""A determination as the plain values that shares and principles look at, and who had part in it. (AC-6, AC-7)"""

from collections.abc import Iterable

from accountability.models import (
    Allegation,
    Assignment,
    Cell,
    Citation,
    Determination,
    EvidenceReview,
    Membership,
)
from accountability.principles import Assigned, Cited, Contradicted, Said
from accountability.queries.eligibility import kept_away
from accountability.queries.inquiry import Inquiry
from accountability.shares import Part
from accountability.states import Bearing, EvidenceStatus, FactStatus, Weight


def parts_by_allegation(rows: Iterable[Assignment]) -> list[tuple[Allegation, list[Part]]]:
    """Who bears what of each allegation, allegations and parties in their order."""
    found: dict[int, tuple[Allegation, list[Part]]] = {}
    for row in sorted(rows, key=lambda row: (row.allegation.position, row.position)):
        _allegation, parts = found.setdefault(row.allegation_id, (row.allegation, []))
        parts.append(Part(str(row.charge.party), row.share_kind, row.share))
    return list(found.values())


def said_of(inquiry: Inquiry, *, approver: int | None = None) -> Said:
    """What the determination of the inquiry says, as if `approver` approved it where nobody has yet."""
    determination = inquiry.determination
    if determination is None:
        raise LookupError(f"{inquiry.key} has no determination")
    assigned = tuple(_assigned(row, inquiry) for row in inquiry.assignments)
    authors = authors_of(determination)
    approver = determination.approved_by_id or approver
    involved = (
        authors
        | {approver}
        | {person for row in assigned for cited in row.cited for person in (cited.collector, cited.reviewer)}
    )
    return Said(
        assigned=assigned,
        authors=authors,
        approver=approver,
        kept_away=frozenset(kept_away(inquiry, {person for person in involved if person is not None})),
        contradicted=contradicted(inquiry),
    )


def _assigned(row: Assignment, inquiry: Inquiry) -> Assigned:
    party = row.charge.party
    return Assigned(
        party=str(party),
        party_kind=party.kind,
        share_kind=row.share_kind,
        causation=row.causation,
        duty=row.duty,
        has_clause=bool(row.clauses.all()),
        had_authority=row.had_authority,
        had_ability=row.had_ability,
        is_system_failure=row.is_system_failure,
        authority_reason=row.authority_reason,
        cited=tuple(_cited(citation, inquiry) for citation in row.citations.all()),
    )


def _cited(citation: Citation, inquiry: Inquiry) -> Cited:
    """The review that was cited, unless a later one found the piece to be of no use."""
    last = last_review(inquiry, citation.evidence_id)
    is_worthless = last is not None and last.weight == Weight.NONE
    return Cited(
        number=citation.evidence.number,
        collector=citation.evidence.collected_by_id,
        reviewer=citation.review.reviewer_id,
        weight=Weight.NONE.value if is_worthless else citation.review.weight,
    )


def last_review(inquiry: Inquiry, evidence: int) -> EvidenceReview | None:
    """The review that counts, of a piece of evidence of the complaint."""
    item = next((row for row in inquiry.evidence if row.pk == evidence), None)
    return item.last_review if item is not None else None  # type: ignore[attr-defined] # see Inquiry


def authors_of(determination: Determination) -> frozenset[int]:
    """Who wrote a version: who began it and who submitted it."""
    people = (determination.made_by_id, determination.submitted_by_id)
    return frozenset(person for person in people if person is not None)


def group_of(inquiry: Inquiry) -> frozenset[int]:
    """Everybody who is or was of the investigation group, declared or not."""
    rows = Membership.objects.filter(investigation=inquiry.investigation)
    return frozenset(rows.values_list("person_id", flat=True))


def contradicted(inquiry: Inquiry) -> tuple[Contradicted, ...]:
    """Facts held to be proved, or still open, that strong evidence speaks against (AC-4)."""
    strong = {
        row.pk
        for row in inquiry.evidence
        if row.status == EvidenceStatus.HELD
        and (review := row.last_review) is not None  # type: ignore[attr-defined] # see Inquiry.evidence
        and review.weight == Weight.STRONG
    }
    cells = Cell.objects.filter(
        fact__investigation=inquiry.investigation,
        fact__status__in=(FactStatus.OPEN, FactStatus.PROVED),
        bearing=Bearing.CONTRADICTS,
        evidence__in=strong,
    )
    rows = cells.select_related("fact", "evidence").order_by("fact__position", "evidence__number")
    return tuple(Contradicted(str(cell.fact), cell.evidence.number) for cell in rows)
