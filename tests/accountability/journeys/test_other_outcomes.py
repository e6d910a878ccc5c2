"""Nobody bears anything, or three bear it alike: outcomes that are as lawful as any. (AC-3, AC-6)"""

from decimal import Decimal

import pytest

from complaints.services.doing import ActRefusedError
from tests.accountability.journeys.telling import Story

pytestmark = pytest.mark.django_db


def test_where_evidence_is_insufficient_nobody_bears_anything_and_the_complaint_goes_on():
    story = Story(subject="称导购承诺终身保修", content="顾客称导购口头承诺，无凭据。")
    story.begin("有无口头承诺")
    shop = story.party("department", department=story.w.workshop)
    (promised,) = story.alleged("口头承诺终身保修而不履行", shop)
    note = story.evidence("witness", "导购陈述", "否认作过承诺", "门店", weight="weak")
    story.fact("作过口头承诺", status="undecided", reason="各执一词，没有其他证据", contradicts=[note])
    story.found("insufficient_evidence", "没有证据证明作过承诺", promised)

    bearing = story.bears(promised, "sole", "100", cited=[note], conduct_text="不履行承诺")
    with pytest.raises(ActRefusedError, match="was not founded"):
        story.written([bearing])
    version = story.written([], outcome="insufficient_evidence", facts="无法查明", reasoning="举证不足")
    story.put_to_the_parties(version)
    story.accepts(shop, story.w.workshop_head)
    story.final(version, opinion="现有证据不足以认定")
    assert story.shares() == [("生产车间", "none", "0.00")]
    assert (version.outcome, story.c.state) == ("insufficient_evidence", "determined")
    assert story.to_the_archive().state == "archived"


def test_three_who_are_equally_responsible_make_exactly_a_hundred():
    story = Story(subject="活动现场混乱", content="三个部门合办的活动无人维持秩序。")
    story.begin("谁应维持秩序")
    departments = [story.w.workshop, story.w.warehouse, story.department("events", "活动部")]
    parties = [story.party("department", department=department) for department in departments]
    charges = story.alleged("未维持现场秩序", *parties)
    minutes = story.evidence("written", "筹备会纪要", "秩序由三方共同负责", "活动部")
    story.found("founded", "共同职责，均未到场", *charges)
    rows = [
        story.bears(charge, "equal", cited=[minutes], conduct="omission", conduct_text="未派人到场")
        for charge in charges
    ]
    version = story.put_to_the_parties(story.written(rows, causes=["process-interface"]))
    for party, head in zip(parties, ("workshop_head", "warehouse_head", "events_head"), strict=True):
        story.accepts(party, getattr(story.w, head))
    story.final(version)
    assert story.shares() == [
        ("生产车间", "equal", "33.34"),
        ("仓库", "equal", "33.33"),
        ("活动部", "equal", "33.33"),
    ]
    assert sum(Decimal(share) for _party, _kind, share in story.shares()) == Decimal("100.00")
    assert story.c.state == "determined"


def test_what_is_unfounded_ends_so():
    story = Story(subject="称被多收费", content="顾客认为账单多收一次。")
    story.begin("有无重复收费")
    till = story.party("department", department=story.w.workshop)
    (charged,) = story.alleged("重复收费", till)
    bill = story.evidence("transaction", "收银流水", "只收款一次，另一笔为预授权并已撤销", "收银系统")
    story.fact("重复收费", status="refuted", reason="流水只有一笔", contradicts=[bill])
    story.found("unfounded", "只收款一次", charged)
    version = story.written([], outcome="unfounded", facts="只收款一次", reasoning="流水清楚")
    story.put_to_the_parties(version)
    story.accepts(till, story.w.workshop_head)
    story.final(version, opinion="经核对，账单无误")
    assert story.shares() == [("生产车间", "none", "0.00")]
    assert (version.status, story.investigation.status) == ("final", "concluded")
    assert story.c.state == "completed", "there is nothing to remedy: the complainant is told why"
    assert story.to_the_archive().state == "archived"
