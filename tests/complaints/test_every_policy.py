"""The main line under every policy and severity, and everything that a policy refuses on the way."""

from datetime import timedelta

import pytest

from complaints.models import ComplaintEvent, Deadline, Finding, Notice, Plan
from complaints.policy_rules import policy_files
from complaints.services.doing import ActRefusedError
from complaints.states import Severity, State
from tests import world
from tests.complaints.walking import Walk

pytestmark = pytest.mark.django_db

POLICIES = sorted(path.stem for path in policy_files())


def refused(call, *words):
    """The call is refused and leaves no trace."""
    before = (ComplaintEvent.objects.count(), Deadline.history.count(), Notice.objects.count(), Plan.objects.count())
    with pytest.raises(ActRefusedError) as refusal:
        call()
    after = (ComplaintEvent.objects.count(), Deadline.history.count(), Notice.objects.count(), Plan.objects.count())
    assert before == after
    assert refusal.value.reasons
    for word in words:
        assert any(word in reason for reason in refusal.value.reasons), refusal.value.reasons
    return refusal.value


def test_all_presets_are_tried():
    assert len(POLICIES) == 8


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("severity", Severity)
def test_a_case_goes_through_to_the_archive(policy, severity):
    walk = Walk(world.build(policy), severity).to(State.ARCHIVED)
    running = Deadline.objects.filter(complaint=walk.c, met_at=None, cancelled_at=None)
    assert not running.exists()
    assert not Deadline.objects.filter(complaint=walk.c).exclude(next_action_at=None).exists()
    assert not Deadline.objects.filter(complaint=walk.c).exclude(breached_at=None).exists()
    acts = list(walk.c.events.values_list("act", flat=True))
    assert acts[0] == "register"
    assert acts[-1] == "archive"
    # Every change of the complaint's row is in its history, with who and why.
    for row in walk.c.history.exclude(history_type="+"):
        assert row.history_user_id is not None
        assert row.history_user_name
        assert row.history_change_reason


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("severity", Severity)
def test_what_the_policy_asks_for_is_refused_when_it_is_missing(policy, severity):
    w = world.build(policy)
    walk = Walk(w, severity)
    rules = w.policy.rules
    walk.to(State.ACCEPTED)
    if severity in rules.legal_consultation_for:
        refused(lambda: walk.leave_accepted({"legal"}), "legal")
    walk.to(State.INVESTIGATING)
    refused(lambda: walk.leave_investigating({"reply"}), "not replied")
    waive = lambda: walk.act("waive_determination", w.handler, reason="客户要求尽快")  # noqa: E731
    if rules.determination.compulsory:
        refused(waive, "requires a determination")
        walk.to(State.DETERMINED)
    else:
        waive()
    assert Finding.objects.get(complaint=walk.c).is_waived != rules.determination.compulsory
    walk.to(State.APPROVING)
    if severity in rules.meeting_decision_for:
        refused(lambda: walk.leave_approving({"meeting"}), "meeting")
    if rules.approval[severity] == "executive":
        refused(lambda: walk.act("approve_plan", w.head, opinion="同意"), "Executive")
    refused(
        lambda: walk.act(
            "log_communication",
            w.handler,
            direction="outgoing",
            medium="phone",
            content="已同意退款",
            carries_decision=True,
        ),
        "not approved",
    )
    walk.to(State.IMPLEMENTING)
    refused(lambda: walk.leave_implementing({"steps"}), "2 steps")
    walk.to(State.COMPLETED)
    if rules.feedback.in_writing:
        refused(lambda: walk.act("give_feedback", w.handler, medium="phone", content="好了"), "written")
    walk.to(State.RETURN_VISIT)
    refused(lambda: walk.leave_return_visit({"visit"}), "return visit")
    grade = next((g for g in ("dissatisfied",) if g not in rules.closing.grades), None)
    visitor = w.handler if walk.c.is_confidential else w.intake
    walk.act("record_visit", visitor, medium="phone", grade=grade or "satisfied", confirmed=grade is None)
    if grade:
        refused(lambda: walk.act("close", w.handler), "goes on")
        walk.act("continue_case", w.handler, reason="客户不满意")
        assert (walk.c.state, walk.c.round) == (State.ACCEPTED, 2)
        walk.to(State.ARCHIVED)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("severity", Severity)
def test_where_the_policy_asks_for_a_formal_investigation_nothing_else_leads_on(policy, severity):
    w = world.build(policy)
    walk = Walk(w, severity).to(State.INVESTIGATING)
    walk.act("reply_sheet", w.liaison, content="经查，装配失误")
    if severity not in w.policy.rules.determination.formal_for:
        walk.determine(vouched="")
        assert walk.c.state == State.DETERMINED
        return
    sentence = "This policy requires a formal investigation: open it first."
    assert sentence in refused(lambda: walk.determine(vouched="")).reasons
    assert sentence in refused(lambda: walk.act("find_unfounded", w.handler, opinion="不属实")).reasons
    walk.determine()
    assert walk.c.state == State.DETERMINED
    assert walk.c.formal_round is None


