"""What is made while a complaint is worked on: sheets, findings, plans, communications, visits. (WF-2 … WF-17)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.localised import localise
from complaints.models.complaint import Complaint
from complaints.models.organisation import Department
from complaints.models.records import history
from complaints.states import (
    ApprovalLevel,
    DecisionKind,
    Direction,
    Grade,
    Medium,
    NoteKind,
    Outcome,
    SheetStatus,
)

Person = settings.AUTH_USER_MODEL


class CaseRecord(models.Model):
    """A record of one round of one complaint, made by somebody at a moment."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="%(class)ss", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"))

    class Meta:
        abstract = True


class Material(CaseRecord):
    """A file of the case. Originals are immutable; what is derived from one says from which (IN-6)."""

    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to="materials/%Y/%m")
    file_name = models.CharField(_("name as received"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("digest"), max_length=64, db_index=True)
    is_original = models.BooleanField(_("original"), default=False)
    derived_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="derived", verbose_name=_("derived from")
    )

    history = history()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering: ClassVar = ["made_at", "id"]

    def __str__(self) -> str:
        return self.title


class ContactSheet(CaseRecord):
    """Work contact sheet: hands the matter to a department (WF-2)."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="contact_sheets", verbose_name=_("department")
    )
    request = models.TextField(_("what is asked"))
    status = models.CharField(_("status"), max_length=20, choices=SheetStatus.choices, default=SheetStatus.ISSUED)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("acknowledged by")
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    proposal = models.TextField(_("proposed resolution"), blank=True)
    replied_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replied by")
    )
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("returned or recalled at"), null=True, blank=True)
    end_reason = models.TextField(_("why returned or recalled"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("contact sheet")
        verbose_name_plural = _("contact sheets")
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint", "round"],
                condition=Q(status__in=["issued", "acknowledged", "replied"]),
                name="one_standing_sheet_per_round",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["department", "status"], name="sheet_by_department")]

    def __str__(self) -> str:
        return self.number


class Finding(CaseRecord):
    """What the investigation of a round came to, or why it was gone ahead without (WF-3, WF-4)."""

    outcome = models.CharField(_("finding"), max_length=30, choices=Outcome.choices, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)
    is_waived = models.BooleanField(_("determination waived"), default=False)
    waiver_reason = models.TextField(_("reason of the waiver"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "round"], name="one_finding_per_round"),
            models.CheckConstraint(
                condition=(Q(is_waived=True) & ~Q(waiver_reason=""))
                | (Q(is_waived=False) & ~Q(outcome="") & ~Q(opinion="")),
                name="finding_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display() or _("Determination waived"))


class PlanStatus(models.TextChoices):
    """Life of a plan."""

    SUBMITTED = "submitted", pgettext_lazy("plan", "Awaiting approval")
    APPROVED = "approved", pgettext_lazy("plan", "Approved")
    REJECTED = "rejected", pgettext_lazy("plan", "Rejected")
    REFUSED = "refused", pgettext_lazy("plan", "Refused by the complainant")
    AGREED = "agreed", pgettext_lazy("plan", "Agreed")


class Plan(CaseRecord):
    """Resolution plan with the handler's signed opinion (WF-4, WF-5). `number` is that of the handling sheet."""

    number = models.CharField(_("number of the handling sheet"), max_length=40, unique=True)
    remedies = models.JSONField(_("remedies"), default=list)
    decision_kind = models.CharField(_("kind of decision"), max_length=20, choices=DecisionKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    summary = models.TextField(_("resolution"))
    opinion = models.TextField(_("handling opinion"))
    improvement = models.TextField(_("improvement measures"), blank=True)
    status = models.CharField(_("status"), max_length=20, choices=PlanStatus.choices, default=PlanStatus.SUBMITTED)
    approval_level = models.CharField(_("approval by"), max_length=20, choices=ApprovalLevel.choices)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_opinion = models.TextField(_("opinion of the approver"), blank=True)
    answered_at = models.DateTimeField(_("complainant answered at"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("resolution plan")
        verbose_name_plural = _("resolution plans")
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint", "round"],
                condition=Q(status__in=["submitted", "approved", "agreed"]),
                name="one_standing_plan_per_round",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="plan_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return self.number


class PlanStep(models.Model):
    """One step of a plan, with its owner and date (WF-8)."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="steps", verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("order"))
    description = models.TextField(_("what"))
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner"))
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    proof = models.TextField(_("proof"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering: ClassVar = ["plan", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "position"], name="one_step_per_position")]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"


class MeetingDecision(CaseRecord):
    """A recorded meeting that major or principle matters need (WF-5)."""

    held_on = models.DateField(_("held on"))
    participants = models.TextField(_("participants"))
    by_consensus = models.BooleanField(_("by consensus"), default=False)
    votes = models.CharField(_("votes"), max_length=100, blank=True)
    is_approving = models.BooleanField(_("in favour"))
    minutes = models.TextField(_("minutes"))
    notify_authority = models.BooleanField(_("report to the authority in charge"), default=False)

    history = history()

    class Meta:
        verbose_name = _("meeting decision")
        verbose_name_plural = _("meeting decisions")
        ordering: ClassVar = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.held_on}"


class Communication(CaseRecord):
    """One contact with the complainant (WF-15)."""

    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    medium = models.CharField(_("by what means"), max_length=10, choices=Medium.choices)
    happened_at = models.DateTimeField(_("when"))
    reached = models.BooleanField(_("reached"), default=True)
    carries_decision = models.BooleanField(_("carries the decision"), default=False)
    act = models.CharField(_("act"), max_length=40)
    content = models.TextField(_("content"))

    history = history()

    class Meta:
        verbose_name = _("communication")
        verbose_name_plural = _("communications")
        ordering: ClassVar = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.get_medium_display()}"


class ReturnVisit(CaseRecord):
    """The return visit of a round with its grade: one per round (WF-10)."""

    medium = models.CharField(_("by what means"), max_length=10, choices=Medium.choices)
    grade = models.CharField(_("satisfaction"), max_length=20, choices=Grade.choices)
    is_confirmed = models.BooleanField(_("result confirmed"), default=False)
    comment = models.TextField(_("comment"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("return visit")
        verbose_name_plural = _("return visits")
        constraints: ClassVar = [models.UniqueConstraint(fields=["complaint", "round"], name="one_visit_per_round")]

    def __str__(self) -> str:
        return str(self.get_grade_display())


class Note(CaseRecord):
    """A record beside the main line: consultation, crisis communication, external continuation (CL-6, WF-12)."""

    kind = models.CharField(_("kind"), max_length=30, choices=NoteKind.choices)
    content = models.TextField(_("content"))

    history = history()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering: ClassVar = ["made_at", "id"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class FollowUp(CaseRecord):
    """A check after closing: has it come up again? (WF-12)"""

    has_recurred = models.BooleanField(_("has come up again"))
    content = models.TextField(_("content"))

    history = history()

    class Meta:
        verbose_name = _("follow-up check")
        verbose_name_plural = _("follow-up checks")
        ordering: ClassVar = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class EmergencyItem(CaseRecord):
    """One item of the emergency plan that a major case starts (CL-6)."""

    code = models.CharField(_("code"), max_length=60)
    names = models.JSONField(_("names"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    remark = models.TextField(_("remark"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("emergency plan item")
        verbose_name_plural = _("emergency plan items")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "round", "code"], name="emergency_item_once")
        ]

    def __str__(self) -> str:
        return localise(self.names)
