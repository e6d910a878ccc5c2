"""Facts kept in tables, the cells counted from them, and what must be looked at again. (RP-1)

All of it is derived: it can be thrown away and made again from the records (`services.facts.rebuild`). Nothing here has
a history, and nothing refers to it.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.models import OutsideParty, RootCause
from complaints.models import Category, Channel, Complaint, Department, Policy, User
from complaints.states import Difficulty, Kind, Outcome, PartyKind, Severity
from reporting import facts
from reporting.models.visibility import FactQuerySet


def _register(model: type[models.Model], label: Any, **options: Any) -> models.ForeignKey:
    """A key into a register, without the reverse name and the index of its own that nobody asks for."""
    return models.ForeignKey(
        model, models.PROTECT, related_name="+", verbose_name=label, db_index=False, db_constraint=False, **options
    )


class CaseFact(models.Model):
    """One round of one complaint as figures see it: the columns of `facts.Fact`, and its handling time."""

    complaint = models.ForeignKey(
        Complaint, models.CASCADE, related_name="facts", verbose_name=_("complaint"), db_index=False
    )
    round = models.PositiveSmallIntegerField(_("round"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    policy = _register(Policy, _("policy"))
    channel = _register(Channel, _("channel"))
    category = _register(Category, _("category"), null=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty.choices)
    product = models.CharField(_("product or service"), max_length=200, blank=True)
    first_contact_department = _register(Department, _("first-contact department"))
    owner_department = _register(Department, _("owning department"))
    responsible_department = _register(Department, _("responsible department"), null=True)
    handler = _register(User, _("handler"), null=True)
    supplier = _register(OutsideParty, _("supplier or partner"), null=True)
    liable_department = _register(Department, _("department bearing most"), null=True)
    cause = _register(RootCause, _("root cause"), null=True)
    received_at = models.DateTimeField(_("began at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)
    determined_at = models.DateTimeField(_("determined at"), null=True)
    plan_approved_at = models.DateTimeField(_("plan approved at"), null=True)
    agreed_at = models.DateTimeField(_("agreed at"), null=True)
    completed_at = models.DateTimeField(_("completed at"), null=True)
    feedback_at = models.DateTimeField(_("feedback given at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ending = models.CharField(_("ending"), max_length=10, blank=True)
    reopened_at = models.DateTimeField(_("came up again at"), null=True)
    response_due_at = models.DateTimeField(_("first answer due at"), null=True)
    response_met_at = models.DateTimeField(_("first answer given at"), null=True)
    paused_seconds = models.PositiveBigIntegerField(_("paused, in seconds"), default=0)
    paused_since = models.DateTimeField(_("paused since"), null=True)
    overdue = models.PositiveSmallIntegerField(_("clocks overdue"), default=0)
    escalations = models.PositiveSmallIntegerField(_("escalations"), default=0)
    executive_escalations = models.PositiveSmallIntegerField(_("escalations to executives"), default=0)
    returns = models.PositiveSmallIntegerField(_("contact sheets returned"), default=0)
    refusals = models.PositiveSmallIntegerField(_("offers refused"), default=0)
    outcome = models.CharField(_("finding"), max_length=30, choices=Outcome.choices, blank=True)
    grade = models.CharField(_("satisfaction"), max_length=20, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True)
    #: Whole begun hours from beginning to end without pauses, null while open: what lists sort by.
    cycle_hours = models.PositiveIntegerField(_("handling time in hours"), null=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact of a case")
        verbose_name_plural = _("facts of cases")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "round"], name="one_fact_per_round"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="", cycle_hours=None)
                | (Q(ended_at__isnull=False, cycle_hours__isnull=False) & ~Q(ending="")),
                name="fact_ended_or_not",
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("received_at")), name="fact_in_time"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], name="fact_by_beginning"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="fact_by_end"),
            models.Index(fields=["category", "received_at"], name="fact_by_category"),
            models.Index(fields=["responsible_department", "received_at"], name="fact_by_department"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.round}"


#: The columns that a fact has, in the order in which it is made from a row.
COLUMNS = tuple(facts.Fact.__dataclass_fields__)


class LiabilityFact(models.Model):
    """What one party bears of one round, by the determination in force (AC-6)."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="+", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    party_kind = models.CharField(_("kind of party"), max_length=20, choices=PartyKind.choices)
    department = _register(Department, _("department"), null=True)
    outside = _register(OutsideParty, _("supplier or partner"), null=True)
    share_kind = models.CharField(_("responsibility"), max_length=20)
    share = models.DecimalField(_("share in percent"), max_digits=5, decimal_places=2)
    final_at = models.DateTimeField(_("final at"))

    class Meta:
        verbose_name = _("fact of responsibility")
        verbose_name_plural = _("facts of responsibility")
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["final_at"], name="liability_by_moment")]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.round} {self.share_kind}"


class Cell(models.Model):
    """The tally of one group in one period (`tallies.Tally`). `month` and `quarter` are kept, longer spans are sums."""

    span = models.CharField(_("span"), max_length=10)
    first = models.DateField(_("first day"))
    dimension = models.CharField(_("by"), max_length=20)
    key = models.CharField(_("group"), max_length=200, blank=True)
    tally = models.JSONField(_("tally"))
    #: What is asked of many cells at once, so that their tallies need not be read: as it is from `settled_from` on.
    begun = models.PositiveIntegerField(_("began"), default=0)
    ended = models.PositiveIntegerField(_("ended"), default=0)
    in_time = models.PositiveIntegerField(_("answered in time"), default=0)
    late = models.PositiveIntegerField(_("answered late"), default=0)
    median = models.FloatField(_("handling time, median"), null=True)
    p90 = models.FloatField(_("handling time, 90th percentile"), null=True)
    #: From when on passing time alone changes none of these (`Tally.settled_from`); before, the tally is judged.
    settled_from = models.DateTimeField(_("settled from"))

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["span", "dimension", "first", "key"], name="one_cell_per_group")
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.dimension} {self.key}"


class StaleCase(models.Model):
    """Something happened to a case that its facts do not know yet. Triggers write these rows (`staleness`).

    A row becomes visible with the event it stands for, never before and never after: whoever reads the rows misses
    nothing, however late a transaction commits.
    """

    complaint_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.complaint_id)


class StaleQuarter(models.Model):
    """A quarter whose cells do not know all facts yet."""

    first = models.DateField(unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.first)


class FactsState(models.Model):
    """One row: how far the facts go. Its lock lets one process at a time bring them up to date."""

    #: Everything committed before this moment is in the facts.
    known_at = models.DateTimeField(_("up to"), null=True)
    #: Everything committed before this moment is in the cells.
    counted_at = models.DateTimeField(_("counted up to"), null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.known_at)
