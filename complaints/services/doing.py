"""An act while it is being taken: what effects work on, and how they refuse."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from complaints.acts import Act
from complaints.models import Complaint, User
from complaints.models.standing import Standing
from complaints.queries.case import Case
from complaints.services import records
from complaints.services.refusal import ActRefusedError
from complaints.states import CaseRole

Record = TypeVar("Record", bound=models.Model)

__all__ = ["EFFECTS", "FOLLOWERS", "ActRefusedError", "Capacity", "Doing", "Effect", "effect"]


@dataclass(frozen=True, slots=True)
class Capacity:
    """In which roles somebody acts, and whose deputy they act as if not by a role of their own."""

    roles: frozenset[CaseRole]
    principal_id: int | None = None


@dataclass
class Doing:
    """One act on one complaint by one person at one moment."""

    case: Case
    act: Act
    by: User
    standing: Standing
    given: dict[str, Any]
    now: datetime
    capacity: Capacity = Capacity(frozenset())
    #: What the event record keeps beside reason and states.
    detail: dict[str, Any] = field(default_factory=dict)
    #: Who is told besides, or instead of, those the table names.
    tells: set[CaseRole] = field(default_factory=set)
    #: Columns of the complaint changed although its state did not.
    changes_complaint: bool = False
    changes_severity: bool = False
    #: The act counts as the event of its code for the policy's clocks.
    moves_clocks: bool = True
    #: What to do once the event exists, for records that hang on it.
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    @property
    def complaint(self) -> Complaint:
        """The complaint, locked."""
        return self.case.complaint

    @property
    def reason(self) -> str:
        """The reason or remark given, as text."""
        return str(self.given.get("reason") or "")

    def save(self, record: Record) -> Record:
        """Save a record with its history row in the name of who acts."""
        return records.save(record, by=self.by, reason=self.reason or self.act.code, now=self.now)

    def make(self, model: type[Record], **values: Any) -> Record:
        """Save a new record of the present round."""
        made: Any = {"complaint": self.complaint, "round": self.complaint.round}
        made |= {"made_by": self.by, "made_at": self.now}
        return self.save(model(**(made | values)))

    def refuse(self, *reasons: str) -> None:
        """Stop; everything is rolled back."""
        raise ActRefusedError("missing", *reasons)


Effect = Callable[[Doing], None]
EFFECTS: dict[str, Effect] = {}
#: What apps above do once an act is on record and its clocks have moved, in the same transaction. By the act's code.
FOLLOWERS: dict[str, list[Effect]] = {}


def effect(code: str) -> Callable[[Effect], Effect]:
    """Register what an act does besides the transition."""

    def register(function: Effect) -> Effect:
        EFFECTS[code] = function
        return function

    return register
