"""What looking at a whole quarter came to, kept because it takes long: its trends, or how units did. (RP-2, RP-4)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Person = settings.AUTH_USER_MODEL


class Subject(models.TextChoices):
    """What a quarter is looked at for."""

    TRENDS = "trends", pgettext_lazy("examination", "Trends")
    PERFORMANCE = "performance", pgettext_lazy("examination", "Performance")


class Examination(models.Model):
    """One quarter examined as of a moment. Derived: it can be made again.

    A row that was asked for and not made since waits for the worker (`services.examinations`).
    """

    #: First day of the quarter looked at.
    quarter = models.DateField(_("quarter"))
    subject = models.CharField(_("subject"), max_length=20, choices=Subject.choices, default=Subject.TRENDS)
    #: Of trends, the figure whose counts are looked at (`definitions`); performance is looked at as a whole.
    figure = models.CharField(_("figure"), max_length=40, blank=True)
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    claimed_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    #: Everything committed before this moment was counted.
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    #: Edition of the definitions that the figures were made with.
    edition = models.PositiveSmallIntegerField(_("edition of the definitions"), null=True, blank=True)
    #: What was found: see `queries.trend_content` and `queries.performance_content`.
    content = models.JSONField(_("content"), default=dict, blank=True)

    class Meta:
        verbose_name = _("examination of a quarter")
        verbose_name_plural = _("examinations of quarters")
        ordering: ClassVar = ["-quarter", "subject", "figure"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quarter", "subject", "figure"], name="one_examination_per_subject"),
            models.CheckConstraint(
                condition=Q(subject="performance", figure="") | (Q(subject="trends") & ~Q(figure="")),
                name="trends_are_of_a_figure",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                condition=Q(made_at=None) | Q(made_at__lt=F("asked_at")),
                name="examination_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.subject} {self.figure}".rstrip()

    @property
    def is_waiting(self) -> bool:
        """It was asked for and has not been made since."""
        return self.made_at is None or self.made_at < self.asked_at

    @property
    def is_made(self) -> bool:
        """There is something to be shown."""
        return self.made_at is not None
