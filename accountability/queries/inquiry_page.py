"""Everything the page of an investigation shows, read in a number of queries that does not grow with it (AC-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Prefetch

from accountability.acts import REVIEWING, Subject
from accountability.models import (
    Charge,
    CustodyEntry,
    Determination,
    Evaluation,
    EvidenceFile,
    EvidenceItem,
    EvidenceReview,
    Hearing,
    Measure,
    Membership,
    OutsideOpinion,
    ProcessStep,
    Task,
)
from accountability.permissions import inquiry_roles
from accountability.queries.choices_of_acts import Choice, choices_for
from accountability.queries.evidence_access import items_open_to
from accountability.queries.inquiry import Inquiry
from accountability.queries.inquiry_timeline import InquiryEntry, events_of, timeline_of
from accountability.queries.matrix import Matrix, matrix_of
from accountability.queries.versions import DeterminationLine, lines_of
from accountability.states import Declaration, EvidenceStatus, Method, TaskStatus
from complaints.localised import localise
from complaints.models.standing import Standing
from complaints.permissions import may_read_history

#: Determinations that say what holds, or what is about to: the others are earlier versions.
CURRENT = ("draft", "submitted", "hearing", "final")
REVIEWED_QUALITIES = ("authenticity", "legality", "relevance")


@dataclass(frozen=True, slots=True)
class AllegationLine:
    """An allegation with its charges."""

    allegation: Any
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A piece of evidence with what happened to it and how it was judged."""

    item: EvidenceItem
    review: EvidenceReview | None
    files: tuple[EvidenceFile, ...]
    custody: int
    last_custody: CustodyEntry | None
    is_cited: bool
    may_review: bool

    @property
    def judgements(self) -> list[tuple[str, str, str]]:
        """What was judged, the verdict's code, and its word."""
        if self.review is None:
            return []
        return judgements(self.review)

    @property
    def is_damaged(self) -> bool:
        """The nightly look found a file changed or missing."""
        return any(file.damage for file in self.files)


