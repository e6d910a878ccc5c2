"""One complaint with what is known of it, read once and only when asked for."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects

from complaints.models import (
    ClockPause,
    Communication,
    Complaint,
    ContactSheet,
    Deadline,
    EmergencyItem,
    Escalation,
    Finding,
    Handover,
    MeetingDecision,
    Note,
    Plan,
    PlanStatus,
    PlanStep,
    Recusal,
    ReturnVisit,
)
from complaints.models.registers import Registers, registers
from complaints.policy_rules import PolicyRules
from complaints.queries.organisation import Organisation
from complaints.queries.prepared import Prepared
from complaints.states import STANDING_SHEETS, ApprovalLevel, Role, Severity

# Asked by nearly every act.
_recusals = Prepared(lambda complaint: Recusal.objects.filter(complaint=complaint))
_sheets = Prepared(
    lambda complaint, number: ContactSheet.objects.filter(complaint=complaint, round=number, status__in=STANDING_SHEETS)
)
_pauses = Prepared(lambda complaint: ClockPause.objects.filter(complaint=complaint))
_running = Prepared(
    lambda complaint: Deadline.objects.filter(complaint=complaint, met_at=None, cancelled_at=None).order_by("due_at")
)


class Case:
    """A complaint, its policy and the records of its present round. Reads lazily; holds what it has read."""

    def __init__(self, complaint: Complaint, now: datetime, *, vouched: str = "") -> None:
        self.complaint = complaint
        self.now = now
        #: The document by which another part of the system vouches for the act that is being taken.
        self.vouched = vouched

    @property
    def version(self) -> int:
        """Counts acts, so that a form opened before somebody else's act is refused."""
        return self.complaint.version

    @property
    def rules(self) -> PolicyRules:
        """The policy version the complaint was registered under."""
        return self.complaint.policy_version.rules

    @cached_property
    def registers(self) -> Registers:
        """The registers as they are while the case is looked at."""
        return registers()

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation at the moment at which the case is looked at."""
        return Organisation(self.now, self.registers)

    @cached_property
    def recusals(self) -> list[Recusal]:
        """Everybody who must keep away."""
        rows = _recusals(self.complaint.pk)
        prefetch_related_objects(rows, "person", "department")
        return rows

    @property
    def recused_people(self) -> set[int]:
        """Ids of persons who must keep away."""
        return {recusal.person_id for recusal in self.recusals if recusal.person_id}

    @property
    def excluded_departments(self) -> set[int]:
        """Ids of departments that must keep away altogether."""
        return {row.department_id for row in self.recusals if row.department_id and not row.may_answer}

    @property
    def answering_departments(self) -> set[int]:
        """Ids of departments complained of that may answer contact sheets and nothing more."""
        return {row.department_id for row in self.recusals if row.department_id and row.may_answer}

    @cached_property
    def sheet(self) -> ContactSheet | None:
        """The standing contact sheet of the round."""
        return _sheets.first(self.complaint.pk, self.complaint.round)

    @cached_property
    def finding(self) -> Finding | None:
        """What the round's investigation came to."""
        return Finding.objects.filter(complaint=self.complaint, round=self.complaint.round).first()

    @cached_property
    def plan(self) -> Plan | None:
        """The standing plan of the round: submitted, approved or agreed."""
        standing = (PlanStatus.SUBMITTED, PlanStatus.APPROVED, PlanStatus.AGREED)
        return (
            Plan.objects.filter(complaint=self.complaint, round=self.complaint.round, status__in=standing)
            .select_related("made_by", "decided_by")
            .first()
        )

    @cached_property
    def open_steps(self) -> list[PlanStep]:
        """Steps of the standing plan not yet done."""
        return list(PlanStep.objects.filter(plan=self.plan, done_at=None)) if self.plan else []

    @cached_property
    def visit(self) -> ReturnVisit | None:
        """The return visit of the round."""
        return ReturnVisit.objects.filter(complaint=self.complaint, round=self.complaint.round).first()

    @cached_property
    def meetings(self) -> list[MeetingDecision]:
        """Meeting decisions of the round."""
        return list(MeetingDecision.objects.filter(complaint=self.complaint, round=self.complaint.round))

    @cached_property
    def notes(self) -> list[Note]:
        """Notes of the round."""
        return list(Note.objects.filter(complaint=self.complaint, round=self.complaint.round))

    @cached_property
    def open_escalations(self) -> list[Escalation]:
        """Escalations that wait for an answer, of any round."""
        return list(Escalation.objects.filter(complaint=self.complaint, answered_at=None).select_related("addressee"))

    @cached_property
    def open_handover(self) -> Handover | None:
        """A handover that waits for the other department."""
        return (
            Handover.objects.filter(complaint=self.complaint, decided_at=None).select_related("to_department").first()
        )

    @cached_property
    def open_pause(self) -> ClockPause | None:
        """The pause that lasts now. One whose cap has passed lasts no longer, whether or not anybody resumed it."""
        return ClockPause.objects.filter(complaint=self.complaint, ends_at=None, cap_at__gt=self.now).first()

    @cached_property
    def pauses(self) -> list[ClockPause]:
        """All pauses, of all rounds."""
        rows = _pauses(self.complaint.pk)
        prefetch_related_objects(rows, "paused_by")
        return rows

    @cached_property
    def running(self) -> list[Deadline]:
        """Deadlines neither met nor cancelled."""
        return _running(self.complaint.pk)

    @cached_property
    def open_emergency_items(self) -> list[EmergencyItem]:
        """Items of the emergency plan not yet done."""
        return list(EmergencyItem.objects.filter(complaint=self.complaint, done_at=None))

    @property
    def unreached_days(self) -> int:
        """On how many different days of this round nobody could reach the complainant (WF-11)."""
        attempts = Communication.objects.filter(
            complaint=self.complaint, round=self.complaint.round, direction="outgoing", reached=False
        )
        return attempts.values("happened_at__date").distinct().count()

    @property
    def unreached_attempts(self) -> int:
        """How often nobody could reach the complainant in this round."""
        return Communication.objects.filter(
            complaint=self.complaint, round=self.complaint.round, direction="outgoing", reached=False
        ).count()

    @property
    def approval_level(self) -> ApprovalLevel:
        """Who must approve a plan of this complaint."""
        return self.rules.approval[Severity(self.complaint.severity)]

    def is_addressee(self, standing: Any) -> bool:
        """An open request is addressed to the person.

        An escalation to them or to somebody they stand in for, or a handover offered to their department.
        """
        if any(escalation.addressee_id in standing.people for escalation in self.open_escalations):
            return True
        if self.open_handover is None:
            return False
        offered = self.open_handover.to_department_id
        return offered in standing.department_ids(Role.INTAKE, Role.HANDLER, Role.HEAD)
