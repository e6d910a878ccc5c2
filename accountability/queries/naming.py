"""What somebody named for a group reads before declaring interests: enough to know whether there is one. (WF-13)"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountability.models import Investigation, Membership
from accountability.queries.inquiry import of_investigation
from accountability.states import Declaration, InvestigationStatus
from complaints.states import State


@dataclass(frozen=True, slots=True)
class Naming:
    """A call to declare interests: the number, the category and the names of the parties, and nothing more."""

    investigation_id: int
    version: int
    number: str
    category: str
    parties: tuple[str, ...]
    is_lead: bool
    named_by: str
    named_at: datetime


def namings_of(user: Any, now: datetime) -> list[Naming]:
    """Every declaration awaited from the person, the oldest first. Whoever must keep away is asked for none.

    Nor is anybody once the complaint is archived: nothing is judged there any more.
    """
    at_work = (InvestigationStatus.OPEN, InvestigationStatus.CONCLUDED)
    rows = Membership.objects.filter(
        person=user.pk, left_at=None, declaration=Declaration.PENDING, investigation__status__in=at_work
    )
    rows = rows.exclude(investigation__complaint__state=State.ARCHIVED)
    related = ("investigation__complaint__category", "made_by")
    found = (_naming(row, now) for row in rows.select_related(*related).order_by("made_at", "pk"))
    return [naming for naming in found if naming is not None]


def naming_in(investigation: Investigation, user: Any, now: datetime) -> Naming | None:
    """What one investigation asks of the person; None if nothing."""
    return next((row for row in namings_of(user, now) if row.investigation_id == investigation.pk), None)


def _naming(row: Membership, now: datetime) -> Naming | None:
    investigation = row.investigation
    inquiry = of_investigation(investigation, now)
    if inquiry.member(row.person_id) is None:
        return None
    return Naming(
        investigation_id=investigation.pk,
        version=investigation.version,
        number=investigation.number,
        category=str(investigation.complaint.category or ""),
        parties=tuple(str(party) for party in inquiry.parties),
        is_lead=row.is_lead,
        named_by=str(row.made_by or ""),
        named_at=row.made_at,
    )