def judgements(review: EvidenceReview) -> list[tuple[str, str, str]]:
    """Each quality judged: its name, the verdict's code, and its word."""
    fields = EvidenceReview._meta
    return [
        (
            str(fields.get_field(name).verbose_name),  # type: ignore[union-attr]
            getattr(review, name),
            str(getattr(review, f"get_{name}_display")()),
        )
        for name in REVIEWED_QUALITIES
    ]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with how it stands to its moment: ok, soon, overdue, met, ended."""

    task: Task
    clock: str


class InquiryPage:
    """One investigation as a given person sees it. Reads when asked, and keeps what it has read."""

    def __init__(self, inquiry: Inquiry, standing: Standing) -> None:
        self.inquiry = inquiry
        self.standing = standing
        self.investigation: Any = inquiry.investigation
        self.complaint = inquiry.complaint
        self.now = inquiry.now

    @cached_property
    def roles(self) -> frozenset[str]:
        """What the person is towards the investigation."""
        return inquiry_roles(self.standing, self.inquiry)

    @property
    def reads_history(self) -> bool:
        """The field-by-field history."""
        return may_read_history(self.standing)

    @cached_property
    def choices(self) -> list[Choice]:
        """What the person can do: on the investigation, and on the determination in work or in force."""
        found = choices_for(self.inquiry, self.standing)
        for version in (self.inquiry.in_work, self.inquiry.final):
            if version is not None:
                found += choices_for(self.about(version), self.standing)
        return found

    def about(self, version: Determination) -> Inquiry:
        """The inquiry seen from one of its determinations."""
        return Inquiry(Subject.DETERMINATION, version, self.complaint, self.now)

    @cached_property
    def severity_name(self) -> str:
        """What the policy calls the severity."""
        return localise(self.inquiry.rules.severity_name(self.complaint.severity))

    @property
    def method_names(self) -> list[str]:
        """How responsibility is looked for."""
        words = dict(Method.choices)
        return [str(words.get(code, code)) for code in self.investigation.methods]

    # -- people -------------------------------------------------------------------------------------------------------

    @cached_property
    def memberships(self) -> list[Membership]:
        """Everybody who is or was of the group."""
        rows = Membership.objects.filter(investigation=self.investigation)
        return list(rows.select_related("person", "department").order_by("left_at", "-is_lead", "id"))

    @property
    def group(self) -> list[Membership]:
        """Members now."""
        return [row for row in self.memberships if row.left_at is None]

    @property
    def left(self) -> list[Membership]:
        """Those who left, recused or dismissed."""
        return [row for row in self.memberships if row.left_at is not None]

    @property
    def undeclared(self) -> list[Membership]:
        """Members whose declaration is awaited."""
        return [row for row in self.group if row.declaration == Declaration.PENDING]

    @cached_property
    def tasks(self) -> list[TaskLine]:
        """Tasks, those still open first."""
        lines = [TaskLine(task, self._clock(task)) for task in self.inquiry.tasks]
        return sorted(lines, key=lambda line: (line.task.status != TaskStatus.OPEN, line.task.due_at))

    @property
    def open_tasks(self) -> list[TaskLine]:
        """Tasks that somebody still has to do."""
        return [line for line in self.tasks if line.task.status == TaskStatus.OPEN]

    @property
    def ended_tasks(self) -> list[TaskLine]:
        """Tasks done or dropped."""
        return [line for line in self.tasks if line.task.status != TaskStatus.OPEN]

    def _clock(self, task: Task) -> str:
        if task.status == TaskStatus.DROPPED:
            return "ended"
        if task.status == TaskStatus.DONE:
            return "met" if task.ended_at is None or task.ended_at <= task.due_at else "breached"
        return "overdue" if task.due_at < self.now else "ok"

    # -- allegations --------------------------------------------------------------------------------------------------

    @cached_property
    def allegations(self) -> list[AllegationLine]:
        """Allegations with their charges."""
        by_allegation: dict[int, list[Charge]] = {}
        for charge in self.inquiry.charges:
            by_allegation.setdefault(charge.allegation_id, []).append(charge)
        return [AllegationLine(row, tuple(by_allegation.get(row.pk, ()))) for row in self.inquiry.allegations]

    @cached_property
    def evaluations(self) -> list[Evaluation]:
        """Evaluations of the merits, the latest first."""
        rows = Evaluation.objects.filter(investigation=self.investigation).select_related("made_by")
        return list(rows.order_by("-made_at", "-id"))

    # -- evidence -----------------------------------------------------------------------------------------------------

    @cached_property
    def seen_evidence(self) -> dict[int, EvidenceItem]:
        """Evidence the person may see, by key."""
        seen = items_open_to(self.standing, self.now).filter(complaint=self.complaint)
        keys = set(seen.values_list("pk", flat=True))
        return {item.pk: item for item in self.inquiry.evidence if item.pk in keys}

    @property
    def hidden_evidence(self) -> int:
        """Restricted pieces that the person may not see."""
        return len(self.inquiry.evidence) - len(self.seen_evidence)

    @cached_property
    def evidence(self) -> list[EvidenceLine]:
        """The register, pieces that stand first."""
        items = list(self.seen_evidence.values())
        files: dict[int, list[EvidenceFile]] = {}
        for file in EvidenceFile.objects.filter(item__in=items):
            files.setdefault(file.item_id, []).append(file)
        custody = {
            row["item"]: (row["count"], row["last"])
            for row in CustodyEntry.objects.filter(item__in=items)
            .order_by()
            .values("item")
            .annotate(count=Count("pk"), last=Max("pk"))
        }
        last = CustodyEntry.objects.in_bulk([key for _count, key in custody.values()])
        cited = {item.pk for line in self.determinations for item in line.cited if line.determination.status in CURRENT}
        lines = [
            EvidenceLine(
                item,
                item.last_review,  # type: ignore[attr-defined] # the inquiry sets it
                tuple(files.get(item.pk, ())),
                custody.get(item.pk, (0, 0))[0],
                last.get(custody.get(item.pk, (0, 0))[1]),
                item.pk in cited,
                self._may_review(item),
            )
            for item in items
        ]
        return sorted(lines, key=lambda line: (line.item.status != EvidenceStatus.HELD, line.item.pk))

    def _may_review(self, item: EvidenceItem) -> bool:
        is_open = item.status == EvidenceStatus.HELD and self.investigation.status == "open"
        return is_open and item.collected_by_id not in self.standing.people and bool(self.roles & REVIEWING)

    @property
    def evidence_held(self) -> list[EvidenceLine]:
        """Pieces that stand."""
        return [line for line in self.evidence if line.item.status == EvidenceStatus.HELD]

    @property
    def evidence_ended(self) -> list[EvidenceLine]:
        """Pieces withdrawn or superseded."""
        return [line for line in self.evidence if line.item.status != EvidenceStatus.HELD]

    @cached_property
    def matrix(self) -> Matrix:
        """Facts by the evidence that stands."""
        return matrix_of(self.inquiry.facts, [line.item for line in self.evidence_held])

    @cached_property
    def process_steps(self) -> Sequence[ProcessStep]:
        """Steps of the process; of their evidence, what the person may see."""
        return self.inquiry.process_steps

    @cached_property
    def opinions(self) -> list[OutsideOpinion]:
        """Opinions from outside."""
        return self.inquiry.opinions

    # -- determination, hearing, measures -----------------------------------------------------------------------------

    @cached_property
    def determinations(self) -> list[DeterminationLine]:
        """All versions with what they say, the latest first."""
        people = ("submitted_by", "approved_by", "final_by")
        rows = Determination.objects.filter(investigation=self.investigation).select_related(*people)
        return lines_of(list(rows.order_by("-edition")))

    @property
    def present(self) -> list[DeterminationLine]:
        """What holds, or is about to."""
        return [line for line in self.determinations if line.determination.status in CURRENT]

    @property
    def earlier(self) -> list[DeterminationLine]:
        """Superseded and abandoned versions."""
        return [line for line in self.determinations if line.determination.status not in CURRENT]

    @cached_property
    def hearings(self) -> list[Hearing]:
        """Hearings of all versions, the latest version first, each with its objection."""
        related = (
            "determination",
            "party__department",
            "party__person",
            "party__outside",
            "answered_by",
            "objection__superior",
            "objection__decided_by",
            "objection__opinion",
        )
        rows = Hearing.objects.filter(investigation=self.investigation).select_related(*related)
        return list(rows.order_by("-determination__edition", "id"))

    @property
    def present_hearings(self) -> list[Hearing]:
        """Of what holds, or is about to."""
        return [row for row in self.hearings if row.determination.status in CURRENT]

    @property
    def earlier_hearings(self) -> list[Hearing]:
        """Of superseded and abandoned versions."""
        return [row for row in self.hearings if row.determination.status not in CURRENT]

    @cached_property
    def measures(self) -> list[Measure]:
        """Measures that follow from the investigation, as far as the person may see them."""
        rows = Measure.objects.filter(complaint=self.complaint).visible_to(self.standing, self.now)
        checks = Prefetch("effect_checks")
        return list(rows.select_related("department", "owner", "cause").prefetch_related(checks))

    @cached_property
    def timeline(self) -> list[InquiryEntry]:
        """What happened, the latest first."""
        return timeline_of(events_of(self.investigation), self.seen_evidence)
