"""What complaints cost besides what plans agree on: hours worked, what an hour costs, budgets, spending. (RP-13)

Rows are entered and never changed; one that is wrong is withdrawn with a reason (`reporting.freezing`). So every past
moment can be counted again: what was entered by then and not withdrawn by then.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Complaint, Department
from complaints.models.records import history

Person = settings.AUTH_USER_MODEL
#: Minutes of a day.
DAY = 1440


class EntryQuerySet(models.QuerySet):
    """Entries, narrowed to those that count."""

    def known(self, as_of: datetime) -> Self:
        """What was entered by the moment and not withdrawn by it."""
        return self.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=as_of), entered_at__lte=as_of)


class Entry(models.Model):
    """Who entered it and when, and who withdrew it and why."""

    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered at"))
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("why withdrawn"), blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="%(class)s_withdrawn_or_not",
            )
        ]

    @property
    def is_withdrawn(self) -> bool:
        """It counts no more."""
        return self.withdrawn_at is not None


def _department(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=label
    )


class WorkKind(models.TextChoices):
    """What was done in the time."""

    RECEIVING = "receiving", pgettext_lazy("work", "Receiving and talking with the complainant")
    INVESTIGATING = "investigating", pgettext_lazy("work", "Investigating and determining responsibility")
    RESOLVING = "resolving", pgettext_lazy("work", "Resolving: repair, exchange, service on site")
    OTHER = "other", pgettext_lazy("work", "Other work on the case")


class WorkEntry(Entry):
    """Time that one person worked on one case on one day of the business time zone, in minutes.

    `round` is the one under way when it was entered; `department` is the worker's: its rate counts.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False, verbose_name=_("person"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", db_index=False, verbose_name=_("department")
    )
    worked_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    kind = models.CharField(_("kind of work"), max_length=20, choices=WorkKind.choices)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    history = history()

    class Meta(Entry.Meta):
        verbose_name = _("hours of work")
        verbose_name_plural = _("hours of work")
        ordering: ClassVar = ["-worked_on", "-id"]
        constraints: ClassVar = [
            *Entry.Meta.constraints,
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=DAY), name="work_fits_a_day"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["worked_on"], name="work_by_day"),
            models.Index(fields=["person", "worked_on"], name="work_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.worked_on} {self.minutes} min"


class HourlyRate(Entry):
    """What an hour of work costs from a day on, in yuan: in one department, or wherever none has its own.

    Of several that hold on a day, the one valid from the latest day counts, and of these the one entered last.
    """

    department = _department(_("department"))
    valid_from = models.DateField(_("valid from"))
    amount = models.DecimalField(_("yuan an hour"), max_digits=8, decimal_places=2)
    basis = models.CharField(_("decision it rests on"), max_length=200)

    history = history()

    class Meta(Entry.Meta):
        verbose_name = _("hourly rate")
        verbose_name_plural = _("hourly rates")
        ordering: ClassVar = ["-valid_from", "-id"]
        constraints: ClassVar = [
            *Entry.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="hour_costs_something"),
            models.CheckConstraint(condition=~Q(basis=""), name="rate_rests_on_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.amount}"


class BudgetKind(models.TextChoices):
    """What money is set aside for. (S1)"""

    COMPENSATION = "compensation", pgettext_lazy("budget", "Compensation and refunds")
    HOURS = "hours", pgettext_lazy("budget", "Hours of work")
    SYSTEMS = "systems", pgettext_lazy("budget", "Systems")
    TRAINING = "training", pgettext_lazy("budget", "Training")
    OTHER = "other", pgettext_lazy("budget", "Other spending")


#: What is spent apart from cases, entered by hand.
SPENT_BY_HAND = (BudgetKind.SYSTEMS, BudgetKind.TRAINING, BudgetKind.OTHER)


class Budget(Entry):
    """What a calendar year has for one kind of cost, of the whole organisation or one department, in yuan.

    The one entered last for a year, kind and department counts.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    department = _department(_("department"))
    kind = models.CharField(_("for"), max_length=20, choices=BudgetKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    basis = models.CharField(_("decision it rests on"), max_length=200)

    history = history()

    class Meta(Entry.Meta):
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering: ClassVar = ["-year", "kind", "-id"]
        constraints: ClassVar = [
            *Entry.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_not_negative"),
            models.CheckConstraint(condition=~Q(basis=""), name="budget_rests_on_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.kind} {self.amount}"


class Spending(Entry):
    """What was spent on handling complaints apart from any case: on systems, on training, on something else."""

    spent_on = models.DateField(_("day"))
    department = _department(_("department"))
    kind = models.CharField(
        _("for"), max_length=20, choices=[(str(kind), kind.label) for kind in BudgetKind if kind in SPENT_BY_HAND]
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    purpose = models.CharField(_("what for"), max_length=200)

    history = history()

    class Meta(Entry.Meta):
        verbose_name = _("spending")
        verbose_name_plural = _("spending")
        ordering: ClassVar = ["-spent_on", "-id"]
        constraints: ClassVar = [
            *Entry.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="spending_is_something"),
            models.CheckConstraint(condition=~Q(purpose=""), name="spending_says_what_for"),
        ]
        indexes: ClassVar = [models.Index(fields=["spent_on"], name="spending_by_day")]

    def __str__(self) -> str:
        return f"{self.spent_on} {self.amount}"
