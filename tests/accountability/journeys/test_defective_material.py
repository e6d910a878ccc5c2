"""A supplier delivers defective material and inspection misses it: both answer, each for its part. (AC-6, AC-9)"""

from decimal import Decimal

import pytest

from accountability.models import InquiryEvent
from accountability.queries.content import is_intact
from tests.accountability.journeys.telling import Story

pytestmark = pytest.mark.django_db


def test_both_are_liable_and_part_of_the_damage_comes_back():
    story = Story(subject="洗衣机漏水", content="新机使用三天，密封圈开裂，地板泡水。要求赔偿。")
    inspection = story.department("inspection", "质检部")
    maker = story.outside("rubber", "宏达橡塑制品公司")
    story.begin("密封圈开裂由谁造成")
    supplier = story.party("supplier", outside=str(maker.pk))
    checking = story.party("department", department=inspection)
    material, missed = story.alleged("密封圈材料不合格，入库检验未发现", supplier, checking)

    report = story.evidence("expert_report", "密封圈检测报告", "邵氏硬度低于标准下限", "市质检院")
    sheet = story.evidence("on_site", "来料检验记录", "该批次硬度一栏空白", "质检部档案")
    story.fact("该批密封圈硬度不合格", supports=[report], silent=[sheet])
    story.fact("入库时没有检验硬度", supports=[sheet], silent=[report])
    story.found("founded", "检测报告与批次记录相符", material)
    story.found("partly_founded", "抽检项目漏检，但缺陷来自来料", missed)

    rows = [
        story.bears(
            material,
            "primary",
            "70",
            cited=[report],
            conduct_text="交付硬度不合格的密封圈",
            clauses=[story.clause("product-quality-law").pk],
        ),
        story.bears(
            missed,
            "secondary",
            "30",
            cited=[sheet],
            causation="indirect",
            conduct="omission",
            conduct_text="未检验硬度即放行",
            duty="来料检验规程第4条",
        ),
    ]
    version = story.put_to_the_parties(story.written(rows, causes=["supplier-material", "process-check"]))
    assert story.clocks_of_parties() == 2
    story.accepts(supplier)
    story.accepts(checking, story.w.inspection_head)
    story.final(version)

    assert story.shares() == [("宏达橡塑制品公司", "primary", "70.00"), ("质检部", "secondary", "30.00")]
    assert (story.c.state, story.investigation.status, version.status) == ("determined", "concluded", "final")
    assert is_intact(version)
    assert story.clocks_of_parties() == 0

    told = InquiryEvent.objects.filter(subject=f"determination:{version.pk}").values_list("act", "to_state")
    assert list(told) == [("write", "draft"), ("submit", "submitted"), ("approve", "hearing"), ("finalise", "final")]

    recourse = story.claimed(version, supplier, Decimal("7000.00"))
    settled = {"row": str(recourse.pk), "amount": Decimal("5600.00"), "reason": "协商后按八成赔付"}
    story.act("settle_recourse", story.w.legal, on=version, **settled)
    recourse.refresh_from_db()
    assert (recourse.amount_claimed, recourse.amount_recovered) == (Decimal("7000.00"), Decimal("5600.00"))

    change = story.measure("硬度列为来料必检项", story.w.inspection_head, inspection, cause="process-check")
    assert change.determination == version
    assert story.carried_through(change, story.w.inspection_head).status == "effective"
    assert story.to_the_archive().state == "archived"
