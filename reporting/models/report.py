"""Quarterly reports 季度报告 and the baseline their satisfaction is measured against. (RP-1, RP-3, RP-6)"""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class ReportStatus(models.TextChoices):
    """Life of an edition of a report. What is published never changes (`reporting.freezing`)."""

    DRAFT = "draft", pgettext_lazy("report status", "Draft")
    REVIEWED = "reviewed", pgettext_lazy("report status", "Reviewed")
    SIGNED = "signed", pgettext_lazy("report status", "Signed off")
    PUBLISHED = "published", pgettext_lazy("report status", "Published")


class Report(models.Model):
    """One edition of the report of one quarter: everything it says as figures, names and sentences, with its digest.

    `content` is what `queries.reports.content` made at `as_of`; `sha256` is the digest of its canonical bytes. HTML,
    PDF, XLSX and JSON are written from it alone. A correction of a published edition is a new one that supersedes it.
    """

    quarter = models.CharField(_("quarter"), max_length=6)
    edition = models.PositiveSmallIntegerField(_("edition"))
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    correction_reason = models.TextField(_("why corrected"), blank=True)
    #: The moment at which the records were read.
    as_of = models.DateTimeField(_("as of"))
    definitions_edition = models.PositiveSmallIntegerField(_("edition of the definitions"))
    content = models.JSONField(_("content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"))
    reviewed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    signed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed off by")
    )
    signed_at = models.DateTimeField(_("signed off at"), null=True, blank=True)
    published_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("quarterly report")
        verbose_name_plural = _("quarterly reports")
        ordering: ClassVar = ["-quarter", "-edition"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quarter", "edition"], name="one_report_per_quarter_and_edition"),
            models.UniqueConstraint(
                fields=["quarter"], condition=~Q(status="published"), name="one_open_report_per_quarter"
            ),
            models.CheckConstraint(condition=~Q(sha256=""), name="report_has_digest"),
            models.CheckConstraint(
                condition=Q(edition=1, supersedes=None)
                | (Q(edition__gt=1, supersedes__isnull=False) & ~Q(correction_reason="")),
                name="corrected_report_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", reviewed_by=None, reviewed_at=None)
                | (~Q(status="draft") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)),
                name="report_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | Q(made_by=None) | ~Q(reviewed_by=F("made_by")),
                name="report_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "reviewed"], signed_by=None, signed_at=None)
                | Q(status__in=["signed", "published"], signed_by__isnull=False, signed_at__isnull=False),
                name="report_signed",
            ),
            models.CheckConstraint(
                condition=(~Q(status="published") & Q(published_by=None, published_at=None))
                | Q(status="published", published_by__isnull=False, published_at__isnull=False),
                name="report_published",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """Its name in files, origins of measures and sentences: the quarter, with the edition from the second on."""
        return self.quarter if self.edition == 1 else f"{self.quarter}-{self.edition}"


class SatisfactionBaseline(models.Model):
    """The satisfaction that gains are measured against, as it was before. The last one entered counts. (RP-3)"""

    percent = models.DecimalField(
        _("satisfied, in percent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    source = models.TextField(_("how it was measured"))
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    entered_at = models.DateTimeField(_("at"))

    history = history()

    class Meta:
        verbose_name = _("baseline of satisfaction")
        verbose_name_plural = _("baselines of satisfaction")
        ordering: ClassVar = ["-entered_at", "-id"]
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="baseline_is_a_share"),
            models.CheckConstraint(condition=~Q(source=""), name="baseline_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class ReportDrawing(models.Model):
    """A chart of a report in one language, drawn where the report was built: drawing takes more than a page may.

    It belongs to the content with the digest and is no part of it: its figures stand in the table beside it.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="drawings", verbose_name=_("quarterly report"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    language = models.CharField(_("language"), max_length=10)
    code = models.CharField(_("chart"), max_length=40)
    svg = models.TextField(_("drawing"))

    class Meta:
        verbose_name = _("chart of a report")
        verbose_name_plural = _("charts of reports")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "sha256", "language", "code"], name="one_drawing_per_chart")
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.code}"


class OrderKind(models.TextChoices):
    """What is asked of a worker."""

    BUILD = "build", pgettext_lazy("report order", "Build")
    RECOMPUTE = "recompute", pgettext_lazy("report order", "Recompute")


class ReportOrder(models.Model):
    """Somebody asked for a report to be built, or its figures to be recomputed; a worker does it. Kept with what came.

    `outcome` of recomputing: how many `cells` were compared, how many are `different`, and the first of these as lists
    of place, value in the report, value now.
    """

    kind = models.CharField(_("order"), max_length=10, choices=OrderKind.choices, default=OrderKind.BUILD)
    quarter = models.CharField(_("quarter"), max_length=6)
    reason = models.TextField(_("what it corrects"), blank=True)
    ordered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    ordered_at = models.DateTimeField(_("at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    report = models.ForeignKey(
        Report, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("quarterly report")
    )
    refusal = models.TextField(_("why not"), blank=True)
    outcome = models.JSONField(_("outcome"), null=True, blank=True)

    class Meta:
        verbose_name = _("order of a report")
        verbose_name_plural = _("orders of reports")
        ordering: ClassVar = ["-ordered_at", "-id"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "quarter"], condition=Q(done_at=None), name="one_open_order_per_quarter"
            ),
        ]

    def __str__(self) -> str:
        return self.quarter
