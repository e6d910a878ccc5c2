"""Through the forms, from registration to the archive: each act by the person whose step it is."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from complaints.acts import ACTS
from complaints.models import ComplaintEvent, Deadline, Material
from complaints.states import State
from tests.pages import assert_proper


@pytest.fixture
def take(as_person):
    """Open the form of an act, look at it, send it filled in."""

    def act(complaint, code, by, /, **typed):
        client = as_person(by)
        address = reverse("admin:complaint_act", args=[complaint.pk, code])
        page = client.get(address)
        assert_proper(page)
        assert not re.search(rb"<\s+\w", page.content), "a tag that browsers show as text"
        form = page.context["form"]
        hidden = {name: form[name].value() for name in ("seen_version", "seen_event")}
        assert set(typed) <= {*form.fields, *(name for name in typed if name.startswith("steps-"))}
        answer = client.post(address, hidden | typed)
        complaint.refresh_from_db()
        return answer

    return act


@pytest.fixture
def taken(take, as_person):
    def act(complaint, code, by, /, **typed):
        answer = take(complaint, code, by, **typed)
        assert answer.status_code == 302, answer.context["form"].errors
        target = ACTS[code].target
        if target is not None:
            assert complaint.state == target
        case = as_person(by).get(answer.url)
        assert_proper(case)
        return answer

    return act


def classified(w, severity="general"):
    return {"category": w.category.pk, "severity": severity, "difficulty": "simple"}


def accepted(w, severity="general"):
    return classified(w, severity) | {"entitled": "on", "proper": "on"}


def step(days):
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def plan(w, rows=1, **typed):
    rows = {
        f"steps-{index}-{name}": value
        for index in range(rows)
        for name, value in {
            "description": f"第{index + 1}步",
            "due_at": step(index + 1),
            "owner": w.liaison.username,
        }.items()
    }
    return {
        "remedies": ["repair", "apology"],
        "decision_kind": "agreement",
        "summary": "上门更换密封圈",
        "opinion": "同意维修",
        **rows,
        **typed,
    }


def test_the_main_line(w, taken):
    c = w.register(now=timezone.now())
    taken(c, "accept", w.handler, **accepted(w, "urgent"))
    taken(c, "dispatch", w.handler, department=w.workshop.pk, request="请核查")
    taken(c, "acknowledge", w.liaison)
    taken(c, "reply_sheet", w.liaison, content="密封圈装错")
    taken(c, "determine", w.handler, outcome="founded", opinion="车间装配失误")
    taken(c, "submit_plan", w.handler, **plan(w, rows=2, amount="12.50"))
    taken(c, "approve_plan", w.head, opinion="同意")
    taken(c, "agree", w.handler, medium="phone")
    made = list(Deadline.objects.filter(complaint=c, clock="plan_step").order_by("pk"))
    assert [row.plan_step and row.plan_step.owner for row in made] == [w.liaison, w.liaison]
    for row in made:
        taken(c, "complete_step", w.liaison, row=row.plan_step_id, proof="已更换")
    taken(c, "complete", w.liaison)
    taken(c, "give_feedback", w.handler, medium="phone", content="已修好", reason="客户要求电话")
    taken(c, "record_visit", w.intake, medium="phone", grade="satisfied", confirmed="on")
    taken(c, "close", w.handler)
    taken(c, "follow_up", w.intake, content="没有再发生")
    taken(c, "archive", w.handler)
    assert str(c.plans.get().amount) == "12.50"


def test_the_branches(w, taken):
    c = w.register(now=timezone.now())
    taken(c, "accept", w.handler, **accepted(w))
    taken(c, "dispatch", w.handler, department=w.warehouse.pk, request="请核查")
    taken(c, "return_sheet", w.warehouse_liaison, reason="不是我们的事")
    taken(c, "dispatch", w.handler, department=w.warehouse.pk, request="请再核查")
    taken(c, "redispatch", w.handler, department=w.workshop.pk, request="请核查", reason="发错了")
    taken(c, "acknowledge", w.liaison)
    taken(c, "waive_determination", w.handler, reason="事实清楚")
    taken(c, "submit_plan", w.liaison, **plan(w))
    taken(c, "record_meeting", w.head, held_on="2026-01-05", participants="三人", decision="no", minutes="再议")
    taken(c, "reject_plan", w.head, reason="赔偿不足")
    taken(c, "submit_plan", w.liaison, **plan(w))
    taken(c, "approve_plan", w.head, opinion="同意")
    taken(c, "disagree", w.handler, medium="phone", reason="太少")
    taken(c, "withdraw", w.handler, medium="phone", reason="不追究了")
    taken(c, "reopen", w.handler, reason="又来了")
    assert c.round == 2


def test_unfounded_declined_and_continued(w, taken):
    c = w.register(now=timezone.now())
    grounds = [option.code for option in w.policy.rules.acceptance.refusal_grounds]
    taken(c, "decline", w.handler, ground=grounds[0], reason="不在范围", alternative="请找平台", told_by="phone")
    taken(c, "reopen", w.head, reason="平台不受理")
    taken(c, "accept", w.handler, **accepted(w))
    taken(c, "dispatch", w.handler, department=w.workshop.pk, request="请核查")
    taken(c, "acknowledge", w.workshop_head)
    taken(c, "find_unfounded", w.handler, opinion="使用不当")
    taken(c, "give_feedback", w.handler, medium="letter", content="使用不当")
    taken(c, "record_visit", w.quality, medium="phone", grade="dissatisfied", comment="不服")
    taken(c, "continue_case", w.handler, reason="不满意")
    assert (c.state, c.round) == (State.ACCEPTED, 3)


def test_the_acts_beside(w, taken, as_person):
    other = w.register(now=timezone.now(), subject="另一件")
    c = w.register(now=timezone.now())
    taken(c, "declare_truth", w.handler, medium="visit")
    taken(c, "convert", w.handler, reason="只是建议")
    taken(c, "accept", w.handler, **accepted(w))
    taken(c, "assign_handler", w.head, person=w.other_handler.username)
    further = w.category
    taken(c, "classify", w.head, **classified(w, "major"), further_categories=[further.pk], reason="有人受伤")
    taken(c, "tick_emergency_item", w.executive, row=c.emergencyitems.first().pk)
    taken(c, "add_respondent", w.other_handler, party_kind="supplier", name="某供应商")
    taken(c, "recuse", w.head, person=w.legal.username, reason="亲属")
    taken(c, "log_communication", w.other_handler, direction="outgoing", medium="phone", content="告知受理")
    upload = SimpleUploadedFile("a.txt", "原件".encode())
    taken(c, "attach_material", w.other_handler, file=upload, title="来信", original="on")
    taken(c, "pause", w.other_handler, pause_reason="awaiting_complainant", reason="等发票")
    taken(c, "resume", w.other_handler)
    taken(c, "request_escalation", w.other_handler, reason="要求见领导")
    row = c.escalations.get()
    taken(c, "answer_escalation", row.addressee, row=row.pk, cause="慢", improvement="快")
    taken(c, "link", w.other_handler, other=other.number, link_kind="repeat")
    taken(c, "take_note", w.other_handler, note_kind="internal", content="记一笔")
    assert Material.objects.get(complaint=c).sha256
    acts = {*ComplaintEvent.objects.filter(complaint=c).values_list("act", flat=True)}
    assert {"convert", "assign_handler", "classify", "recuse", "link", "resume", "answer_escalation"} <= acts


def test_handing_over(w, taken, as_person):
    c = w.register(now=timezone.now())
    taken(c, "hand_over", w.handler, department=w.workshop.pk, reason="更合适")
    taken(c, "refuse_handover", w.workshop_head, reason="不合适")
    taken(c, "hand_over", w.handler, department=w.workshop.pk, reason="还是更合适")
    taken(c, "accept_handover", w.workshop_head)
    assert c.owner_department == w.workshop


def test_every_act_was_opened():
    """The journeys above take every act that people take."""
    source = __import__("pathlib").Path(__file__).read_text(encoding="utf-8")
    untried = [code for code, act in ACTS.items() if not act.by_system and f'taken(c, "{code}"' not in source]
    assert untried == ["reveal_contact"]  # test_acting.py
