"""The complaint itself, who complains, whom it is against, and what it belongs to. (IN-1 … IN-12)"""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from complaints.acts import sources
from complaints.encryption import EncryptedTextField, digest, masked
from complaints.models.calendar import Calendar
from complaints.models.organisation import Department
from complaints.models.policy import PolicyVersion
from complaints.models.protection import ProtectedState
from complaints.models.records import Named, history
from complaints.models.visibility import ComplaintQuerySet
from complaints.states import OPEN, ComplainantKind, Difficulty, Kind, LinkKind, PartyKind, Severity, State

Person = settings.AUTH_USER_MODEL


class Channel(Named):
    """A way complaints come in. Switched off, never deleted once used (IN-1)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("type"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    history = history()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering: ClassVar = ["code"]


class Category(Named):
    """A node of the category tree (CL-2). `path` as for departments."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    path = models.CharField(_("path"), max_length=255, editable=False, db_index=True)
    is_active = models.BooleanField(_("active"), default=True)

    history = history()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering: ClassVar = ["path"]


class Complainant(models.Model):
    """Who complains: the only place of contact data, encrypted, with digests for exact look-up (AU-5)."""

    kind = models.CharField(_("kind"), max_length=20, choices=ComplainantKind.choices, default=ComplainantKind.CUSTOMER)
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    email = EncryptedTextField(_("e-mail"), blank=True)
    address = EncryptedTextField(_("address"), blank=True)
    name_digest = models.CharField(_("digest for look-up"), max_length=64, blank=True, editable=False, db_index=True)
    phone_digest = models.CharField(_("digest for look-up"), max_length=64, blank=True, editable=False, db_index=True)
    email_digest = models.CharField(_("digest for look-up"), max_length=64, blank=True, editable=False, db_index=True)
    #: The person, where an employee complains: never shown beyond the closer circle.
    employee = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    history = history()

    class Meta:
        verbose_name = _("complainant")
        verbose_name_plural = _("complainants")

    def __str__(self) -> str:
        return self.masked_name

    def fill_digests(self) -> None:
        """Digests that fit the present contact data; called by the service before it saves."""
        self.name_digest = digest(self.name)
        self.phone_digest = digest(self.phone)
        self.email_digest = digest(self.email)

    @property
    def masked_name(self) -> str:
        """The name as lists show it."""
        return masked(self.name) or str(self.get_kind_display())

    @property
    def masked_phone(self) -> str:
        """The phone number as lists show it."""
        return masked(self.phone)

    @property
    def masked_email(self) -> str:
        """The mail address as lists show it."""
        return masked(self.email)


