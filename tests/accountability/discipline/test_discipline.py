"""Discipline: reported from a case, heard and decided by human resources, seen by few. (AC-12)"""

import pytest

from accountability.models import DisciplineRecord
from accountability.services.discipline import report_offence
from accountability.states import DisciplineStatus, Offence
from complaints.models import Notice
from complaints.services.doing import ActRefusedError
from tests.accountability import inquiry_world

pytestmark = pytest.mark.django_db

#: Built once for all tests of this file.
BUILD = inquiry_world.opened


def report(iw, by=None, **values):
    given = {"offence": Offence.CONCEALMENT, "facts": "隐瞒了返工记录", "person": iw.w.liaison} | values
    return report_offence(iw.c.pk, by=by or iw.w.handler, now=iw.now, **given)


def test_human_resources_hear_and_decide_and_who_reported_is_told(iw):
    record = report(iw)
    assert Notice.objects.get(kind="inquiry.report_offence").recipient == iw.personnel
    iw.act("hear_person", iw.personnel, on=record, statement="忘了记录")
    iw.act("decide", iw.personnel, on=record, decision="书面警告", reason="情节较轻")
    iw.act("carry_out", iw.personnel, on=record)
    assert record.status == DisciplineStatus.CARRIED_OUT
    assert (record.decided_by, record.decision) == (iw.personnel, "书面警告")
    assert Notice.objects.filter(kind="inquiry.decide", recipient=iw.w.handler).exists()


def test_nothing_is_decided_before_the_person_was_heard(iw):
    record = report(iw)
    with pytest.raises(ActRefusedError) as refusal:
        iw.act("decide", iw.personnel, on=record, decision="书面警告", reason="x")
    assert refusal.value.code == "wrong_state"


def test_only_human_resources_who_reported_and_auditors_see_it(iw):
    report(iw)
    people = {**iw.w.people, "personnel": iw.personnel, "lead": iw.lead}
    seeing = {name for name, who in people.items() if DisciplineRecord.objects.visible_to(who).exists()}
    assert seeing == {"handler", "personnel", "auditor"}


def test_the_person_concerned_never_sees_it_whatever_office_they_hold(iw):
    report(iw, person=iw.personnel)
    assert not DisciplineRecord.objects.visible_to(iw.personnel).exists()
    with pytest.raises(ActRefusedError) as refusal:
        iw.act("hear_person", iw.personnel, on=DisciplineRecord.objects.get(), statement="x")
    assert refusal.value.code == "not_visible"
    assert not Notice.objects.filter(kind="inquiry.report_offence", recipient=iw.personnel).exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"person": None, "name": " "}, "Say who it is about."),
        ({"facts": ""}, "Say what happened."),
    ],
)
def test_a_report_says_who_and_what(iw, values, sentence):
    with pytest.raises(ActRefusedError) as refusal:
        report(iw, **values)
    assert refusal.value.reasons == [sentence]


def test_who_does_not_work_on_the_case_reports_nothing(iw):
    for who, code in (("nobody", "not_visible"), ("liaison", "not_allowed")):
        with pytest.raises(ActRefusedError) as refusal:
            report(iw, by=getattr(iw.w, who), person=iw.w.workshop_head)
        assert refusal.value.code == code
