"""Quality review of handling 质量监控: a random sample of closed cases of a quarter, scored by a checklist. (RP-12)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class HandlingReview(models.Model):
    """The sample of one quarter. With seed and frame anybody can draw it again and find the same cases."""

    quarter = models.CharField(_("quarter"), max_length=6, unique=True)
    seed = models.CharField(_("seed"), max_length=64)
    #: Rounds closed in the quarter that the quality department may open: what was drawn from.
    frame = models.PositiveIntegerField(_("closed in the quarter"))
    frame_sha256 = models.CharField(_("digest of what was drawn from"), max_length=64)
    checklist_edition = models.PositiveSmallIntegerField(_("edition of the checklist"))
    drawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("drawn by"))
    drawn_at = models.DateTimeField(_("drawn at"))
    findings = models.TextField(_("findings"), blank=True)
    concluded_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("concluded by")
    )
    concluded_at = models.DateTimeField(_("concluded at"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("quality review of handling")
        verbose_name_plural = _("quality reviews of handling")
        ordering: ClassVar = ["-quarter"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(concluded_at=None, concluded_by=None)
                | (Q(concluded_at__isnull=False, concluded_by__isnull=False) & ~Q(findings="")),
                name="concluded_sample_has_findings",
            )
        ]

    def __str__(self) -> str:
        return self.quarter

    @property
    def is_concluded(self) -> bool:
        """Nothing of it changes any more."""
        return self.concluded_at is not None


class SampledCase(models.Model):
    """One case of a sample: scores by code of the checklist ("2", "1", "0", or "na" where an item does not apply)."""

    review = models.ForeignKey(HandlingReview, models.PROTECT, related_name="cases", verbose_name=_("review"))
    position = models.PositiveIntegerField(_("order"))
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    scores = models.JSONField(_("scores"), default=dict)
    comment = models.TextField(_("comment"), blank=True)
    scored_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scored by")
    )
    scored_at = models.DateTimeField(_("scored at"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("sampled case")
        verbose_name_plural = _("sampled cases")
        ordering: ClassVar = ["review", "position"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "complaint", "round"], name="sampled_once"),
            models.UniqueConstraint(fields=["review", "position"], name="one_sampled_case_per_position"),
            models.CheckConstraint(
                condition=Q(scored_at=None, scored_by=None) | Q(scored_at__isnull=False, scored_by__isnull=False),
                name="scores_have_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.position}"
