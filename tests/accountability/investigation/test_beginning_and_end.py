"""Doing without an investigation, the plan, the findings, the joint group, an end without an outcome. (AC-1, WF-4)"""

from datetime import timedelta

import pytest

from accountability.models import Determination, Investigation, Membership, Party, Task
from accountability.queries.inquiry import of_investigation
from accountability.services import opening
from complaints.models import Admission, ComplaintEvent, Deadline, Finding
from complaints.models.standing import standing_of
from complaints.queries.requirements import CONDITIONS
from complaints.services import workflow as cases
from complaints.services.doing import ActRefusedError
from complaints.states import Role, State
from tests.accountability.inquiry_world import investigating, opened
from tests.factories import AbsenceFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refused(iw, code, by, **given):
    with pytest.raises(ActRefusedError) as caught:
        iw.act(code, by, **given)
    return caught.value.reasons


@pytest.fixture
def proposed():
    """The handler proposed to do without."""
    iw = investigating()
    by = iw.w.handler
    given = {"party_kind": "department", "department": iw.w.workshop}
    cases.perform(iw.c.pk, "add_respondent", by=by, now=iw.now, given=given)
    iw.investigation = opening.propose_waiver(iw.c.pk, by=by, now=iw.now, reason="事实清楚,客户已接受道歉")
    iw.c.refresh_from_db()
    return iw


# -- doing without ----------------------------------------------------------------------------------------------------


def test_approved_the_case_goes_on_for_the_reason_proposed(proposed):
    iw = proposed
    iw.act("approve_waiver", iw.w.head, opinion="同意")
    row = iw.investigation
    assert (row.status, row.decided_by, row.ended_at) == ("waived", iw.w.head, iw.now)
    assert iw.c.state == State.DETERMINED
    finding = Finding.objects.get(complaint=iw.c)
    assert (finding.is_waived, finding.waiver_reason) == (True, "事实清楚,客户已接受道歉")
    assert ComplaintEvent.objects.get(act="waive_determination").actor == iw.w.head


def test_nobody_goes_on_past_an_open_proposal(proposed):
    iw = proposed
    with pytest.raises(ActRefusedError) as caught:
        cases.perform(iw.c.pk, "waive_determination", by=iw.w.handler, now=iw.now, given={"reason": "x"})
    assert caught.value.reasons == ["A formal investigation is open: its outcome is recorded on its own page."]


def test_refused_it_is_investigated_and_the_respondents_are_parties(proposed):
    iw = proposed
    iw.act("refuse_waiver", iw.w.head, reason="事关安全")
    assert (iw.investigation.status, iw.investigation.ended_at, iw.c.state) == ("open", None, State.INVESTIGATING)
    assert [str(party) for party in Party.objects.all()] == [str(iw.w.workshop)]
    iw.act("appoint", iw.w.handler, person=iw.lead, is_lead=True)
    iw.declared()
    assert Membership.objects.get().declaration == "no_interest"


@pytest.mark.parametrize("stands_in", [False, True])
def test_nobody_approves_their_own_proposal_nor_for_whom_they_stand_in(stands_in):
    iw = investigating()
    iw.investigation = opening.propose_waiver(iw.c.pk, by=iw.w.head, now=iw.now, reason="x")
    by = iw.w.head
    if stands_in:
        by = iw.w.executive
        AbsenceFactory(person=iw.w.head, deputy=by, starts_at=iw.now, ends_at=iw.now + DAY)
    reasons = refused(iw, "approve_waiver", by, opinion="同意")
    assert reasons == ["You proposed this yourself; somebody else must decide on it."]
    assert iw.c.state == State.INVESTIGATING


def test_the_handler_does_not_decide_the_proposal(proposed):
    iw = proposed
    for code in ("approve_waiver", "refuse_waiver"):
        with pytest.raises(ActRefusedError) as caught:
            iw.act(code, iw.w.other_handler, opinion="x", reason="x")
        assert caught.value.code in {"not_allowed", "not_visible"}


def test_a_proposal_the_complaint_has_outrun_is_not_approved(proposed):
    iw = proposed
    cases.perform(iw.c.pk, "withdraw", by=iw.w.handler, now=iw.now, given={"medium": "phone", "reason": "不再追究"})
    assert refused(iw, "approve_waiver", iw.w.head, opinion="同意") == [
        "The complaint is no longer under investigation in this round."
    ]
    iw.act("discontinue", iw.w.head, reason="已撤诉")
    assert iw.investigation.status == "discontinued"


# -- plan and findings ------------------------------------------------------------------------------------------------


def test_plan_and_findings():
    iw = opened().declared()
    iw.act("set_plan", iw.w.handler, scope="为何漏水", plan="查入库记录", methods=["expert", "backtracking", "expert"])
    row = iw.investigation
    assert (row.scope, row.plan, row.methods) == ("为何漏水", "查入库记录", ["backtracking", "expert"])
    iw.act("conclude_findings", iw.lead, findings="密封圈不合格")
    assert iw.investigation.findings == "密封圈不合格"
    with pytest.raises(ActRefusedError):
        iw.act("conclude_findings", iw.w.handler, findings="x")
    assert refused(iw, "set_plan", iw.lead, scope="x", plan="x", methods=["guessing"]) == [
        "“guessing” is not one of the choices of “Methods”."
    ]


