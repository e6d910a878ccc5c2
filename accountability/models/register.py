"""Registers that cases refer to: outside parties, root causes, legal basis. (AC-5, AC-10, AC-11)"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.states import BasisKind
from complaints.models.records import Named, history
from complaints.states import PartyKind


class OutsideParty(models.Model):
    """A supplier or third-party partner. Switched off, never deleted once named by a case."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=[(kind.value, kind.label) for kind in (PartyKind.SUPPLIER, PartyKind.PARTNER)],
    )
    name = models.CharField(_("name"), max_length=200)
    contact = models.CharField(_("contact person"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    supplies = models.TextField(_("what it supplies or does for us"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    history = history()

    class Meta:
        verbose_name = _("supplier or partner")
        verbose_name_plural = _("suppliers and partners")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["supplier", "partner"]), name="outside_party_kind")
        ]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """A contract with a supplier or partner, on which a recourse may rest."""

    outside = models.ForeignKey(
        OutsideParty, models.PROTECT, related_name="contracts", verbose_name=_("supplier or partner")
    )
    number = models.CharField(_("number"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    recourse_terms = models.TextField(_("terms of recourse"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering: ClassVar = ["outside", "-starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outside", "number"], name="contract_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="contract_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class RootCause(Named):
    """A node of the tree of causes (AC-10). `path` as for departments and categories."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    path = models.CharField(_("path"), max_length=255, editable=False, db_index=True)
    is_active = models.BooleanField(_("active"), default=True)

    history = history()

    class Meta:
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")
        ordering: ClassVar = ["path"]


class LegalSource(Named):
    """A law, standard, contract form or internal rule that duties rest on (AC-11)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=BasisKind.choices)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    edition = models.CharField(_("edition"), max_length=100, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal basis library")
        ordering: ClassVar = ["kind", "code"]


class Clause(models.Model):
    """One clause that a determination may cite. Never changed once cited; a new edition is a new source (AC-11)."""

    source = models.ForeignKey(LegalSource, models.PROTECT, related_name="clauses", verbose_name=_("legal basis"))
    position = models.PositiveSmallIntegerField(_("order"))
    reference = models.CharField(_("clause"), max_length=100)
    text = models.TextField(_("what it asks"))

    history = history()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering: ClassVar = ["source", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "reference"], name="clause_reference_once"),
            models.UniqueConstraint(fields=["source", "position"], name="clause_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"
