"""What the database refuses of determinations: shares that do not add up, and every later change. (AC-6, AC-8)

A version is checked when the parties are heard and when it becomes final; from the hearing on nothing that it says,
nothing that was kept of it for its document, and nothing that it rests on, changes. The same rules stand in
`accountability.shares` and `accountability.principles`, where they say what is wrong; a test holds both against each
other.
"""

# ruff: noqa: S608 - names of tables come from the models, words from closed lists

from collections.abc import Iterable, Iterator

from accountability.states import FROZEN
from accountability.triggers import any_changed, columns_of, table_of
from complaints import triggers
from complaints.triggers import Refusal

#: The versions that evidence, charges and findings are bound by: one whose parties are heard, and the one in force.
BINDING = ("hearing", "final")

#: All that changes of a version after the parties were told of it; content and digest only if nothing was kept before.
_MOVING = {"status", "final_by", "final_at", "ended_at", "content", "sha256"}
_FINAL = ("final_by_id", "final_at", "content", "sha256")

_STEPS = {
    "draft": ("submitted", "abandoned"),
    "submitted": ("draft", "hearing", "abandoned"),
    "hearing": ("final", "abandoned"),
    "final": ("superseded",),
}

#: Rules about the assignments of one allegation of which anybody bears a share, as conditions on sums over its rows.
_BEARING = "SUM(CASE WHEN a.share_kind <> 'none' THEN 1 ELSE 0 END)"
_LEADING = "SUM(CASE WHEN a.share_kind IN ('sole', 'primary') THEN 1 ELSE 0 END)"
_SOLE = "SUM(CASE WHEN a.share_kind = 'sole' THEN 1 ELSE 0 END)"
_EQUAL = "SUM(CASE WHEN a.share_kind = 'equal' THEN 1 ELSE 0 END)"
_HUNDREDTHS = "CAST(ROUND(a.share * 100) AS INTEGER)"


def _of_kind(kind: str) -> str:
    return f"CASE WHEN a.share_kind = '{kind}' THEN {_HUNDREDTHS} END"


UNSOUND = " OR ".join(
    (
        f"SUM({_HUNDREDTHS}) <> 10000",
        "MAX(ABS(a.share * 100 - ROUND(a.share * 100))) > 0.001",
        f"{_LEADING} > 1",
        f"({_EQUAL} = 0 AND {_LEADING} = 0)",
        f"({_EQUAL} > 0 AND {_EQUAL} <> {_BEARING})",
        f"{_EQUAL} = 1",
        f"({_SOLE} > 0 AND {_BEARING} > 1)",
        f"({_LEADING} = 1 AND {_SOLE} = 0 AND {_BEARING} = 1)",
        f"MAX({_of_kind('equal')}) - MIN({_of_kind('equal')}) > 1",
        f"MAX({_of_kind('secondary')}) > MAX({_of_kind('primary')})",
    )
)


