"""What a determination stood in the middle of when it was kept: case, parties, facts, evidence, measures. (AC-6, AC-8)

A part of its content (`queries.content`), of the same kind of plain values. Findings, facts, steps and measures go on
after a version was put to the parties; what the version rested on, and what its document shows, is what is kept here.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from accountability.models import (
    Cell,
    Charge,
    Determination,
    EvidenceFile,
    EvidenceItem,
    EvidenceReview,
    Fact,
    Measure,
    Membership,
    OutsideOpinion,
    Party,
    ProcessStep,
)
from accountability.queries.plain_values import PARTY, Content, act_of, file_of, moment, named_party, review_of
from accountability.states import EvidenceStatus, MeasureStatus
from complaints.models import Department
from complaints.states import PartyKind


def circumstances_of(determination: Determination) -> Content:
    """Everything around the version, as it stands now. As many queries for a large file as for a small one."""
    investigation: Any = determination.investigation
    complaint = investigation.complaint
    lead = Membership.objects.filter(investigation=investigation, is_lead=True, left_at=None).select_related("person")
    return {
        "organisation": _organisation(complaint.owner_department),
        "subject": complaint.subject,
        "received_at": moment(complaint.received_at),
        "severity": _severity(complaint),
        "owner": complaint.owner_department.names,
        "handler": str(complaint.handler or ""),
        "lead": next((str(member.person) for member in lead), ""),
        "is_joint": investigation.is_joint,
        "methods": list(investigation.methods),
        "parties": [_party(row) for row in _of(Party, investigation).select_related(*PARTY).order_by("pk")],
        "charges": [_charge(row) for row in _charges(investigation)],
        "facts": _facts(investigation),
        "steps": [_step(row) for row in _steps(investigation)],
        "opinions": [_opinion(row) for row in _of(OutsideOpinion, investigation).order_by("made_at", "pk")],
        "measures": [_measure(row) for row in _measures(complaint)],
        "evidence": _evidence(complaint),
    }


def _of(model: Any, investigation: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(investigation=investigation)
    return rows


def _organisation(department: Department) -> dict[str, str]:
    """The name that heads the document: of the root above the owning department."""
    root = department.path.strip("/").split("/")[0]
    row = Department.objects.filter(pk=root or 0).first() or department
    return dict(row.names)


def _severity(complaint: Any) -> Content:
    return {
        "code": complaint.severity,
        "names": dict(complaint.policy_version.rules.severity_name(complaint.severity)),
    }


def _party(row: Party) -> Content:
    """An employee with the department, or whatever the source places them in."""
    of = (row.department.names if row.department is not None else row.unit) if row.kind == PartyKind.EMPLOYEE else ""
    return named_party(row) | {"of": of}


def _charges(investigation: Any) -> QuerySet[Charge]:
    rows: QuerySet[Charge] = _of(Charge, investigation).select_related("allegation", *(f"party__{n}" for n in PARTY))
    return rows.order_by("allegation__position", "party_id", "repeat")


def _charge(row: Charge) -> Content:
    return {
        "id": row.pk,
        "allegation": {"position": row.allegation.position, "text": row.allegation.text},
        "party": named_party(row.party),
        "finding": row.finding,
        "reason": row.reason,
    }


def _facts(investigation: Any) -> list[Content]:
    rows = list(_of(Fact, investigation).order_by("position"))
    said: dict[int, list[Content]] = {}
    cells = Cell.objects.filter(fact__in=rows, evidence__status=EvidenceStatus.HELD).select_related("evidence")
    for cell in cells.order_by("evidence_id"):
        said.setdefault(cell.fact_id, []).append(
            {"evidence": cell.evidence.number, "bearing": cell.bearing, "remark": cell.remark}
        )
    return [
        {
            "position": row.position,
            "statement": row.statement,
            "status": row.status,
            "reason": row.reason,
            "said": said.get(row.pk, []),
        }
        for row in rows
    ]


def _steps(investigation: Any) -> QuerySet[ProcessStep]:
    rows: QuerySet[ProcessStep] = _of(ProcessStep, investigation).select_related(*(f"party__{name}" for name in PARTY))
    return rows.prefetch_related("evidence").order_by("position")


def _step(row: ProcessStep) -> Content:
    return {
        "position": row.position,
        "name": row.name,
        "party": named_party(row.party) if row.party is not None else None,
        "expected": row.expected,
        "expected_at": moment(row.expected_at),
        "actual": row.actual,
        "actual_at": moment(row.actual_at),
        "deviation": row.deviation,
        "remark": row.remark,
        "evidence": sorted(item.number for item in row.evidence.all()),
    }


def _opinion(row: OutsideOpinion) -> Content:
    texts = ("kind", "expert", "agency", "qualification", "question", "interest", "opinion")
    return {name: getattr(row, name) for name in texts} | {
        "is_independent": row.is_independent,
        "received_at": moment(row.received_at),
    }


def _measures(complaint: Any) -> QuerySet[Measure]:
    rows = Measure.objects.filter(complaint=complaint).exclude(status=MeasureStatus.CANCELLED)
    return rows.select_related("department", "owner").order_by("pk")


def _measure(row: Measure) -> Content:
    return {
        "number": row.number,
        "kind": row.kind,
        "title": row.title,
        "department": row.department.names,
        "owner": str(row.owner),
        "due_at": moment(row.due_at),
    }


def _evidence(complaint: Any) -> list[Content]:
    """The register of what stands in the file, each piece with its last review and the digests of its files."""
    items = list(
        EvidenceItem.objects.filter(complaint=complaint, status=EvidenceStatus.HELD)
        .select_related("collected_by")
        .order_by("pk")
    )
    files = _grouped(EvidenceFile.objects.filter(item__in=items).order_by("pk"), file_of)
    reviews = {
        row.item_id: review_of(row)
        for row in EvidenceReview.objects.filter(item__in=items)
        .select_related("reviewer")
        .order_by("reviewed_at", "pk")
    }
    return [_item(row) | {"files": files.get(row.pk, []), "review": reviews.get(row.pk)} for row in items]


def _grouped(rows: QuerySet[Any], value: Callable[[Any], Content]) -> dict[int, list[Content]]:
    found: dict[int, list[Content]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(value(row))
    return found


def _item(row: EvidenceItem) -> Content:
    return {
        "id": row.pk,
        "number": row.number,
        "kind": row.kind,
        "title": row.title,
        "shows": row.shows,
        "source": row.source,
        "collected": act_of(row.collected_by, row.collected_at),
        "is_original": row.is_original,
        "is_restricted": row.is_restricted,
    }
