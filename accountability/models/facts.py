"""Facts, the evidence matrix, the steps of the process, and opinions from outside. (AC-4)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.models.evidence import EvidenceItem
from accountability.models.investigation import Allegation, InquiryRecord, Investigation, Party
from accountability.states import Bearing, Deviation, FactStatus, OpinionKind
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class Fact(InquiryRecord):
    """Something that must be proved."""

    position = models.PositiveSmallIntegerField(_("order"))
    statement = models.TextField(_("fact to be proved"))
    allegation = models.ForeignKey(
        Allegation, models.PROTECT, null=True, blank=True, related_name="facts", verbose_name=_("allegation")
    )
    status = models.CharField(_("status"), max_length=20, choices=FactStatus.choices, default=FactStatus.OPEN)
    reason = models.TextField(_("reason"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering: ClassVar = ["investigation", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["investigation", "position"], name="one_fact_per_position"),
            models.CheckConstraint(condition=Q(status="open") | ~Q(reason=""), name="fact_settled_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.statement}"[:120]


class Cell(models.Model):
    """One cell of the evidence matrix: what a piece of evidence says of a fact."""

    fact = models.ForeignKey(Fact, models.PROTECT, related_name="cells", verbose_name=_("fact"))
    evidence = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="cells", verbose_name=_("evidence"))
    bearing = models.CharField(_("says"), max_length=20, choices=Bearing.choices)
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    history = history()

    class Meta:
        verbose_name = _("cell of the evidence matrix")
        verbose_name_plural = _("evidence matrix")
        constraints: ClassVar = [models.UniqueConstraint(fields=["fact", "evidence"], name="matrix_cell_once")]

    def __str__(self) -> str:
        return str(self.get_bearing_display())


class ProcessStep(InquiryRecord):
    """One step of the process gone back over: what should have happened, what did, and who answers for it."""

    investigation = models.ForeignKey(
        Investigation, models.PROTECT, related_name="process_steps", verbose_name=_("investigation")
    )
    position = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("step"), max_length=200)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="process_steps", verbose_name=_("responsible party")
    )
    expected = models.TextField(_("what should have happened"), blank=True)
    expected_at = models.DateTimeField(_("when it should have"), null=True, blank=True)
    actual = models.TextField(_("what happened"), blank=True)
    actual_at = models.DateTimeField(_("when it happened"), null=True, blank=True)
    deviation = models.CharField(_("deviation"), max_length=20, choices=Deviation.choices, default=Deviation.UNKNOWN)
    remark = models.TextField(_("remark"), blank=True)
    evidence = models.ManyToManyField(
        EvidenceItem, through="StepEvidence", related_name="process_steps", verbose_name=_("evidence")
    )

    history = history()

    class Meta:
        verbose_name = _("step of the process")
        verbose_name_plural = _("steps of the process")
        ordering: ClassVar = ["investigation", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["investigation", "position"], name="one_process_step_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class StepEvidence(models.Model):
    """What a step of the process rests on."""

    step = models.ForeignKey(ProcessStep, models.PROTECT, related_name="supports", verbose_name=_("step"))
    evidence = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="+", verbose_name=_("evidence"))

    history = history()

    class Meta:
        verbose_name = _("evidence of a step")
        verbose_name_plural = _("evidence of steps")
        constraints: ClassVar = [models.UniqueConstraint(fields=["step", "evidence"], name="step_evidence_once")]

    def __str__(self) -> str:
        return f"{self.step} · {self.evidence}"


class OutsideOpinion(InquiryRecord):
    """A named expert, agency or counsel is asked a question; independence is declared; the opinion is evidence."""

    investigation = models.ForeignKey(
        Investigation, models.PROTECT, related_name="opinions", verbose_name=_("investigation")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=OpinionKind.choices)
    expert = models.CharField(_("name"), max_length=200)
    agency = models.CharField(_("agency"), max_length=200, blank=True)
    qualification = models.CharField(_("qualification"), max_length=200, blank=True)
    question = models.TextField(_("question"))
    is_independent = models.BooleanField(_("independence declared"), default=False)
    interest = models.TextField(_("relation to the parties"), blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    evidence = models.OneToOneField(
        EvidenceItem, models.PROTECT, null=True, blank=True, related_name="opinion", verbose_name=_("as evidence")
    )

    history = history()

    class Meta:
        verbose_name = _("opinion from outside")
        verbose_name_plural = _("opinions from outside")
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received_at=None) | (Q(is_independent=True) & ~Q(opinion="")),
                name="opinion_of_independent_expert",
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert} {self.agency}".strip()