def _words(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _is_frozen(determination: str) -> str:
    """SQL: the version with this key is past its draft."""
    table = table_of("Determination")
    return f'EXISTS (SELECT 1 FROM "{table}" d WHERE d.id = {determination} AND d.status IN ({_words(FROZEN)}))'


def _is_frozen_above(assignment: str) -> str:
    """SQL: the version of the assignment with this key is past its draft."""
    one, other = table_of("Determination"), table_of("Assignment")
    return (
        f'EXISTS (SELECT 1 FROM "{other}" a JOIN "{one}" d ON d.id = a.determination_id '
        f"WHERE a.id = {assignment} AND d.status IN ({_words(FROZEN)}))"
    )


def _assigned(condition: str, statuses: Iterable[str]) -> str:
    """SQL: some assignment of a version in one of the states fulfils the condition, in which it is called `a`."""
    one, other = table_of("Determination"), table_of("Assignment")
    return (
        f'EXISTS (SELECT 1 FROM "{other}" a JOIN "{one}" d ON d.id = a.determination_id '
        f"WHERE d.status IN ({_words(statuses)}) AND ({condition}))"
    )


def _cited(item: str, statuses: Iterable[str]) -> str:
    """SQL: a version in one of the states cites the piece of evidence with this key."""
    citation = table_of("Citation")
    return _assigned(
        f'EXISTS (SELECT 1 FROM "{citation}" c WHERE c.assignment_id = a.id AND c.evidence_id = {item})',
        statuses,
    )


def versions() -> Iterator[Refusal]:
    """A version begins as a draft, goes its way step by step, and says the same for ever once the parties are told."""
    table = table_of("Determination")
    steps = " OR ".join(f"(OLD.status = '{start}' AND NEW.status IN ({_words(to)}))" for start, to in _STEPS.items())
    frozen = f"OLD.status IN ({_words(FROZEN)})"
    content = any_changed(columns_of("Determination", leaving_out=_MOVING))
    yield Refusal(
        "determination_begins_as_draft", table, "INSERT", "a determination begins as a draft", "NEW.status <> 'draft'"
    )
    yield Refusal(
        "determination_goes_step_by_step",
        table,
        "UPDATE",
        "a determination does not go from this status to that",
        f"OLD.status <> NEW.status AND NOT ({steps})",
    )
    yield Refusal(
        "determination_frozen",
        table,
        "UPDATE",
        "a determination is frozen: a correction is a new version",
        f"{frozen} AND ({content})",
    )
    kept = any_changed(("content", "sha256"))
    yield Refusal(
        "determination_kept_once",
        table,
        "UPDATE",
        "what was kept of a determination is never changed: a correction is a new version",
        f"{frozen} AND OLD.sha256 <> '' AND ({kept})",
    )
    yield Refusal(
        "determination_is_kept",
        table,
        "UPDATE",
        "what a determination says is kept before the parties are told",
        f"OLD.status <> NEW.status AND NEW.status IN ({_words(FROZEN)}) AND NEW.sha256 = ''",
    )
    yield Refusal(
        "determination_final_once",
        table,
        "UPDATE",
        "a final determination is never changed: a correction is a new version",
        f"OLD.status NOT IN ('draft', 'submitted', 'hearing') AND (({any_changed(_FINAL)}) "
        "OR (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at))",
    )
    yield Refusal("determination_never_deleted", table, "DELETE", "a determination is frozen: never deleted", frozen)


def entering() -> Iterator[Refusal]:
    """What a version must be when the parties are heard, and again when it becomes final."""
    table, assignment, citation, charge = (
        table_of(name) for name in ("Determination", "Assignment", "Citation", "Charge")
    )
    item, review, hearing, objection = (
        table_of(name) for name in ("EvidenceItem", "EvidenceReview", "Hearing", "Objection")
    )
    entered = f"OLD.status <> NEW.status AND NEW.status IN ({_words(BINDING)})"
    final = "OLD.status <> NEW.status AND NEW.status = 'final'"
    own = f'SELECT 1 FROM "{assignment}" a'
    yield Refusal(
        "determination_shares_add_up",
        table,
        "UPDATE",
        "the shares of an allegation do not add up, or no one party leads",
        f"{entered} AND EXISTS ({own} WHERE a.determination_id = NEW.id GROUP BY a.allegation_id "
        f"HAVING {_BEARING} > 0 AND ({UNSOUND}))",
        (assignment,),
    )
    yield Refusal(
        "determination_cites_soundly",
        table,
        "UPDATE",
        "evidence cited must be in the file of this complaint and reviewed by another person than who collected it",
        f'{entered} AND EXISTS ({own} JOIN "{citation}" c ON c.assignment_id = a.id '
        f'JOIN "{item}" e ON e.id = c.evidence_id JOIN "{review}" r ON r.id = c.review_id '
        "WHERE a.determination_id = NEW.id AND (e.status <> 'held' OR e.complaint_id <> NEW.complaint_id "
        "OR r.item_id <> e.id OR r.weight = 'none' OR r.reviewer_id = e.collected_by_id "
        f'OR (SELECT l.weight FROM "{review}" l WHERE l.item_id = e.id ORDER BY l.reviewed_at DESC, l.id DESC '
        "LIMIT 1) = 'none'))",
        (assignment, citation, item, review),
    )
    yield Refusal(
        "determination_rests_on_evidence",
        table,
        "UPDATE",
        "whoever bears a share bears it on evidence",
        f"{entered} AND EXISTS ({own} WHERE a.determination_id = NEW.id AND a.share_kind <> 'none' "
        f'AND NOT EXISTS (SELECT 1 FROM "{citation}" c WHERE c.assignment_id = a.id))',
        (assignment, citation),
    )
    yield Refusal(
        "determination_answers_charges",
        table,
        "UPDATE",
        "a determination answers every charge of its investigation, as it was found, and no other",
        f'{entered} AND (EXISTS ({own} JOIN "{charge}" ch ON ch.id = a.charge_id WHERE a.determination_id = NEW.id '
        "AND (ch.investigation_id <> NEW.investigation_id OR ch.allegation_id <> a.allegation_id "
        "OR a.finding = 'pending' OR (ch.finding <> a.finding "
        "AND (NEW.status = 'final' OR NEW.supersedes_id IS NULL)))) "
        f'OR EXISTS (SELECT 1 FROM "{charge}" ch WHERE ch.investigation_id = NEW.investigation_id '
        f'AND NOT EXISTS (SELECT 1 FROM "{assignment}" a WHERE a.charge_id = ch.id AND a.determination_id = NEW.id)))',
        (assignment, charge),
    )
    yield Refusal(
        "determination_approved_by_another",
        table,
        "UPDATE",
        "a determination is approved by another person than who wrote it",
        f"{entered} AND (NEW.approved_by_id IS NULL OR NEW.approved_by_id = NEW.submitted_by_id)",
    )
    yield Refusal(
        "determination_final_is_clear",
        table,
        "UPDATE",
        "a determination is not final while a causation is unclear",
        f"{final} AND EXISTS ({own} WHERE a.determination_id = NEW.id AND a.causation = 'unclear')",
        (assignment,),
    )
    yield Refusal(
        "determination_final_is_heard",
        table,
        "UPDATE",
        "a determination is not final before every party was heard and every objection dismissed",
        f'{final} AND (EXISTS (SELECT 1 FROM "{hearing}" h LEFT JOIN "{objection}" o ON o.hearing_id = h.id '
        "WHERE h.determination_id = NEW.id AND (h.status IN ('open', 'lapsed') OR o.status <> 'dismissed')) "
        f'OR EXISTS ({own} JOIN "{charge}" ch ON ch.id = a.charge_id WHERE a.determination_id = NEW.id '
        f'AND NOT EXISTS (SELECT 1 FROM "{hearing}" h '
        "WHERE h.determination_id = NEW.id AND h.party_id = ch.party_id)))",
        (assignment, charge, hearing, objection),
    )


def parts() -> Iterator[Refusal]:
    """Assignments, citations, clauses and causes are put together in a draft, and nowhere else."""
    determination, assignment = table_of("Determination"), table_of("Assignment")
    rows = (
        (assignment, "determination_id", _is_frozen, (determination,)),
        (table_of("DeterminedCause"), "determination_id", _is_frozen, (determination,)),
        (table_of("Citation"), "assignment_id", _is_frozen_above, (determination, assignment)),
        (table_of("BreachedClause"), "assignment_id", _is_frozen_above, (determination, assignment)),
    )
    for table, column, is_frozen, above in rows:
        before, after = is_frozen(f"OLD.{column}"), is_frozen(f"NEW.{column}")
        reads = tuple(name for name in above if name != table)
        for event, when in (("INSERT", after), ("UPDATE", f"{before} OR {after}"), ("DELETE", before)):
            yield Refusal(
                f"frozen_{event.lower()}_{table}",
                table,
                event,
                f"a determination is frozen: a correction is a new version ({table})",
                when,
                reads,
            )


def foundations() -> Iterator[Refusal]:
    """What a version rests on stays as it was: evidence, charges and their findings, allegations, parties, clauses."""
    both = (table_of("Determination"), table_of("Assignment"))
    citation, breach = table_of("Citation"), table_of("BreachedClause")
    charge, allegation, party = table_of("Charge"), table_of("Allegation"), table_of("Party")
    determination = both[0]
    yield Refusal(
        "cited_evidence_stays",
        table_of("EvidenceItem"),
        "UPDATE",
        "evidence that a determination cites is not withdrawn or superseded",
        f"OLD.status <> NEW.status AND {_cited('OLD.id', BINDING)}",
        (*both, citation),
    )
    yield Refusal(
        "final_evidence_is_reviewed",
        table_of("EvidenceReview"),
        "INSERT",
        "evidence that a final determination cites is not reviewed again",
        _cited("NEW.item_id", ("final",)),
        (*both, citation),
    )
    yield Refusal(
        "determined_charge_stays",
        charge,
        "UPDATE",
        "a charge that a determination answers stays what it is",
        f"({any_changed(('allegation_id', 'party_id', 'investigation_id', 'repeat'))}) "
        f"AND {_assigned('a.charge_id = OLD.id', FROZEN)}",
        both,
    )
    differs = "a.finding <> NEW.finding OR (OLD.finding = NEW.finding AND OLD.reason <> NEW.reason)"
    yield Refusal(
        "determined_finding_stays",
        charge,
        "UPDATE",
        "a finding stays what the determination says of it",
        _assigned(f"a.charge_id = OLD.id AND ({differs})", BINDING),
        both,
    )
    yield Refusal(
        "charges_are_complete",
        charge,
        "INSERT",
        "no charge is added once the parties are heard on the determination",
        f'EXISTS (SELECT 1 FROM "{determination}" d WHERE d.investigation_id = NEW.investigation_id '
        f"AND d.status IN ({_words(BINDING)}))",
        (determination,),
    )
    yield Refusal(
        "determined_allegation_stays",
        allegation,
        "UPDATE",
        "an allegation that a determination answers stays what it is",
        f"({any_changed(('text', 'position', 'investigation_id'))}) "
        f"AND {_assigned('a.allegation_id = OLD.id', FROZEN)}",
        both,
    )
    held = f'a.charge_id IN (SELECT ch.id FROM "{charge}" ch WHERE ch.party_id = OLD.id)'
    yield Refusal(
        "determined_party_stays",
        party,
        "UPDATE",
        "a party of a determination stays who it is",
        f"({any_changed(('kind', 'department_id', 'person_id', 'outside_id', 'name'))}) AND {_assigned(held, FROZEN)}",
        (*both, charge),
    )
    breached = f'EXISTS (SELECT 1 FROM "{breach}" b WHERE b.assignment_id = a.id AND b.clause_id = OLD.id)'
    yield Refusal(
        "breached_clause_stays",
        table_of("Clause"),
        "UPDATE",
        "a clause that a determination cites is never changed: a new edition is a new source",
        f"({any_changed(('source_id', 'reference', 'text'))}) AND {_assigned(breached, FROZEN)}",
        (*both, breach),
    )


def answers() -> Iterator[Refusal]:
    """What a party answered, and what was decided on an objection, stays on record."""
    hearing, objection = table_of("Hearing"), table_of("Objection")
    yield Refusal(
        "answer_stays",
        hearing,
        "UPDATE",
        "the answer of a party is never changed",
        f"OLD.status <> 'open' AND ({any_changed(columns_of('Hearing', leaving_out=()))})",
    )
    opinion = table_of("OutsideOpinion")
    yield Refusal(
        "opinion_as_received",
        opinion,
        "UPDATE",
        "an opinion from outside stays as it was received",
        f"OLD.received_at IS NOT NULL AND ({any_changed(columns_of('OutsideOpinion', leaving_out=()))})",
    )
    yield Refusal("hearing_never_deleted", hearing, "DELETE", "a hearing is never deleted")
    yield Refusal(
        "objection_decided_once",
        objection,
        "UPDATE",
        "an objection that was decided stays so",
        f"OLD.status IN ('upheld', 'dismissed') AND ({any_changed(columns_of('Objection', leaving_out=()))})",
    )
    yield Refusal("objection_never_deleted", objection, "DELETE", "an objection is never deleted")


RULES = [versions, entering, parts, foundations, answers]


def register() -> None:
    """Hand everything to `complaints`, which makes triggers for all apps. Once, when the apps are ready."""
    triggers.RULES += RULES
