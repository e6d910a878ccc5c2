"""The determination of responsibility 责任界定书: who bears what and why, and what that rests on. (AC-6)"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accountability.models import ProcessStep
from accountability.queries.inquiry import Inquiry
from accountability.queries.inquiry_page import EvidenceLine, InquiryPage
from accountability.queries.versions import AllegationShares, DeterminationLine
from accountability.states import DeterminationStatus
from complaints.documents.parts import Document, Field, Form, Part, Place, Prose, Signatures, Table, day, minute, signed
from complaints.models import Department
from complaints.models.standing import Standing
from complaints.punctuation import clauses, labelled, listed, remarked

UNFINISHED = frozenset({DeterminationStatus.DRAFT, DeterminationStatus.SUBMITTED})


def determination(inquiry: Inquiry, standing: Standing) -> Document:
    """The document of one version, in the active language; what is not decided yet carries the word for a draft."""
    page = InquiryPage(inquiry.about_investigation(), standing)
    version = inquiry.subject
    line = next(line for line in page.determinations if line.determination.pk == version.pk)
    parts: list[Part] = [
        _head(page, line),
        _allegations(page, line),
        Prose(version.facts or "–", _("Facts found")),
        _facts(page),
        *_process(page),
        _methods(page),
        *(_shares(group) for group in line.groups),
        *_roundings(line),
        *(_reasons(line)),
        Prose(version.reasoning or "–", _("Reasoning")),
        *_causes(line),
        _hearings(page, version.pk),
        _measures(page),
        _evidence(page, line),
        _validity(page, line),
        _signatures(page, line),
    ]
    return Document(
        f"determination-{version.pk}",
        pgettext("document", "Determination of responsibility"),
        _organisation(page),
        version.number,
        tuple(part for part in parts if part is not None),
        is_confidential=page.complaint.is_confidential,
        watermark=pgettext("document", "DRAFT") if version.status in UNFINISHED else "",
    )


def _organisation(page: InquiryPage) -> str:
    """The name that heads the document: of the root above the owning department."""
    root = page.complaint.owner_department.path.strip("/").split("/")[0]
    row = Department.objects.filter(pk=root or 0).first()
    return str(row or page.complaint.owner_department)


def percent(share: Decimal) -> str:
    """A share as it is written."""
    return f"{share:.2f} %"


def _head(page: InquiryPage, line: DeterminationLine) -> Form:
    complaint, investigation, version = page.complaint, page.investigation, line.determination
    lead = page.inquiry.lead
    rows: list[tuple[Field, ...]] = [
        (Field(_("Complaint number"), complaint.number), Field(_("Investigation"), investigation.number)),
        (Field(_("Subject"), complaint.subject),),
        (Field(_("Received at"), minute(complaint.received_at)), Field(_("Severity"), page.severity_name)),
        (
            Field(_("Owning department"), str(complaint.owner_department)),
            Field(_("Handler"), str(complaint.handler or "")),
        ),
        (
            Field(_("Leads the investigation"), str(lead.person) if lead is not None else ""),
            Field(_("Round"), str(investigation.round)),
        ),
        (
            Field(_("Version"), str(version.edition)),
            Field(_("Status"), str(version.get_status_display())),
        ),
        (Field(_("Finding"), str(version.get_outcome_display() if version.outcome else "")),),
        (Field(_("Parties"), listed(remarked(row, row.get_kind_display()) for row in page.inquiry.parties)),),
    ]
    if version.supersedes is not None:
        text = labelled(version.supersedes.number, version.correction_reason)
        rows.append((Field(_("Corrects"), text),))
    return Form(tuple(rows), _("Case and parties"))


def _allegations(page: InquiryPage, line: DeterminationLine) -> Table:
    found = {row.charge_id: row for row in line.assignments}
    rows = []
    for group in page.allegations:
        for charge in group.charges:
            said = found.get(charge.pk, charge)
            rows.append((str(group.allegation), str(charge.party), str(said.get_finding_display()), charge.reason))
    return Table(
        (_("Allegation"), _("Party"), _("Finding"), _("Reason")),
        tuple(rows),
        _("Allegations and findings"),
        _("None."),
        (30, 18, 14, 38),
    )


def _facts(page: InquiryPage) -> Table:
    rows = [
        (
            str(row.fact),
            str(row.fact.get_status_display()),
            _numbers(row.squares, "supports"),
            _numbers(row.squares, "contradicts"),
        )
        for row in page.matrix.rows
    ]
    return Table(
        (_("Fact to be proved"), _("Status"), _("Supported by"), _("Contradicted by")),
        tuple(rows),
        _("Facts and evidence"),
        _("No fact to be proved was named."),
        (42, 14, 22, 22),
    )


def _numbers(squares: Any, bearing: str) -> str:
    return listed(square.evidence.number.rpartition("-")[2] for square in squares if square.bearing == bearing) or "–"


def _process(page: InquiryPage) -> list[Part]:
    rows = tuple(_step(step) for step in page.process_steps)
    if not rows:
        return []
    headings = (_("Step of the process"), _("Responsible party"), _("Expected"), _("Actual"), _("Deviation"))
    return [Table(headings, rows, _("Process backtracking"), "", (18, 16, 26, 26, 14))]


def _step(step: ProcessStep) -> tuple[str, ...]:
    return (
        str(step),
        str(step.party or "–"),
        signed(step.expected, minute(step.expected_at)),
        signed(step.actual or "–", minute(step.actual_at)),
        signed(str(step.get_deviation_display()), step.remark),
    )


def _methods(page: InquiryPage) -> Form:
    opinions = "\n".join(
        labelled(f"{row.get_kind_display()} {row}", row.opinion or _("not received")) for row in page.opinions
    )
    return Form(
        (
            (Field(_("Methods"), listed(page.method_names) or "–"),),
            (Field(_("Opinions from outside"), opinions or "–"),),
        ),
        _("Methods"),
    )


def _shares(group: AllegationShares) -> Table:
    rows = [
        (
            str(row.charge.party),
            str(row.get_share_kind_display()),
            percent(row.share),
            str(row.get_causation_display()),
            clauses(filter(None, (row.get_conduct_display() if row.conduct else "", row.conduct_text))) or "–",
        )
        for row in group.assignments
    ]
    rows.append((_("Together"), "", percent(group.total), "", ""))
    return Table(
        (_("Party"), _("Responsibility"), _("Share"), _("Causation"), _("Act or omission")),
        tuple(rows),
        _("Who bears what: %(allegation)s") % {"allegation": group.allegation},
        "",
        (22, 18, 12, 12, 36),
    )


def _roundings(line: DeterminationLine) -> list[Part]:
    texts = [group.rounding for group in line.groups if group.rounding]
    return [Prose("\n".join(texts))] if texts else []


def _reasons(line: DeterminationLine) -> list[Part]:
    rows = []
    for row in line.assignments:
        duties = signed(row.duty, *(f"{clause}：{clause.text}" for clause in row.clauses.all()))
        cited = listed(cited.evidence.number.rpartition("-")[2] for cited in row.citations.all())
        rows.append((str(row.charge.party), duties or "–", signed(row.reason, row.authority_reason), cited or "–"))
    headings = (_("Party"), _("Duty breached and clauses"), _("Reason"), _("Evidence cited"))
    return [Table(headings, tuple(rows), _("Why"), _("None."), (18, 34, 35, 13))]


def _causes(line: DeterminationLine) -> list[Part]:
    if not line.causes:
        return []
    names = listed(str(row.cause) for row in line.causes)
    return [Prose(signed(names, line.causes[0].text), _("Root causes"))]


def _hearings(page: InquiryPage, key: int) -> Table:
    rows = []
    for hearing in page.hearings:
        if hearing.determination_id != key:
            continue
        objection = getattr(hearing, "objection", None)
        decision = ""
        if objection is not None:
            decision = signed(
                str(objection.get_status_display()),
                objection.decision_reason,
                f"{objection.decided_by or ''} {day(objection.decided_at)}" if objection.decided_at else "",
            )
        answer = signed(str(hearing.get_status_display()), hearing.answer, minute(hearing.answered_at))
        rows.append((str(hearing.party), answer, objection.grounds if objection is not None else "–", decision or "–"))
    headings = (_("Party"), _("Answer"), _("Objection"), _("Decision on the objection"))
    return Table(
        headings, tuple(rows), _("Hearing of the parties"), _("The parties were not heard yet."), (18, 24, 28, 30)
    )


def _measures(page: InquiryPage) -> Table:
    rows = tuple(
        (
            row.number,
            row.title,
            remarked(row.department, row.owner),
            day(row.due_at),
            str(row.get_status_display()),
        )
        for row in page.measures
    )
    headings = (_("Number"), _("Measure"), _("Department and owner"), _("Due"), _("Status"))
    return Table(headings, rows, _("Measures"), _("None planned."), (15, 35, 22, 14, 14))


def _evidence(page: InquiryPage, line: DeterminationLine) -> Table:
    cited = {item.pk for item in line.cited}
    rows = [_evidence_row(row, is_cited=row.item.pk in cited) for row in page.evidence_held]
    headings = (_("Evidence"), _("What it shows"), _("Review"), _("Files and digests (SHA-256)"))
    return Table(headings, tuple(rows), _("Evidence index"), _("None."), (24, 28, 18, 30))


def _evidence_row(row: EvidenceLine, *, is_cited: bool) -> tuple[str, ...]:
    item, review = row.item, row.review
    title = signed(
        f"{item.number.rpartition('-')[2]} {item.title}",
        str(item.get_kind_display()),
        item.number,
        _("cited") if is_cited else "",
    )
    judged = [f"{name} {word}" for name, _code, word in row.judgements]
    judged.append(labelled(_("Weight"), review.get_weight_display()) if review is not None else _("not reviewed"))
    files = [f"{file.file_name}\n{file.sha256}" for file in row.files]
    return (title, item.shows, "\n".join(judged), "\n".join(files) or "–")


def _validity(page: InquiryPage, line: DeterminationLine) -> Form:
    version = line.determination
    rows: list[tuple[Field, ...]] = [
        (
            Field(_("Submitted"), signed(str(version.submitted_by or ""), minute(version.submitted_at))),
            Field(_("Approved"), signed(str(version.approved_by or ""), minute(version.approved_at))),
        ),
        (Field(_("Opinion of the approver"), version.approval_opinion or "–"),),
    ]
    if version.sha256:
        rows.append((Field(_("Final since"), signed(str(version.final_by or ""), minute(version.final_at))),))
        rows.append((Field(_("Digest of this version (SHA-256)"), version.sha256),))
    return Form(tuple(rows), _("Approval and validity"))


def _signatures(page: InquiryPage, line: DeterminationLine) -> Signatures:
    version = line.determination
    return Signatures(
        (
            Place(_("Leads the investigation"), str(version.submitted_by or ""), day(version.submitted_at)),
            Place(_("Approved by"), str(version.approved_by or ""), day(version.approved_at)),
            Place(_("Organisation"), _organisation(page), day(version.final_at), has_seal=True),
        )
    )
