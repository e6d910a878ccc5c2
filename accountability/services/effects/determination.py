"""Determinations: drafted, written, approved, put to the parties, made final, corrected. (AC-6, AC-7, AC-8)"""

from typing import Any

from django.utils.translation import gettext as _

from accountability.models import (
    Assignment,
    BreachedClause,
    Citation,
    Determination,
    DeterminedCause,
)
from accountability.queries.determination_options import citable_review
from accountability.queries.people import people_for
from accountability.services import hearings
from accountability.services.assignment_table import AssignmentTable, Row
from accountability.services.doing import Doing, effect
from accountability.services.keeping import keep
from accountability.states import DeterminationStatus, EvidenceStatus, InvestigationStatus
from complaints.models import Finding
from complaints.queries.organisation import Organisation
from complaints.services import records, workflow
from complaints.states import CaseRole, Outcome

#: What a new version takes over from the one it is copied from.
COPIED = ("outcome", "facts", "reasoning")
COPIED_OF_ASSIGNMENT = (
    *("charge", "allegation", "position", "finding", "share_kind", "share", "causation", "conduct", "conduct_text"),
    *("duty", "reason", "had_authority", "had_ability", "is_system_failure", "authority_reason"),
)


@effect("draft")
def draft(doing: Doing) -> None:
    """Begin a version, empty but for what was not founded: that bears nothing."""
    made = _begin(doing)
    _write_assignments(doing, made, AssignmentTable(doing.inquiry, (), is_correction=False).rows)
    doing.detail["determination"] = made.number


def _begin(doing: Doing, **values: Any) -> Determination:
    """The next version of the investigation, as a draft."""
    investigation, count = doing.investigation, len(doing.inquiry.determinations)
    return doing.add(
        Determination,
        complaint=doing.complaint,
        round=investigation.round,
        number=f"{doing.complaint.number}-JD{investigation.round}-{count + 1}",
        edition=count + 1,
        **values,
    )


@effect("write")
def write(doing: Doing) -> None:
    """Put down what the draft says; who bears what replaces what was there, which stays in the history."""
    determination, given = doing.subject, doing.given
    table = AssignmentTable(
        doing.inquiry, given.get("assignments") or (), is_correction=determination.supersedes_id is not None
    )
    if table.problems:
        doing.refuse(*table.problems)
    determination.outcome = given["outcome"]
    determination.facts, determination.reasoning = given["facts"], given["reasoning"]
    _clear(doing, determination)
    _write_assignments(doing, determination, table.rows)
    for cause in dict.fromkeys(int(key) for key in given.get("causes") or ()):
        doing.save(DeterminedCause(determination=determination, cause_id=cause, text=doing.text("cause_text")))
    doing.detail["assignments"] = len(table.rows)


def _clear(doing: Doing, determination: Determination) -> None:
    """Take away what the draft said of parties and causes."""
    own = {"assignment__determination": determination}
    rows: list[Any] = [*Citation.objects.filter(**own), *BreachedClause.objects.filter(**own)]
    rows += [*Assignment.objects.filter(determination=determination)]
    rows += [*DeterminedCause.objects.filter(determination=determination)]
    for row in rows:
        records.delete(row, by=doing.by, reason=doing.act.code, now=doing.now)


def _write_assignments(doing: Doing, determination: Determination, rows: list[Row]) -> None:
    for position, row in enumerate(rows, start=1):
        assignment = doing.save(
            Assignment(
                determination=determination,
                charge=row.charge,
                allegation_id=row.charge.allegation_id,
                position=position,
                **row.values,
            )
        )
        for clause in row.clauses:
            doing.save(BreachedClause(assignment=assignment, clause=clause))
        for item, review in row.cited:
            doing.save(Citation(assignment=assignment, evidence=item, review=review))


@effect("submit")
def submit(doing: Doing) -> None:
    """The draft goes to who approves, resting on the reviews that count now."""
    doing.subject.submitted_by, doing.subject.submitted_at = doing.by, doing.now
    reviews = {item.pk: citable_review(item) for item in doing.inquiry.evidence_held}
    for row in doing.inquiry.assignments:
        for citation in row.citations.all():
            review = reviews.get(citation.evidence_id)
            if review is not None and review.pk != citation.review_id:
                citation.review = review
                doing.save(citation)


@effect("send_back")
def send_back(doing: Doing) -> None:
    """It is a draft again, to be submitted anew."""
    doing.subject.submitted_by = doing.subject.submitted_at = None


@effect("approve")
def approve(doing: Doing) -> None:
    """Approved by another person: from now on it stays as it is, its content is kept, and every party is heard."""
    determination = doing.subject
    determination.approved_by, determination.approved_at = doing.by, doing.now
    determination.approval_opinion = doing.given["opinion"]
    keep(determination)
    opened = hearings.open_all(doing, determination)
    doing.detail |= {"hearings": [hearing.pk for hearing in opened], "sha256": determination.sha256}


