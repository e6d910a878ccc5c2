"""What can be chosen for the acts of an investigation."""

from typing import Any

from django.db.models import QuerySet

from accountability.queries.eligibility import investigators
from accountability.states import AllegationFinding, Declaration, FactStatus
from complaints.models import User
from complaints.punctuation import remarked
from complaints.queries import options
from complaints.queries.options import Choices


def _group(inquiry: Any) -> QuerySet[User]:
    """Members who declared to have no interest: who may be given a task."""
    declared = [row.person_id for row in inquiry.members if row.declaration == Declaration.NO_INTEREST]
    return User.objects.filter(pk__in=declared, is_active=True)


def _members(inquiry: Any) -> Choices:
    return [
        (str(row.pk), remarked(row.person, row.department) if row.department else str(row.person))
        for row in inquiry.members
    ]


def _rows(name: str) -> Any:
    return lambda inquiry: [(str(row.pk), str(row)) for row in getattr(inquiry, name)]


def _open_opinions(inquiry: Any) -> Choices:
    return [(str(row.pk), str(row)) for row in inquiry.opinions if row.received_at is None]


def _without(words: Any, left_out: str) -> Any:
    """The words that say something: the state before anybody decided is no decision."""
    return lambda _inquiry: [(str(value), str(label)) for value, label in words.choices if value != left_out]


options.PEOPLE |= {"investigators": investigators, "group": _group}
options.BY_CASE |= {
    "members": _members,
    "open_tasks": _rows("open_tasks"),
    "parties": _rows("parties"),
    "allegations": _rows("allegations"),
    "charges": _rows("charges"),
    "facts": _rows("facts"),
    "process_steps": _rows("process_steps"),
    "evidence_held": _rows("evidence_held"),
    "open_opinions": _open_opinions,
    "finding": _without(AllegationFinding, AllegationFinding.PENDING),
    "fact_status": _without(FactStatus, FactStatus.OPEN),
}