class Complaint(ProtectedState, models.Model):
    """One complaint, through all its rounds. Written only by services; moved only by `services.workflow`."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.COMPLAINT)
    state = FSMField(_("state"), default=State.REGISTERED, choices=State.choices, protected=True, db_index=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="complaints", verbose_name=_("policy")
    )
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+", verbose_name=_("working calendar"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="complaints", verbose_name=_("channel"))
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("category")
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.GENERAL)
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty.choices, default=Difficulty.SIMPLE)
    complainant = models.ForeignKey(
        Complainant, models.PROTECT, related_name="complaints", verbose_name=_("complainant")
    )
    subject = models.CharField(_("subject"), max_length=200)
    content = models.TextField(_("content"), blank=True)
    demand = models.TextField(_("demand"), blank=True)
    occurred_on = models.DateField(_("happened on"), null=True, blank=True)
    product = models.CharField(_("product or service"), max_length=200, blank=True)
    order_number = models.CharField(_("order number"), max_length=100, blank=True)
    received_at = models.DateTimeField(_("received at"), db_index=True)
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered by")
    )
    first_contact_department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("first-contact department")
    )
    owner_department = models.ForeignKey(
        Department, models.PROTECT, related_name="owned_complaints", verbose_name=_("owning department")
    )
    handler = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="handled_complaints", verbose_name=_("handler")
    )
    responsible_department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responsible_complaints",
        verbose_name=_("responsible department"),
    )
    supervisor = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supervised_complaints",
        verbose_name=_("executive supervision"),
    )
    is_confidential = models.BooleanField(_("confidential"), default=False)
    is_truth_declared = models.BooleanField(_("complainant declares the content true"), default=False)
    grounds = models.JSONField(_("grounds"), default=list, blank=True)
    receiver = models.CharField(_("receiver chosen by the complainant"), max_length=60, blank=True)
    refusal_ground = models.CharField(_("ground of refusal"), max_length=60, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    #: The round in which a formal investigation was opened: its outcome alone then leads on (WF-4).
    formal_round = models.PositiveSmallIntegerField(_("round of the formal investigation"), null=True, blank=True)
    #: A legal hold stands: nothing of the case may be deleted, whatever a retention period says.
    is_held = models.BooleanField(_("legal hold"), default=False)
    #: Where an imported row came from: the same row of the same source is never registered twice (IN-9).
    source = models.CharField(_("source"), max_length=60, blank=True)
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True)
    #: Counts saves, so that a form opened before somebody else's change is refused.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ComplaintQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering: ClassVar = ["-received_at", "-id"]
        permissions: ClassVar = [
            ("import_complaint", _("Can import complaints")),
            ("export_complaint", _("Can export complaints")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="one_complaint_per_source_row"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="complaint_state_known"),
            models.CheckConstraint(condition=Q(round__gte=1), name="complaint_round_from_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-received_at", "-id"], name="complaint_by_receipt"),
            models.Index(fields=["owner_department", "state"], name="complaint_by_owner"),
            models.Index(fields=["responsible_department", "state"], name="complaint_by_responsible"),
            models.Index(fields=["handler", "state"], name="complaint_by_handler"),
            models.Index(
                fields=["state"], condition=Q(state__in=sorted(state.value for state in OPEN)), name="complaint_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    # Transitions: bodies set columns of this row and nothing else. Called by services.workflow alone.

    @transition(field=state, source=sources("accept"), target=State.ACCEPTED)
    def accept(self, at: datetime) -> None:
        """In scope."""
        self.accepted_at = at

    @transition(field=state, source=sources("decline"), target=State.DECLINED)
    def decline(self, at: datetime) -> None:
        """Out of scope."""
        self.ended_at = at

    @transition(field=state, source=sources("dispatch"), target=State.DISPATCHED)
    def dispatch(self, at: datetime) -> None:
        """With a department."""

    @transition(field=state, source=sources("redispatch"), target=State.DISPATCHED)
    def redispatch(self, at: datetime) -> None:
        """With another department."""

    @transition(field=state, source=sources("acknowledge"), target=State.INVESTIGATING)
    def acknowledge(self, at: datetime) -> None:
        """The department has it."""

    @transition(field=state, source=sources("return_sheet"), target=State.ACCEPTED)
    def return_sheet(self, at: datetime) -> None:
        """The department gave it back."""
        self.responsible_department = None

    @transition(field=state, source=sources("determine"), target=State.DETERMINED)
    def determine(self, at: datetime) -> None:
        """Responsibility is settled."""

    @transition(field=state, source=sources("waive_determination"), target=State.DETERMINED)
    def waive_determination(self, at: datetime) -> None:
        """Going ahead without."""

    @transition(field=state, source=sources("find_unfounded"), target=State.COMPLETED)
    def find_unfounded(self, at: datetime) -> None:
        """Nothing to implement; the opinion goes to the complainant as feedback."""

    @transition(field=state, source=sources("submit_plan"), target=State.APPROVING)
    def submit_plan(self, at: datetime) -> None:
        """A plan waits for approval."""

    @transition(field=state, source=sources("approve_plan"), target=State.OFFERED)
    def approve_plan(self, at: datetime) -> None:
        """The plan may be offered."""

    @transition(field=state, source=sources("reject_plan"), target=State.DETERMINED)
    def reject_plan(self, at: datetime) -> None:
        """Another plan is needed."""

    @transition(field=state, source=sources("agree"), target=State.IMPLEMENTING)
    def agree(self, at: datetime) -> None:
        """The complainant accepts the plan."""

    @transition(field=state, source=sources("disagree"), target=State.DETERMINED)
    def disagree(self, at: datetime) -> None:
        """Back to the responsible department."""

    @transition(field=state, source=sources("complete"), target=State.COMPLETED)
    def complete(self, at: datetime) -> None:
        """All steps are done."""

    @transition(field=state, source=sources("give_feedback"), target=State.RETURN_VISIT)
    def give_feedback(self, at: datetime) -> None:
        """The complainant knows the result."""

    @transition(field=state, source=sources("close"), target=State.CLOSED)
    def close(self, at: datetime) -> None:
        """Confirmed and satisfied, or the documented substitute."""
        self.ended_at = at

    @transition(field=state, source=sources("continue_case"), target=State.ACCEPTED)
    def continue_case(self, at: datetime) -> None:
        """Dissatisfied: a new round."""
        self._begin_round()

    @transition(field=state, source=sources("reopen"), target=State.REGISTERED)
    def reopen(self, at: datetime) -> None:
        """Come up again: a new round."""
        self._begin_round()

    @transition(field=state, source=sources("withdraw"), target=State.WITHDRAWN)
    def withdraw(self, at: datetime) -> None:
        """The complainant gives it up."""
        self.ended_at = at

    @transition(field=state, source=sources("archive"), target=State.ARCHIVED)
    def archive(self, at: datetime) -> None:
        """Read-only from now on."""
        self.archived_at = at

    def _begin_round(self) -> None:
        self.round += 1
        self.ended_at = None
        self.responsible_department = None


class FurtherCategory(models.Model):
    """A category besides the main one (CL-2)."""

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="further_categories", verbose_name=_("complaint")
    )
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("category"))

    history = history()

    class Meta:
        verbose_name = _("further category")
        verbose_name_plural = _("further categories")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "category"], name="further_category_once")
        ]

    def __str__(self) -> str:
        return str(self.category)


class Respondent(models.Model):
    """Whom a complaint is against (IN-3)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="respondents", verbose_name=_("complaint"))
    kind = models.CharField(_("kind"), max_length=20, choices=PartyKind.choices)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=200, blank=True)

    history = history()

    class Meta:
        verbose_name = _("respondent")
        verbose_name_plural = _("respondents")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(department__isnull=False) | Q(person__isnull=False) | ~Q(name=""),
                name="respondent_is_somebody",
            )
        ]

    def __str__(self) -> str:
        return str(self.person or self.department or self.name)