@effect("revise")
def revise(doing: Doing) -> None:
    """The version is abandoned as it stands; a draft with the same words takes its place."""
    old = doing.subject
    old.ended_at = doing.now
    keep(old)
    hearings.lapse(doing, doing.inquiry.hearings)
    reason = old.correction_reason if old.supersedes_id is not None else doing.reason
    values = {"supersedes": old.supersedes, "correction_reason": reason, "made_by": old.made_by}
    doing.afterwards.append(lambda: _copy(doing, old, **values))


@effect("correct")
def correct(doing: Doing) -> None:
    """A final version stays in force until the corrected one is final too."""
    _copy(doing, doing.subject, supersedes=doing.subject, correction_reason=doing.reason)


def _copy(doing: Doing, old: Determination, **values: Any) -> None:
    """A draft that says what `old` says, as far as the evidence is still in the file and of use."""
    made = _begin(doing, **{name: getattr(old, name) for name in COPIED}, **values)
    reviews = {item.pk: citable_review(item) for item in doing.inquiry.evidence_held}
    left_out = []
    rows = Assignment.objects.filter(determination=old).prefetch_related("breaches", "citations__evidence")
    for row in rows.order_by("position"):
        copied = {name: getattr(row, name) for name in COPIED_OF_ASSIGNMENT}
        if made.supersedes_id is None and row.charge.finding != row.finding:
            copied["finding"] = row.charge.finding
        assignment = doing.save(Assignment(determination=made, **copied))
        for breach in row.breaches.all():
            doing.save(BreachedClause(assignment=assignment, clause_id=breach.clause_id))
        for citation in row.citations.all():
            review = reviews.get(citation.evidence_id)
            if review is None or citation.evidence.status != EvidenceStatus.HELD:
                left_out.append(citation.evidence.number)
            else:
                doing.save(Citation(assignment=assignment, evidence_id=citation.evidence_id, review=review))
    for cause in DeterminedCause.objects.filter(determination=old):
        doing.save(DeterminedCause(determination=made, cause_id=cause.cause_id, text=cause.text))
    doing.detail |= {"determination": made.number, "evidence_left_out": sorted(set(left_out))}


@effect("finalise")
def finalise(doing: Doing) -> None:
    """The version is in force: it leads the complaint on, or takes the place of the one that did.

    One transaction: the complaint moves, the investigation is concluded, an older version is superseded. What the
    version says was kept when the parties were told; only a version put to them before that was done is kept now.
    """
    determination = doing.subject
    determination.final_by, determination.final_at = doing.by, doing.now
    keep(determination)
    doing.detail |= {"outcome": determination.outcome, "sha256": determination.sha256}
    if determination.supersedes is not None:
        _supersede(doing, determination.supersedes)
    else:
        _conclude(doing)


def _conclude(doing: Doing) -> None:
    """What was determined leads the complaint on, and the investigation has come to its end."""
    determination, investigation = doing.subject, doing.investigation
    given, act = {"opinion": doing.given["opinion"]}, "find_unfounded"
    if determination.outcome != Outcome.UNFOUNDED:
        given, act = given | {"outcome": determination.outcome}, "determine"
    workflow.perform(
        doing.complaint.pk, act, by=_person(doing), now=doing.now, given=given, vouched=determination.number
    )
    investigation.status, investigation.ended_at = InvestigationStatus.CONCLUDED, doing.now
    investigation.decided_by = doing.by
    doing.save(investigation)


def _person(doing: Doing) -> Any:
    if doing.by is None:
        raise ValueError("a determination is made final by a person")
    return doing.by


def _supersede(doing: Doing, old: Determination) -> None:
    """The correction takes the place of the old version; charges say what the correction finds.

    The complaint went on with the old one and is not moved again: its handler is told if it would have gone otherwise.
    """
    if old.status != DeterminationStatus.FINAL:
        doing.refuse(_("The version to be corrected is not in force any more."))
    old.status, old.ended_at = DeterminationStatus.SUPERSEDED, doing.now
    doing.save(old)
    for row in doing.inquiry.assignments:
        if row.charge.finding != row.finding:
            row.charge.finding, row.charge.reason = row.finding, row.reason
            row.charge.found_by, row.charge.found_at = doing.by, doing.now
            doing.save(row.charge)
    went_on_with = (
        Finding.objects.filter(complaint=doing.complaint, round=doing.subject.round)
        .values_list("outcome", flat=True)
        .first()
    )
    doing.detail |= {"superseded": old.number, "went_on_with": went_on_with or ""}
    if went_on_with and went_on_with != doing.subject.outcome:
        doing.told |= {"outcome_differs": True}
    doing.people_told |= people_for({CaseRole.HANDLER}, doing.inquiry, Organisation(doing.now))
