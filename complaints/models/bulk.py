"""Bulk intake: saved column mappings and import runs. (IN-9)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.organisation import Department
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class ColumnMapping(models.Model):
    """Which column of a file fills which element of a registration, saved under a name.

    `columns` maps our element to a column heading; `defaults` gives a value where the file has none; `values` maps an
    element to {value in the file: our code}.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    source = models.SlugField(_("source"), max_length=60)
    columns = models.JSONField(_("columns"), default=dict)
    defaults = models.JSONField(_("defaults"), default=dict, blank=True)
    values = models.JSONField(_("values"), default=dict, blank=True)

    history = history()

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class RunStatus(models.TextChoices):
    """Life of an import run."""

    WAITING = "waiting", pgettext_lazy("run", "Waiting")
    RUNNING = "running", pgettext_lazy("run", "Running")
    DONE = "done", pgettext_lazy("run", "Done")
    REFUSED = "refused", pgettext_lazy("run", "Refused")


class ImportRun(models.Model):
    """One file taken in, or tried (dry run): all or nothing. Errors are listed by row and column."""

    mapping = models.ForeignKey(
        ColumnMapping, models.PROTECT, related_name="runs", verbose_name=_("column mapping")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("first-contact department")
    )
    file = models.FileField(_("file"), upload_to="imports/%Y/%m", blank=True)
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("digest"), max_length=64)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    is_dry = models.BooleanField(_("dry run"), default=False)
    status = models.CharField(
        _("status"), max_length=10, choices=RunStatus.choices, default=RunStatus.WAITING
    )
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    rows_new = models.PositiveIntegerField(_("new"), default=0)
    rows_known = models.PositiveIntegerField(_("known already"), default=0)
    errors = models.JSONField(_("errors"), default=list)
    started_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    history = history(excluded_fields=["rows_done"])

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name
