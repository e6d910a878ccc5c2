"""An act on a subject of an inquiry while it is being taken: what effects work on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from django.db import models

from accountability.acts import InquiryAct
from accountability.models import Investigation
from accountability.queries.inquiry import Inquiry
from complaints.models import Complaint, User
from complaints.models.standing import Standing
from complaints.services import records
from complaints.services.doing import ActRefusedError

Record = TypeVar("Record", bound=models.Model)


@dataclass
class Doing:
    """One act by one person at one moment."""

    inquiry: Inquiry
    act: InquiryAct
    by: User | None
    standing: Standing
    given: dict[str, Any]
    now: datetime
    roles: frozenset[str] = frozenset()
    #: Whose deputy the person acts as, if not by a role of their own.
    principal_id: int | None = None
    #: What the event keeps beside reason and states.
    detail: dict[str, Any] = field(default_factory=dict)
    #: Who is told besides those the table names: ids of persons.
    people_told: set[int] = field(default_factory=set)
    #: Facts for the text of the notice, besides who acted and why.
    told: dict[str, Any] = field(default_factory=dict)
    #: What to do once the subject is in its new state, before anybody is told.
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    @property
    def subject(self) -> Any:
        """What the act is on, locked."""
        return self.inquiry.subject

    @property
    def person(self) -> User:
        """Who acts; acts of the system have nobody."""
        if self.by is None:
            raise LookupError(f"{self.act.code} is taken by the system")
        return self.by

    @property
    def complaint(self) -> Complaint:
        """The complaint behind it, locked."""
        complaint: Complaint = self.inquiry.complaint
        return complaint

    @property
    def investigation(self) -> Investigation:
        """The investigation it belongs to."""
        investigation = self.inquiry.investigation
        if investigation is None:
            raise LookupError(f"{self.inquiry.key} belongs to no investigation")
        return investigation

    @property
    def reason(self) -> str:
        """The reason, opinion or remark given, as text."""
        return str(self.given.get("reason") or self.given.get("opinion") or "")

    def text(self, name: str) -> str:
        """A text that was given; empty if it was not."""
        return str(self.given.get(name) or "")

    def save(self, record: Record) -> Record:
        """Save a record with its history row in the name of who acts."""
        return records.save(record, by=self.by, reason=self.reason or self.act.code, now=self.now)

    def add(self, model: type[Record], **values: Any) -> Record:
        """Save a new record of the investigation."""
        made: dict[str, Any] = {"investigation": self.investigation, "made_by": self.by, "made_at": self.now}
        return self.save(model(**(made | values)))

    def row(self, model: type[Record], name: str = "row", **among: Any) -> Record:
        """The record whose key was given under `name`, locked; refused if it is none of `among`."""
        found = model._default_manager.select_for_update().filter(pk=self.given[name], **among).first()
        if found is None:
            raise ActRefusedError("missing", str(self.act.ask(name).label))
        return found

    def refuse(self, *reasons: str) -> NoReturn:
        """Stop; everything is rolled back."""
        raise ActRefusedError("missing", *reasons)


Effect = Callable[[Doing], None]
EFFECTS: dict[str, Effect] = {}


def effect(code: str) -> Callable[[Effect], Effect]:
    """Register what an act does besides moving the state."""

    def register(function: Effect) -> Effect:
        EFFECTS[code] = function
        return function

    return register
