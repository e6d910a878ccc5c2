"""What happened in an inquiry, in words, the latest first. (AU-1)"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accountability import states
from accountability.acts import ACTS, BEGINNINGS, Subject
from accountability.models import EvidenceItem, Hearing, InquiryEvent
from accountability.states import InquiryRole
from complaints.states import CaseRole

#: The states of each kind of subject.
STATES: Mapping[str, Any] = {
    Subject.INVESTIGATION: states.InvestigationStatus,
    Subject.EVIDENCE: states.EvidenceStatus,
    Subject.DETERMINATION: states.DeterminationStatus,
    Subject.HEARING: states.HearingStatus,
    Subject.OBJECTION: states.ObjectionStatus,
    Subject.MEASURE: states.MeasureStatus,
    Subject.DISCIPLINE: states.DisciplineStatus,
}


@dataclass(frozen=True, slots=True)
class InquiryEntry:
    """One thing that happened. `about` names the piece of evidence, the party or the version it was about."""

    at: datetime
    kind: str
    title: str
    about: str
    person: str
    role: str
    deputy_of: str
    text: str
    state: str
    state_name: str
    is_alarm: bool


def act_label(code: str) -> str:
    """What an event is called."""
    if code in ACTS:
        return str(ACTS[code].label)
    return str(BEGINNINGS.get(code, code))


def role_label(code: str) -> str:
    """A role towards the inquiry or the complaint, in words."""
    for words in (InquiryRole, CaseRole):
        if code in words.values:
            return str(words(code).label)
    return ""


def state_label(kind: str, code: str) -> str:
    """A state of that kind of subject, in words."""
    words = STATES.get(kind)
    return str(words(code).label) if words is not None and code in words.values else code


def subject_key(event: InquiryEvent) -> tuple[str, int]:
    """Kind and key of what the event was about."""
    kind, _colon, key = event.subject.partition(":")
    return kind, int(key) if key.isdecimal() else 0


def timeline_of(events: Iterable[InquiryEvent], evidence_seen: Mapping[int, EvidenceItem]) -> list[InquiryEntry]:
    """Events as entries. Of evidence that the reader may not see, only that something was done is said."""
    rows = list(events)
    names = _names(rows)
    return [_entry(event, names, evidence_seen) for event in rows]


def events_of(investigation: Any) -> Sequence[InquiryEvent]:
    """Events of an investigation and of everything that belongs to it, the latest first."""
    rows = InquiryEvent.objects.filter(investigation=investigation).select_related("on_behalf_of")
    return list(rows.order_by("-at", "-id"))


def events_about(kind: str, key: int) -> Sequence[InquiryEvent]:
    """Events of one subject, the latest first."""
    rows = InquiryEvent.objects.filter(Q(subject=f"{kind}:{key}")).select_related("on_behalf_of")
    return list(rows.order_by("-at", "-id"))


def _names(rows: Iterable[InquiryEvent]) -> dict[tuple[str, int], str]:
    """Parties of hearings and objections, by what the event was about."""
    keys: dict[str, set[int]] = {}
    for event in rows:
        kind, key = subject_key(event)
        keys.setdefault(kind, set()).add(key)
    names: dict[tuple[str, int], str] = {}
    hearings = keys.get(Subject.HEARING, set())
    objections = keys.get(Subject.OBJECTION, set())
    if not hearings and not objections:
        return names
    found = Hearing.objects.filter(Q(pk__in=hearings) | Q(objection__in=objections))
    for row in found.select_related("party__department", "party__person", "party__outside", "objection"):
        names[Subject.HEARING, row.pk] = str(row.party)
        if hasattr(row, "objection"):
            names[Subject.OBJECTION, row.objection.pk] = str(row.party)
    return names


def _entry(
    event: InquiryEvent, names: Mapping[tuple[str, int], str], evidence: Mapping[int, EvidenceItem]
) -> InquiryEntry:
    kind, key = subject_key(event)
    about, text = names.get((kind, key), ""), event.reason
    if kind == Subject.EVIDENCE:
        item = evidence.get(key)
        about = f"{item.number} {item.title}" if item is not None else _("restricted")
        text = text if item is not None else ""
    moved = event.to_state if event.from_state != event.to_state else ""
    return InquiryEntry(
        at=event.at,
        kind=kind,
        title=act_label(event.act),
        about=about,
        person=event.actor_name or _("System"),
        role=role_label(event.actor_role),
        deputy_of=str(event.on_behalf_of or ""),
        text=text,
        state=moved,
        state_name=state_label(kind, moved) if moved else "",
        is_alarm=event.act in {"object", "uphold", "fall_silent", "find_ineffective", "withdraw_evidence"},
    )
