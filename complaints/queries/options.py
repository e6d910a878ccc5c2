"""What can be chosen for each thing an act asks: one list for forms, services and importers."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import states
from complaints.acts import Ask, AskKind
from complaints.localised import localise
from complaints.models import Appointment, Category, Department, User
from complaints.queries.case import Case
from complaints.states import Role

Choices = list[tuple[str, str]]

#: Lists that are the same for every case, and lists that depend on it. The app above adds its own.
ENUMS: dict[str, Any] = {
    "difficulty": states.Difficulty,
    "medium": states.Medium,
    "direction": states.Direction,
    "outcome": states.Outcome,
    "remedy": states.Remedy,
    "decision_kind": states.DecisionKind,
    "party_kind": states.PartyKind,
    "grade": states.Grade,
    "link_kind": states.LinkKind,
    "note_kind": states.NoteKind,
}


def _severities(case: Case) -> Choices:
    return [(level.code.value, localise(level.names)) for level in case.rules.severities]


def _outcomes(case: Case) -> Choices:
    """What `determine` may find; unfounded has an act of its own."""
    unfounded = states.Outcome.UNFOUNDED
    return [(str(value), str(label)) for value, label in states.Outcome.choices if value != unfounded]


BY_CASE: dict[str, Callable[[Case], Choices]] = {
    "severity": _severities,
    "outcome": _outcomes,
    "refusal_ground": lambda case: [
        (option.code, localise(option.names)) for option in case.rules.acceptance.refusal_grounds
    ],
    "pause_reason": lambda case: [(code, localise(reason.names)) for code, reason in case.rules.pause_reasons.items()],
    "meeting_decision": lambda _case: [("yes", _("In favour")), ("no", _("Against"))],
    "category": lambda _case: [(str(row.pk), str(row)) for row in categories()],
    "open_steps": lambda case: [(str(step.pk), str(step)) for step in case.open_steps],
    "open_escalations": lambda case: [
        (
            str(row.pk),
            " · ".join(
                (
                    str(row.get_role_display()),
                    str(row.get_origin_display()),
                    f"{timezone.localtime(row.opened_at):%Y-%m-%d %H:%M}",
                )
            ),
        )
        for row in case.open_escalations
    ],
    "open_emergency_items": lambda case: [(str(item.pk), str(item)) for item in case.open_emergency_items],
}


#: Persons an act may name, where that depends on the case. The app above adds its own.
PEOPLE: dict[str, Callable[[Any], QuerySet[User]]] = {}


def choices(case: Case, ask: Ask) -> Choices:
    """Codes and labels to choose from, for an ask of kind choice, choices or row."""
    if ask.options in BY_CASE:
        return BY_CASE[ask.options](case)
    return [(str(value), str(label)) for value, label in ENUMS[ask.options].choices]


def categories() -> QuerySet[Category]:
    """Categories in use, in the order of the tree."""
    return Category.objects.filter(is_active=True)


def departments(case: Case | None = None) -> QuerySet[Department]:
    """Departments a matter may be handed to; those that must keep away from the case are left out."""
    rows = Department.objects.filter(is_active=True)
    return rows.exclude(pk__in=case.excluded_departments) if case else rows


def people(case: Case, ask: Ask) -> QuerySet[User]:
    """Persons an act may name: handlers of the owning department who need not keep away, or everybody."""
    if ask.options in PEOPLE:
        return PEOPLE[ask.options](case)
    rows = User.objects.filter(is_active=True)
    if ask.options != "handlers":
        return rows
    day = timezone.localdate(case.now)
    posts = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        role=Role.HANDLER,
        department=case.complaint.owner_department_id,
        starts_on__lte=day,
    )
    return rows.filter(pk__in=posts.values("person")).exclude(pk__in=case.recused_people)


def colleagues(case: Case) -> QuerySet[User]:
    """Who may own a step of a plan: people appointed in the owning or the responsible department, or below."""
    day = timezone.localdate(case.now)
    complaint = case.complaint
    reach = Q(department__path__startswith=complaint.owner_department.path)
    if complaint.responsible_department is not None:
        reach |= Q(department__path__startswith=complaint.responsible_department.path)
    posts = Appointment.objects.filter(reach, Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)
    rows = User.objects.filter(is_active=True, pk__in=posts.values("person"))
    return rows.exclude(pk__in=case.recused_people)


def is_choice(ask: Ask) -> bool:
    """The ask takes codes out of a list."""
    return ask.kind in {AskKind.CHOICE, AskKind.CHOICES, AskKind.ROW}
