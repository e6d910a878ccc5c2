"""Case library 案例库: what closed cases taught, without personal data, and the terms it is found by. (RP-8)"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Category, Complaint
from complaints.models.records import history
from complaints.models.standing import Standing, standing_of
from complaints.states import Role

Person = settings.AUTH_USER_MODEL


class StudyStatus(models.TextChoices):
    """Life of a case study. A published text never changes: it is withdrawn, taken up again, published anew."""

    DRAFT = "draft", pgettext_lazy("case study", "Draft")
    PUBLISHED = "published", pgettext_lazy("case study", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("case study", "Withdrawn")


class CaseStudyQuerySet(models.QuerySet):
    """Case studies, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """What is published, for everybody with an account; the rest for the quality department and auditors.

        Of drafts and of what was withdrawn only that from complaints the person may read.
        """
        standing = user if isinstance(user, Standing) else standing_of(user, now)
        if not standing.user_id:
            return self.none()
        seen = Q(status=StudyStatus.PUBLISHED)
        if standing.has(Role.QUALITY, Role.AUDITOR):
            seen |= Q(complaint__in=Complaint.objects.visible_to(standing).order_by())
        return self.filter(seen)

    def published(self) -> Self:
        """What can be found and is offered."""
        return self.filter(status=StudyStatus.PUBLISHED)


class CaseStudy(models.Model):
    """What one round of a complaint teaches. No text of it names a person: every save is checked (`masking`)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="case_studies", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    status = models.CharField(_("status"), max_length=10, choices=StudyStatus.choices, default=StudyStatus.DRAFT)
    #: Counts publications: a study that was withdrawn and published again has another text.
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    title = models.CharField(_("title"), max_length=200)
    matter = models.TextField(_("what was complained of"), blank=True)
    finding = models.TextField(_("what was found"), blank=True)
    cause = models.TextField(_("why it happened"), blank=True)
    resolution = models.TextField(_("how it was resolved"), blank=True)
    lesson = models.TextField(_("what was learnt"), blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    product = models.CharField(_("product or service"), max_length=200, blank=True)
    keywords = models.CharField(_("keywords"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    published_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved and published by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("why withdrawn"), blank=True)
    #: Weighted number of terms it is found by; 0 while it is not published.
    length = models.PositiveIntegerField(_("terms"), default=0, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = CaseStudyQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        ordering: ClassVar = ["-published_at", "-id"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "round"], name="one_case_study_per_round"),
            models.CheckConstraint(condition=Q(status__in=StudyStatus.values), name="case_study_status_known"),
            models.CheckConstraint(
                condition=~Q(status="published")
                | (
                    Q(published_at__isnull=False, published_by__isnull=False, length__gt=0)
                    & ~Q(title="")
                    & ~Q(matter="")
                    & ~Q(resolution="")
                    & ~Q(lesson="")
                ),
                name="published_case_study_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="withdrawn_case_study_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-published_at", "-id"], name="case_study_by_status")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """By which people name it. Drafts that come to nothing leave gaps, which here mean nothing."""
        return f"CS-{self.pk:04d}"


#: The texts of a study in the order in which it is read.
TEXTS = ("matter", "finding", "cause", "resolution", "lesson")


def label_of(field: str) -> str:
    """What a column of a study is called, in the active language."""
    column: Any = CaseStudy._meta.get_field(field)
    return str(column.verbose_name)


class CaseStudyTerm(models.Model):
    """A term of a published study and its weight there. Derived: written with the publication, gone with the study."""

    study = models.ForeignKey(CaseStudy, models.PROTECT, related_name="terms", verbose_name=_("case study"))
    term = models.CharField(_("term"), max_length=40)
    weight = models.PositiveIntegerField(_("weight"))

    class Meta:
        verbose_name = _("term of a case study")
        verbose_name_plural = _("terms of case studies")
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["term", "study"], name="term_once_in_case_study")]

    def __str__(self) -> str:
        return self.term
