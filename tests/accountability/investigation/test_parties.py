"""Parties, allegations, charges, findings, merits. (AC-1, AC-5, AC-13, WF-13)"""

import pytest

from accountability.models import Allegation, Charge, Evaluation, Investigation, OutsideParty, Party
from accountability.queries.inquiry import of_investigation
from complaints.models import Complaint, Recusal
from complaints.services import workflow as cases
from complaints.services.doing import ActRefusedError
from complaints.states import Role
from tests.accountability.inquiry_world import opened
from tests.factories import AppointmentFactory, CategoryFactory

pytestmark = pytest.mark.django_db


def declared():
    return opened().declared()


#: Built once for all tests of this file.
BUILD = declared


@pytest.fixture
def steel():
    return OutsideParty.objects.create(code="steel", kind="supplier", name="华东钢材")


def refused(iw, code, by, **given):
    with pytest.raises(ActRefusedError) as caught:
        iw.act(code, by, **given)
    return caught.value.reasons


def named(iw, **given):
    iw.act("add_party", iw.lead, **given)
    return Party.objects.latest("pk")


# -- parties ----------------------------------------------------------------------------------------------------------


def test_four_kinds_of_party(iw, steel):
    parties = [
        named(iw, kind="department", department=iw.w.workshop),
        named(iw, kind="employee", person=iw.w.nobody, department=iw.w.warehouse),
        named(iw, kind="employee", name="临时工老李", department=iw.w.warehouse),
        named(iw, kind="supplier", outside=str(steel.pk)),
    ]
    assert [str(party) for party in parties] == [str(iw.w.workshop), "nobody", "临时工老李", "华东钢材"]
    # A department that only says where an employee works is no party.
    assert of_investigation(iw.investigation, iw.now).party_departments == {iw.w.workshop.pk}


def test_a_person_who_becomes_a_party_keeps_away_from_the_complaint(iw):
    named(iw, kind="employee", person=iw.w.other_handler)
    recusal = Recusal.objects.get(complaint=iw.c, person=iw.w.other_handler)
    assert iw.investigation.number in recusal.reason
    assert not Complaint.objects.visible_to(iw.w.other_handler, iw.now).exists()


def test_people_of_a_department_that_becomes_a_party_do_not_read_the_inquiry(iw):
    AppointmentFactory(person=iw.w.legal, role=Role.HEAD, department=iw.w.warehouse)
    assert Investigation.objects.visible_to(iw.w.legal, iw.now).exists()
    named(iw, kind="department", department=iw.w.warehouse)
    assert not Investigation.objects.visible_to(iw.w.legal, iw.now).exists()
    with pytest.raises(ActRefusedError) as caught:
        iw.act("evaluate", iw.w.legal, legality="yes", severity="yes", tractable="yes")
    assert caught.value.code == "not_visible"


def test_the_handler_becomes_a_party_only_after_another_handler_is_there(iw):
    handler = iw.w.handler
    sentence = "handler handles this case and would become a party: have another handler assigned first."
    assert refused(iw, "add_party", iw.lead, kind="employee", person=handler) == [sentence]
    AppointmentFactory(person=handler, role=Role.LIAISON, department=iw.w.warehouse)
    assert refused(iw, "add_party", iw.lead, kind="department", department=iw.w.warehouse) == [sentence]
    cases.perform(
        iw.c.pk, "assign_handler", by=iw.w.head, now=iw.now, given={"person": iw.w.other_handler, "reason": "移交"}
    )
    iw.c.refresh_from_db()
    named(iw, kind="employee", person=handler)
    with pytest.raises(ActRefusedError):
        iw.act("set_plan", handler, scope="x", plan="x", methods=["expert"])


@pytest.mark.parametrize("which", ["service", "root"])
def test_a_department_that_owns_the_case_is_named_only_after_the_case_was_handed_over(iw, which):
    department = getattr(iw.w, which)
    assert refused(iw, "add_party", iw.lead, kind="department", department=department) == [
        f"{department} owns this case, itself or as a part: hand the case over first, then name the party."
    ]
    assert not Party.objects.exists()


def test_nobody_is_a_party_twice(iw, steel):
    named(iw, kind="department", department=iw.w.workshop)
    named(iw, kind="employee", person=iw.w.nobody)
    named(iw, kind="supplier", outside=str(steel.pk))
    for given, who in (
        ({"kind": "department", "department": iw.w.workshop}, iw.w.workshop),
        ({"kind": "employee", "person": iw.w.nobody}, "nobody"),
        ({"kind": "supplier", "outside": str(steel.pk)}, "华东钢材"),
    ):
        assert refused(iw, "add_party", iw.lead, **given) == [f"{who} is a party already."]


