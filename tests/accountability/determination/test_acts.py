"""Every act on determinations, hearings and objections: what it does and what it refuses. (AC-6, AC-7, AC-8)"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from accountability import tasks
from accountability.acts import Subject
from accountability.models import Charge, EvidenceItem, Hearing, InquiryEvent, Membership, Objection, OutsideParty
from accountability.queries.content import content_of, differences, digest_of, is_intact
from accountability.services import silence, workflow
from complaints.models import Absence, Complaint, Deadline, Department, Finding, Notice, Recusal
from complaints.queries.calendars import working_calendar
from complaints.services.doing import ActRefusedError
from complaints.states import Role
from tests.accountability.determination.determining import determining, in_days
from tests.factories import AppointmentFactory, UserFactory, appointed

pytestmark = pytest.mark.django_db

#: Built once for all tests of this file.
BUILD = determining


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def refused(iw, code, by, *, on, **given):
    """Why the act was refused; an act that is taken fails the test."""
    with pytest.raises(ActRefusedError) as refusal:
        iw.act(code, by, on=on, **given)
    return refusal.value.code, " ".join(refusal.value.reasons)


def told(kind):
    """Who was told of an act, and of which subject."""
    rows = Notice.objects.filter(kind=f"inquiry.{kind}").select_related("recipient")
    return {(row.recipient.username, row.detail["subject"].split(":")[0]) for row in rows}


# -- submit and approve ---------------------------------------------------------------------------------------------


def test_submitting_says_everything_that_is_missing_at_once(iw):
    iw.charge(iw.employee(), finding="pending")
    bad = iw.row(iw.charges[0], "secondary", "60", reason="", evidence=[], had_ability=None, duty="", conduct_text="")
    version = iw.written([bad])
    code, text = refused(iw, "submit", iw.lead, on=version)
    assert code == "missing"
    for part in (
        "Nothing is said of",
        "missing is Reason",
        "Without a finding",
        "stands beside a primary one",
        "The shares make 60.00",
        "Not answered whether they had the authority",
        "Rests on no reviewed evidence",
        "No clause, contract or rule",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("outcome", "finding", "expected"),
    [
        ("unfounded", "founded", "the whole is founded or partly founded"),
        ("insufficient_evidence", "partly_founded", "the whole is founded or partly founded"),
        ("founded", "unfounded", "the whole cannot be"),
        ("insufficient_evidence", "unfounded", "On no charge was the evidence insufficient"),
    ],
)
def test_the_outcome_follows_from_the_findings(iw, outcome, finding, expected):
    Charge.objects.all().update(finding=finding)
    rows = iw.rows() if finding in ("founded", "partly_founded") else []
    version = iw.written(rows, outcome=outcome)
    assert expected in refused(iw, "submit", iw.lead, on=version)[1]


def test_a_finding_that_changed_since_the_draft_is_named(iw):
    version = iw.written()
    Charge.objects.filter(pk=iw.charges[0].pk).update(finding="partly_founded")
    assert "Found otherwise" in refused(iw, "submit", iw.lead, on=version)[1]


def test_submitting_takes_the_review_that_counts_now(iw):
    version = iw.written()
    later = iw.review(iw.cited, weight="weak", reviewer=iw.w.quality)
    iw.act("submit", iw.lead, on=version)
    assert {c.review for row in version.assignments.all() for c in row.citations.all()} == {later}
    assert (version.submitted_by, version.status) == (iw.lead, "submitted")
    assert told("submit") == {("head", "determination"), ("executive", "determination")}


def test_evidence_that_a_later_review_rejects_cannot_be_cited(iw):
    version = iw.written()
    iw.review(iw.cited, weight="none", reviewer=iw.w.quality)
    _code, text = refused(iw, "submit", iw.lead, on=version)
    assert "Cannot be cited any more" in text
    assert "Rests on no reviewed evidence" in text


def test_withdrawn_evidence_cannot_be_cited(iw):
    version = iw.written()
    EvidenceItem.objects.filter(pk=iw.cited.pk).update(status="withdrawn", end_reason="重复")
    assert "Cannot be cited any more" in refused(iw, "submit", iw.lead, on=version)[1]


def test_sent_back_it_is_a_draft_again(iw):
    version = iw.submitted()
    iw.act("send_back", iw.w.head, on=version, reason="理由不足")
    assert (version.status, version.submitted_by, version.submitted_at) == ("draft", None, None)
    assert told("send_back") == {("lead", "determination")}
    iw.submitted()


def test_nobody_approves_what_they_wrote_or_investigated(iw):
    Membership.objects.filter(person=iw.lead).update(person=iw.w.head)
    iw.act("draft", iw.w.head)
    version = iw.version
    given = {"outcome": "founded", "facts": "x", "reasoning": "y", "assignments": iw.rows()}
    iw.act("write", iw.w.head, on=version, **given)
    iw.act("submit", iw.w.head, on=version)
    for code, given in (("approve", {"opinion": "同意"}), ("send_back", {"reason": "不妥"})):
        assert "somebody else decides" in refused(iw, code, iw.w.head, on=version, **given)[1]
    Membership.objects.create(
        investigation=iw.investigation, person=iw.w.executive, made_at=iw.now, left_at=iw.now, left_reason="换人"
    )
    assert "somebody else decides" in refused(iw, "approve", iw.w.executive, on=version, opinion="同意")[1]


def test_a_deputy_of_the_author_does_not_approve(iw):
    version = iw.submitted()
    Absence.objects.create(
        person=iw.lead, deputy=iw.w.head, starts_at=iw.now - timedelta(days=1), ends_at=iw.now + timedelta(days=9)
    )
    assert "somebody else decides" in refused(iw, "approve", iw.w.head, on=version, opinion="同意")[1]
    iw.act("approve", iw.w.executive, on=version, opinion="同意")


def test_what_somebody_recused_wrote_or_reviewed_goes_no_further(iw):
    version = iw.submitted()
    Recusal.objects.create(
        complaint=iw.c, person=iw.w.legal, reason="亲属", recorded_by=iw.w.handler, recorded_at=iw.now
    )
    assert "must keep away" in refused(iw, "approve", iw.w.head, on=version, opinion="同意")[1]


def test_approving_opens_a_hearing_for_each_party_once(iw):
    again = iw.allegation("迟延送达")
    version = iw.approved([*iw.rows(), iw.row(iw.charge(iw.workshop, again), "sole")])
    assert (version.status, version.approved_by, version.approval_opinion) == ("hearing", iw.w.head, "同意")
    hearings = Hearing.objects.filter(determination=version)
    assert {row.party for row in hearings} == {iw.maker, iw.workshop}
    limit = iw.w.policy.rules.determination.hearing
    due = working_calendar(iw.c.calendar).add(iw.now, limit).due_at
    assert {row.due_at for row in hearings} == {due}
    clocks = Deadline.objects.filter(subject__startswith="hearing:")
    assert {(clock.subject, clock.due_at, clock.owner) for clock in clocks} == {
        (f"hearing:{iw.hearing(iw.maker).pk}", due, None),
        (f"hearing:{iw.hearing(iw.workshop).pk}", due, iw.w.liaison),
    }


def test_parties_are_told_of_their_hearing_and_of_nobody(iw):
    iw.approved()
    assert told("approve") == {("liaison", "hearing"), ("workshop_head", "hearing")}
    assert told("put_to_parties") == {("lead", "determination")}
    notice = Notice.objects.get(kind="inquiry.approve", recipient=iw.w.liaison)
    hearing = iw.hearing(iw.workshop)
    assert notice.detail == {
        "number": iw.c.number,
        "subject": f"hearing:{hearing.pk}",
        "due_at": hearing.due_at.isoformat(),
    }


# -- hearing --------------------------------------------------------------------------------------------------------


def test_a_party_accepts(iw):
    iw.approved()
    hearing = iw.hearing(iw.workshop)
    iw.act("accept_determination", iw.w.liaison, on=hearing, answer="无异议")
    assert (hearing.status, hearing.answer, hearing.answered_by) == ("accepted", "无异议", iw.w.liaison)
    clock = Deadline.objects.get(subject=f"hearing:{hearing.pk}")
    assert clock.met_at == iw.now
    assert refused(iw, "object", iw.w.liaison, on=hearing, grounds="x")[0] == "wrong_state"


def test_only_the_party_answers(iw):
    iw.approved()
    hearing = iw.hearing(iw.workshop)
    for person in (iw.w.warehouse_head, iw.w.nobody, iw.w.intake):
        assert refused(iw, "object", person, on=hearing, grounds="x")[0] == "not_visible"
    for person in (iw.lead, iw.w.handler, iw.w.head, iw.w.executive):
        assert refused(iw, "accept_determination", person, on=hearing)[0] == "not_allowed"


def test_whoever_stands_in_for_the_head_of_a_party_answers_and_judges_nothing(iw):
    version = iw.submitted()
    deputy = appointed(Role.HEAD, iw.w.service, username="second_head")
    Absence.objects.create(
        person=iw.w.workshop_head, deputy=deputy, starts_at=iw.now, ends_at=iw.now + timedelta(days=30)
    )
    assert refused(iw, "approve", deputy, on=version, opinion="同意")[0] == "not_visible"
    iw.act("approve", iw.w.head, on=version, opinion="同意")
    iw.act("accept_determination", deputy, on=iw.hearing(iw.workshop))


def test_what_a_supplier_says_is_recorded_and_what_others_say_is_not(iw):
    iw.approved()
    given = {"medium": "phone", "answer": "认可"}
    assert "answer themselves" in refused(iw, "record_answer", iw.lead, on=iw.hearing(iw.workshop), **given)[1]
    hearing = iw.hearing(iw.maker)
    iw.act("record_answer", iw.w.handler, on=hearing, **given)
    assert (hearing.status, hearing.medium, hearing.answered_by) == ("accepted", "phone", iw.w.handler)


def test_an_objection_that_is_recorded_is_an_objection(iw):
    iw.approved()
    hearing = iw.hearing(iw.maker)
    iw.act("record_answer", iw.lead, on=hearing, medium="letter", answer="出厂检验合格", is_objection=True)
    assert hearing.status == "objected"
    assert Objection.objects.get(hearing=hearing).grounds == "出厂检验合格"


@pytest.mark.parametrize("is_active", [True, False])
def test_an_employee_answers_in_person_unless_gone(iw, is_active):
    worker = iw.employee()
    charge = iw.charge(worker)
    iw.approved([*iw.rows()[:1], iw.row(iw.charges[1], "secondary", "20"), iw.row(charge, "secondary", "10")])
    type(worker.person).objects.filter(pk=worker.person.pk).update(is_active=is_active)
    given = {"medium": "phone", "answer": "认可"}
    if is_active:
        assert "in person" in refused(iw, "record_answer", iw.lead, on=iw.hearing(worker), **given)[1]
        iw.act("accept_determination", worker.person, on=iw.hearing(worker))
    else:
        iw.act("record_answer", iw.lead, on=iw.hearing(worker), **given)


def test_more_time_is_given_never_less(iw):
    iw.approved()
    hearing = iw.hearing(iw.workshop)
    old = hearing.due_at
    assert "must be later" in refused(iw, "extend", iw.lead, on=hearing, due_at=old, reason="补充材料")[1]
    iw.act("extend", iw.lead, on=hearing, due_at=old + timedelta(days=3), reason="补充材料")
    assert hearing.due_at == old + timedelta(days=3)
    assert Deadline.objects.get(subject=f"hearing:{hearing.pk}").due_at == hearing.due_at


# -- silence --------------------------------------------------------------------------------------------------------


def test_silence_is_acceptance_once_on_record_by_the_system(iw):
    iw.approved()
    hearing = iw.hearing(iw.workshop)
    assert silence.close_silent(hearing.due_at - timedelta(seconds=1)) == 0
    iw.act("extend", iw.lead, on=iw.hearing(iw.maker), due_at=hearing.due_at + timedelta(days=1), reason="补充")
    assert silence.close_silent(hearing.due_at) == 1
    assert silence.close_silent(hearing.due_at) == 0
    hearing.refresh_from_db()
    assert (hearing.status, hearing.answered_by, hearing.answered_at) == ("silent", None, hearing.due_at)
    event = InquiryEvent.objects.get(act="fall_silent")
    assert (event.actor, event.subject, event.to_state) == (None, f"hearing:{hearing.pk}", "silent")
    assert Deadline.objects.get(subject=f"hearing:{hearing.pk}").next_action_at is None
    assert silence.close_silent(hearing.due_at + timedelta(days=1)) == 1


def test_the_scheduled_task_looks_for_silence(iw):
    iw.approved()
    with time_machine.travel(in_days(iw, 30), tick=False):
        tasks.close_hearings()
    assert set(Hearing.objects.values_list("status", flat=True)) == {"silent"}


def test_more_time_given_while_silence_is_looked_for_counts(iw):
    iw.approved()
    hearing = iw.hearing(iw.workshop)
    with pytest.raises(ActRefusedError):
        workflow.perform_by_system(
            Subject.HEARING, hearing.pk, "fall_silent", now=hearing.due_at - timedelta(minutes=1)
        )


def test_silent_parties_let_the_determination_become_final(iw):
    version = iw.approved()
    in_days(iw, 30)
    assert silence.close_silent(iw.now) == 2
    iw.act("finalise", iw.w.handler, on=version, opinion="已查明")
    assert version.status == "final"


# -- objection ------------------------------------------------------------------------------------------------------


def test_an_objection_goes_to_who_stands_above_both(iw):
    iw.approved()
    objection = iw.objected()
    assert (objection.status, objection.grounds, objection.superior) == ("filed", "比例过高", iw.w.executive)
    assert objection.route == [
        {"role": "head", "department": iw.w.root.pk, "why": "vacant"},
        {"role": "executive", "department": iw.w.root.pk, "person": iw.w.executive.pk, "why": "found"},
    ]
    assert told("object") == {("lead", "hearing"), ("executive", "hearing"), ("head", "hearing")}
    assert Deadline.objects.get(subject=f"objection:{objection.pk}").owner == iw.w.executive
    assert InquiryEvent.objects.get(act="object").detail["route"] == objection.route


def test_a_dismissed_objection_lets_it_become_final_and_an_upheld_one_does_not(iw):
    version = iw.approved()
    objection = iw.objected()
    iw.answered(version)
    assert "waits for its decision" in refused(iw, "finalise", iw.w.handler, on=version, opinion="x")[1]
    assert "waits for its decision" in refused(iw, "revise", iw.lead, on=version, reason="x")[1]
    for person in (iw.lead, iw.w.head, iw.w.handler):
        assert refused(iw, "dismiss_objection", person, on=objection, reason="x")[0] == "not_allowed"
    assert refused(iw, "uphold", iw.w.workshop_head, on=objection, reason="x")[0] == "not_allowed"
    iw.act("dismiss_objection", iw.w.executive, on=objection, reason="比例与原因力相当")
    assert (objection.status, objection.decided_by) == ("dismissed", iw.w.executive)
    iw.act("finalise", iw.w.handler, on=version, opinion="已查明")


def test_who_has_it_determined_anew_may_approve_what_the_group_writes_then(iw):
    version = iw.approved()
    iw.act("revise", iw.w.head, on=version, reason="证据有新情况")
    assert iw.version.made_by == iw.lead
    assert iw.approved().approved_by == iw.w.head


def test_an_upheld_objection_is_determined_anew(iw):
    version = iw.approved()
    iw.act("uphold", iw.w.executive, on=iw.objected(), reason="比例应调整")
    iw.answered(version)
    assert "determine anew" in refused(iw, "finalise", iw.w.handler, on=version, opinion="x")[1]
    iw.act("revise", iw.lead, on=version, reason="按决定调整比例")
    assert (version.status, version.ended_at) == ("abandoned", iw.now)
    new = iw.version
    assert (new.edition, new.status, new.correction_reason, new.supersedes) == (2, "draft", "按决定调整比例", None)
    assert differences(content_of(version), content_of(new)) == []
    one, two = iw.charges
    iw.finalised([iw.row(one, "primary", "80"), iw.row(two, "secondary", "20")])
    assert new.edition == 2
    assert iw.c.state == "determined"


def test_a_referred_objection_waits_for_the_opinion(iw):
    version = iw.approved()
    objection = iw.objected()
    asked = {"kind": "assessor", "expert": "王教授", "agency": "质检研究院", "question": "漏水是装配所致吗"}
    iw.act("refer", iw.lead, on=objection, **asked)
    assert objection.status == "referred"
    for code in ("uphold", "dismiss_objection"):
        assert "has not been received" in refused(iw, code, iw.w.executive, on=objection, reason="x")[1]
    opinion = str(objection.opinion_id)
    given = {"row": opinion, "opinion": "系零件缺陷", "is_independent": True}
    assert refused(iw, "record_opinion", iw.lead, on=iw.investigation, **(given | {"is_independent": False}))
    iw.act("record_opinion", iw.lead, **given)
    iw.act("dismiss_objection", iw.w.executive, on=objection, reason="专家意见支持原界定")
    iw.answered(version)
    iw.act("finalise", iw.w.handler, on=version, opinion="已查明")


def test_whoever_had_part_in_it_does_not_decide_as_a_deputy(iw):
    iw.approved()
    objection = iw.objected()
    Absence.objects.create(
        person=iw.w.executive, deputy=iw.w.head, starts_at=iw.now, ends_at=iw.now + timedelta(days=9)
    )
    assert "had part in" in refused(iw, "dismiss_objection", iw.w.head, on=objection, reason="x")[1]


def test_when_nobody_is_left_above_the_objection_waits_and_administrators_know(iw):
    version = iw.submitted()
    iw.act("approve", iw.w.executive, on=version, opinion="同意")
    objection = iw.objected()
    assert objection.superior is None
    assert [entry["why"] for entry in objection.route] == ["vacant", "approver", "approver"]
    assert ("administrator", "hearing") in told("object")
    chief = appointed(Role.HEAD, iw.w.root, username="chief")
    iw.act("seek_superior", iw.w.head, on=objection, reason="已任命")
    assert objection.superior == chief
    assert told("seek_superior") == {("chief", "objection")}
    assert Deadline.objects.get(subject=f"objection:{objection.pk}").owner == chief
    iw.act("dismiss_objection", chief, on=objection, reason="维持")


def test_the_handler_learns_when_everybody_was_heard(iw):
    iw.approved()
    objection = iw.objected()
    iw.act("record_answer", iw.lead, on=iw.hearing(iw.maker), medium="phone", answer="认可")
    heard = Notice.objects.filter(recipient=iw.w.handler, detail__all_heard=True)
    assert not heard.exists()
    iw.act("dismiss_objection", iw.w.executive, on=objection, reason="维持")
    assert [notice.kind for notice in heard] == ["inquiry.dismiss_objection"]


def test_the_last_silence_is_told_to_the_handler_once(iw):
    iw.approved()
    silence.close_silent(in_days(iw, 30))
    assert Notice.objects.filter(recipient=iw.w.handler, detail__all_heard=True).count() == 1


# -- determine anew -------------------------------------------------------------------------------------------------


def test_determining_anew_lets_hearings_lapse_and_leaves_out_what_cannot_be_cited(iw):
    other = iw.evidence(title="检验报告")
    one, two = iw.charges
    version = iw.approved(
        [iw.row(one, "primary", "70", evidence=[iw.cited.pk, other.pk]), iw.row(two, "secondary", "30")]
    )
    hearing = iw.hearing(iw.workshop)
    iw.act("accept_determination", iw.w.liaison, on=hearing)
    iw.review(other, weight="none")
    iw.act("revise", iw.lead, on=version, reason="新情况")
    assert {row.party: row.status for row in Hearing.objects.all()} == {iw.workshop: "accepted", iw.maker: "lapsed"}
    assert Deadline.objects.filter(subject__startswith="hearing:", next_action_at__isnull=False).count() == 0
    cited = {c.evidence for row in iw.version.assignments.all() for c in row.citations.all()}
    assert cited == {iw.cited}
    assert InquiryEvent.objects.get(act="revise").detail["evidence_left_out"] == [other.number]
    assert silence.close_silent(in_days(iw, 60)) == 0


# -- final ----------------------------------------------------------------------------------------------------------


def test_final_moves_the_complaint_and_concludes_the_investigation_at_once(iw):
    version = iw.finalised()
    finding = Finding.objects.get(complaint=iw.c)
    assert (iw.c.state, finding.outcome, finding.opinion) == ("determined", "founded", "已查明")
    assert (iw.investigation.status, iw.investigation.decided_by, iw.investigation.ended_at) == (
        "concluded",
        iw.w.handler,
        iw.now,
    )
    assert (version.final_by, version.final_at) == (iw.w.handler, iw.now)
    assert version.content == content_of(version)
    assert version.sha256 == digest_of(version.content)
    assert is_intact(version)
    event = Complaint.objects.get(pk=iw.c.pk).events.get(act="determine")
    assert event.actor == iw.w.handler


def test_renaming_afterwards_leaves_the_version_intact_and_a_forgery_does_not(iw):
    version = iw.finalised()
    Department.objects.filter(pk=iw.w.workshop.pk).update(names={"zh-hans": "装配车间"})
    OutsideParty.objects.filter(pk=iw.maker.outside_id).update(name="改名后的供应商")
    assert is_intact(version)
    names = [row["party"]["name"] for row in version.content["assignments"]]
    assert names == ["某供应商", iw.w.workshop.names]
    version.content["assignments"][0]["share"] = "10.00"
    assert not is_intact(version)


def test_an_unfounded_complaint_goes_straight_to_feedback(iw):
    Charge.objects.all().update(finding="unfounded", reason="使用不当")
    version = iw.finalised([], outcome="unfounded")
    assert (version.status, iw.c.state) == ("final", "completed")
    assert Finding.objects.get(complaint=iw.c).outcome == "unfounded"


def test_insufficient_evidence_is_a_lawful_outcome(iw):
    Charge.objects.all().update(finding="insufficient_evidence", reason="原件灭失")
    iw.finalised([], outcome="insufficient_evidence")
    assert (iw.c.state, Finding.objects.get(complaint=iw.c).outcome) == ("determined", "insufficient_evidence")


def test_unclear_causation_is_heard_but_never_final(iw):
    one, two = iw.charges
    version = iw.approved([iw.row(one, "primary", "70", causation="unclear"), iw.row(two, "secondary", "30")])
    iw.answered(version)
    text = refused(iw, "finalise", iw.w.handler, on=version, opinion="x")[1]
    assert "investigate further or ask for an expert evaluation" in text
    iw.act("revise", iw.lead, on=version, reason="委托专家评估")
    iw.finalised()


def test_a_complaint_whose_department_has_not_replied_waits(iw):
    version = iw.approved()
    iw.answered(version)
    iw.c.contactsheets.update(status="acknowledged")
    assert "contact sheet" in refused(iw, "finalise", iw.w.handler, on=version, opinion="x")[1]
    version.refresh_from_db()
    assert version.status == "hearing"


def test_who_is_not_heard_yet_is_named(iw):
    version = iw.approved()
    text = refused(iw, "finalise", iw.w.handler, on=version, opinion="x")[1]
    assert "Not answered yet" in text
    assert "某供应商" in text


def test_after_the_complaint_moved_on_a_first_version_goes_nowhere(iw):
    version = iw.submitted()
    iw.w.act(iw.c, "withdraw", iw.w.handler, now=iw.now, medium="phone", reason="不投诉了")
    code, text = refused(iw, "approve", iw.w.head, on=version, opinion="同意")
    assert (code, text) == ("wrong_state", "The complaint is no longer under investigation in this round.")


# -- correction -----------------------------------------------------------------------------------------------------


def test_a_correction_supersedes_and_does_not_move_the_complaint(iw):
    old = iw.finalised()
    digest, events = old.sha256, iw.c.events.count()
    one, two = iw.charges
    new = iw.corrected(old, [iw.row(one, "primary", "60"), iw.row(two, "secondary", "40")])
    old.refresh_from_db()
    assert (old.status, old.ended_at, old.sha256) == ("superseded", iw.now, digest)
    assert (new.status, new.edition, new.supersedes, new.correction_reason) == ("final", 2, old, "笔误")
    assert is_intact(old)
    assert is_intact(new)
    assert (iw.c.state, iw.c.events.count()) == ("determined", events)
    changed = {
        (found.path[0], found.path[-1], found.before, found.after) for found in differences(old.content, new.content)
    }
    assert changed == {("assignments", "share", "70.00", "60.00"), ("assignments", "share", "30.00", "40.00")}


def test_a_correction_may_find_otherwise_and_says_so_to_the_handler(iw):
    old = iw.finalised()
    one, two = iw.charges
    rows = [
        iw.row(one, "sole", finding="partly_founded"),
        iw.row(two, "none", finding="unfounded", reason="非车间所致"),
    ]
    new = iw.corrected(old, rows, outcome="partly_founded")
    assert {charge.pk: charge.finding for charge in Charge.objects.all()} == {
        one.pk: "partly_founded",
        two.pk: "unfounded",
    }
    assert Finding.objects.get(complaint=iw.c).outcome == "founded"
    event = InquiryEvent.objects.filter(act="finalise").order_by("-id")[0]
    assert (event.detail["superseded"], event.detail["went_on_with"]) == (old.number, "founded")
    assert event.detail["outcome"] == "partly_founded"
    assert new.outcome == "partly_founded"
    notice = Notice.objects.filter(kind="inquiry.finalise", detail__outcome_differs=True)
    assert iw.lead.pk in set(notice.values_list("recipient", flat=True))


def test_a_correction_is_possible_after_the_complaint_went_on_until_it_is_archived(iw):
    old = iw.finalised()
    Complaint.objects.filter(pk=iw.c.pk).update(state="closed")
    new = iw.corrected(old)
    assert (new.status, iw.investigation.status) == ("final", "concluded")
    Complaint.objects.filter(pk=iw.c.pk).update(state="archived")
    assert "archived" in refused(iw, "correct", iw.w.handler, on=new, reason="x")[1]


def test_a_correction_begun_before_archiving_stops_there(iw):
    new = iw.corrected(iw.finalised(), until="submit")
    Complaint.objects.filter(pk=iw.c.pk).update(state="archived")
    assert refused(iw, "approve", iw.w.head, on=new, opinion="同意")[0] == "wrong_state"


def test_who_asked_for_a_correction_does_not_approve_it(iw):
    old = iw.finalised()
    iw.act("correct", iw.w.head, on=old, reason="笔误")
    new = iw.version
    iw.written(on=new)
    iw.act("submit", iw.lead, on=new)
    assert "somebody else decides" in refused(iw, "approve", iw.w.head, on=new, opinion="同意")[1]
    iw.act("approve", iw.w.executive, on=new, opinion="同意")


def test_one_version_is_worked_on_at_a_time(iw):
    old = iw.finalised()
    iw.act("correct", iw.w.handler, on=old, reason="笔误")
    assert "being worked on already" in refused(iw, "correct", iw.w.handler, on=old, reason="又一处")[1]


def test_a_correction_that_is_determined_anew_still_corrects(iw):
    old = iw.finalised()
    new = iw.corrected(old, until="approve")
    iw.act("revise", iw.lead, on=new, reason="再议")
    third = iw.version
    assert (third.supersedes, third.correction_reason, third.edition) == (old, "笔误", 3)
    iw.submitted(on=third)
    iw.act("approve", iw.w.head, on=third, opinion="同意")
    iw.answered(third)
    iw.act("finalise", iw.w.handler, on=third, opinion="更正")
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status, third.status) == ("superseded", "abandoned", "final")


def test_a_lead_who_has_gone_is_replaced_for_a_correction(iw):
    old = iw.finalised()
    successor = UserFactory(username="successor")
    AppointmentFactory(person=successor, role=Role.HANDLER, department=iw.w.service)
    iw.act("appoint", iw.w.head, person=successor, is_lead=True)
    iw.act("declare_interests", successor, declaration="no_interest")
    iw.lead = successor
    assert iw.corrected(old).status == "final"
