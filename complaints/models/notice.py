"""Notices: in the application, and by e-mail through this outbox. (DL-3)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.complaint import Complaint


class MailStatus(models.TextChoices):
    """Where the mail of a notice stands. SENDING left behind by a crash is shown, never sent again by itself."""

    NONE = "none", pgettext_lazy("mail", "No mail")
    WAITING = "waiting", pgettext_lazy("mail", "Waiting")
    SENDING = "sending", pgettext_lazy("mail", "Being sent")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    DEAD = "dead", pgettext_lazy("mail", "Given up")


class Notice(models.Model):
    """One person is told one thing, once: unique per recipient and `key`. Text is made when it is read."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", verbose_name=_("recipient")
    )
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("complaint")
    )
    key = models.CharField(_("key"), max_length=80)
    kind = models.CharField(_("kind"), max_length=40)
    detail = models.JSONField(_("detail"), default=dict)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mail_status = models.CharField(_("mail"), max_length=10, choices=MailStatus.choices, default=MailStatus.WAITING)
    mail_attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    mail_next_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    mail_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["recipient", "key"], name="told_once")]
        indexes: ClassVar = [
            models.Index(fields=["mail_next_at", "id"], condition=Q(mail_status="waiting"), name="notice_mail_waiting"),
            models.Index(
                fields=["mail_status"], condition=Q(mail_status__in=["sending", "dead"]), name="notice_mail_troubled"
            ),
            models.Index(fields=["recipient", "-created_at"], name="notice_by_recipient"),
            # Counted on every page: few, however many were read over the years.
            models.Index(fields=["recipient", "-created_at", "-id"], condition=Q(read_at=None), name="notice_unread"),
        ]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
