"""What every record has in common: its history, and the append-only business record. (AU-1, DESIGN §5)"""

from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from complaints.localised import localise


class HistoryRow(models.Model):
    """Base of every history table: keeps the person's name beside the key, so that it outlives the account."""

    history_user_name = models.CharField(_("changed by"), max_length=150, blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row once, with the name the person had then."""
        if self.history_user_id and not self.history_user_name:  # type: ignore[attr-defined]
            self.history_user_name = str(self.history_user)[:150]  # type: ignore[attr-defined]
        super().save(*args, **kwargs)


class HistoryReader(HistoryManager):
    """The library's manager, put together once: it looks through the whole queryset class each time it is asked for."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        """The class that reads history by this kind of queryset."""
        return super().from_queryset(queryset_class, class_name)


def history(**options: Any) -> HistoricalRecords:
    """Field-by-field history of a model, in a table that triggers make append-only."""
    return HistoricalRecords(
        bases=[HistoryRow],
        history_manager=HistoryReader,
        user_db_constraint=False,
        user_related_name="+",
        inherit=False,
        **options,
    )


class Named(models.Model):
    """A record that an organisation names in several languages."""

    names = models.JSONField(_("names"), default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return localise(self.names)


class ComplaintEvent(models.Model):
    """One act on one complaint, as business sees it. Append-only: triggers refuse UPDATE and DELETE.

    `at` is when the act took effect, `recorded_at` when the row was written; they differ for what an outage delayed.
    """

    complaint = models.ForeignKey(
        "complaints.Complaint", models.PROTECT, related_name="events", verbose_name=_("complaint")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    act = models.CharField(_("act"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    actor_name = models.CharField(_("name"), max_length=150, blank=True)
    actor_role = models.CharField(_("in which role"), max_length=20, blank=True)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("as deputy of"),
    )
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering: ClassVar = ["recorded_at", "id"]
        indexes: ClassVar = [models.Index(fields=["complaint", "id"], name="event_by_complaint")]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.act}"
