"""Everything that one version of a determination says, and stood in the middle of, as one value. (AC-6, AC-8)

Kept when the version is approved and put to the parties. The digest is taken of this value, the document is written
from it, and two versions are compared by it. It holds texts, whole numbers, truth values, lists and dictionaries only:
shares are texts with two decimals, moments are texts in UTC, names are in every language in which they are kept.
Parties' answers, decisions on objections and finality are no part of it: they came later (`queries.aftermath`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accountability.models import (
    Assignment,
    BreachedClause,
    Citation,
    Determination,
    DeterminedCause,
    EvidenceFile,
)
from accountability.queries.circumstances import circumstances_of
from accountability.queries.plain_values import Content, act_of, file_of, moment, named_party, review_of

#: Changes when the shape of the value does, so that what was kept in an older one is still understood and printed.
#: 1: what the version says, kept when it became final. 2: with its circumstances, kept when the parties were told.
EDITION = 2


def content_of(determination: Determination) -> Content:
    """What the version says and what surrounds it, as it stands now. As many queries for much as for little."""
    return said_by(determination) | {"circumstances": circumstances_of(determination)}


def said_by(determination: Determination) -> Content:
    """What the version itself says, as it stands now: the database lets nothing of it change once it was approved."""
    investigation = determination.investigation
    return {
        "edition_of_content": EDITION,
        "number": determination.number,
        "edition": determination.edition,
        "complaint": str(investigation.complaint.number),
        "investigation": investigation.number,
        "round": determination.round,
        "outcome": determination.outcome,
        "facts": determination.facts,
        "reasoning": determination.reasoning,
        "causes": [_cause(row) for row in _causes(determination)],
        "assignments": _assignments(determination),
        "supersedes": determination.supersedes.number if determination.supersedes is not None else None,
        "correction_reason": determination.correction_reason,
        "submitted": act_of(determination.submitted_by, determination.submitted_at),
        "approved": act_of(determination.approved_by, determination.approved_at)
        | {"opinion": determination.approval_opinion},
    }


def kept_content(determination: Determination) -> Content:
    """What was kept when the parties were told, in the present layout; before that, what it says now."""
    return in_present_layout(determination.content) if determination.content else content_of(determination)


def in_present_layout(content: Content) -> Content:
    """What an older layout says, where the present one has it; what was not kept then is left empty."""
    if "circumstances" in content:
        return content
    rows = content["assignments"]
    cited = {piece["number"]: piece for row in rows for piece in row["evidence"]}
    charged = ("allegation", "party", "finding", "reason")
    parties = {row["party"]["id"]: row["party"] | {"of": ""} for row in rows}
    circumstances: Content = {
        "parties": list(parties.values()),
        "charges": [{name: row[name] for name in charged} | {"id": None} for row in rows],
        "evidence": [_as_in_the_register(piece) for _number, piece in sorted(cited.items())],
    }
    nothing: Content = {name: [] for name in ("methods", "facts", "steps", "opinions", "measures")}
    return content | {"circumstances": nothing | circumstances}


def _as_in_the_register(piece: Content) -> Content:
    """A piece as a citation keeps it: who collected it, and whether it is restricted, was not kept then."""
    collected = {"person": None, "name": "", "at": piece["collected_at"]}
    return piece | {"id": None, "source": "", "collected": collected}


def canonical(content: Content) -> bytes:
    """The value as bytes that are the same wherever and whenever they are made: JSON, sorted, without blanks, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content: Content) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def is_intact(determination: Determination) -> bool:
    """What was kept of a version still has the digest that was taken, and its records still say the same."""
    if not determination.sha256:
        return False
    kept, now = determination.content, said_by(determination)
    said = {name: kept.get(name) for name in now if name != "edition_of_content"}
    return digest_of(kept) == determination.sha256 and _unnamed(said) == _unnamed({name: now[name] for name in said})


def _unnamed(value: Any) -> Any:
    """The value without names of departments, people and registers, which may be renamed afterwards."""
    if isinstance(value, Mapping):
        return {key: _unnamed(item) for key, item in value.items() if key != "name"}
    return [_unnamed(item) for item in value] if isinstance(value, list) else value


def _causes(determination: Determination) -> list[DeterminedCause]:
    rows = DeterminedCause.objects.filter(determination=determination)
    return list(rows.select_related("cause").order_by("cause__path"))