@pytest.mark.parametrize("policy", POLICIES)
def test_somebody_who_cannot_be_reached_is_tried_as_often_as_the_policy_says(policy):
    w = world.build(policy)
    substitute = w.policy.rules.closing.substitute
    walk = Walk(w).to(State.RETURN_VISIT)
    if substitute is None:
        refused(lambda: walk.act("close", w.handler))
        return
    for day in range(substitute.attempts):
        if day < max(substitute.attempts, substitute.different_days):
            refused(lambda: walk.act("close", w.handler))
        walk.now += timedelta(days=1)
        walk.act(
            "log_communication", w.handler, direction="outgoing", medium="phone", content="无人接听", reached=False
        )
    walk.act("close", w.handler)
    assert walk.c.state == State.CLOSED


def test_attempts_on_one_day_are_not_enough():
    w = world.build("product")
    walk = Walk(w).to(State.RETURN_VISIT)
    for _ in range(w.policy.rules.closing.substitute.attempts):
        walk.act(
            "log_communication", w.handler, direction="outgoing", medium="phone", content="无人接听", reached=False
        )
    refused(lambda: walk.act("close", w.handler))


def test_who_submitted_a_plan_does_not_decide_on_it():
    w = world.build("product")
    walk = Walk(w).to(State.DETERMINED)
    from tests.factories import AppointmentFactory  # noqa: PLC0415

    AppointmentFactory(person=w.handler, department=w.service, role="head")
    walk.leave_determined()
    refused(lambda: walk.act("approve_plan", w.handler, opinion="同意"), "yourself")


def test_everything_missing_is_named_at_once():
    w = world.build("product")
    walk = Walk(w).to(State.APPROVING)
    refusal = refused(lambda: walk.w.act(walk.c, "approve_plan", w.head, now=walk.now))
    assert refusal.reasons == ["“Opinion” is missing."]
    walk = Walk(w).to(State.REGISTERED)
    refusal = refused(lambda: walk.w.act(walk.c, "accept", w.handler, now=walk.now))
    assert len(refusal.reasons) == 5


def test_unfounded_goes_to_the_complainant_as_a_written_opinion():
    w = world.build("customer-service")
    walk = Walk(w).to(State.INVESTIGATING)
    walk.act("find_unfounded", w.handler, opinion="经查，产品符合标准")
    assert walk.c.state == State.COMPLETED
    walk.to(State.CLOSED)
    assert Finding.objects.get(complaint=walk.c).outcome == "unfounded"


def test_a_refused_plan_goes_back_with_its_reason_and_another_is_made():
    w = world.build("product")
    walk = Walk(w).to(State.OFFERED)
    walk.act("disagree", w.handler, medium="phone", reason="要求退货")
    assert walk.c.state == State.DETERMINED
    walk.to(State.ARCHIVED)
    assert list(Plan.objects.filter(complaint=walk.c).values_list("status", flat=True)) == ["refused", "agreed"]


def test_returned_and_redispatched_sheets_are_counted():
    w = world.build("product")
    walk = Walk(w).to(State.DISPATCHED)
    walk.act("return_sheet", w.liaison, reason="不属本部门")
    assert (walk.c.state, walk.c.responsible_department) == (State.ACCEPTED, None)
    walk.to(State.DISPATCHED)
    walk.act("redispatch", w.handler, department=w.warehouse, request="请核查", reason="仓储问题")
    assert walk.c.responsible_department == w.warehouse
    statuses = list(walk.c.contactsheets.order_by("number").values_list("number", "status"))
    number = walk.c.number
    assert statuses == [(f"{number}-L01", "returned"), (f"{number}-L02", "recalled"), (f"{number}-L03", "issued")]


def test_declined_and_withdrawn_cases_end_their_clocks_and_can_be_reopened():
    w = world.build("product")
    walk = Walk(w)
    ground = w.policy.rules.acceptance.refusal_grounds[0].code
    walk.act("decline", w.intake, ground=ground, reason="不属受理范围", alternative="请联系厂家", told_by="phone")
    assert walk.c.state == State.DECLINED
    assert not Deadline.objects.filter(complaint=walk.c, met_at=None, cancelled_at=None).exists()
    walk.act("reopen", w.intake, reason="补充材料")
    assert (walk.c.state, walk.c.round) == (State.REGISTERED, 2)
    walk.to(State.OFFERED)
    walk.act("withdraw", w.handler, medium="phone", reason="已自行解决")
    assert walk.c.state == State.WITHDRAWN
    assert not Deadline.objects.filter(complaint=walk.c, met_at=None, cancelled_at=None).exists()


def test_who_is_complained_of_keeps_away():
    w = world.build("product")
    walk = Walk(w).to(State.ACCEPTED)
    walk.act("add_respondent", w.intake, party_kind="employee", person=w.handler)
    assert walk.c.handler is None
    refusal = refused(walk.leave_accepted)
    assert refusal.code == "not_visible"
    refused(lambda: walk.act("assign_handler", w.head, person=w.handler), "keep away")
    walk.act("assign_handler", w.head, person=w.other_handler)
    assert walk.c.handler == w.other_handler


