"""Parties of an investigation that the complaint itself names. (AC-5)"""

from datetime import datetime
from typing import Any

from accountability.models import Investigation, Party
from complaints.models import Respondent
from complaints.services import records
from complaints.states import PartyKind


def name_respondents(investigation: Investigation, *, by: Any, now: datetime) -> None:
    """Whom the complaint is against is a party from the beginning; outside parties are named from their register.

    The complaint may name a department or a person more than once: each is one party.
    """
    named: set[tuple[str, int]] = set()
    for respondent in Respondent.objects.filter(complaint=investigation.complaint).order_by("pk"):
        party = _party(investigation, respondent)
        if party is None:
            continue
        key = ("person", party.person_id or 0) if party.person_id else (party.name, party.department_id or 0)
        if key not in named:
            named.add(key)
            party.made_by, party.made_at = by, now
            records.save(party, by=by, reason="open_investigation", now=now)


def _party(investigation: Investigation, respondent: Respondent) -> Party | None:
    """The party that a respondent is; None where the register of outside parties has to say who it is."""
    if respondent.kind == PartyKind.DEPARTMENT and respondent.department is not None:
        return Party(investigation=investigation, kind=respondent.kind, department=respondent.department)
    if respondent.kind != PartyKind.EMPLOYEE or not (respondent.person or respondent.name):
        return None
    return Party(
        investigation=investigation,
        kind=respondent.kind,
        department=respondent.department,
        person=respondent.person,
        name="" if respondent.person is not None else respondent.name,
    )
