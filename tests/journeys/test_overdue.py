"""A complaint that is left alone climbs by itself: handler, head, executive, who answers for it. (DL-3, DL-5)"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints.models import Deadline
from complaints.services.sweep import sweep
from complaints.states import CaseRole

pytestmark = pytest.mark.browser

DAY = timedelta(days=1)
SUBJECT = "客厅空调安装后一直异响"


@pytest.fixture
def forgotten(w):
    """Sent to the workshop a fortnight ago; nothing happened since."""
    at = timezone.now() - 14 * DAY
    complaint = w.register(now=at, subject=SUBJECT)
    classified = {"category": w.category, "severity": "general", "difficulty": "simple"}
    w.act(complaint, "accept", w.handler, now=at, entitled=True, proper=True, **classified)
    w.act(complaint, "dispatch", w.handler, now=at, department=w.workshop, request="请核查安装记录")
    return complaint


def block(visitor, title):
    """A block of the desk or the docket."""
    return visitor.page.get_by_role("region", name=visitor.says(title))


def test_an_overdue_case_reaches_the_executive_who_answers(visitor, w, forgotten, snapshot):
    page, says = visitor.page, visitor.says
    due = Deadline.objects.get(complaint=forgotten, clock="department").due_at
    assert due + 3 * DAY < timezone.now()

    sweep(now=due)
    visitor.enter(w.liaison)
    expect(block(visitor, "Overdue")).to_contain_text(SUBJECT)
    visitor.enter(w.handler)
    expect(block(visitor, "Unread notices")).to_contain_text(forgotten.number)
    snapshot("1 desk of the handler")
    visitor.enter(w.executive)
    expect(page.get_by_role("region", name=says("Escalated to me"))).to_have_count(0)

    sweep(now=due + DAY)
    visitor.enter(w.workshop_head)
    expect(block(visitor, "Escalated to me")).to_contain_text(SUBJECT)
    visitor.menu("Notices")
    expect(page.locator("main")).to_contain_text(forgotten.number)
    snapshot("2 notices of the head")

    sweep(now=due + 2 * DAY)
    visitor.enter(w.executive)
    expect(block(visitor, "Escalated to me")).to_contain_text(SUBJECT)
    visitor.menu("Docket")
    snapshot("3 docket of the executive")
    # By the ladder of the clock, and because the head's answer is due as well.
    for _escalation in forgotten.escalations.filter(addressee=w.executive):
        visitor.follow(block(visitor, "Escalated to me").get_by_role("link", name=forgotten.number))
        visitor.fits()
        role = CaseRole.EXECUTIVE.label
        visitor.take("answer_escalation", row=role, cause="车间人手不足", improvement="增派两名技师，每日跟进")
        visitor.menu("Docket")
    expect(page.locator("main")).not_to_contain_text(SUBJECT)
    visitor.open_case(forgotten)
    answered = page.locator("#escalations").get_by_role("listitem").filter(has_text="增派两名技师")
    expect(answered.first).to_contain_text(says("answered"))
    snapshot("4 answered")
    assert not forgotten.escalations.filter(addressee=w.executive, answered_at=None).exists()
