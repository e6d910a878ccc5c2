"""Pieces of evidence for tests: registered through the act, reviewed, cited."""

from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.models import (
    Allegation,
    Assignment,
    Charge,
    Citation,
    Determination,
    EvidenceItem,
    EvidenceReview,
    Hearing,
    Party,
)
from accountability.services.evidence_files import path_of
from tests.accountability.inquiry_world import opened

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def upload(name="检验报告.pdf", content=PDF):
    """A file as a request brings it."""
    return SimpleUploadedFile(name, content)


def inquiry():
    """An open investigation whose lead and one member have declared to have no interest."""
    iw = opened().declared()
    iw.act("appoint", iw.w.handler, person=iw.member)
    iw.act("declare_interests", iw.member, declaration="no_interest")
    return iw


def given(iw, **values):
    """Everything that registering asks for."""
    return {
        "kind": "expert_report",
        "title": "水泵检验报告",
        "shows": "密封圈装反",
        "source": "质检中心",
        "collected_at": iw.now - timedelta(hours=2),
        "files": [upload()],
    } | values


def register(iw, by=None, **values):
    """A piece registered by the lead, or by who is given."""
    iw.act("register_evidence", by or iw.lead, **given(iw, **values))
    return EvidenceItem.objects.latest("id")


JUDGED = {
    "authenticity": "established",
    "legality": "established",
    "relevance": "established",
    "weight": "strong",
    "opinion": "与原件一致",
}


def review(iw, item, by=None, **values):
    """Reviewed by the member, or by who is given."""
    iw.act("review", by or iw.member, on=item, **(JUDGED | values))
    return EvidenceReview.objects.filter(item=item).latest("id")


def place(sha256):
    """Where a file lies, made writable so that a test may do harm."""
    found = path_of(sha256)
    found.chmod(0o640)
    return found


def cite(iw, item, *, status="draft", party=None, round_number=1):
    """A determination that cites the piece; its state is written without the acts that lead to it."""
    investigation = iw.investigation
    made = {"investigation": investigation, "made_by": iw.lead, "made_at": iw.now}
    party = party or Party.objects.create(kind="department", department=iw.w.workshop, **made)
    position = Allegation.objects.count() + 1
    allegation = Allegation.objects.create(position=position, text="漏水", **made)
    charge = Charge.objects.create(
        allegation=allegation, party=party, finding="founded", found_by=iw.lead, found_at=iw.now, **made
    )
    edition = Determination.objects.count() + 1
    determination = Determination.objects.create(
        complaint=iw.c,
        round=round_number,
        number=f"{investigation.number}-V{edition}",
        edition=edition,
        outcome="founded",
        facts="密封圈装反",
        reasoning="检验报告",
        **made,
    )
    assignment = Assignment.objects.create(
        determination=determination,
        charge=charge,
        allegation=allegation,
        finding="founded",
        position=1,
        share_kind="sole",
        share=Decimal(100),
        causation="direct",
        conduct="act",
        conduct_text="装反",
        reason="检验报告",
    )
    last = EvidenceReview.objects.filter(item=item).latest("id")
    Citation.objects.create(assignment=assignment, evidence=item, review=last)
    if status != "draft":
        Determination.objects.filter(pk=determination.pk).update(status="submitted", submitted_by=iw.lead)
    if status in {"hearing", "final"}:
        Determination.objects.filter(pk=determination.pk).update(
            status="hearing", approved_by=iw.w.head, approved_at=iw.now, sha256="0" * 64
        )
        Hearing.objects.create(determination=determination, party=party, due_at=iw.now + timedelta(days=5), **made)
    if status == "final":
        Hearing.objects.filter(determination=determination).update(
            status="accepted", answered_at=iw.now, answered_by=iw.w.workshop_head
        )
        Determination.objects.filter(pk=determination.pk).update(status="final", final_at=iw.now, final_by=iw.w.head)
    determination.refresh_from_db()
    return determination
