"""From registration to the archive, each step by the person whose step it is."""

from datetime import timedelta

import pytest

from complaints.models import ComplaintEvent, Deadline, Notice, PlanStep
from complaints.states import State
from tests import world
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_complaint_goes_from_registration_to_the_archive():
    w = world.build()
    c = w.register()
    assert c.number == "TS-2026-000001"
    classified = {
        "category": w.category,
        "severity": "general",
        "difficulty": "simple",
        "entitled": True,
        "proper": True,
    }
    at = NOW
    line = [
        ("accept", w.handler, classified, State.ACCEPTED),
        ("dispatch", w.handler, {"department": w.workshop, "request": "请核查"}, State.DISPATCHED),
        ("acknowledge", w.liaison, {}, State.INVESTIGATING),
        ("reply_sheet", w.liaison, {"content": "密封圈装错"}, State.INVESTIGATING),
        ("determine", w.handler, {"outcome": "founded", "opinion": "车间装配失误"}, State.DETERMINED),
        (
            "submit_plan",
            w.handler,
            {
                "remedies": ["repair"],
                "decision_kind": "agreement",
                "summary": "上门更换密封圈",
                "opinion": "同意维修",
                "steps": world.steps(NOW + timedelta(hours=9)),
            },
            State.APPROVING,
        ),
        ("approve_plan", w.head, {"opinion": "同意"}, State.OFFERED),
        ("agree", w.handler, {"medium": "phone"}, State.IMPLEMENTING),
    ]
    for code, by, given, state in line:
        at += timedelta(minutes=5)
        w.act(c, code, by, now=at, **given)
        assert c.state == state, code
    step = PlanStep.objects.get(plan__complaint=c)
    w.act(c, "complete_step", w.liaison, now=at, row=str(step.pk), proof="已更换")
    w.act(c, "complete", w.liaison, now=at)
    w.act(c, "give_feedback", w.handler, now=at, medium="phone", content="已修好", reason="客户要求电话")
    w.act(c, "record_visit", w.intake, now=at, medium="phone", grade="satisfied", confirmed=True)
    w.act(c, "close", w.handler, now=at)
    w.act(c, "archive", w.handler, now=at)
    assert c.state == State.ARCHIVED
    assert not Deadline.objects.filter(complaint=c, met_at=None, cancelled_at=None).exclude(clock__startswith="follow")
    assert ComplaintEvent.objects.filter(complaint=c).count() == 15
    assert Notice.objects.filter(complaint=c).exists()
