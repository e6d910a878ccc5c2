"""What must be there before an act on a determination, a hearing or an objection. (AC-6, AC-7, AC-8)"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.models import Assignment
from accountability.principles import standing_in_the_way
from accountability.queries.people import answers_here
from accountability.queries.said import authors_of, group_of, last_review, parts_by_allegation, said_of
from accountability.shares import check
from accountability.states import (
    BEARING,
    OPEN_OBJECTIONS,
    AllegationFinding,
    Causation,
    DeterminationStatus,
    EvidenceStatus,
    HearingStatus,
    ObjectionStatus,
    Share,
    Weight,
)
from complaints.punctuation import labelled, listed, sentences
from complaints.queries.organisation import Organisation
from complaints.queries.requirements import CONDITIONS, Given, condition
from complaints.states import Outcome, State

#: Versions that others than their authors have before them.
OUT_OF_HAND = frozenset({DeterminationStatus.SUBMITTED, DeterminationStatus.HEARING, DeterminationStatus.FINAL})


def _joined(texts: list[str]) -> str | None:
    return sentences(texts) or None


# -- drafting --------------------------------------------------------------------------------------------------------


@condition("has_charges", gettext_lazy("Allegations and the parties they are against are on record"))
def has_charges(inquiry: Any, standing: Any, given: Given) -> str | None:
    """There must be something to determine."""
    return None if inquiry.charges else _("No allegation against anybody is on record.")


@condition("charges_open", gettext_lazy("No determination of the charges is before approvers or parties"))
def charges_open(inquiry: Any, standing: Any, given: Given) -> str | None:
    """What approvers and parties have before them rests on charges and findings: they stay meanwhile (AC-8)."""
    version = next((row for row in inquiry.determinations if row.status in OUT_OF_HAND), None)
    if version is None:
        return None
    return _("The determination %(number)s rests on the charges and findings: have it sent back or determine anew.") % {
        "number": version.number
    }


@condition("no_determination_in_work", gettext_lazy("No other version is being worked on"))
def no_determination_in_work(inquiry: Any, standing: Any, given: Given) -> str | None:
    """One version at a time."""
    if inquiry.in_work is None:
        return None
    return _("A version is being worked on already: %(number)s.") % {"number": inquiry.in_work.number}


@condition("determination_complete", gettext_lazy("Everything is written that a determination must say"))
def determination_complete(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Facts, reasoning, an outcome that fits the findings, and an answer to every charge."""
    determination, rows = inquiry.determination, inquiry.assignments
    named = [
        (determination.outcome, _("Finding")),
        (determination.facts, _("Facts found")),
        (determination.reasoning, _("Reasoning")),
    ]
    texts = [_("“%(field)s” is missing.") % {"field": label} for value, label in named if not value.strip()]
    answered = {row.charge_id for row in rows}
    open_charges = [charge for charge in inquiry.charges if charge.pk not in answered]
    if open_charges:
        texts.append(_("Nothing is said of: %(charges)s.") % {"charges": listed(open_charges)})
    texts += [text for row in rows if (text := _unfinished(row))]
    if not open_charges and (text := _unfitting(determination.outcome, {row.finding for row in rows})):
        texts.append(text)
    return _joined(texts)


def _unfinished(row: Assignment) -> str | None:
    needed = [(row.reason, _("Reason"))]
    if row.share_kind != Share.NONE:
        needed += [(row.conduct, _("Act or omission")), (row.conduct_text, _("What was done or left undone"))]
    missing = [label for value, label in needed if not value.strip()]
    if not missing:
        return None
    return _("%(party)s: missing is %(fields)s.") % {"party": row.charge.party, "fields": listed(missing)}


