"""Are records complete and plausible? Rules with names, each a condition on complaints. (RP-9)

A rule names a fault that somebody can mend or explain. What a policy allows is no fault, and what is not due yet is
none either: rules look at what a case has behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import (
    Communication,
    Complaint,
    Escalation,
    Finding,
    Plan,
    PlanStatus,
    PlanStep,
    Respondent,
    ReturnVisit,
)
from complaints.states import ComplainantKind, Direction, Outcome, Severity, State

#: A content or an answer shorter than this says nothing.
SHORT = 10
#: Registered later than this after it came in: the moment of receipt, or the registration, is doubtful.
LATE_REGISTRATION = timedelta(days=3)
CLASSIFIED = frozenset(State) - {State.REGISTERED, State.DECLINED, State.WITHDRAWN}
HANDLED = frozenset({State.COMPLETED, State.RETURN_VISIT, State.CLOSED, State.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault: what it is called, why it matters, and the complaints that have it."""

    code: str
    label: str | Promise
    reason: str | Promise
    condition: Q


def _of_round(rows: QuerySet) -> Exists:
    return Exists(rows.filter(complaint=OuterRef("pk"), round=OuterRef("round")))


_HAS_PLAN = _of_round(Plan.objects.filter(status=PlanStatus.AGREED))
_UNPROVEN_STEP = Exists(
    PlanStep.objects.filter(
        plan__complaint=OuterRef("pk"), plan__round=OuterRef("round"), done_at__isnull=False, proof=""
    )
)

RULES: Sequence[Rule] = (
    Rule(
        "no_category",
        _("No category"),
        _("An accepted complaint without category is missing from every trend."),
        Q(state__in=CLASSIFIED, category=None),
    ),
    Rule(
        "no_content",
        _("Content missing or too short"),
        _("Nobody can tell later what was complained of."),
        Q(content_length__lt=SHORT),
    ),
    Rule(
        "no_product",
        _("No product or service"),
        _("Complaints about the same product are not found together."),
        Q(state__in=CLASSIFIED, product="") & ~Q(complainant__kind=ComplainantKind.EMPLOYEE),
    ),
    Rule(
        "no_respondent",
        _("Nobody is named against whom it is"),
        _(
            "Of a major complaint, or one of an employee: recusal cannot be checked, and responsibility begins without "
            "a party."
        ),
        Q(state__in=CLASSIFIED)
        & (Q(complainant__kind=ComplainantKind.EMPLOYEE) | Q(severity=Severity.MAJOR))
        & ~Q(Exists(Respondent.objects.filter(complaint=OuterRef("pk")))),
    ),
    Rule(
        "no_contact",
        _("Complainant cannot be reached"),
        _("Neither phone nor e-mail, and the complainant is not anonymous: no feedback and no return visit."),
        Q(complainant__phone_digest="", complainant__email_digest="") & ~Q(complainant__kind=ComplainantKind.ANONYMOUS),
    ),
    Rule(
        "received_in_future",
        _("Received after registration"),
        _("The moment of receipt lies after that of registration."),
        Q(received_at__gt=F("registered_at")),
    ),
    Rule(
        "registered_late",
        _("Registered long after receipt"),
        _("More than three days lie between receipt and registration: one of the moments is wrong, or it lay around."),
        Q(registered_at__gt=F("received_at") + LATE_REGISTRATION, external_id=""),
    ),
    Rule(
        "happened_later",
        _("Happened after it was complained of"),
        _("The day of the matter lies after the day of receipt."),
        Q(occurred_on__gt=TruncDate("received_at")),
    ),
    Rule(
        "no_communication",
        _("Handled without a word to the complainant"),
        _("No communication to the complainant is on record in this round."),
        Q(state__in=HANDLED) & ~Q(_of_round(Communication.objects.filter(direction=Direction.OUTGOING))),
    ),
    Rule(
        "no_opinion",
        _("Finding without opinion"),
        _("A finding whose opinion is missing or too short cannot be followed."),
        Q(
            _of_round(
                Finding.objects.annotate(opinion_length=Length("opinion")).filter(
                    is_waived=False, opinion_length__lt=SHORT
                )
            )
        ),
    ),
    Rule(
        "founded_without_plan",
        _("Founded and closed without an agreed plan"),
        _("What was done for the complainant is not on record."),
        Q(state__in=[State.CLOSED, State.ARCHIVED])
        & Q(_of_round(Finding.objects.filter(outcome__in=[Outcome.FOUNDED, Outcome.PARTLY_FOUNDED])))
        & ~Q(_HAS_PLAN),
    ),
    Rule(
        "steps_without_proof",
        _("Steps done without proof"),
        _("A step of the plan is marked as done and says nothing of what was done."),
        Q(_UNPROVEN_STEP),
    ),
    Rule(
        "closed_without_visit",
        _("Closed without return visit"),
        _("Satisfaction is not on record; if nobody could be reached, the attempts should be."),
        Q(state__in=[State.CLOSED, State.ARCHIVED], ended_at__isnull=False, accepted_at__isnull=False)
        & ~Q(_of_round(ReturnVisit.objects.all())),
    ),
    Rule(
        "thin_answer",
        _("Escalation answered without substance"),
        _("Cause or improvement measure of an answered escalation is too short to mean anything."),
        Q(
            Exists(
                Escalation.objects.annotate(cause_length=Length("cause"), improvement_length=Length("improvement"))
                .filter(complaint=OuterRef("pk"), answered_at__isnull=False)
                .filter(Q(cause_length__lt=SHORT) | Q(improvement_length__lt=SHORT))
            )
        ),
    ),
)

BY_CODE = {rule.code: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Line:
    """One department: how many of its complaints were looked at, how many have no fault, and how many each fault."""

    department_id: int
    count: int
    sound: int
    faults: dict[str, int]


def checked(complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """The complaints with what rules look at beside."""
    return complaints.annotate(content_length=Length("content")).order_by()


def faulty(complaints: QuerySet[Complaint], code: str, department_id: int | None = None) -> QuerySet[Complaint]:
    """The complaints that have a fault, of one owning department or of all. KeyError: there is no such rule."""
    rows = checked(complaints).filter(BY_CODE[code].condition)
    return rows if department_id is None else rows.filter(owner_department=department_id)


def by_department(complaints: QuerySet[Complaint]) -> list[Line]:
    """The faults of the complaints by owning department, those with the most complaints first. One query."""
    any_fault = Q(pk__in=[])
    for rule in RULES:
        any_fault |= rule.condition
    counts: dict[str, Any] = {rule.code: Count("pk", filter=rule.condition) for rule in RULES}
    rows: Any = (
        checked(complaints)
        .values("owner_department_id")
        .annotate(count=Count("pk"), faulty=Count("pk", filter=any_fault), **counts)
        .order_by("-count", "owner_department_id")
    )
    return [
        Line(
            row["owner_department_id"],
            row["count"],
            row["count"] - row["faulty"],
            {code: count for code, count in row.items() if code in BY_CODE and count},
        )
        for row in rows
    ]
