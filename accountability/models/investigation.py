"""Investigations: who looks into a matter, what is alleged against whom, and what was found. (AC-1, AC-5, AC-13)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.models.register import OutsideParty
from accountability.models.visibility import InvestigationQuerySet
from accountability.states import AllegationFinding, Declaration, InvestigationStatus, Merit, TaskStatus
from complaints.models import Category, Department
from complaints.models.casework import CaseRecord
from complaints.models.records import history
from complaints.states import PartyKind

Person = settings.AUTH_USER_MODEL


class Investigation(CaseRecord):
    """The investigation of one round of a complaint, opened with the round, or the reasoned choice to do without.

    Round 0 is what its source investigated before the complaint came here (`services.past_findings`).
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    status = models.CharField(
        _("status"), max_length=20, choices=InvestigationStatus.choices, default=InvestigationStatus.OPEN
    )
    is_joint = models.BooleanField(_("joint investigation group"), default=False)
    scope = models.TextField(_("what is to be found out"), blank=True)
    plan = models.TextField(_("plan of the investigation"), blank=True)
    findings = models.TextField(_("findings"), blank=True)
    #: How responsibility was looked for; codes of `Method`.
    methods = models.JSONField(_("methods"), default=list, blank=True)
    waiver_reason = models.TextField(_("why no investigation is needed"), blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    #: Counts acts, so that a form opened before somebody else's change is refused.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = InvestigationQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("investigation")
        verbose_name_plural = _("investigations")
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "round"], name="one_investigation_per_round"),
            models.CheckConstraint(
                condition=~Q(status__in=["waiver_proposed", "waived"]) | ~Q(waiver_reason=""), name="waiver_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(status__in=InvestigationStatus.values), name="investigation_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_past(self) -> bool:
        """It was investigated elsewhere, before the complaint came here."""
        return self.round == 0


class InquiryRecord(models.Model):
    """Something that belongs to an investigation, recorded by somebody at a moment."""

    investigation = models.ForeignKey(
        Investigation, models.PROTECT, related_name="%(class)ss", verbose_name=_("investigation")
    )
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"))

    class Meta:
        abstract = True


class Membership(InquiryRecord):
    """A person of the investigation group. Sees nothing before declaring to have no interest in the matter (WF-13)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    is_lead = models.BooleanField(_("leads"), default=False)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for the department")
    )
    declaration = models.CharField(
        _("declaration of interests"), max_length=20, choices=Declaration.choices, default=Declaration.PENDING
    )
    interest = models.TextField(_("which interest"), blank=True)
    declared_at = models.DateTimeField(_("declared at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    left_reason = models.TextField(_("why left"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("member of the group")
        verbose_name_plural = _("members of the group")
        ordering: ClassVar = ["-is_lead", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["investigation", "person"], condition=Q(left_at=None), name="member_of_group_once"
            ),
            models.UniqueConstraint(
                fields=["investigation"], condition=Q(is_lead=True, left_at=None), name="one_lead_investigator"
            ),
            models.CheckConstraint(
                condition=~Q(declaration="interest") | (Q(left_at__isnull=False) & ~Q(interest="")),
                name="interest_ends_membership",
            ),
            models.CheckConstraint(
                condition=Q(declaration="pending") | Q(declared_at__isnull=False), name="declaration_has_moment"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], condition=Q(left_at=None), name="membership_by_person"),
        ]

    def __str__(self) -> str:
        return str(self.person)


class Party(InquiryRecord):
    """Who may bear responsibility: a department, an employee, a supplier, a third-party partner (AC-5)."""

    investigation = models.ForeignKey(
        Investigation, models.PROTECT, related_name="parties", verbose_name=_("investigation")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PartyKind.choices)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    outside = models.ForeignKey(
        OutsideParty, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name=_("outside party")
    )
    #: An employee without an account, as the source names them.
    name = models.CharField(_("name"), max_length=200, blank=True)
    #: Where the source places the employee, in its own words: it need not be a department of ours.
    unit = models.CharField(_("unit in the source"), max_length=200, blank=True)

    history = history()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="department", department__isnull=False, person=None, outside=None)
                | (Q(kind="employee", outside=None) & (Q(person__isnull=False) | ~Q(name="")))
                | Q(kind__in=["supplier", "partner"], outside__isnull=False, person=None, department=None),
                name="party_is_what_its_kind_says",
            ),
            models.UniqueConstraint(
                fields=["investigation", "department"], condition=Q(kind="department"), name="party_department_once"
            ),
            models.UniqueConstraint(
                fields=["investigation", "person"], condition=Q(person__isnull=False), name="party_person_once"
            ),
            models.UniqueConstraint(
                fields=["investigation", "outside"],
                condition=Q(outside__isnull=False),
                name="party_outside_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.outside or self.person or self.name or self.department)


class Allegation(InquiryRecord):
    """One thing complained of. The class given at intake is kept beside the class investigated."""

    position = models.PositiveSmallIntegerField(_("order"))
    text = models.TextField(_("allegation"))
    intake_category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category at intake")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category investigated")
    )

    history = history()

    class Meta:
        verbose_name = _("allegation")
        verbose_name_plural = _("allegations")
        ordering: ClassVar = ["investigation", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["investigation", "position"], name="one_allegation_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"[:120]


class Charge(InquiryRecord):
    """One allegation against one party, with a finding of its own. A source may hold the same charge twice."""

    allegation = models.ForeignKey(Allegation, models.PROTECT, related_name="charges", verbose_name=_("allegation"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="charges", verbose_name=_("party"))
    repeat = models.PositiveSmallIntegerField(_("repetition in the source"), default=0)
    #: The row of the source's file that told of it; null for what was charged here.
    source_row = models.PositiveIntegerField(_("row in the source"), null=True, blank=True)
    finding = models.CharField(
        _("finding"), max_length=30, choices=AllegationFinding.choices, default=AllegationFinding.PENDING
    )
    reason = models.TextField(_("reason of the finding"), blank=True)
    found_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("found by")
    )
    found_at = models.DateTimeField(_("found at"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        ordering: ClassVar = ["allegation", "party", "repeat"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["allegation", "party", "repeat"], name="charge_once"),
            models.CheckConstraint(
                condition=Q(finding="pending") | Q(found_at__isnull=False) | Q(source_row__isnull=False),
                name="finding_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allegation} · {self.party}"


class Task(InquiryRecord):
    """Something to be done in an investigation, by somebody, by a moment: an ordinary clock watches it."""

    description = models.TextField(_("what"))
    owner = models.ForeignKey(Person, models.PROTECT, related_name="inquiry_tasks", verbose_name=_("owner"))
    due_at = models.DateTimeField(_("due"))
    status = models.CharField(_("status"), max_length=20, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    result = models.TextField(_("result"), blank=True)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="task_ended_has_moment",
            )
        ]

    def __str__(self) -> str:
        return self.description[:80]


class Evaluation(InquiryRecord):
    """The evaluation of a complaint's merits: legality, severity, whether it can be handled, lessons (AC-13)."""

    legality = models.CharField(_("lawful and proper"), max_length=10, choices=Merit.choices)
    legality_reason = models.TextField(_("why"), blank=True)
    severity = models.CharField(_("as serious as classified"), max_length=10, choices=Merit.choices)
    severity_reason = models.TextField(_("why"), blank=True)
    tractable = models.CharField(_("can be handled"), max_length=10, choices=Merit.choices)
    tractable_reason = models.TextField(_("why"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)

    history = history()

    class Meta:
        verbose_name = _("evaluation of the merits")
        verbose_name_plural = _("evaluations of the merits")
        ordering: ClassVar = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.investigation} {self.made_at:%Y-%m-%d}"
