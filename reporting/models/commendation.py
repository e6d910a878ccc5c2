"""Excellent handling 优秀处理: who is proposed for a reward, by which facts, and what was decided. (RP-4)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Complaint
from complaints.models.records import history
from reporting.models.visibility import CommendationQuerySet

Person = settings.AUTH_USER_MODEL


class CommendationState(models.TextChoices):
    """What became of a proposal."""

    PROPOSED = "proposed", pgettext_lazy("commendation", "Proposed")
    APPROVED = "approved", pgettext_lazy("commendation", "Approved")
    REFUSED = "refused", pgettext_lazy("commendation", "Refused")


class Commendation(models.Model):
    """One person, one quarter. `grounds` keeps the facts as they were: see `queries.commendations.Candidate`."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("handler"))
    quarter = models.CharField(_("quarter"), max_length=6)
    grounds = models.JSONField(_("grounds"), default=dict)
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    state = models.CharField(
        _("state"), max_length=10, choices=CommendationState.choices, default=CommendationState.PROPOSED
    )
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)

    objects = CommendationQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")
        ordering: ClassVar = ["-quarter", "-id"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "quarter"], condition=~Q(state="refused"), name="commended_once_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | (Q(state__in=["approved", "refused"], decided_by__isnull=False, decided_at__isnull=False)),
                name="commendation_decided_or_not",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("person"))),
                name="commendation_decided_by_another",
            ),
            models.CheckConstraint(condition=~Q(proposed_by=F("person")), name="commendation_of_another"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision_reason=""), name="refused_commendation_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.person}"


class CommendedCase(models.Model):
    """A case that speaks for the person, with what the review of its handling scored (percent)."""

    commendation = models.ForeignKey(Commendation, models.PROTECT, related_name="cases", verbose_name=_("commendation"))
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    score = models.DecimalField(_("score in percent"), max_digits=4, decimal_places=1)

    history = history()

    class Meta:
        verbose_name = _("commended case")
        verbose_name_plural = _("commended cases")
        ordering: ClassVar = ["commendation", "complaint", "round"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commendation", "complaint", "round"], name="commended_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.round}"