def _cause(row: DeterminedCause) -> Content:
    return {"id": row.cause_id, "name": {"code": row.cause.code, "names": row.cause.names}, "text": row.text}


def _assignments(determination: Determination) -> list[Content]:
    rows = list(
        Assignment.objects.filter(determination=determination)
        .select_related("allegation", "charge__party__department", "charge__party__person", "charge__party__outside")
        .order_by("position")
    )
    clauses: dict[int, list[Content]] = {}
    for breach in (
        BreachedClause.objects.filter(assignment__in=rows)
        .select_related("clause__source")
        .order_by("clause__source__code", "clause__position")
    ):
        clauses.setdefault(breach.assignment_id, []).append(_clause(breach))
    cited = _evidence(rows)
    return [_assignment(row, clauses.get(row.pk, []), cited.get(row.pk, [])) for row in rows]


def _assignment(row: Assignment, clauses: list[Content], evidence: list[Content]) -> Content:
    return {
        "position": row.position,
        "allegation": {"position": row.allegation.position, "text": row.allegation.text},
        "party": named_party(row.charge.party),
        "finding": row.finding,
        "share_kind": row.share_kind,
        "share": f"{row.share:.2f}",
        "causation": row.causation,
        "conduct": row.conduct,
        "conduct_text": row.conduct_text,
        "duty": row.duty,
        "clauses": clauses,
        "reason": row.reason,
        "had_authority": row.had_authority,
        "had_ability": row.had_ability,
        "is_system_failure": row.is_system_failure,
        "authority_reason": row.authority_reason,
        "evidence": evidence,
    }


def _clause(breach: BreachedClause) -> Content:
    clause = breach.clause
    return {
        "id": clause.pk,
        "name": {"code": clause.source.code, "names": clause.source.names, "edition": clause.source.edition},
        "reference": clause.reference,
        "text": clause.text,
    }


def _evidence(rows: list[Assignment]) -> dict[int, list[Content]]:
    citations = list(
        Citation.objects.filter(assignment__in=rows)
        .select_related("evidence", "review__reviewer")
        .order_by("evidence__number")
    )
    files: dict[int, list[Content]] = {}
    for file in EvidenceFile.objects.filter(item__in={row.evidence_id for row in citations}).order_by("id"):
        files.setdefault(file.item_id, []).append(file_of(file))
    found: dict[int, list[Content]] = {}
    for row in citations:
        found.setdefault(row.assignment_id, []).append(_citation(row, files.get(row.evidence_id, [])))
    return found


def _citation(row: Citation, files: list[Content]) -> Content:
    item = row.evidence
    return {
        "number": item.number,
        "kind": item.kind,
        "title": item.title,
        "shows": item.shows,
        "collected_at": moment(item.collected_at),
        "is_original": item.is_original,
        "files": files,
        "review": review_of(row.review),
    }


# -- comparison ------------------------------------------------------------------------------------------------------

#: What differs between any two versions and says nothing; what they stood in the middle of is in the file to be read.
_ADMINISTRATIVE = frozenset(
    {"number", "edition", "supersedes", "correction_reason", "submitted", "approved"}
    | {"edition_of_content", "circumstances"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two versions say something else. None where one of them says nothing.

    `path` leads there: a name for each level; of a list of records, what tells them apart.
    """

    path: tuple[str, ...]
    before: Any
    after: Any


def differences(before: Content, after: Content) -> list[Difference]:
    """Where two versions differ in substance, in the order of the content."""
    names = [name for name in {**before, **after} if name not in _ADMINISTRATIVE]
    return [found for name in names for found in _differing((name,), before.get(name), after.get(name))]


def _differing(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            yield from _differing((*path, name), before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        old, new = ({_label(row): row for row in rows} for rows in (before, after))
        for label in {**old, **new}:
            yield from _differing((*path, label), old.get(label), new.get(label))
    else:
        yield Difference(path, before, after)


def _label(row: Any) -> str:
    """What tells a record of a list apart from its neighbours."""
    if "share_kind" in row:
        return f"{row['allegation']['position']}:{row['party']['id']}:{row['position']}"
    return str(row.get("number") or row.get("id") or row.get("sha256"))
