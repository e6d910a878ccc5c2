"""Parties and interests after the case has ended: where something may still be judged, people keep away. (WF-13)"""

import pytest

from accountability.models import Membership, Party
from accountability.queries.naming import namings_of
from complaints.models import Admission, Complaint, Recusal
from complaints.models.standing import standing_of
from complaints.services import workflow as cases
from complaints.services.doing import ActRefusedError
from complaints.states import Role, State
from tests.accountability.determination.determining import determining
from tests.accountability.inquiry_world import opened, person

pytestmark = pytest.mark.django_db

NEW_ROUND = (
    "A correction answers the charges that were determined. To hold somebody else responsible, have the complaint "
    "reopened: the new round has an investigation of its own."
)


def refused(iw, code, by, **given):
    with pytest.raises(ActRefusedError) as caught:
        iw.act(code, by, **given)
    return caught.value.code, list(caught.value.reasons)


@pytest.fixture
def closed():
    """A complaint that was determined, then closed; the determination is being corrected."""
    iw = determining()
    version = iw.finalised()
    Complaint.objects.filter(pk=iw.c.pk).update(state=State.CLOSED)
    iw.act("correct", iw.w.handler, on=version, reason="笔误")
    return iw


def test_parties_are_named_while_the_investigation_goes_on_though_the_complaint_was_withdrawn():
    iw = opened().declared()
    cases.perform(iw.c.pk, "withdraw", by=iw.w.handler, now=iw.now, given={"medium": "phone", "reason": "不再追究"})
    iw.act("add_party", iw.lead, kind="department", department=iw.w.workshop)
    iw.act("add_party", iw.lead, kind="employee", person=iw.w.nobody)
    assert set(Party.objects.values_list("department", "person")) == {(iw.w.workshop.pk, None), (None, iw.w.nobody.pk)}
    assert list(Recusal.objects.values_list("person", flat=True)) == [iw.w.nobody.pk]
    assert not Complaint.objects.visible_to(standing_of(iw.w.nobody, iw.now)).exists()


def test_an_interest_is_declared_when_a_closed_case_is_corrected(closed):
    iw, kin, other = closed, person("kin", Role.HANDLER, closed.w.service), closed.personnel
    for named in (kin, other):
        iw.act("appoint", iw.w.handler, person=named)
    iw.act("declare_interests", kin, declaration="interest", interest="配偶在供应商处任职")
    iw.act("declare_interests", other, declaration="no_interest")
    assert list(Recusal.objects.values_list("person", "reason")) == [(kin.pk, "配偶在供应商处任职")]
    row = Membership.objects.get(person=kin)
    assert (row.declaration, row.left_at) == ("interest", row.declared_at)
    assert Admission.objects.filter(person=other, ended_at=None).exists()
    assert iw.c.state == State.CLOSED


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("add_party", {"kind": "employee", "name": "某人"}),
        ("add_allegation", {"text": "x", "parties": []}),
        ("charge", {}),
        ("find", {}),
    ],
)
def test_a_correction_charges_nobody_else_and_says_what_to_do(closed, code, given):
    found, reasons = refused(closed, code, closed.lead, **given)
    assert (found, len(reasons), reasons[1]) == ("wrong_state", 2, NEW_ROUND)


def test_once_archived_nobody_is_named_or_asked_any_more(closed):
    iw = closed
    named = person("late", Role.HANDLER, iw.w.service)
    iw.act("appoint", iw.w.handler, person=named)
    assert [row.investigation_id for row in namings_of(named, iw.now)] == [iw.investigation.pk]
    Complaint.objects.filter(pk=iw.c.pk).update(state=State.ARCHIVED)
    assert namings_of(named, iw.now) == []
    for code, by, given in (
        ("declare_interests", named, {"declaration": "interest", "interest": "亲属"}),
        ("appoint", iw.w.handler, {"person": iw.personnel}),
    ):
        assert refused(iw, code, by, **given) == ("missing", ["The complaint is archived."])
    assert not Recusal.objects.exists()
