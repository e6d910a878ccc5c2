"""Departments, people, their appointments and absences. (DL-3: an escalation must find a living person)"""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.records import Named, history
from complaints.states import Role


class User(AbstractUser):
    """A person with an account. Deactivated, never deleted: records name people."""

    display_name = models.CharField(_("name"), max_length=100)
    language = models.CharField(_("language"), max_length=10, blank=True)

    history = history(excluded_fields=["password", "last_login"])

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")  # type: ignore[assignment] # a lazy text, as everywhere
        verbose_name_plural = _("people")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.display_name or self.username


class Department(Named):
    """A node of the organisation's tree. `path` holds the ids from the root to itself: "/1/4/9/"."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    path = models.CharField(_("path"), max_length=255, editable=False, db_index=True)
    is_active = models.BooleanField(_("active"), default=True)

    history = history()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering: ClassVar = ["path"]

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids of the departments above, nearest first."""
        return [int(part) for part in reversed(self.path.strip("/").split("/")[:-1])]

    @property
    def depth(self) -> int:
        """0 for a root."""
        return self.path.count("/") - 2


class Appointment(models.Model):
    """A person holds a role in a department, from one day to another (both included)."""

    person = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name=_("person"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="appointments", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering: ClassVar = ["department", "role", "starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "department", "role"], condition=Q(ends_on=None), name="one_open_appointment"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="appointment_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.department} · {self.get_role_display()}"


class Absence(models.Model):
    """A person is away; a deputy acts and is told in their stead. Half-open: [starts_at, ends_at)."""

    person = models.ForeignKey(User, models.PROTECT, related_name="absences", verbose_name=_("person"))
    deputy = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="deputyships", verbose_name=_("deputy")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    history = history()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering: ClassVar = ["-starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=Q(deputy=None) | ~Q(deputy=F("person")), name="absence_deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d}"
