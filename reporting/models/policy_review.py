"""Half-yearly reviews of policies 制度评审: figures, what would have been, findings, resulting version. (RP-10)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Policy, PolicyVersion
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class ReviewDecision(models.TextChoices):
    """What a review came to."""

    KEEP = "keep", pgettext_lazy("policy review", "The policy stays as it is")
    CHANGE = "change", pgettext_lazy("policy review", "A new version is made")
    PREPARE = "prepare", pgettext_lazy("policy review", "A change is to be prepared")


class PolicyReview(models.Model):
    """The review of one policy over one half-year. `figures` were made at `as_of` and never change.

    `replays` are the questions “what if” that were asked and what they gave, in the order in which they were asked.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="reviews", verbose_name=_("policy"))
    half = models.CharField(_("half-year"), max_length=6)
    as_of = models.DateTimeField(_("as of"))
    definitions_edition = models.PositiveSmallIntegerField(_("edition of the definitions"))
    figures = models.JSONField(_("figures"))
    replays = models.JSONField(_("what if"), default=list)
    findings = models.TextField(_("findings"), blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=ReviewDecision.choices, blank=True)
    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resulting version")
    )
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"))
    concluded_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("concluded by")
    )
    concluded_at = models.DateTimeField(_("concluded at"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("policy review")
        verbose_name_plural = _("policy reviews")
        ordering: ClassVar = ["-half", "policy"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "half"], name="one_review_per_half_year"),
            models.CheckConstraint(
                condition=Q(concluded_at=None, concluded_by=None, decision="")
                | (Q(concluded_at__isnull=False, concluded_by__isnull=False) & ~Q(decision="") & ~Q(findings="")),
                name="concluded_review_has_findings",
            ),
            models.CheckConstraint(
                condition=~Q(decision="change") | Q(version__isnull=False), name="changed_policy_has_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.half}"

    @property
    def is_concluded(self) -> bool:
        """Nothing of it changes any more."""
        return self.concluded_at is not None
