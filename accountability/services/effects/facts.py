"""Facts to be proved, and what the evidence says of each. (AC-4)"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accountability.models import Allegation, Cell, EvidenceItem, Fact
from accountability.services.doing import Doing, effect
from accountability.states import Bearing, FactStatus
from complaints.services import records

REMARK = 500


@effect("add_fact")
def add_fact(doing: Doing) -> None:
    """Name something that must be proved, for one allegation or for all of them."""
    allegation = None
    if doing.given.get("allegation"):
        allegation = doing.row(Allegation, "allegation", investigation=doing.investigation)
    last = doing.investigation.facts.aggregate(last=Max("position"))["last"] or 0
    fact = doing.add(Fact, position=last + 1, statement=doing.text("statement"), allegation=allegation)
    doing.detail["fact"] = fact.pk
    doing.inquiry.__dict__.pop("facts", None)


@effect("settle_fact")
def settle_fact(doing: Doing) -> None:
    """What the evidence came to, and why. It can be settled anew when more is known; history keeps both."""
    fact = doing.row(Fact, investigation=doing.investigation)
    before = fact.status
    fact.status, fact.reason = FactStatus(doing.given["status"]), doing.text("reason")
    doing.save(fact)
    doing.detail |= {"fact": fact.pk, "status": [before, fact.status.value]}
    doing.inquiry.__dict__.pop("facts", None)


@dataclass(frozen=True, slots=True)
class Filled:
    """One row of the table that was given: a cell of the matrix."""

    fact: Fact
    evidence: EvidenceItem
    bearing: Bearing
    remark: str

    @property
    def key(self) -> tuple[int, int]:
        """Which cell it is."""
        return (self.fact.pk, self.evidence.pk)


@effect("fill_matrix")
def fill_matrix(doing: Doing) -> None:
    """Say what pieces of evidence say of facts, many cells at once; cells that are not named stay as they are.

    Every row that cannot be taken is named, and then none is. The number of statements does not grow with the rows.
    """
    filled = _read(doing)
    known = {
        (cell.fact_id, cell.evidence_id): cell
        for cell in Cell.objects.filter(fact__investigation=doing.investigation).select_for_update()
    }
    new, changed = [], []
    for row in filled:
        cell = known.get(row.key)
        if cell is None:
            new.append(Cell(fact=row.fact, evidence=row.evidence, bearing=row.bearing, remark=row.remark))
        elif (cell.bearing, cell.remark) != (row.bearing, row.remark):
            cell.bearing, cell.remark = row.bearing, row.remark
            changed.append(cell)
    by, reason, now = doing.by, doing.act.code, doing.now
    records.save_all(Cell, new, by=by, reason=reason, now=now)
    Cell.objects.bulk_update(changed, ["bearing", "remark"])
    records.record_history(Cell, [cell.pk for cell in changed], change="~", by=by, reason=reason, now=now)
    doing.detail |= {"filled": len(new), "changed": len(changed)}


def _read(doing: Doing) -> list[Filled]:
    facts = {str(fact.pk): fact for fact in doing.inquiry.facts}
    evidence = {str(item.pk): item for item in doing.inquiry.evidence_held}
    found: list[Filled] = []
    wrong: list[str] = []
    seen: set[tuple[int, int]] = set()
    for number, row in enumerate(doing.given["cells"], start=1):
        text = _problem(row, facts, evidence)
        if text is None:
            one = _filled(row, facts, evidence)
            if one.key not in seen:
                seen.add(one.key)
                found.append(one)
                continue
            text = _("this cell is there twice.")
        wrong.append(_("Row %(number)d%(cell)s: %(problem)s") % _named(number, row, facts, evidence, text))
    if wrong:
        doing.refuse(*wrong)
    return found


def _named(
    number: int, row: Any, facts: Mapping[str, Fact], evidence: Mapping[str, EvidenceItem], text: str
) -> dict[str, Any]:
    """Which row is meant: its number, and the cell where it names one."""
    where = ""
    if isinstance(row, Mapping):
        fact, item = facts.get(str(row.get("fact"))), evidence.get(str(row.get("evidence")))
        if fact is not None and item is not None:
            where = _(" (fact %(fact)d, evidence %(evidence)s)") % {"fact": fact.position, "evidence": item.number}
    return {"number": number, "cell": where, "problem": text}


def _problem(row: Any, facts: Mapping[str, Fact], evidence: Mapping[str, EvidenceItem]) -> str | None:
    if not isinstance(row, Mapping) or set(row) - {"fact", "evidence", "bearing", "remark"}:
        return _("a cell is a fact, a piece of evidence, what it says, and a remark.")
    if str(row.get("fact")) not in facts:
        return _("there is no such fact in this investigation.")
    if str(row.get("evidence")) not in evidence:
        return _("there is no such evidence in the file.")
    return _judgement_problem(row.get("bearing"), str(row.get("remark") or ""))


def _judgement_problem(bearing: Any, remark: str) -> str | None:
    if not bearing:
        return _("say what the evidence says of the fact; a judgement is changed, not taken back.")
    if bearing not in set(Bearing.values):
        return _("evidence supports a fact, contradicts it, or is silent.")
    if len(remark) > REMARK:
        return _("the remark is longer than %(limit)d characters.") % {"limit": REMARK}
    return None


def _filled(row: Mapping[str, Any], facts: Mapping[str, Fact], evidence: Mapping[str, EvidenceItem]) -> Filled:
    return Filled(
        facts[str(row["fact"])],
        evidence[str(row["evidence"])],
        Bearing(row["bearing"]),
        str(row.get("remark") or "").strip(),
    )
