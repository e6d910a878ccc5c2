"""Each rule finds the fault it names and nothing else; the numbers equal the lists behind them. (RP-9)"""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Communication, Complainant, Complaint, Escalation, Finding, PlanStep, ReturnVisit
from reporting.queries.record_quality import BY_CODE, RULES, by_department, faulty
from tests import world
from tests.complaints.walking import Walk
from tests.factories import NOW

pytestmark = pytest.mark.django_db

WHOLE = {"product": "云枫空调", "content": "用了三天就漏水，地板泡坏了", "occurred_on": date(2026, 2, 27)}


@pytest.fixture
def w():
    return world.build("handling-plan")


@pytest.fixture
def sound(w):
    """A closed complaint without any fault, and another that stays as it is."""
    found = []
    for _ in range(2):
        walk = Walk(w, **WHOLE)
        walk.to("accepted")
        walk.act("add_respondent", w.handler, party_kind="department", department=w.workshop)
        walk.act(
            "log_communication",
            w.handler,
            direction="outgoing",
            medium="phone",
            happened_at=walk.now,
            reached=True,
            content="已联系投诉人，说明处理安排",
        )
        walk.to("closed")
        found.append(walk.c)
    PlanStep.objects.update(proof="已更换密封圈并试机")
    Finding.objects.update(opinion="经查装配失误，车间负主要责任")
    return found[0]


def faults(complaint):
    rows = Complaint.objects.filter(pk=complaint.pk)
    return {rule.code for rule in RULES if faulty(rows, rule.code).exists()}


def update(model, complaint, **values):
    assert model.objects.filter(complaint=complaint).update(**values)


SPOILT = {
    "no_category": lambda c: Complaint.objects.filter(pk=c.pk).update(category=None),
    "no_content": lambda c: Complaint.objects.filter(pk=c.pk).update(content="坏了"),
    "no_product": lambda c: Complaint.objects.filter(pk=c.pk).update(product=""),
    "no_respondent": lambda c: (
        c.respondents.all().delete(),
        Complaint.objects.filter(pk=c.pk).update(severity="major"),
    ),
    "no_contact": lambda c: Complainant.objects.filter(pk=c.complainant_id).update(phone_digest="", email_digest=""),
    "received_in_future": lambda c: Complaint.objects.filter(pk=c.pk).update(
        received_at=c.registered_at + timedelta(seconds=1)
    ),
    "registered_late": lambda c: Complaint.objects.filter(pk=c.pk).update(
        received_at=c.registered_at - timedelta(days=3, seconds=1)
    ),
    "happened_later": lambda c: Complaint.objects.filter(pk=c.pk).update(occurred_on=date(2026, 3, 3)),
    "no_communication": lambda c: update(Communication, c, direction="incoming"),
    "no_opinion": lambda c: update(Finding, c, opinion="属实"),
    "founded_without_plan": lambda c: (
        update(Finding, c, outcome="founded"),
        c.plans.update(status="refused"),
    ),
    "steps_without_proof": lambda c: PlanStep.objects.filter(plan__complaint=c).update(proof=""),
    "closed_without_visit": lambda c: ReturnVisit.objects.filter(complaint=c).delete(),
    "thin_answer": lambda c: Escalation.objects.create(
        complaint=c,
        round=1,
        origin="requested",
        role="executive",
        addressee=c.handler,
        opened_at=NOW,
        answered_at=NOW,
        answered_by=c.handler,
        cause="忙",
        improvement="今后按时办理并每周检查",
    ),
}


def test_every_rule_is_tried():
    assert SPOILT.keys() == BY_CODE.keys()


@pytest.mark.parametrize("code", SPOILT)
def test_a_rule_finds_its_fault_and_no_other(sound, code):
    assert faults(sound) == set()
    SPOILT[code](sound)
    assert faults(sound) == {code}
    (line,) = by_department(Complaint.objects.all())
    assert (line.count, line.sound, line.faults) == (2, 1, {code: 1})


def test_what_is_not_due_yet_is_no_fault(w):
    """A complaint just registered has no category, no respondent and no communication, and lacks nothing."""
    w.register(content=WHOLE["content"])
    (line,) = by_department(Complaint.objects.all())
    assert (line.sound, line.faults) == (1, {})


def test_the_numbers_equal_the_lists(w, sound):
    SPOILT["no_product"](sound)
    SPOILT["no_content"](sound)
    client = Client()
    client.force_login(w.quality)
    page = client.get(reverse("admin:record_quality"), {"period": "2026Q1"})
    ((line,), rules) = page.context["lines"], page.context["rules"]
    assert [rule.code for rule in rules] == ["no_content", "no_product"]
    for rule, count in line["faults"]:
        behind = client.get(
            reverse("admin:faulty_records", args=[rule.code]), {"period": "2026Q1", "department": w.service.pk}
        )
        assert [complaint.pk for complaint in behind.context["page"]] == [sound.pk]
        assert count == 1
    assert client.get(reverse("admin:record_quality"), {"period": "2025Q1"}).context["lines"] == []
    assert client.get(reverse("admin:faulty_records", args=["no-such-rule"])).status_code == 404


def test_the_page_costs_the_same_however_many(w, sound, django_assert_max_num_queries):
    client = Client()
    client.force_login(w.quality)
    for _ in range(5):
        w.register()
    client.get(reverse("admin:record_quality"), {"period": "2026Q1"})
    with django_assert_max_num_queries(16):
        client.get(reverse("admin:record_quality"), {"period": "2026Q1"})
