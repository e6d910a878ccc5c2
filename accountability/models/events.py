"""The business record of accountability: one row for each act. Append-only. (AU-1, DESIGN §5)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accountability.models.investigation import Investigation
from accountability.models.visibility import InquiryEventQuerySet
from complaints.models import Complaint

Person = settings.AUTH_USER_MODEL


class InquiryEvent(models.Model):
    """One act on an investigation or on something that belongs to one, as business sees it.

    Kept apart from the events of the complaint: fewer people may read it. Triggers refuse UPDATE and DELETE.
    `subject` is what the act was on ("evidence:12"); `investigation` is null for measures and discipline.
    """

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="inquiry_events", verbose_name=_("complaint")
    )
    investigation = models.ForeignKey(
        Investigation, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("investigation")
    )
    subject = models.CharField(_("subject of the act"), max_length=60)
    act = models.CharField(_("act"), max_length=40)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    actor_name = models.CharField(_("name then"), max_length=150, blank=True)
    actor_role = models.CharField(_("in the role"), max_length=30, blank=True)
    on_behalf_of = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("as deputy of")
    )
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = InquiryEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of accountability")
        verbose_name_plural = _("events of accountability")
        ordering: ClassVar = ["at", "id"]
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["investigation", "at"], name="inquiry_event_by_inquiry"),
            models.Index(fields=["subject", "at"], name="inquiry_event_by_subject"),
            models.Index(fields=["complaint", "at"], name="inquiry_event_by_complaint"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"
