"""Proposing people for excellent handling, and deciding on it. (RP-4)"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Notice
from complaints.models.standing import standing_of
from complaints.queries.organisation import Organisation
from complaints.services import records
from complaints.services.refusal import ActRefusedError
from complaints.states import Role
from reporting.models import Commendation, CommendationState, CommendedCase
from reporting.periods import Period
from reporting.permissions import may_decide_commendation, may_propose_commendation
from reporting.queries.commendations import candidates

PROPOSED, DECIDED = "commendation.proposed", "commendation.decided"


def propose(quarter: Period, person: Any, reason: str, *, by: Any, now: datetime) -> Commendation:
    """Propose somebody who meets a stated rule; the facts are kept as they are, and executives are told.

    Raises ActRefusedError for who may not, for oneself, for who meets no rule, and for who was proposed already.
    """
    if not may_propose_commendation(standing_of(by, now)):
        raise ActRefusedError("not_allowed", _("Only the quality department proposes people for excellent handling."))
    if person == by:
        raise ActRefusedError("oneself", _("Nobody proposes themselves."))
    if not reason.strip():
        raise ActRefusedError("missing", _("The reason is missing."))
    with transaction.atomic():
        # Proposals of one person wait for each other here, not at the constraint.
        type(person).objects.select_for_update().get(pk=person.pk)
        standing = Commendation.objects.exclude(state=CommendationState.REFUSED)
        if standing.filter(person=person, quarter=quarter.code).exists():
            raise ActRefusedError("exists", _("This person was proposed for this quarter already."))
        found = next((one for one in candidates(quarter) if one.person == person), None)
        if found is None:
            raise ActRefusedError("no_candidate", _("This person does not meet the stated rules in this quarter."))
        row = records.save(
            Commendation(
                person=person,
                quarter=quarter.code,
                grounds={"fewer": {code: dict(numbers) for code, numbers in found.fewer.items()}},
                reason=reason.strip(),
                proposed_by=by,
                proposed_at=now,
            ),
            by=by,
            reason="",
            now=now,
        )
        cases = [
            CommendedCase(commendation=row, **asdict(case) | {"score": Decimal(f"{case.score:.1f}")})
            for case in found.cases
        ]
        if cases:
            records.save_all(CommendedCase, cases, by=by, reason="", now=now)
        people = set(Organisation(now).everywhere(Role.EXECUTIVE)) - {by.pk, person.pk}
        _tell(people, PROPOSED, row, now)
    return row


def decide(row: Commendation, *, approves: bool, reason: str, by: Any, now: datetime) -> Commendation:
    """Approve a proposal of another person, or refuse it with a reason; who proposed is told, and who is commended.

    Raises ActRefusedError for who may not, for the own proposal or oneself, for one that was decided, and for a refusal
    without a reason.
    """
    if not may_decide_commendation(standing_of(by, now)):
        raise ActRefusedError("not_allowed", _("Only an executive decides on commendations."))
    with transaction.atomic():
        row = Commendation.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state != CommendationState.PROPOSED:
            raise ActRefusedError("wrong_state", _("This proposal was decided already."))
        if by.pk in {row.proposed_by_id, row.person_id}:
            raise ActRefusedError(
                "same_person", _("Whoever decides neither made the proposal nor is the person commended.")
            )
        if not approves and not reason.strip():
            raise ActRefusedError("missing", _("A refusal needs its reason."))
        row.state = CommendationState.APPROVED if approves else CommendationState.REFUSED
        row.decision_reason, row.decided_by, row.decided_at = reason.strip(), by, now
        records.save(row, by=by, reason=row.decision_reason, now=now)
        told = {row.proposed_by_id, row.person_id} if approves else {row.proposed_by_id}
        _tell(told, DECIDED, row, now)
    return row


def _tell(people: Iterable[int], kind: str, row: Commendation, now: datetime) -> None:
    detail = {"number": row.quarter, "commendation": row.pk}
    rows = [
        Notice(
            recipient_id=person,
            key=f"{kind}:{row.pk}",
            kind=kind,
            detail=detail,
            created_at=now,
            mail_next_at=now,
        )
        for person in sorted(people)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
