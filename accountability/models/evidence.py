"""Evidence: what it is, its files, its way from hand to hand, and how it was judged. (AC-2, AC-3)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.models.investigation import Investigation
from accountability.models.visibility import EvidenceQuerySet
from accountability.states import CustodyAct, EvidenceKind, EvidenceStatus, Judgement, Weight
from complaints.models.casework import CaseRecord
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class EvidenceItem(CaseRecord):
    """One piece of evidence of a complaint. Never deleted or replaced: withdrawn or superseded, with the reason."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    investigation = models.ForeignKey(
        Investigation, models.PROTECT, related_name="evidence", verbose_name=_("collected in")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=EvidenceKind.choices)
    title = models.CharField(_("title"), max_length=200)
    shows = models.TextField(_("what it shows"))
    source = models.CharField(_("from whom or where"), max_length=200)
    collected_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("collected by"))
    collected_at = models.DateTimeField(_("collected at"))
    collected_place = models.CharField(_("collected where"), max_length=200, blank=True)
    is_original = models.BooleanField(_("original"), default=True)
    #: Seen by the group and reviewers alone; every look at it is on record.
    is_restricted = models.BooleanField(_("restricted"), default=False)
    is_sealed = models.BooleanField(_("sealed"), default=False)
    holder = models.CharField(_("kept by"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=EvidenceStatus.choices, default=EvidenceStatus.HELD)
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes", verbose_name=_("superseded by")
    )
    end_reason = models.TextField(_("why withdrawn or superseded"), blank=True)

    objects = EvidenceQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering: ClassVar = ["complaint", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="held", end_reason="", superseded_by=None)
                | (Q(status="withdrawn", superseded_by=None) & ~Q(end_reason=""))
                | (Q(status="superseded", superseded_by__isnull=False) & ~Q(end_reason="")),
                name="evidence_ends_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | ~Q(superseded_by=F("id")), name="evidence_superseded_by_another"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["complaint", "status"], name="evidence_by_complaint")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class EvidenceFile(models.Model):
    """One file of a piece of evidence, kept under the digest of its content and never touched again."""

    item = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="files", verbose_name=_("evidence"))
    sha256 = models.CharField(_("digest"), max_length=64, db_index=True)
    file_name = models.CharField(_("name as received"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    added_at = models.DateTimeField(_("at"))
    #: The last nightly check: when, and what was wrong ("" for nothing).
    checked_at = models.DateTimeField(_("digest checked at"), null=True, blank=True)
    damage = models.CharField(
        _("damage"),
        max_length=20,
        blank=True,
        choices=[("missing", _("Missing")), ("changed", _("Changed since received"))],
    )

    history = history(excluded_fields=["checked_at"])

    class Meta:
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")
        ordering: ClassVar = ["item", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "sha256"], name="evidence_file_once")]
        indexes: ClassVar = [models.Index(fields=["checked_at", "id"], name="evidence_file_checked")]

    def __str__(self) -> str:
        return self.file_name


class CustodyEntry(models.Model):
    """One link of the chain of custody. Append-only: triggers refuse UPDATE and DELETE."""

    item = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="custody", verbose_name=_("evidence"))
    act = models.CharField(_("what"), max_length=20, choices=CustodyAct.choices)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name then"), max_length=150, blank=True)
    to = models.CharField(_("to whom"), max_length=200, blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("entry of the custody log")
        verbose_name_plural = _("custody log")
        ordering: ClassVar = ["at", "id"]
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["item", "at"], name="custody_by_item")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d %H:%M}"


class EvidenceReview(models.Model):
    """Authenticity, legality, relevance and weight, judged by somebody else than who collected it. The last counts."""

    item = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="reviews", verbose_name=_("evidence"))
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("reviewed by"))
    #: As on the item, so that the database itself can refuse that they are the same.
    collector = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("collected by"))
    authenticity = models.CharField(_("authenticity"), max_length=20, choices=Judgement.choices)
    legality = models.CharField(_("legality"), max_length=20, choices=Judgement.choices)
    relevance = models.CharField(_("relevance"), max_length=20, choices=Judgement.choices)
    weight = models.CharField(_("weight"), max_length=20, choices=Weight.choices)
    opinion = models.TextField(_("opinion"))
    reviewed_at = models.DateTimeField(_("reviewed at"))

    history = history()

    class Meta:
        verbose_name = _("review of evidence")
        verbose_name_plural = _("reviews of evidence")
        ordering: ClassVar = ["item", "reviewed_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reviewer=F("collector")), name="reviewer_is_not_collector"),
            models.CheckConstraint(
                condition=Q(weight="none")
                | ~(Q(authenticity="refuted") | Q(legality="refuted") | Q(relevance="refuted")),
                name="refuted_evidence_has_no_weight",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_weight_display()}"


class LegalHold(CaseRecord):
    """Nothing of the case may be deleted, whatever a retention period says, until the hold is lifted."""

    reason = models.TextField(_("reason"))
    lifted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lift_reason = models.TextField(_("why lifted"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(lifted_at=None), name="one_standing_hold"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | (Q(lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="hold_lifted_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.made_at:%Y-%m-%d}"
