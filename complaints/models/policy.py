"""Policies, their versions, and the ordered rules that choose one. (DL-1, DL-8)"""

from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from complaints.models.records import Named, history
from complaints.policy_rules import PolicyRules, kept_rules, rules_from_document

#: The note of a version that nobody wrote, as it is kept; `note_text` says it in the reader's language.
LOADED = gettext_noop("Loaded from a file")


class Policy(Named):
    """A way of handling complaints, in versions."""

    code = models.SlugField(_("code"), max_length=60, unique=True)

    history = history()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering: ClassVar = ["code"]


class PolicyVersion(models.Model):
    """One version: a whole document, checked by the schema. Immutable once active or used by a complaint.

    A draft has no `valid_from`. The version in force at a moment is the one with the latest `valid_from` not after it.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions", verbose_name=_("policy"))
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("document"))
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    note = models.TextField(_("what changed and why"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created at"))

    history = history()

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering: ClassVar = ["policy", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "number"], name="one_number_per_policy"),
            models.UniqueConstraint(
                fields=["policy", "valid_from"], condition=~Q(valid_from=None), name="one_version_from_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

    @property
    def note_text(self) -> str:
        """What changed and why, as people read it."""
        return gettext(LOADED) if self.note == LOADED else self.note

    @cached_property
    def rules(self) -> PolicyRules:
        """The document as rules; kept per process, so that a version known already is not even read."""
        return kept_rules(self.digest) or rules_from_document(self.document)


class PolicySelection(models.Model):
    """One of the ordered rules: all conditions that are given must hold; the first that fits governs. (DL-8)"""

    position = models.PositiveIntegerField(_("order"), unique=True)
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="selections", verbose_name=_("policy"))
    is_active = models.BooleanField(_("active"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = history()

    class Meta:
        verbose_name = _("rule of policy selection")
        verbose_name_plural = _("rules of policy selection")
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"{self.position} → {self.policy}"
