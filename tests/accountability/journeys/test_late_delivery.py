"""A delivery is late: the way of the goods is gone back over, the carrier answers for most of it. (AC-4 流程回溯)"""

from datetime import timedelta

import pytest

from accountability.queries.backtracking import time_line_of
from accountability.queries.inquiry import of_investigation
from tests.accountability.journeys.telling import Story

pytestmark = pytest.mark.django_db
DAY = 24 * 60


def test_order_warehouse_and_transport_are_gone_back_over():
    story = Story(subject="订货迟到五天", content="约定周一送达，周六才到，错过开业。")
    carrier = story.outside("carrier", "顺达物流公司", kind="partner")
    story.begin("货物在哪一环节耽误", methods=["backtracking", "evidence_chain"])
    orders = story.party("department", department=story.w.workshop)
    store = story.party("department", department=story.w.warehouse)
    transport = story.party("partner", outside=str(carrier.pk))
    took, packed, drove = story.alleged("未按约定时间送达", orders, store, transport)

    order = story.evidence("transaction", "订单记录", "下单当日即转仓库", "订单系统")
    bill = story.evidence("transaction", "出库单", "晚一天出库", "仓库系统")
    track = story.evidence("electronic", "车辆轨迹", "中途停留四天", "承运方平台")
    agreed = story.now - timedelta(days=12)
    steps = [
        ("接单", orders, 0, 0, "none", "当日下单", order),
        ("出库", store, 1, 2, "late", "次日盘点，晚一天出库", bill),
        ("运输", transport, 3, 8, "late", "中转站滞留四天", track),
    ]
    for name, party, expected, actual, deviation, text, item in steps:
        story.act(
            "add_process_step",
            story.investigator,
            name=name,
            party=str(party.pk),
            expected=f"第{expected}天完成",
            expected_at=agreed + timedelta(days=expected),
            actual=text,
            actual_at=agreed + timedelta(days=actual),
            deviation=deviation,
            evidence=[str(item.pk)],
        )
    line = time_line_of(of_investigation(story.investigation, story.now))
    assert [(row.step.name, row.step.party, row.delay) for row in line.steps] == [
        ("接单", orders, 0),
        ("出库", store, DAY),
        ("运输", transport, 5 * DAY),
    ]
    added = {row.party: row.account.added for row in line.accounts}
    assert added == {orders: 0, store: DAY, transport: 4 * DAY}
    assert line.first_deviation == line.steps[1].step

    story.found("unfounded", "当日转单，没有耽误", took)
    story.found("partly_founded", "晚一天出库", packed)
    story.found("founded", "滞留四天", drove)
    rows = [
        story.bears(drove, "primary", "80", cited=[track], conduct_text="中转滞留", duty="运输合同第六条"),
        story.bears(packed, "secondary", "20", cited=[bill], conduct_text="盘点占用出库时间", duty="出库规程第二条"),
    ]
    version = story.put_to_the_parties(story.written(rows, causes=["supplier-transport"]))
    story.accepts(transport)
    story.accepts(store, story.w.warehouse_head)
    story.accepts(orders, story.w.workshop_head)
    story.final(version)
    assert story.shares() == [
        ("顺达物流公司", "primary", "80.00"),
        ("仓库", "secondary", "20.00"),
        ("生产车间", "none", "0.00"),
    ]
    assert story.to_the_archive().state == "archived"
