"""What belongs to the investigation of a complaint: a row of everything that has an address."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability import models
from accountability.services.discipline import report_offence
from accountability.states import Offence
from complaints.states import Role
from tests.accountability.determination.determining import Determining
from tests.accountability.inquiry_world import InquiryWorld, person

WORD = "青檀匾"


def rows(w, complaint):
    """The investigation taken as far as an objection of the workshop; a measure, a discipline record, the registers."""
    world = Determining.__new__(Determining)
    world.__dict__ = InquiryWorld(w, complaint).__dict__
    person("personnel_officer", Role.PERSONNEL, w.service)
    world.open()
    world.declared()
    world.act("appoint", w.handler, person=world.member, department=w.warehouse)
    world.act("declare_interests", world.member, declaration="no_interest")
    file = SimpleUploadedFile(f"{WORD}.txt", f"{WORD}的出库单".encode())
    given = {"kind": "written", "title": f"{WORD}出库单", "shows": "发出时已破损", "source": "仓库"}
    world.act("register_evidence", world.member, collected_at=world.now, files=[file], **given)
    world.workshop, world.maker = world.party(department=w.workshop), world.supplier()
    world.cited = models.EvidenceItem.objects.get(complaint=complaint)
    world.review(world.cited)
    world.charges = [world.charge(world.maker), world.charge(world.workshop)]
    version = world.approved()
    objection = world.objected(version)
    due = world.now + timedelta(days=30)
    measure = {"kind": "corrective", "title": f"{WORD}整改", "description": f"{WORD}加固", "effect_scope": "category"}
    world.act("plan_measure", w.handler, department=w.workshop, person=w.workshop_head, due_at=due, **measure)
    record = report_offence(
        complaint.pk, by=w.handler, now=world.now, offence=Offence.LEAK, facts=f"{WORD}泄露", person=w.warehouse_head
    )
    return {
        "inquiry": world.investigation,
        "evidence": world.cited,
        "evidencefile": world.cited.files.get(),
        "determination": version,
        "hearing": objection.hearing,
        "objection": objection,
        "measure": models.Measure.objects.get(complaint=complaint),
        "discipline": record,
        "inquiryevent": models.InquiryEvent.objects.filter(act="object").get(),
        **_registers(world),
    }


def _registers(world):
    """A row of each register."""
    source = models.LegalSource.objects.create(code="law", names={"en": "Law"}, kind="law")
    cause = models.RootCause(code="people", names={"en": "People"}, path="")
    cause.save()
    models.RootCause.objects.filter(pk=cause.pk).update(path=f"/{cause.pk}/")
    return {
        "outsideparty": world.maker.outside,
        "contract": models.Contract.objects.create(
            outside=world.maker.outside, number="HT-1", title="供货合同", starts_on="2026-01-01"
        ),
        "rootcause": models.RootCause.objects.get(pk=cause.pk),
        "legalsource": source,
        "clause": models.Clause.objects.create(source=source, position=1, reference="1", text="按约履行"),
    }
