"""Bulk intake and export: saved column mappings, import runs with what was wrong in them, exports. (IN-9)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.complaint import Complaint
from complaints.models.organisation import Department
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class ColumnMapping(models.Model):
    """Which column of a file fills which element of a registration, saved under a name.

    `columns` maps our element to a column heading, or to several that are joined; `defaults` gives a value where the
    file has none; `values` maps an element to {value in the file: our code}, "*" standing for any other value. Rows are
    known again by `source` and their identifier in it, whatever the mapping is called.
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
    """Life of an import run. Uploaded: nobody has said yet which column is what."""

    UPLOADED = "uploaded", pgettext_lazy("run", "Uploaded")
    WAITING = "waiting", pgettext_lazy("run", "Waiting")
    RUNNING = "running", pgettext_lazy("run", "Running")
    DONE = "done", pgettext_lazy("run", "Done")
    REFUSED = "refused", pgettext_lazy("run", "Refused")
    FAILED = "failed", pgettext_lazy("run", "Failed")


class ClockStart(models.TextChoices):
    """From when the clocks of imported complaints run."""

    IMPORT = "import", pgettext_lazy("clocks", "From the import on")
    RECEIVED = "received", pgettext_lazy("clocks", "From the receipt of each complaint")


class ImportRun(models.Model):
    """One file taken in, or tried (dry run): all or nothing. What is wrong lies in `ImportProblem` rows."""

    mapping = models.ForeignKey(
        ColumnMapping, models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("column mapping")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("first-contact department")
    )
    file = models.FileField(_("file"), upload_to="imports/%Y/%m", blank=True)
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("digest"), max_length=64)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    clocks = models.CharField(_("clocks start"), max_length=10, choices=ClockStart.choices, default=ClockStart.IMPORT)
    is_dry = models.BooleanField(_("dry run"), default=False)
    #: In which language the reasons of problems are written.
    language = models.CharField(_("language"), max_length=10, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=RunStatus.choices, default=RunStatus.WAITING, db_index=True
    )
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    rows_new = models.PositiveIntegerField(_("new"), default=0)
    rows_known = models.PositiveIntegerField(_("known already"), default=0)
    rows_differing = models.PositiveIntegerField(_("known, but changed in the file"), default=0)
    rows_repeated = models.PositiveIntegerField(_("repeated in the file"), default=0)
    rows_wrong = models.PositiveIntegerField(_("rows with errors"), default=0)
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    started_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created at"))
    claimed_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    history = history(excluded_fields=["rows_done"])

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(mapping__isnull=False) | Q(status__in=["uploaded", "refused", "failed"]),
                name="run_has_a_mapping",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(models.Model):
    """Something about one row, or one cell, of a file. Values of personal elements are kept masked."""

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="problems", verbose_name=_("import run"))
    #: As the spreadsheet counts: the heading is row 1. Null where the whole file is meant.
    row = models.PositiveIntegerField(_("row"), null=True, blank=True)
    column = models.CharField(_("column"), max_length=200, blank=True)
    value = models.CharField(_("value"), max_length=120, blank=True)
    reason = models.TextField(_("reason"))
    #: A row that was taken in earlier and reads differently now: reported, not an error.
    is_difference = models.BooleanField(_("difference"), default=False)

    class Meta:
        verbose_name = _("problem of an import")
        verbose_name_plural = _("problems of an import")
        ordering: ClassVar = ["id"]
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["run", "is_difference", "id"], name="import_problem_by_run")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.row} {self.column}"


class ImportedRow(models.Model):
    """Which row of which run became a complaint, and how its elements read: keyed digests, no plain copy."""

    complaint = models.OneToOneField(
        Complaint, models.PROTECT, related_name="imported_row", verbose_name=_("complaint")
    )
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="imported_rows", verbose_name=_("import run"))
    row = models.PositiveIntegerField(_("row"))
    digests = models.JSONField(_("digests"), default=dict)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering: ClassVar = ["run", "row"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.run_id}.{self.row}"


class ExportFormat(models.TextChoices):
    """What a ledger is written as."""

    XLSX = "xlsx", _("Spreadsheet (XLSX)")
    CSV = "csv", _("Text (CSV)")


class ExportRecord(models.Model):
    """Somebody took a ledger out of the system: who, when, of what, how many rows. (AU-3, AU-4)"""

    user = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    format = models.CharField(_("format"), max_length=10, choices=ExportFormat.choices)
    filter = models.JSONField(_("filter"), default=dict)
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering: ClassVar = ["-at", "-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.format}"