def test_a_department_complained_of_answers_or_is_excluded_as_the_policy_says():
    w = world.build("product")
    walk = Walk(w).to(State.ACCEPTED)
    walk.act("add_respondent", w.intake, party_kind="department", department=w.workshop)
    answers = w.policy.rules.respondent_department == "may_answer"
    if answers:
        walk.to(State.INVESTIGATING)
    else:
        refused(lambda: walk.to(State.DISPATCHED), "keep away")


def test_an_excluded_department_gets_no_sheet_and_sees_nothing():
    w = world.build("employee")
    walk = Walk(w).to(State.ACCEPTED)
    walk.act("add_respondent", w.handler, party_kind="department", department=w.workshop)
    refused(lambda: walk.to(State.DISPATCHED), "keep away")


def test_handover_leaves_the_first_department_owner_until_the_other_accepts():
    w = world.build("product")
    walk = Walk(w).to(State.ACCEPTED)
    walk.act("hand_over", w.head, department=w.warehouse, reason="属仓储业务")
    assert walk.c.owner_department == w.service
    refused(lambda: walk.act("accept_handover", w.workshop_head), "no such")
    walk.act("accept_handover", w.warehouse_head)
    assert (walk.c.owner_department, walk.c.handler) == (w.warehouse, None)


def test_a_pause_stands_for_listed_grounds_only_and_ends_at_its_cap():
    w = world.build("consumer-law")
    walk = Walk(w).to(State.INVESTIGATING)
    refused(lambda: walk.act("pause", w.handler, pause_reason="holiday", reason="x"), "not one of the choices")
    ground = next(iter(w.policy.rules.pause_reasons))
    before = {d.pk: d.due_at for d in Deadline.objects.filter(complaint=walk.c, met_at=None, cancelled_at=None)}
    walk.act("pause", w.handler, pause_reason=ground, reason="送检")
    affected = {c.code for c in w.policy.rules.clocks if ground in c.pauses}
    for deadline in Deadline.objects.filter(pk__in=before):
        assert (deadline.due_at > before[deadline.pk]) == (deadline.clock in affected)
    refused(lambda: walk.act("pause", w.handler, pause_reason=ground, reason="再次"), "already")
    walk.act("resume", w.handler)
    refused(lambda: walk.act("resume", w.handler), "not paused")


def test_a_stale_page_is_refused():
    from complaints.services import workflow  # noqa: PLC0415

    w = world.build("product")
    walk = Walk(w)
    seen = walk.c.version
    walk.to(State.ACCEPTED)
    with pytest.raises(ActRefusedError) as refusal:
        workflow.perform(walk.c.pk, "convert", by=w.handler, now=walk.now, given={"reason": "x"}, seen_version=seen)
    assert refusal.value.code == "changed"


def test_an_answer_to_an_escalation_needs_reason_and_measure_from_its_addressee():
    w = world.build("product")
    walk = Walk(w).to(State.DISPATCHED)
    walk.act("request_escalation", w.handler, reason="客户要求经理出面")
    escalation = walk.c.escalations.get()
    assert escalation.addressee in (w.head, w.executive)
    refused(lambda: walk.act("request_escalation", w.handler, reason="再次"), "already")
    other = w.executive if escalation.addressee == w.head else w.head
    refused(lambda: walk.act("answer_escalation", other, row=str(escalation.pk), cause="x", improvement="y"))
    refused(lambda: walk.act("answer_escalation", escalation.addressee, row=str(escalation.pk), cause="忙"), "measure")
    walk.act(
        "answer_escalation", escalation.addressee, row=str(escalation.pk), cause="人手不足", improvement="加派人手"
    )
    assert not Deadline.objects.filter(complaint=walk.c, clock="escalation_answer", met_at=None).exists()


def test_the_declaration_of_truth_can_follow_the_registration():
    w = world.build("employee")
    walk = Walk(w, is_truth_declared=False)
    refused(walk.leave_registered, "declared")
    walk.act("declare_truth", w.handler, medium="visit")
    refused(lambda: walk.act("declare_truth", w.handler, medium="visit"), "already")
    walk.to(State.ACCEPTED)


def test_only_what_reached_the_complainant_is_a_first_response():
    w = world.build("handling-plan")
    walk = Walk(w, "urgent")
    running = Deadline.objects.filter(complaint=walk.c, clock="first_response", met_at=None)
    call = {"medium": "phone", "content": "来电"}
    walk.act("log_communication", w.intake, direction="incoming", **call)
    assert running.exists()
    walk.act("log_communication", w.intake, direction="outgoing", reached=False, **call)
    assert running.exists()
    walk.act("log_communication", w.intake, direction="outgoing", reached=True, **call)
    assert not running.exists()