class Recusal(models.Model):
    """A person or a department that must keep away from a complaint; the system refuses (WF-13)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="recusals", verbose_name=_("complaint"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="recusals", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    #: The department may still answer a contact sheet, where the policy says so.
    may_answer = models.BooleanField(_("may answer contact sheets"), default=False)
    reason = models.TextField(_("reason"))
    recorded_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    history = history()

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, department__isnull=True)
                | Q(person__isnull=True, department__isnull=False),
                name="recusal_of_one",
            ),
            models.UniqueConstraint(
                fields=["complaint", "person"], condition=Q(person__isnull=False), name="recusal_person_once"
            ),
            models.UniqueConstraint(
                fields=["complaint", "department"],
                condition=Q(department__isnull=False),
                name="recusal_department_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.department)


class Admission(models.Model):
    """A person who may read a complaint beyond what their office allows: a member of an investigation group (AC-1)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="admissions", verbose_name=_("complaint"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="admissions", verbose_name=_("person"))
    reason = models.TextField(_("reason"))
    admitted_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("admission")
        verbose_name_plural = _("admissions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "person"], condition=Q(ended_at=None), name="admitted_once")
        ]
        indexes: ClassVar = [models.Index(fields=["person"], condition=Q(ended_at=None), name="admission_by_person")]

    def __str__(self) -> str:
        return str(self.person)


class CaseLink(models.Model):
    """Two complaints that belong together; neither is merged away (IN-10)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="links", verbose_name=_("complaint"))
    other = models.ForeignKey(Complaint, models.PROTECT, related_name="back_links", verbose_name=_("other complaint"))
    kind = models.CharField(_("kind"), max_length=20, choices=LinkKind.choices)
    linked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    linked_at = models.DateTimeField(_("at"))

    history = history()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "other", "kind"], name="link_once"),
            models.CheckConstraint(condition=~Q(complaint=models.F("other")), name="link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} – {self.other_id}"


class Handover(models.Model):
    """An owning department offers the case to another; it stays owner until that accepts (IN-5)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="handovers", verbose_name=_("complaint"))
    from_department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("from"))
    to_department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("to"))
    reason = models.TextField(_("reason"))
    offered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("offered by"))
    offered_at = models.DateTimeField(_("offered at"))
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    is_accepted = models.BooleanField(_("accepted"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(decided_at=None), name="one_open_handover")
        ]

    def __str__(self) -> str:
        return f"{self.from_department} → {self.to_department}"


class NumberSeries(models.Model):
    """The last number given in a series. Its row lock is what makes numbers unique and gapless (IN-4)."""

    code = models.CharField(_("series"), max_length=20, primary_key=True)
    last = models.PositiveBigIntegerField(_("last number given"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.code}: {self.last}"
