"""Deadlines, pauses, what became due, and escalations. (DL-1 … DL-7, DESIGN §4)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.casework import PlanStep
from complaints.models.complaint import Complaint
from complaints.models.records import history
from complaints.states import CaseRole

Person = settings.AUTH_USER_MODEL

#: Clocks that are not in a policy's list: steps of a plan, and answers to escalations.
STEP_CLOCK = "plan_step"
ANSWER_CLOCK = "escalation_answer"
#: Clocks with a subject, appointed for a person by another part of the system; the second kind outlives its case.
APPOINTED_CLOCK = "appointed"
LASTING_CLOCK = "appointed_lasting"


class StepKind(models.TextChoices):
    """What falls due on a deadline, in the order of severity."""

    REMINDER = "reminder", pgettext_lazy("deadline step", "Reminder")
    OVERDUE = "overdue", pgettext_lazy("deadline step", "Overdue")
    ESCALATION = "escalation", pgettext_lazy("deadline step", "Escalation")


class Deadline(models.Model):
    """One clock of one complaint, started once. Moments are stored, never counted down.

    `schedule` lists what falls due and when: `[[position, kind, role, at], …]`, `at` in ISO format, UTC, in the order
    of the moments; positions are those of the policy and never change. `next_action_at` is the earliest of them not
    yet recorded as a `DeadlineStep`, null when nothing is left: the only column the sweep looks at.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="deadlines", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    clock = models.CharField(_("clock"), max_length=60)
    names = models.JSONField(_("names"))
    owner_role = models.CharField(_("who must act"), max_length=20, choices=CaseRole.choices)
    plan_step = models.ForeignKey(
        PlanStep, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name=_("step")
    )
    escalation = models.ForeignKey(
        "Escalation", models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name=_("escalation")
    )
    #: A person who must act instead of whoever holds the role, and what for: "task:12". Another part of the system
    #: starts and ends such a clock (`services.appointed`).
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person who must act")
    )
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    started_at = models.DateTimeField(_("started at"))
    limit_amount = models.PositiveIntegerField(_("limit"), null=True, blank=True)
    limit_unit = models.CharField(_("unit"), max_length=20, blank=True)
    due_at = models.DateTimeField(_("due"))
    is_provisional = models.BooleanField(_("provisional"), default=False)
    calendar_edition = models.PositiveIntegerField(_("edition of the calendar"), default=0)
    met_at = models.DateTimeField(_("met at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    breached_at = models.DateTimeField(_("breached at"), null=True, blank=True)
    schedule = models.JSONField(_("schedule"), default=list)
    next_action_at = models.DateTimeField(_("next action at"), null=True, blank=True)

    history = history(excluded_fields=["schedule", "next_action_at"])

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering: ClassVar = ["started_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint", "clock"],
                condition=Q(met_at=None, cancelled_at=None, plan_step=None, escalation=None, subject=""),
                name="one_running_deadline_per_clock",
            ),
            models.UniqueConstraint(
                fields=["plan_step"], condition=Q(met_at=None, cancelled_at=None), name="one_deadline_per_step"
            ),
            models.UniqueConstraint(fields=["escalation"], name="one_answer_deadline"),
            models.UniqueConstraint(
                fields=["complaint", "subject"],
                condition=Q(met_at=None, cancelled_at=None) & ~Q(subject=""),
                name="one_running_deadline_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(next_action_at=None) | Q(met_at=None, cancelled_at=None),
                name="ended_deadline_has_no_action",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_action_at", "id"], condition=Q(next_action_at__isnull=False), name="deadline_next_action"
            ),
            models.Index(fields=["due_at"], condition=Q(met_at=None, cancelled_at=None), name="deadline_running_due"),
            models.Index(
                fields=["calendar_edition"],
                condition=Q(met_at=None, cancelled_at=None),
                name="deadline_running_edition",
            ),
            models.Index(fields=["complaint", "clock"], name="deadline_by_complaint"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.clock}"

    @property
    def is_running(self) -> bool:
        """Neither met nor cancelled; it may be paused."""
        return self.met_at is None and self.cancelled_at is None


class ClockPause(models.Model):
    """The clocks of a complaint stand still for a listed reason, with a cap (DL-7). Half-open: [starts_at, ends_at)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="pauses", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    ground = models.CharField(_("ground"), max_length=60)
    names = models.JSONField(_("names"))
    reason = models.TextField(_("reason"))
    paused_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("paused by"))
    starts_at = models.DateTimeField(_("from"))
    #: The clocks run again from here by themselves, whatever anybody does.
    cap_at = models.DateTimeField(_("at the latest until"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    resumed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resumed by")
    )

    history = history()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(ends_at=None), name="one_open_pause"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"), ends_at__lte=F("cap_at")),
                name="pause_within_cap",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.ground}"


class DeadlineStep(models.Model):
    """Something that fell due on a deadline and was done: exactly once, whoever sweeps (DL-4)."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="steps", verbose_name=_("deadline"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind.choices)
    role = models.CharField(_("to"), max_length=20, choices=CaseRole.choices)
    planned_at = models.DateTimeField(_("planned at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    is_found_late = models.BooleanField(_("found late"), default=False)

    class Meta:
        verbose_name = _("deadline step")
        verbose_name_plural = _("deadline steps")
        ordering: ClassVar = ["deadline", "position"]
        default_permissions = ("view",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["deadline", "position"], name="each_step_once")]

    def __str__(self) -> str:
        return f"{self.deadline_id}.{self.position}"


class EscalationOrigin(models.TextChoices):
    """Why a matter went up."""

    OVERDUE = "overdue", pgettext_lazy("escalation", "Overdue")
    SILENCE = "silence", pgettext_lazy("escalation", "No answer to an escalation")
    REQUESTED = "requested", pgettext_lazy("escalation", "Asked for by the complainant")


class Escalation(models.Model):
    """A matter that went up to a person, who owes an answer with reason and improvement measure (DL-5).

    `route` tells how the person was found: each post tried and why it was passed over.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="escalations", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    origin = models.CharField(_("why"), max_length=20, choices=EscalationOrigin.choices)
    step = models.OneToOneField(
        DeadlineStep, models.PROTECT, null=True, blank=True, related_name="escalation", verbose_name=_("step")
    )
    role = models.CharField(_("level"), max_length=20, choices=CaseRole.choices)
    addressee = models.ForeignKey(Person, models.PROTECT, related_name="escalations", verbose_name=_("addressee"))
    route = models.JSONField(_("route"), default=list)
    reason = models.TextField(_("reason"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    is_found_late = models.BooleanField(_("found late"), default=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    cause = models.TextField(_("cause"), blank=True)
    improvement = models.TextField(_("improvement measure"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering: ClassVar = ["opened_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | (~Q(cause="") & ~Q(improvement="")), name="answer_has_substance"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["addressee"], condition=Q(answered_at=None), name="escalation_open")]

    def __str__(self) -> str:
        return f"{self.complaint_id} → {self.addressee}"