def test_what_does_not_go_together_is_refused(iw, steel):
    w, other = iw.w, "“%s” does not go with this kind of party."
    for given, reason in (
        ({"kind": "department"}, "Name the department."),
        ({"kind": "department", "department": w.workshop, "name": "x"}, other % "Name"),
        ({"kind": "department", "department": w.workshop, "outside": str(steel.pk)}, other % "Supplier or partner"),
        ({"kind": "supplier", "outside": str(steel.pk), "person": w.nobody}, other % "Person"),
        ({"kind": "supplier", "outside": str(steel.pk), "department": w.workshop}, other % "Department"),
        ({"kind": "partner", "outside": str(steel.pk)}, "华东钢材 is in the register as: Supplier."),
        (
            {"kind": "supplier"},
            "Choose the supplier or partner; one that is missing is entered in the register first.",
        ),
        (
            {"kind": "employee"},
            "Name the person, or write the name of somebody without an account: one of the two.",
        ),
        (
            {"kind": "employee", "person": w.nobody, "name": "x"},
            "Name the person, or write the name of somebody without an account: one of the two.",
        ),
    ):
        assert refused(iw, "add_party", iw.lead, **given) == [reason]
    assert not Party.objects.exists()
    assert Recusal.objects.count() == 0


# -- allegations and charges ------------------------------------------------------------------------------------------


def test_one_complaint_several_allegations_against_several_parties_each_with_its_own_finding(iw, steel):
    supplier = named(iw, kind="supplier", outside=str(steel.pk))
    quality = named(iw, kind="department", department=iw.w.workshop)
    other = CategoryFactory()
    iw.act("add_allegation", iw.lead, text="钢材不合格", parties=[str(supplier.pk), str(quality.pk)], category=other)
    iw.act("add_allegation", iw.w.handler, text="态度恶劣", parties=[str(quality.pk), str(quality.pk)])
    first, second = Allegation.objects.order_by("position")
    assert (first.position, first.intake_category, first.category) == (1, iw.c.category, other)
    assert (second.position, second.category) == (2, iw.c.category)
    iw.act("charge", iw.lead, allegation=str(second.pk), party=str(supplier.pk))
    assert set(Charge.objects.values_list("allegation__position", "party")) == {
        (1, supplier.pk),
        (1, quality.pk),
        (2, quality.pk),
        (2, supplier.pk),
    }
    found = {
        (first, supplier): "founded",
        (first, quality): "partly_founded",
        (second, quality): "unfounded",
        (second, supplier): "insufficient_evidence",
    }
    for (allegation, party), finding in found.items():
        row = Charge.objects.get(allegation=allegation, party=party)
        iw.act("find", iw.lead, row=str(row.pk), finding=finding, reason="见证据")
        row.refresh_from_db()
        assert (row.finding, row.reason, row.found_by, row.found_at) == (finding, "见证据", iw.lead, iw.now)


def test_refusals_of_charges(iw, steel):
    party = named(iw, kind="supplier", outside=str(steel.pk))
    assert refused(iw, "add_allegation", iw.lead, text="x", parties=[]) == ["“Against whom” is missing."]
    assert refused(iw, "add_allegation", iw.lead, text="x", parties=["999"]) == [
        "“999” is not one of the choices of “Against whom”."
    ]
    iw.act("add_allegation", iw.lead, text="x", parties=[str(party.pk)])
    allegation = Allegation.objects.get()
    assert refused(iw, "charge", iw.lead, allegation=str(allegation.pk), party=str(party.pk)) == [
        "This allegation is against 华东钢材 already."
    ]
    row = str(Charge.objects.get().pk)
    assert refused(iw, "find", iw.lead, row=row, finding="pending", reason="x") == [
        "“pending” is not one of the choices of “Finding”."
    ]
    assert refused(iw, "find", iw.lead, row=row, finding="founded", reason="") == ["“Reason” is missing."]
    for by in (iw.w.handler, iw.w.quality):
        with pytest.raises(ActRefusedError) as caught:
            iw.act("find", by, row=row, finding="founded", reason="x")
        assert caught.value.code == "not_allowed"


def test_a_charge_of_another_investigation_cannot_be_found_on(iw, steel):
    party = named(iw, kind="supplier", outside=str(steel.pk))
    iw.act("add_allegation", iw.lead, text="x", parties=[str(party.pk)])
    row = Charge.objects.get()
    Charge.objects.filter(pk=row.pk).update(investigation=_other(iw))
    assert refused(iw, "find", iw.lead, row=str(row.pk), finding="founded", reason="x") == [
        f"“{row.pk}” is not one of the choices of “Charge”."
    ]


def _other(iw):
    one = iw.investigation
    return Investigation.objects.create(complaint=iw.c, round=9, number="X", made_by=one.made_by, made_at=one.made_at)


# -- merits -----------------------------------------------------------------------------------------------------------


def test_the_merits_are_evaluated_and_evaluated_again(iw):
    iw.act("evaluate", iw.w.legal, legality="yes", severity="no", severity_reason="未伤人", tractable="yes")
    given = {"legality": "partly", "legality_reason": "部分超期", "severity": "yes", "tractable": "yes"}
    iw.act("evaluate", iw.w.quality, lessons="入库抽检", **given)
    assert list(Evaluation.objects.order_by("id").values_list("made_by__username", "severity", "lessons")) == [
        ("legal", "no", ""),
        ("quality", "yes", "入库抽检"),
    ]


def test_what_is_not_a_plain_yes_says_why(iw):
    given = {"legality": "no", "severity": "partly", "severity_reason": " ", "tractable": "yes"}
    assert refused(iw, "evaluate", iw.w.legal, **given) == ["Say why: Lawful and proper, As serious as classified."]
