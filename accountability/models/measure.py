"""Measures, the check of their effect, and recourse against suppliers and partners. (AC-5, AC-9)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.models.determination import Assignment, Determination
from accountability.models.register import Contract, OutsideParty, RootCause
from accountability.models.visibility import MeasureQuerySet
from accountability.states import Effect, EffectScope, MeasureKind, MeasureStatus
from complaints.models import Category, Complaint, Department
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class Measure(models.Model):
    """Something to be put right or prevented, with owner, date, proof, verification and a check of its effect.

    Usually it follows from a determination; a report may ask for one without any complaint (RP-11).
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("complaint")
    )
    determination = models.ForeignKey(
        Determination, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("determination")
    )
    #: Where it comes from if not from a complaint: a report and its line.
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=MeasureKind.choices)
    title = models.CharField(_("measure"), max_length=200)
    description = models.TextField(_("what is to be done"))
    cause = models.ForeignKey(
        RootCause, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("root cause")
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="measures", verbose_name=_("department"))
    owner = models.ForeignKey(Person, models.PROTECT, related_name="measures", verbose_name=_("owner"))
    due_at = models.DateTimeField(_("due"))
    status = models.CharField(_("status"), max_length=20, choices=MeasureStatus.choices, default=MeasureStatus.PLANNED)
    #: How often it was found not done, or done without effect, and begun again.
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    proof = models.TextField(_("proof of completion"), blank=True)
    done_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    verified_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    #: When the effect is to be checked, and over which complaints.
    effect_due_at = models.DateTimeField(_("effect to be checked at"), null=True, blank=True)
    effect_scope = models.CharField(_("complaints counted"), max_length=20, choices=EffectScope.choices, blank=True)
    effect_category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    effect_product = models.CharField(_("product or service"), max_length=200, blank=True)
    end_reason = models.TextField(_("why cancelled"), blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = MeasureQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(complaint__isnull=False) | ~Q(origin=""), name="measure_has_origin"),
            models.CheckConstraint(
                condition=~Q(status__in=["done", "verified", "effective"])
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(proof="")),
                name="done_measure_has_proof",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["verified", "effective"])
                | (Q(verified_by__isnull=False) & ~Q(verified_by=F("done_by")) & ~Q(verified_by=F("owner"))),
                name="measure_verified_by_another",
            ),
            models.CheckConstraint(condition=~Q(status="cancelled") | ~Q(end_reason=""), name="cancelled_with_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "due_at"], name="measure_by_status"),
            models.Index(fields=["department", "status"], name="measure_by_department"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class EffectCheck(models.Model):
    """Complaints before and after a measure, as a ratio of rates with its interval: not a feeling (AC-9).

    Windows are half-open in the business time zone; exposures are days, or what was sold or served where known.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="effect_checks", verbose_name=_("measure"))
    scope = models.CharField(_("complaints counted"), max_length=20, choices=EffectScope.choices)
    before_from = models.DateTimeField(_("before, from"))
    before_to = models.DateTimeField(_("before, to"))
    after_from = models.DateTimeField(_("after, from"))
    after_to = models.DateTimeField(_("after, to"))
    before_count = models.PositiveIntegerField(_("complaints before"))
    after_count = models.PositiveIntegerField(_("complaints after"))
    before_exposure = models.FloatField(_("exposure before"))
    after_exposure = models.FloatField(_("exposure after"))
    ratio = models.FloatField(_("ratio of rates"), null=True, blank=True)
    low = models.FloatField(_("95 % interval, from"), null=True, blank=True)
    high = models.FloatField(_("95 % interval, to"), null=True, blank=True)
    effect = models.CharField(_("result"), max_length=20, choices=Effect.choices)
    is_effective = models.BooleanField(_("judged effective"))
    judgement = models.TextField(_("judgement"))
    checked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("checked by"))
    checked_at = models.DateTimeField(_("checked at"))

    history = history()

    class Meta:
        verbose_name = _("check of the effect")
        verbose_name_plural = _("checks of effects")
        ordering: ClassVar = ["measure", "checked_at", "id"]

    def __str__(self) -> str:
        return f"{self.measure} {self.get_effect_display()}"


class Recourse(models.Model):
    """What is claimed back from a supplier or partner, and what came of it (AC-5, RP-13)."""

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="recourses", verbose_name=_("assignment of responsibility")
    )
    outside = models.ForeignKey(
        OutsideParty, models.PROTECT, related_name="recourses", verbose_name=_("supplier or partner")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="recourses", verbose_name=_("contract")
    )
    amount_claimed = models.DecimalField(_("amount claimed"), max_digits=14, decimal_places=2)
    claimed_at = models.DateTimeField(_("claimed at"))
    claimed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("claimed by"))
    amount_recovered = models.DecimalField(_("amount recovered"), max_digits=14, decimal_places=2, default=0)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    remark = models.TextField(_("remark"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("recourse")
        verbose_name_plural = _("recourses")
        ordering: ClassVar = ["-claimed_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_claimed__gt=0), name="recourse_claims_something"),
            models.CheckConstraint(
                condition=Q(amount_recovered__gte=0, amount_recovered__lte=F("amount_claimed")),
                name="recourse_recovers_at_most_claim",
            ),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(settled_at=None), name="one_open_recourse_per_assignment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outside} {self.amount_claimed}"
