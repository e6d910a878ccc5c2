"""Hearing the parties, and their objections. (AC-8)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.models.determination import Determination
from accountability.models.facts import OutsideOpinion
from accountability.models.investigation import InquiryRecord, Party
from accountability.models.visibility import HearingQuerySet
from accountability.states import HearingStatus, ObjectionStatus
from complaints.models.records import history
from complaints.states import Medium

Person = settings.AUTH_USER_MODEL


class Hearing(InquiryRecord):
    """One party is told what a determination says of it, and answers in time. Silence is acceptance, on record."""

    determination = models.ForeignKey(
        Determination, models.PROTECT, related_name="hearings", verbose_name=_("determination")
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="hearings", verbose_name=_("party"))
    status = models.CharField(_("status"), max_length=20, choices=HearingStatus.choices, default=HearingStatus.OPEN)
    due_at = models.DateTimeField(_("answer due"))
    answer = models.TextField(_("what the party says"), blank=True)
    #: By what means, where somebody else records what a party without an account says.
    medium = models.CharField(_("by what means"), max_length=10, choices=Medium.choices, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered or recorded by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = HearingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("hearing of a party")
        verbose_name_plural = _("hearings of parties")
        ordering: ClassVar = ["determination", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["determination", "party"], name="party_heard_once"),
            models.CheckConstraint(
                condition=Q(status="open", answered_at=None) | (~Q(status="open") & Q(answered_at__isnull=False)),
                name="answer_has_moment",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(status="open"), name="hearing_open_due")]

    def __str__(self) -> str:
        return f"{self.determination} · {self.party}"


class Objection(InquiryRecord):
    """A party disputes: an opinion may be asked from outside, then one who stands above both decides."""

    hearing = models.OneToOneField(Hearing, models.PROTECT, related_name="objection", verbose_name=_("hearing"))
    grounds = models.TextField(_("grounds of the objection"))
    status = models.CharField(
        _("status"), max_length=20, choices=ObjectionStatus.choices, default=ObjectionStatus.FILED
    )
    opinion = models.ForeignKey(
        OutsideOpinion, models.PROTECT, null=True, blank=True, related_name="objections", verbose_name=_("opinion")
    )
    #: The common superior of the departments, who was asked to decide.
    superior = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="objections_to_decide", verbose_name=_("decides")
    )
    #: How that person was found: each post tried and why it was passed over.
    route = models.JSONField(_("route"), default=list)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status__in=["upheld", "dismissed"])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision_reason="")),
                name="objection_decided_with_reason",
            )
        ]

    def __str__(self) -> str:
        return str(self.hearing)
