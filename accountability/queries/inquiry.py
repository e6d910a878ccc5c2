"""One subject of an inquiry with what is known around it, read once and only when asked for."""

from datetime import datetime
from functools import cached_property
from typing import Any

from accountability.acts import Subject
from accountability.models import (
    Allegation,
    Assignment,
    Charge,
    Determination,
    DisciplineRecord,
    EvidenceItem,
    EvidenceReview,
    Fact,
    Hearing,
    Investigation,
    LegalHold,
    Measure,
    Membership,
    Objection,
    OutsideOpinion,
    Party,
    ProcessStep,
    Task,
)
from accountability.queries.eligibility import kept_away
from accountability.states import EvidenceStatus, InvestigationStatus, TaskStatus
from complaints.models import Complaint
from complaints.queries.case import Case
from complaints.states import State

MODELS: dict[Subject, Any] = {
    Subject.INVESTIGATION: Investigation,
    Subject.EVIDENCE: EvidenceItem,
    Subject.DETERMINATION: Determination,
    Subject.HEARING: Hearing,
    Subject.OBJECTION: Objection,
    Subject.MEASURE: Measure,
    Subject.DISCIPLINE: DisciplineRecord,
}

#: Read with the complaint, as an act on the complaint itself does.
RELATED = ("policy_version", "calendar", "channel", "owner_department", "responsible_department")


