"""What can be chosen in the table of who bears what. (AC-6, AC-11)"""

from dataclasses import dataclass

from accountability.models import Charge, Clause, EvidenceItem, EvidenceReview
from accountability.queries.inquiry import Inquiry
from accountability.states import BEARING, Weight


@dataclass(frozen=True, slots=True)
class Citable:
    """A piece of evidence that may be cited, with the review that lets it be."""

    item: EvidenceItem
    review: EvidenceReview


def citable_review(item: EvidenceItem) -> EvidenceReview | None:
    """The last review of a piece of `Inquiry.evidence`, if it gives it any weight and somebody else wrote it (AC-3)."""
    review: EvidenceReview | None = item.last_review  # type: ignore[attr-defined] # see Inquiry.evidence
    if review is None or review.weight == Weight.NONE or review.reviewer_id == item.collected_by_id:
        return None
    return review


def citable(inquiry: Inquiry) -> list[Citable]:
    """Evidence in the file that was reviewed and may be used, in the order of the register."""
    reviewed = ((item, citable_review(item)) for item in inquiry.evidence_held)
    return [Citable(item, review) for item, review in reviewed if review is not None]


def bearable(inquiry: Inquiry) -> list[Charge]:
    """Charges of which somebody may bear a share: what was founded, wholly or in part."""
    return [charge for charge in inquiry.charges if charge.finding in BEARING]


def clauses() -> list[Clause]:
    """Clauses of the library, by source."""
    return list(Clause.objects.select_related("source").order_by("source__kind", "source__code", "position"))
