"""An employee is late because a system failed: it is not laid on the employee, or not wholly. (AC-7 权责对等)"""

import pytest

from complaints.services.doing import ActRefusedError
from tests.accountability.journeys.telling import Story

pytestmark = pytest.mark.django_db


class Outage(Story):
    """The clerk answered a day late; the refund system was down for most of it."""

    def __init__(self):
        super().__init__(subject="退款迟延一天", content="承诺二十四小时内退款，实际四十八小时后到账。")
        self.systems = self.department("it", "信息技术部")
        self.clerk = self.employee("clerk", self.w.workshop)
        self.begin("退款迟延是人为还是系统故障")
        self.it = self.party("department", department=self.systems)
        self.worker = self.party("employee", person=self.clerk, department=self.w.workshop)
        self.outage, self.slow = self.alleged("未在承诺时间内退款", self.it, self.worker)
        self.log = self.evidence("electronic", "系统运行日志", "退款模块停机二十小时", "运维平台")
        self.ticket = self.evidence("transaction", "工单流转记录", "恢复后三小时才处理", "工单系统")
        self.fact("退款模块停机二十小时", supports=[self.log], silent=[self.ticket])


@pytest.fixture
def story():
    return Outage()


def outage(story, kind, share):
    values = {"is_system_failure": True, "conduct": "omission", "conduct_text": "未备份，停机未及时恢复"}
    return story.bears(story.outage, kind, share, cited=[story.log], **values)


def late(story, kind, share=None, **values):
    said = {
        "is_system_failure": True,
        "conduct": "omission",
        "conduct_text": "恢复后未优先处理",
        "causation": "indirect",
    }
    return story.bears(story.slow, kind, share, cited=[story.ticket], **(said | values))


def test_blame_on_the_employee_alone_is_refused_by_the_principles(story):
    story.found("unfounded", "停机非其过错", story.outage)
    story.found("founded", "退款确系迟延", story.slow)
    nothing = story.bears(story.outage, "none", reason="停机属不可抗力", is_system_failure=True)
    powerless = late(story, "sole", had_authority=False, had_ability=False, authority_reason="系统停机")
    version = story.written([nothing, powerless])
    with pytest.raises(ActRefusedError) as refused:
        story.put_to_the_parties(version)
    (said,) = refused.value.reasons
    assert "Had neither the authority nor the means, and cannot bear a share: clerk." in said
    assert "A system failure is not laid on an employee who could not have acted otherwise" in said
    version.refresh_from_db()
    assert (version.status, story.c.state) == ("draft", "investigating")


def test_the_system_department_leads_and_the_employee_bears_what_was_theirs(story):
    story.found("founded", "停机是迟延的主因", story.outage)
    story.found("partly_founded", "恢复后仍有三小时可避免", story.slow)
    reason = "恢复后有权限也有能力优先处理"
    version = story.written([outage(story, "primary", "80"), late(story, "secondary", "20", authority_reason=reason)])
    story.put_to_the_parties(version)
    story.accepts(story.it, story.w.it_head)
    story.accepts(story.worker, story.clerk)
    story.final(version)
    assert story.shares() == [("信息技术部", "primary", "80.00"), ("clerk", "secondary", "20.00")]
    assert story.c.state == "determined"


def test_the_system_department_answers_alone_where_the_employee_could_do_nothing(story):
    story.found("founded", "停机是迟延的唯一原因", story.outage)
    story.found("unfounded", "恢复时已下班，次日一早即处理", story.slow)
    version = story.written([outage(story, "sole", "100")], causes=["system-failure"])
    story.put_to_the_parties(version)
    story.accepts(story.it, story.w.it_head)
    story.accepts(story.worker, story.clerk)
    story.final(version)
    assert story.shares() == [("信息技术部", "sole", "100.00"), ("clerk", "none", "0.00")]
    backup = story.measure(
        "退款模块双机热备", story.w.it_head, story.systems, kind="preventive", cause="system-failure"
    )
    assert story.carried_through(backup, story.w.it_head).status == "effective"
