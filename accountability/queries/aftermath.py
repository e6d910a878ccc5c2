"""What came of a version after its content was kept: answers, objections, finality, succession. (AC-8)

Added to the document below what was kept. All of it is as immovable as that: answers, decisions, opinions received and
the moments of finality by triggers (`accountability.freezing`), names as append-only events wrote them at the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountability.models import Determination, Hearing, InquiryEvent, Objection
from accountability.states import DeterminationStatus

#: Acts whose actor the document names.
_NAMED = ("finalise", "uphold", "dismiss_objection")


@dataclass(frozen=True, slots=True)
class Decision:
    """An objection, the opinion that was asked for from outside if any, and what was decided."""

    grounds: str
    status: str
    reason: str
    by: str
    at: datetime | None
    asked: str
    opinion: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a party answered within the time it was given, or that it has not yet."""

    party: int
    status: str
    text: str
    at: datetime | None
    due_at: datetime
    objection: Decision | None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Everything that came later."""

    status: str
    answers: tuple[Answer, ...]
    final_by: str
    final_at: datetime | None
    ended_at: datetime | None
    #: Number of the version that took its place, and why.
    successor: str
    successor_reason: str


def aftermath_of(version: Determination) -> Aftermath:
    """What came of the version so far, in three queries."""
    hearings = list(
        Hearing.objects.filter(determination=version)
        .select_related("objection__decided_by", "objection__opinion")
        .order_by("pk")
    )
    objections = [hearing.objection for hearing in hearings if hasattr(hearing, "objection")]
    subjects = [f"determination:{version.pk}", *(f"objection:{row.pk}" for row in objections)]
    events = InquiryEvent.objects.filter(subject__in=subjects, act__in=_NAMED).order_by("pk")
    names = {event.subject: event.actor_name for event in events}
    done = (DeterminationStatus.FINAL, DeterminationStatus.SUPERSEDED)
    after = Determination.objects.filter(supersedes=version, status__in=done).first()
    return Aftermath(
        status=version.status,
        answers=tuple(_answer(hearing, names) for hearing in hearings),
        final_by=names.get(f"determination:{version.pk}") or str(version.final_by or ""),
        final_at=version.final_at,
        ended_at=version.ended_at,
        successor=after.number if after is not None else "",
        successor_reason=after.correction_reason if after is not None else "",
    )


def _answer(hearing: Hearing, names: Mapping[str, str]) -> Answer:
    objection = getattr(hearing, "objection", None)
    return Answer(
        party=hearing.party_id,
        status=hearing.status,
        text=hearing.answer,
        at=hearing.answered_at,
        due_at=hearing.due_at,
        objection=_decision(objection, names) if objection is not None else None,
    )


def _decision(objection: Objection, names: Mapping[str, str]) -> Decision:
    asked: Any = objection.opinion
    return Decision(
        grounds=objection.grounds,
        status=objection.status,
        reason=objection.decision_reason,
        by=names.get(f"objection:{objection.pk}") or str(objection.decided_by or ""),
        at=objection.decided_at,
        asked=str(asked or ""),
        opinion=asked.opinion if asked is not None else "",
    )