class Inquiry(Case):
    """A subject, the complaint behind it and the investigation it belongs to.

    A measure that no complaint asked for has neither; whatever is about one of them is then empty.
    """

    complaint: Any

    def __init__(self, kind: Subject, subject: Any, complaint: Complaint | None, now: datetime) -> None:
        super().__init__(complaint, now)  # type: ignore[arg-type] # see above
        self.kind = kind
        self.subject = subject

    @property
    def key(self) -> str:
        """What events and deadlines call the subject."""
        return f"{self.kind}:{self.subject.pk}"

    @cached_property
    def investigation(self) -> Investigation | None:
        """The investigation the subject belongs to."""
        if self.kind == Subject.INVESTIGATION:
            return self.subject  # type: ignore[no-any-return]
        if self.kind == Subject.MEASURE:
            return self.subject.determination.investigation if self.subject.determination_id else None
        if self.kind == Subject.DISCIPLINE:
            return None
        return self.subject.investigation  # type: ignore[no-any-return]

    def about_investigation(self) -> "Inquiry":
        """The same, seen from the investigation."""
        if self.kind == Subject.INVESTIGATION or self.investigation is None:
            return self
        return Inquiry(Subject.INVESTIGATION, self.investigation, self.complaint, self.now)

    @property
    def state(self) -> str:
        """The state of the subject."""
        return str(self.subject.status)

    @property
    def version(self) -> int:
        """Counts acts on the subject or, for what belongs to an investigation, on all of that."""
        return int(self.counter.version)

    @property
    def counter(self) -> Any:
        """The row that counts acts: the subject, or the investigation where that has no counter of its own."""
        return self.subject if hasattr(self.subject, "version") else self.investigation

    @property
    def is_in_round(self) -> bool:
        """The complaint is under investigation, in the round of this investigation."""
        if self.investigation is None or self.complaint is None:
            return False
        return bool(self.complaint.state == State.INVESTIGATING and self.complaint.round == self.investigation.round)

    @property
    def is_correction(self) -> bool:
        """A new version of what is final: it goes its way after the complaint, until that is archived (AC-8)."""
        if self.determination is None or self.complaint is None:
            return False
        return self.determination.supersedes_id is not None and self.complaint.state != State.ARCHIVED

    # -- people -------------------------------------------------------------------------------------------------------

    @cached_property
    def at_work(self) -> Investigation | None:
        """The investigation whose group sees to the subject: evidence goes on into the rounds that follow."""
        if self.kind != Subject.EVIDENCE:
            return self.investigation
        is_open = Investigation.objects.filter(
            complaint=self.complaint, status=InvestigationStatus.OPEN, round__gte=self.subject.round
        )
        return is_open.order_by("-round").first() or self.investigation

    @cached_property
    def appointed(self) -> list[Membership]:
        """Everybody of the group who has not left, the lead first, whether or not they may still act."""
        if self.at_work is None:
            return []
        return list(self.at_work.memberships.filter(left_at=None).select_related("person", "department"))

    @cached_property
    def members(self) -> list[Membership]:
        """Members of the group, the lead first. Whoever must keep away is none, whatever the list says (WF-13)."""
        away = kept_away(self, {row.person_id for row in self.appointed}) if self.appointed else set()
        return [row for row in self.appointed if row.person_id not in away]

    def member(self, person: int) -> Membership | None:
        """The membership of a person."""
        return next((member for member in self.members if member.person_id == person), None)

    @property
    def lead(self) -> Membership | None:
        """Who leads the group."""
        return next((member for member in self.members if member.is_lead), None)

    @cached_property
    def parties(self) -> list[Party]:
        """Parties, as they were named."""
        if self.investigation is None:
            return []
        rows = Party.objects.filter(investigation__in={self.investigation, self.at_work})
        return list(rows.select_related("department", "person", "outside"))

    @property
    def party_people(self) -> set[int]:
        """Ids of persons who are parties."""
        return {party.person_id for party in self.parties if party.person_id}

    @property
    def party_departments(self) -> set[int]:
        """Ids of departments that are parties; a department named only to place an employee is none."""
        return {party.department_id for party in self.parties if party.kind == "department" and party.department_id}

    @property
    def concerned_people(self) -> set[int]:
        """Ids of persons who judge nothing here: parties, and whoever must keep away from the complaint."""
        return self.party_people | self.recused_people

    @property
    def concerned_departments(self) -> set[int]:
        """Ids of departments whose people judge nothing here: parties, and departments complained of."""
        return self.party_departments | self.excluded_departments | self.answering_departments

    # -- what was recorded --------------------------------------------------------------------------------------------

    @cached_property
    def allegations(self) -> list[Allegation]:
        """Allegations in their order."""
        return list(self.investigation.allegations.select_related("category")) if self.investigation else []

    @cached_property
    def charges(self) -> list[Charge]:
        """Allegations by party, in the order of the allegations."""
        if self.investigation is None:
            return []
        rows = self.investigation.charges.select_related(
            "allegation", "party__department", "party__person", "party__outside"
        )
        return list(rows.order_by("allegation__position", "party_id", "repeat"))

    @cached_property
    def evidence(self) -> list[EvidenceItem]:
        """All evidence of the complaint, of every round, with its last review as `last_review`."""
        if self.complaint is None:
            return []
        rows = list(EvidenceItem.objects.filter(complaint=self.complaint).select_related("collected_by"))
        last: dict[int, EvidenceReview] = {}
        for review in EvidenceReview.objects.filter(item__in=rows).select_related("reviewer"):
            last[review.item_id] = review
        for row in rows:
            row.last_review = last.get(row.pk)  # type: ignore[attr-defined]
        return rows

    @property
    def evidence_held(self) -> list[EvidenceItem]:
        """Evidence neither withdrawn nor superseded."""
        return [item for item in self.evidence if item.status == EvidenceStatus.HELD]

    @cached_property
    def facts(self) -> list[Fact]:
        """Facts to be proved, in their order."""
        return list(self.investigation.facts.select_related("allegation")) if self.investigation else []

    @cached_property
    def process_steps(self) -> list[ProcessStep]:
        """Steps of the process gone back over, in their order."""
        if self.investigation is None:
            return []
        rows = self.investigation.process_steps.select_related("party__department", "party__person", "party__outside")
        return list(rows.prefetch_related("evidence"))

    @cached_property
    def opinions(self) -> list[OutsideOpinion]:
        """Opinions asked for from outside."""
        return list(self.investigation.opinions.all()) if self.investigation else []

    @cached_property
    def tasks(self) -> list[Task]:
        """Tasks of the investigation, in the order of their dates."""
        return list(self.investigation.tasks.select_related("owner")) if self.investigation else []

    @property
    def open_tasks(self) -> list[Task]:
        """Tasks still to be done."""
        return [task for task in self.tasks if task.status == TaskStatus.OPEN]

    @cached_property
    def hold(self) -> LegalHold | None:
        """The legal hold that stands."""
        return LegalHold.objects.filter(complaint=self.complaint, lifted_at=None).first() if self.complaint else None

    # -- determination ------------------------------------------------------------------------------------------------

    @cached_property
    def determination(self) -> Determination | None:
        """The subject itself, or the version the subject belongs to."""
        if self.kind == Subject.DETERMINATION:
            return self.subject  # type: ignore[no-any-return]
        if self.kind == Subject.HEARING:
            return self.subject.determination  # type: ignore[no-any-return]
        if self.kind == Subject.OBJECTION:
            return self.subject.hearing.determination  # type: ignore[no-any-return]
        return None

    @cached_property
    def determinations(self) -> list[Determination]:
        """All versions of the investigation, the oldest first."""
        return list(self.investigation.determinations.all()) if self.investigation else []

    @property
    def in_work(self) -> Determination | None:
        """The version that is being written, approved or heard."""
        return next((row for row in self.determinations if row.status in {"draft", "submitted", "hearing"}), None)

    @property
    def final(self) -> Determination | None:
        """The version in force."""
        return next((row for row in self.determinations if row.status == "final"), None)

    @cached_property
    def assignments(self) -> list[Assignment]:
        """What the determination says of each party, with what it cites."""
        if self.determination is None:
            return []
        rows = self.determination.assignments.select_related(
            "allegation", "charge", "charge__party__department", "charge__party__person", "charge__party__outside"
        )
        return list(rows.prefetch_related("citations__evidence", "citations__review", "clauses__source"))

    @cached_property
    def hearing(self) -> Hearing | None:
        """The hearing that is the subject, or that the objection came from."""
        if self.kind == Subject.HEARING:
            return self.subject  # type: ignore[no-any-return]
        return self.subject.hearing if self.kind == Subject.OBJECTION else None

    @cached_property
    def hearings(self) -> list[Hearing]:
        """The hearings of the determination."""
        if self.determination is None:
            return []
        rows = self.determination.hearings.select_related(
            "party__department", "party__person", "party__outside", "objection"
        )
        return list(rows)

    @cached_property
    def objection(self) -> Objection | None:
        """The objection that is the subject, or that answered the hearing."""
        if self.kind == Subject.OBJECTION:
            return self.subject  # type: ignore[no-any-return]
        if self.kind == Subject.HEARING:
            return Objection.objects.filter(hearing=self.subject).first()
        return None


def of_investigation(investigation: Investigation, now: datetime) -> Inquiry:
    """The inquiry of a loaded investigation."""
    return Inquiry(Subject.INVESTIGATION, investigation, investigation.complaint, now)


def load(kind: Subject, subject: Any, now: datetime) -> Inquiry:
    """The inquiry of a loaded subject, with its complaint read as acts want it."""
    key = complaint_id_of(kind, subject)
    complaint = None
    if key is not None:
        complaint = Complaint.objects.select_related(*RELATED).defer("policy_version__document").get(pk=key)
    return Inquiry(kind, subject, complaint, now)


def complaint_id_of(kind: Subject, subject: Any) -> int | None:
    """Which complaint a subject belongs to."""
    if kind == Subject.HEARING:
        return int(subject.investigation.complaint_id)
    if kind == Subject.OBJECTION:
        return int(subject.investigation.complaint_id)
    key: int | None = subject.complaint_id
    return key