def _unfitting(outcome: str, findings: set[str]) -> str | None:
    """What the whole came to must follow from what was found on each charge."""
    founded = bool(findings & BEARING)
    if outcome in {Outcome.FOUNDED, Outcome.PARTLY_FOUNDED} and not founded:
        return _("Nothing was founded, so the whole cannot be.")
    if outcome in {Outcome.UNFOUNDED, Outcome.INSUFFICIENT_EVIDENCE} and founded:
        return _("Something was founded, so the whole is founded or partly founded.")
    if outcome == Outcome.INSUFFICIENT_EVIDENCE and AllegationFinding.INSUFFICIENT_EVIDENCE not in findings:
        return _("On no charge was the evidence insufficient.")
    return None


@condition("every_charge_found", gettext_lazy("There is a finding on every charge"))
def every_charge_found(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Each allegation against each party has a finding of its own, and the draft says the same (AC-1)."""
    found = {row.charge_id: row.finding for row in inquiry.assignments}
    pending = [
        charge for charge in inquiry.charges if found.get(charge.pk, charge.finding) == AllegationFinding.PENDING
    ]
    texts = []
    if pending:
        texts.append(_("Without a finding: %(charges)s.") % {"charges": listed(pending)})
    if inquiry.determination.supersedes_id is None:
        changed = [charge for charge in inquiry.charges if found.get(charge.pk, charge.finding) != charge.finding]
        if changed:
            texts.append(_("Found otherwise since this was written: %(charges)s.") % {"charges": listed(changed)})
    return _joined(texts)


@condition("shares_sum", gettext_lazy("The shares of every allegation make 100, and one party leads or all are equal"))
def shares_sum(inquiry: Any, standing: Any, given: Given) -> str | None:
    """AC-6."""
    return _joined(
        [
            labelled(_("Allegation %(number)d") % {"number": allegation.position}, problem.text)
            for allegation, parts in parts_by_allegation(inquiry.assignments)
            for problem in check(parts)
        ]
    )


@condition("evidence_citable", gettext_lazy("Everything cited is in the file, reviewed, and may be used"))
def evidence_citable(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Only reviewed evidence of this complaint, reviewed by another person than who collected it (AC-3)."""
    wrong = sorted(
        {
            citation.evidence.number
            for row in inquiry.assignments
            for citation in row.citations.all()
            if not _is_citable(citation, inquiry)
        }
    )
    return _("Cannot be cited any more: %(evidence)s.") % {"evidence": listed(wrong)} if wrong else None


def _is_citable(citation: Any, inquiry: Any) -> bool:
    item, review, last = citation.evidence, citation.review, last_review(inquiry, citation.evidence_id)
    return bool(
        item.status == EvidenceStatus.HELD
        and item.complaint_id == inquiry.complaint.pk
        and review.item_id == item.pk
        and review.reviewer_id != item.collected_by_id
        and review.weight != Weight.NONE
        and last is not None
        and last.weight != Weight.NONE
    )


@condition("principles", gettext_lazy("The principles of responsibility are kept"))
def principles(inquiry: Any, standing: Any, given: Given) -> str | None:
    """AC-7."""
    approver = standing.user_id if inquiry.determination.status == DeterminationStatus.SUBMITTED else None
    faults = standing_in_the_way(said_of(inquiry, approver=approver), of_final=False)
    return _joined([fault.text for fault in faults])


@condition("not_own_determination", gettext_lazy("Somebody else wrote the determination"))
def not_own_determination(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Who wrote it or investigated does not decide on it, nor who stands in for such a one (AC-7)."""
    if standing.people & (authors_of(inquiry.determination) | group_of(inquiry)):
        return _("You wrote this determination or investigated for it: somebody else decides on it.")
    return None


# -- making it final -------------------------------------------------------------------------------------------------


@condition("may_be_revised", gettext_lazy("No objection waits for its decision"))
def may_be_revised(inquiry: Any, standing: Any, given: Given) -> str | None:
    """An objection is decided before anything is determined anew because of it."""
    if any(objection.status in OPEN_OBJECTIONS for objection in _objections(inquiry)):
        return _("An objection waits for its decision.")
    return None


@condition("everybody_heard", gettext_lazy("Every party was heard, and no objection stands"))
def everybody_heard(inquiry: Any, standing: Any, given: Given) -> str | None:
    """AC-8."""
    waiting = [hearing.party for hearing in inquiry.hearings if hearing.status == HearingStatus.OPEN]
    texts = []
    if waiting:
        texts.append(_("Not answered yet: %(parties)s.") % {"parties": listed(waiting)})
    objections = _objections(inquiry)
    if any(objection.status in OPEN_OBJECTIONS for objection in objections):
        texts.append(_("An objection waits for its decision."))
    if any(objection.status == ObjectionStatus.UPHELD for objection in objections):
        texts.append(_("An objection was upheld: determine anew."))
    return _joined(texts)


def _objections(inquiry: Any) -> list[Any]:
    return [hearing.objection for hearing in inquiry.hearings if hasattr(hearing, "objection")]


@condition("causation_clear", gettext_lazy("Causation is clear for every party"))
def causation_clear(inquiry: Any, standing: Any, given: Given) -> str | None:
    """What is unclear is written and heard, but never final (AC-7)."""
    unclear = [row.charge.party for row in inquiry.assignments if row.causation == Causation.UNCLEAR]
    if not unclear:
        return None
    return _(
        "Causation is unclear: investigate further or ask for an expert evaluation before this becomes final: "
        "%(named)s."
    ) % {"named": listed(unclear)}


@condition("complaint_ready", gettext_lazy("The complaint can go on with the outcome"))
def complaint_ready(inquiry: Any, standing: Any, given: Given) -> str | None:
    """What the complaint itself asks before responsibility is determined. A correction does not move it again."""
    if inquiry.determination.supersedes_id is not None or inquiry.determination.outcome == Outcome.UNFOUNDED:
        return None
    return CONDITIONS["sheet_replied"](inquiry, standing, given)


@condition("not_archived", gettext_lazy("The complaint is not archived"))
def not_archived(inquiry: Any, standing: Any, given: Given) -> str | None:
    """A correction is possible as long as the file is open."""
    return _("The complaint is archived.") if inquiry.complaint.state == State.ARCHIVED else None


# -- hearing and objection -------------------------------------------------------------------------------------------


@condition("party_without_account", gettext_lazy("The party cannot answer here itself"))
def party_without_account(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Suppliers, partners, employees without an account, departments where nobody is left to answer."""
    party = inquiry.hearing.party
    if not answers_here(party, Organisation(inquiry.now)):
        return None
    if party.person_id is not None:
        return _("%(party)s answers in person.") % {"party": party}
    return _("The people of %(party)s answer themselves.") % {"party": party}


@condition("extends", gettext_lazy("The new date is later than the present one"))
def extends(inquiry: Any, standing: Any, given: Given) -> str | None:
    """More time, never less."""
    if given is None or given.get("due_at") is None:
        return None
    if given["due_at"] <= max(inquiry.hearing.due_at, inquiry.now):
        return _("The new date must be later than the present one.")
    return None


@condition("opinion_received", gettext_lazy("The opinion asked for has come back"))
def opinion_received(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Whoever was asked is heard before the objection is decided (AC-8)."""
    objection = inquiry.objection
    if objection.opinion is None or objection.opinion.received_at is not None:
        return None
    return _("The opinion of %(expert)s has not been received.") % {"expert": objection.opinion}


@condition("decides_impartially", gettext_lazy("You had no part in the determination"))
def decides_impartially(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Who wrote, investigated or approved does not decide on the objection, not even as somebody's deputy."""
    involved = authors_of(inquiry.determination) | group_of(inquiry) | {inquiry.determination.approved_by_id}
    if standing.people & involved:
        return _("You had part in the determination: somebody else decides on the objection.")
    return None
