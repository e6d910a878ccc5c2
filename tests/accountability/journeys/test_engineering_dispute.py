"""An engineering dispute: an expert speaks, a party objects, an assessor is asked, it is determined anew. (AC-4, AC-8)

Afterwards an error is found in what was final: a correction supersedes it.
"""

import pytest

from accountability.models import Determination, Objection
from accountability.queries.content import is_intact
from complaints.services.doing import ActRefusedError
from complaints.states import Role
from tests.accountability.inquiry_world import person
from tests.accountability.journeys.telling import Story

pytestmark = pytest.mark.django_db


class Dispute(Story):
    """A cracked floor: was the slab built thinly, or designed so?"""

    def __init__(self):
        super().__init__(subject="楼板开裂", content="交房三个月，客厅楼板贯穿裂缝。", severity="major")
        self.design = self.department("design", "设计部")
        joint = [self.w.quality, person("second_counsel", Role.LEGAL, self.w.root)]
        self.begin("裂缝成因", methods=["evidence_chain", "expert"], members=joint, is_joint=True)
        self.builders = self.party("department", department=self.w.workshop)
        self.designers = self.party("department", department=self.design)
        self.thin, self.drawn = self.alleged("楼板开裂", self.builders, self.designers)
        self.plan = self.evidence("written", "施工图", "板厚一百毫米", "档案室")
        self.asked("周工程师", "裂缝成因是什么？")
        self.report = self.answered("实测板厚八十毫米，施工偏薄")
        self.fact("实测板厚不足", supports=[self.report], silent=[self.plan])
        self.found("founded", "实测板厚不足", self.thin)
        self.found("unfounded", "图纸满足规范", self.drawn)

        self.assessment = self.report

    def blaming_builders(self):
        row = self.bears(
            self.thin,
            "sole",
            "100",
            cited=[self.report, self.plan],
            conduct_text="板厚不足",
            clauses=[self.clause("product-quality-law").pk],
        )
        return self.put_to_the_parties(self.written([row]))

    def sharing(self, builders, designers, on):
        rows = [
            self.bears(self.thin, "primary", builders, cited=[self.report], conduct_text="板厚不足"),
            self.bears(self.drawn, "secondary", designers, cited=[self.assessment], conduct_text="配筋偏少"),
        ]
        self.written(rows, on=on)
        return self.put_to_the_parties(on)


@pytest.fixture
def dispute():
    return Dispute()


def test_an_objection_upheld_by_the_common_superior_is_determined_anew_and_corrected_later(dispute):
    first = dispute.blaming_builders()
    dispute.accepts(dispute.designers, dispute.w.design_head)
    objection = dispute.objects(dispute.builders, dispute.w.workshop_head, "配筋设计偏少才是主因，请第三方评估")
    assert objection.superior == dispute.w.executive, "the head of the owning department approved it"
    with pytest.raises(ActRefusedError, match="An objection waits"):
        dispute.final(first)

    asked = {"kind": "assessor", "expert": "省建筑科学研究院", "question": "设计与施工各占多少？"}
    dispute.act("refer", dispute.w.executive, on=objection, **asked)
    with pytest.raises(ActRefusedError, match="has not been received"):
        dispute.act("uphold", dispute.w.executive, on=objection, reason="有理")
    dispute.assessment = dispute.answered("施工为主，配筋亦偏少")
    dispute.act("uphold", dispute.w.executive, on=objection, reason="第三方评估支持")

    with pytest.raises(ActRefusedError, match="An objection was upheld: determine anew"):
        dispute.final(first)
    dispute.act("revise", dispute.lead, on=first, reason="异议成立")
    second = dispute.version
    dispute.found("partly_founded", "评估认定配筋偏少", dispute.drawn)
    assert (first.status, second.status, second.edition) == ("abandoned", "draft", 2)
    dispute.sharing("70", "30", second)
    dispute.accepts(dispute.builders, dispute.w.workshop_head)
    dispute.accepts(dispute.designers, dispute.w.design_head)
    dispute.final(second)
    assert dispute.shares() == [("生产车间", "primary", "70.00"), ("设计部", "secondary", "30.00")]
    assert dispute.c.state == "determined"

    dispute.act("correct", dispute.w.handler, on=second, reason="比例笔误，应为六四")
    third = dispute.version
    dispute.sharing("60", "40", third)
    with pytest.raises(ActRefusedError, match="Not answered yet"):
        dispute.final(third)
    assert Determination.objects.get(status="final") == second
    dispute.accepts(dispute.builders, dispute.w.workshop_head)
    dispute.accepts(dispute.designers, dispute.w.design_head)
    dispute.final(third)
    second.refresh_from_db()
    assert (second.status, third.status, third.supersedes) == ("superseded", "final", second)
    assert is_intact(second)
    assert is_intact(third)
    assert dispute.shares(second) == [("生产车间", "primary", "70.00"), ("设计部", "secondary", "30.00")]
    assert dispute.shares(third) == [("生产车间", "primary", "60.00"), ("设计部", "secondary", "40.00")]
    assert dispute.clocks_of_parties() == 0
    assert dispute.to_the_archive().state == "archived"


def test_an_objection_dismissed_lets_the_determination_stand(dispute):
    version = dispute.blaming_builders()
    dispute.accepts(dispute.designers, dispute.w.design_head)
    objection = dispute.objects(dispute.builders, dispute.w.workshop_head, "比例过高")
    for nobody in (dispute.w.head, dispute.w.workshop_head, dispute.lead, dispute.w.handler):
        with pytest.raises(ActRefusedError):
            dispute.act("dismiss_objection", nobody, on=objection, reason="不成立")
    dispute.act("dismiss_objection", dispute.w.executive, on=objection, reason="与实测不符")
    dispute.final(version)
    assert dispute.shares() == [("生产车间", "sole", "100.00"), ("设计部", "none", "0.00")]
    assert Objection.objects.get().decided_by == dispute.w.executive
