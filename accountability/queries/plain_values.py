"""Records as plain values: texts, numbers, truth values, lists and dictionaries, which mean the same for ever. (AC-6)

Moments are texts in UTC; a name is a text, or a dictionary by language where the record has one for each.
"""

from datetime import UTC, datetime
from typing import Any

from accountability.models import EvidenceFile, EvidenceReview, Party

Content = dict[str, Any]

#: What is read with a party to name it.
PARTY = ("department", "person", "outside")


def moment(at: datetime | None) -> str | None:
    """A moment, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None


def act_of(person: Any, at: datetime | None) -> Content:
    """Who did something, as they were called, and when."""
    return {"person": person.pk if person else None, "name": str(person) if person else "", "at": moment(at)}


def named_party(party: Party) -> Content:
    """Who it is: the name in every language for a department, as it is for everybody else."""
    named: Any = party.outside or party.person or party.name or party.department
    return {
        "id": party.pk,
        "kind": party.kind,
        "name": party.department.names if party.department is not None and named == party.department else str(named),
    }


def file_of(file: EvidenceFile) -> Content:
    """A file by its name, its size in bytes and its digest."""
    return {"file": file.file_name, "size": file.size, "sha256": file.sha256}


def review_of(review: EvidenceReview) -> Content:
    """How a piece of evidence was judged, by whom and when."""
    return {
        "person": review.reviewer_id,
        "name": str(review.reviewer),
        "at": moment(review.reviewed_at),
        "authenticity": review.authenticity,
        "legality": review.legality,
        "relevance": review.relevance,
        "weight": review.weight,
    }
