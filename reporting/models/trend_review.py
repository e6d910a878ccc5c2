"""What looking at all series of a quarter came to, kept because it takes long. (RP-2)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

Person = settings.AUTH_USER_MODEL


class TrendReview(models.Model):
    """The examination of one figure's series at the end of one quarter, as of a moment. Derived: it can be made again.

    A row that was asked for and not made since waits for the worker (`services.trend_reviews`).
    """

    #: First day of the quarter looked at.
    quarter = models.DateField(_("quarter"))
    #: Code of the figure whose counts are looked at (`definitions`).
    figure = models.CharField(_("figure"), max_length=40)
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
    #: What was found: see `queries.trend_content`.
    content = models.JSONField(_("content"), default=dict, blank=True)

    class Meta:
        verbose_name = _("examination of trends")
        verbose_name_plural = _("examinations of trends")
        ordering: ClassVar = ["-quarter", "figure"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quarter", "figure"], name="one_review_per_quarter_and_figure"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                condition=Q(made_at=None) | Q(made_at__lt=F("asked_at")),
                name="trend_review_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.figure}"

    @property
    def is_waiting(self) -> bool:
        """It was asked for and has not been made since."""
        return self.made_at is None or self.made_at < self.asked_at
