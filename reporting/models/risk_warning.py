"""Early warning: sudden clusters of complaints, and the nights in which they were looked for. (RP-7)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Department
from complaints.models.records import history
from reporting.models.visibility import RiskWarningQuerySet

Person = settings.AUTH_USER_MODEL


class WarningState(models.TextChoices):
    """What people made of a warning. Whether the cluster goes on is another matter (`RiskWarning.ended_on`)."""

    OPEN = "open", pgettext_lazy("warning", "New")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("warning", "Acknowledged")
    EXPLAINED = "explained", pgettext_lazy("warning", "Explained")
    MEASURE = "measure", pgettext_lazy("warning", "Turned into a measure")
    #: The cluster passed and nobody had answered.
    ENDED = "ended", pgettext_lazy("warning", "Passed unanswered")


#: Those that wait for an answer.
UNANSWERED = (WarningState.OPEN, WarningState.ACKNOWLEDGED, WarningState.ENDED)


class Urgency(models.TextChoices):
    """How much a cluster is, as `trends.Urgency` has it."""

    INCIDENT = "incident", pgettext_lazy("urgency", "Sudden cluster")
    RISE = "rise", pgettext_lazy("urgency", "Rise, perhaps a season")


class ScanNight(models.Model):
    """One day that was looked at, once. What is missing here is looked at by the next run."""

    day = models.DateField(_("day"), unique=True)
    groups = models.PositiveIntegerField(_("groups looked at"))
    clusters = models.PositiveIntegerField(_("clusters found"))
    #: False alarms expected of that night while nothing happens, over all groups.
    false_alarms = models.FloatField(_("false alarms expected"))
    scanned_at = models.DateTimeField(_("looked at"))

    class Meta:
        verbose_name = _("night of the early warning")
        verbose_name_plural = _("nights of the early warning")
        ordering: ClassVar = ["-day"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class RiskWarning(models.Model):
    """More complaints of one group in a few days than its past explains; one warning for as long as that goes on.

    Days are those of the business time zone. The cases are found by the group and the days, whenever somebody looks
    (`queries.clusters`).
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    #: The group: dimensions joined by "+", keys joined by "|", a product last (`queries.clusters.Grouping`).
    dimension = models.CharField(_("by"), max_length=60)
    key = models.CharField(_("group"), max_length=260, blank=True)
    #: The department whose head is told.
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices)
    #: First day of the cases counted, and the day on which the cluster was found last.
    since = models.DateField(_("cases since"))
    found_on = models.DateField(_("first found on"))
    last_found_on = models.DateField(_("last found on"))
    #: Set when it was not found any more.
    ended_on = models.DateField(_("over since"), null=True, blank=True)
    #: As last found: cases in so many days, how many were expected, and the limit that chance hardly exceeds.
    days = models.PositiveSmallIntegerField(_("days counted"))
    observed = models.PositiveIntegerField(_("cases"))
    expected = models.FloatField(_("expected"))
    threshold = models.PositiveIntegerField(_("limit"))
    p_value = models.FloatField(_("p value"))
    #: False alarms expected a night over all groups, and how many groups there were.
    false_alarms = models.FloatField(_("false alarms expected a night"))
    groups = models.PositiveIntegerField(_("groups looked at"))
    #: Other groups that stood out by the same cases: [{dimension, key, observed, expected}].
    related = models.JSONField(_("also seen in"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=WarningState.choices, default=WarningState.OPEN)
    remark = models.TextField(_("remark"), blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = RiskWarningQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("risk warning")
        verbose_name_plural = _("risk warnings")
        ordering: ClassVar = ["-found_on", "-id"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dimension", "key"], condition=Q(ended_on=None), name="one_warning_while_it_goes_on"
            ),
            models.CheckConstraint(
                condition=Q(since__lte=F("found_on"), found_on__lte=F("last_found_on")), name="warning_days_in_order"
            ),
            models.CheckConstraint(condition=~Q(state="explained") | ~Q(remark=""), name="explained_with_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-found_on"], name="warning_by_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_over(self) -> bool:
        """The cluster is not found any more."""
        return self.ended_on is not None
