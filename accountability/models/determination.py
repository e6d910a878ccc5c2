"""Determinations: who bears which part of the responsibility, why, and what it rests on. (AC-6, AC-7, AC-10, AC-11)

A version is written as a draft. From the hearing of the parties on, triggers of the database refuse every change of
what it says (`accountability.triggers`): a correction is a new version, which supersedes.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.models.evidence import EvidenceItem, EvidenceReview
from accountability.models.investigation import Allegation, Charge, Investigation
from accountability.models.register import Clause, RootCause
from accountability.states import AllegationFinding, Causation, Conduct, DeterminationStatus, Share
from complaints.models.casework import CaseRecord
from complaints.models.records import history
from complaints.states import Outcome

Person = settings.AUTH_USER_MODEL


class Determination(CaseRecord):
    """One version of the determination of a round."""

    investigation = models.ForeignKey(
        Investigation, models.PROTECT, related_name="determinations", verbose_name=_("investigation")
    )
    number = models.CharField(_("number"), max_length=60, unique=True)
    edition = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(
        _("status"), max_length=20, choices=DeterminationStatus.choices, default=DeterminationStatus.DRAFT
    )
    outcome = models.CharField(_("finding"), max_length=30, choices=Outcome.choices, blank=True)
    facts = models.TextField(_("facts found"), blank=True)
    reasoning = models.TextField(_("reasoning"), blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("supersedes")
    )
    correction_reason = models.TextField(_("reason of the new version"), blank=True)
    submitted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approval_opinion = models.TextField(_("opinion of the approver"), blank=True)
    final_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made final by")
    )
    final_at = models.DateTimeField(_("final at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("superseded or abandoned at"), null=True, blank=True)
    #: Everything the version says, as it was worded when the parties were told: names and findings may change later.
    content = models.JSONField(_("content"), default=dict, blank=True, editable=False)
    #: Digest of that content.
    sha256 = models.CharField(_("digest"), max_length=64, blank=True)

    history = history()

    class Meta:
        verbose_name = _("determination of responsibility")
        verbose_name_plural = _("determinations of responsibility")
        ordering: ClassVar = ["investigation", "edition"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["investigation", "edition"], name="one_determination_per_edition"),
            models.UniqueConstraint(
                fields=["complaint", "round"], condition=Q(status="final"), name="one_final_determination_per_round"
            ),
            models.UniqueConstraint(
                fields=["investigation"],
                condition=Q(status__in=["draft", "submitted", "hearing"]),
                name="one_determination_in_work",
            ),
            models.UniqueConstraint(
                fields=["supersedes"], condition=~Q(status="abandoned"), name="one_correction_of_a_determination"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["final", "superseded"])
                | (
                    Q(final_at__isnull=False, final_by__isnull=False, approved_by__isnull=False)
                    & ~Q(sha256="")
                    & ~Q(outcome="")
                ),
                name="final_determination_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")), name="approver_is_not_author"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(correction_reason=""), name="correction_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(status__in=DeterminationStatus.values), name="determination_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Assignment(models.Model):
    """What one party bears of one allegation (AC-6). Shares are exact percentages with two decimals."""

    determination = models.ForeignKey(
        Determination, models.PROTECT, related_name="assignments", verbose_name=_("determination")
    )
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="assignments", verbose_name=_("charge"))
    #: As on the charge, so that the database itself can count per allegation.
    allegation = models.ForeignKey(Allegation, models.PROTECT, related_name="assignments", verbose_name=_("allegation"))
    position = models.PositiveSmallIntegerField(_("order"))
    #: What this version finds on the charge; a correction may find otherwise than the version before.
    finding = models.CharField(_("finding"), max_length=30, choices=AllegationFinding.choices)
    share_kind = models.CharField(_("responsibility"), max_length=20, choices=Share.choices)
    share = models.DecimalField(_("share in percent"), max_digits=5, decimal_places=2)
    causation = models.CharField(_("causation"), max_length=20, choices=Causation.choices)
    #: Empty where the party bears nothing.
    conduct = models.CharField(_("act or omission"), max_length=20, choices=Conduct.choices, blank=True)
    conduct_text = models.TextField(_("what was done or left undone"), blank=True)
    duty = models.TextField(_("duty breached"), blank=True)
    reason = models.TextField(_("reason"))
    #: Authority matches responsibility (AC-7): could the party have acted otherwise?
    had_authority = models.BooleanField(_("had the authority"), null=True, blank=True)
    had_ability = models.BooleanField(_("had the means and ability"), null=True, blank=True)
    is_system_failure = models.BooleanField(_("a system failure had part in it"), default=False)
    authority_reason = models.TextField(_("on authority and ability"), blank=True)
    clauses = models.ManyToManyField(
        Clause, through="BreachedClause", related_name="assignments", verbose_name=_("clauses")
    )

    history = history()

    class Meta:
        verbose_name = _("assignment of responsibility")
        verbose_name_plural = _("assignments of responsibility")
        ordering: ClassVar = ["determination", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["determination", "charge"], name="one_assignment_per_charge"),
            models.UniqueConstraint(fields=["determination", "position"], name="one_assignment_per_position"),
            models.UniqueConstraint(
                fields=["determination", "allegation"],
                condition=Q(share_kind__in=["sole", "primary"]),
                name="one_primary_per_allegation",
            ),
            models.CheckConstraint(
                condition=Q(share_kind="none") | Q(finding__in=["founded", "partly_founded"]),
                name="only_what_is_found_is_borne",
            ),
            models.CheckConstraint(
                condition=(Q(share_kind="none", share=0))
                | Q(share_kind="sole", share=100)
                | Q(share_kind__in=["primary", "secondary", "equal"], share__gt=0, share__lt=100),
                name="share_fits_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge.party} · {self.get_share_kind_display()} {self.share} %"


class Citation(models.Model):
    """A piece of evidence that an assignment rests on, with the review that lets it be cited (AC-3)."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="citations", verbose_name=_("assignment"))
    evidence = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="citations", verbose_name=_("evidence"))
    review = models.ForeignKey(EvidenceReview, models.PROTECT, related_name="+", verbose_name=_("review"))

    history = history()

    class Meta:
        verbose_name = _("evidence cited")
        verbose_name_plural = _("evidence cited")
        constraints: ClassVar = [models.UniqueConstraint(fields=["assignment", "evidence"], name="cited_once")]

    def __str__(self) -> str:
        return str(self.evidence)


class BreachedClause(models.Model):
    """A clause that an assignment says was breached."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="breaches", verbose_name=_("assignment"))
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="breaches", verbose_name=_("clause"))

    history = history()

    class Meta:
        verbose_name = _("clause breached")
        verbose_name_plural = _("clauses breached")
        constraints: ClassVar = [models.UniqueConstraint(fields=["assignment", "clause"], name="breached_clause_once")]

    def __str__(self) -> str:
        return str(self.clause)


class DeterminedCause(models.Model):
    """A root cause that a determination names, with a text (AC-10)."""

    determination = models.ForeignKey(
        Determination, models.PROTECT, related_name="causes", verbose_name=_("determination")
    )
    cause = models.ForeignKey(RootCause, models.PROTECT, related_name="determinations", verbose_name=_("root cause"))
    text = models.TextField(_("explanation"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("root cause found")
        verbose_name_plural = _("root causes found")
        constraints: ClassVar = [models.UniqueConstraint(fields=["determination", "cause"], name="cause_named_once")]

    def __str__(self) -> str:
        return str(self.cause)