# -- the joint group --------------------------------------------------------------------------------------------------


def joint(iw, by):
    return CONDITIONS["joint_group"](of_investigation(iw.investigation, iw.now), standing_of(by, iw.now), None)


def test_the_joint_group_of_a_major_case_wants_law_and_quality():
    iw = investigating(severity="major")
    iw.open(is_joint=True)
    iw.declared()
    lacking = f"{Role.LEGAL.label}, {Role.QUALITY.label}"
    assert joint(iw, iw.lead) == f"The joint group of a major case has no member of: {lacking}."
    iw.act("appoint", iw.w.handler, person=iw.w.legal)
    iw.act("appoint", iw.w.handler, person=iw.w.quality)
    iw.act("declare_interests", iw.w.legal, declaration="no_interest")
    text = joint(iw, iw.lead)
    assert text is not None
    assert str(Role.LEGAL.label) not in text
    assert str(Role.QUALITY.label) in text
    iw.act("declare_interests", iw.w.quality, declaration="no_interest")
    assert joint(iw, iw.lead) is None


@pytest.mark.parametrize(("severity", "is_joint"), [("major", False), ("general", True)])
def test_otherwise_no_group_is_asked_for(severity, is_joint):
    iw = investigating(severity=severity)
    iw.open(is_joint=is_joint)
    iw.declared()
    assert joint(iw, iw.lead) is None


# -- discontinuing ----------------------------------------------------------------------------------------------------


def test_while_the_case_waits_for_it_an_investigation_is_not_discontinued():
    iw = opened().declared()
    assert refused(iw, "discontinue", iw.w.handler, reason="x") == [
        "The case still waits for the outcome of this investigation."
    ]


def test_discontinuing_closes_everything_that_is_open():
    iw = opened().declared()
    iw.act("add_task", iw.lead, description="x", person=iw.lead, due_at=iw.now + 10 * DAY)
    outside = {"kind": "expert", "expert": "王工", "question": "为何漏水"}
    iw.act("ask_outside", iw.lead, **outside, due_at=iw.now + 10 * DAY)
    version = Determination.objects.create(
        complaint=iw.c,
        round=1,
        investigation=iw.investigation,
        number="D1",
        edition=1,
        made_by=iw.lead,
        made_at=iw.now,
    )
    cases.perform(iw.c.pk, "withdraw", by=iw.w.handler, now=iw.now, given={"medium": "phone", "reason": "不再追究"})
    iw.act("discontinue", iw.w.handler, reason="已撤诉")
    version.refresh_from_db()
    assert (iw.investigation.status, iw.investigation.decided_by, iw.investigation.ended_at) == (
        "discontinued",
        iw.w.handler,
        iw.now,
    )
    assert Task.objects.get().status == "dropped"
    assert version.status == "abandoned"
    assert not Membership.objects.filter(left_at=None).exists()
    assert not Admission.objects.filter(ended_at=None).exists()
    assert not Deadline.objects.filter(complaint=iw.c, met_at=None, cancelled_at=None).exclude(subject="").exists()
    with pytest.raises(ActRefusedError):
        iw.act("set_plan", iw.w.handler, scope="x", plan="x", methods=["expert"])


def test_an_archived_case_lets_its_investigation_be_discontinued():
    iw = opened().declared()
    cases.perform(iw.c.pk, "withdraw", by=iw.w.handler, now=iw.now, given={"medium": "phone", "reason": "不再追究"})
    cases.perform(iw.c.pk, "archive", by=iw.w.handler, now=iw.now)
    iw.c.refresh_from_db()
    assert iw.c.state == State.ARCHIVED
    iw.act("discontinue", iw.w.handler, reason="已归档")
    assert Investigation.objects.get().status == "discontinued"


# -- the opening ------------------------------------------------------------------------------------------------------


def test_at_the_opening_too_nobody_leads_who_must_keep_away():
    iw = investigating()
    given = {"party_kind": "department", "department": iw.w.warehouse}
    cases.perform(iw.c.pk, "add_respondent", by=iw.w.handler, now=iw.now, given=given)
    with pytest.raises(ActRefusedError) as caught:
        iw.open(lead=iw.w.warehouse_head)
    assert caught.value.reasons == ["warehouse_head must keep away from this case."]
    assert not Investigation.objects.exists()


def test_a_department_complained_of_twice_is_one_party():
    iw = investigating()
    for _ in range(2):
        for given in (
            {"party_kind": "department", "department": iw.w.workshop},
            {"party_kind": "employee", "person": iw.w.nobody},
            {"party_kind": "supplier", "name": "华东钢材"},
        ):
            cases.perform(iw.c.pk, "add_respondent", by=iw.w.handler, now=iw.now, given=given)
    iw.open()
    assert {(row.kind, str(row)) for row in iw.investigation.parties.all()} == {
        ("department", str(iw.w.workshop)),
        ("employee", "nobody"),
    }
    assert iw.investigation.parties.count() == 2
