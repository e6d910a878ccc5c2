"""Discipline: recorded findings with a workflow of their own, seen by few. (AC-12)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.models.investigation import Charge
from accountability.models.visibility import DisciplineQuerySet
from accountability.states import DisciplineStatus, Offence
from complaints.models import Complaint, Department
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class DisciplineRecord(models.Model):
    """False evidence, concealment, a leak …: reported, the person heard, decided by human resources, carried out."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="discipline_records", verbose_name=_("complaint")
    )
    #: The charge it follows from, where an investigation found the conduct.
    charge = models.ForeignKey(
        Charge, models.PROTECT, null=True, blank=True, related_name="discipline_records", verbose_name=_("charge")
    )
    offence = models.CharField(_("what about"), max_length=20, choices=Offence.choices)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="discipline_records", verbose_name=_("person")
    )
    #: Somebody without an account.
    name = models.CharField(_("name"), max_length=200, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    facts = models.TextField(_("what happened"))
    statement = models.TextField(_("what the person says"), blank=True)
    status = models.CharField(
        _("status"), max_length=20, choices=DisciplineStatus.choices, default=DisciplineStatus.REPORTED
    )
    decision = models.CharField(_("decision"), max_length=200, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    #: A source tells what became of it: the decision is in its words, nobody here took it.
    is_told = models.BooleanField(_("told by a source"), default=False)
    carried_out_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = DisciplineQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("discipline record")
        verbose_name_plural = _("discipline records")
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(name=""), name="discipline_record_of_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "dismissed", "carried_out"])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision_reason=""))
                | (Q(is_told=True, decided_by=None) & ~Q(decision="")),
                name="discipline_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(person=None) | ~Q(decided_by=models.F("person")),
                name="nobody_decides_of_themselves",
            ),
        ]

    def __str__(self) -> str:
        return self.number
