"""The page of an investigation: who opens it, what it shows, and that it costs the same however much there is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accountability.models import Cell, EvidenceItem, Fact, ProcessStep, Task
from accountability.services import opening
from tests.accountability import inquiry_world
from tests.accountability.pages.asking import acts_offered, shown
from tests.pages import assert_proper


def page(client, person, iw):
    client.force_login(person)
    return client.get(reverse("admin:investigation", args=[iw.investigation.pk]))


def fact(iw, text):
    position = Fact.objects.filter(investigation=iw.investigation).count() + 1
    return Fact.objects.create(investigation=iw.investigation, position=position, statement=text, made_at=iw.now)


def step(iw, text, **values):
    position = ProcessStep.objects.filter(investigation=iw.investigation).count() + 1
    return ProcessStep.objects.create(
        investigation=iw.investigation, position=position, name=text, made_at=iw.now, **values
    )


class TestWhoOpensIt:
    def test_the_group_the_handler_those_above_and_who_watches(self, client, iw):
        people = {name: iw.w.people[name] for name in iw.w.people}
        people |= {"lead": iw.lead, "member": iw.member}
        answers = {name: page(client, person, iw).status_code for name, person in people.items()}
        seeing = {"lead", "member", "handler", "head", "executive", "quality", "legal", "auditor"}
        assert {name for name, status in answers.items() if status == 200} == seeing
        assert {status for name, status in answers.items() if name not in seeing} <= {404, 302}

    def test_a_party_finds_nothing(self, client, iw):
        assert page(client, iw.w.liaison, iw).status_code == 404
        assert page(client, iw.w.workshop_head, iw).status_code == 404

    def test_who_is_named_reads_number_category_and_parties_and_nothing_else(self, client, iw):
        iw.act("appoint", iw.w.handler, person=iw.w.warehouse_liaison)
        answer = page(client, iw.w.warehouse_liaison, iw)
        assert_proper(answer)
        text = answer.content.decode()
        assert iw.investigation.number in text
        assert str(iw.workshop) in text
        assert iw.c.subject not in text
        assert iw.cited.title not in text
        assert reverse("admin:investigation_act", args=[iw.investigation.pk, "declare_interests"]) in text


class TestWhatItShows:
    def test_restricted_evidence_only_to_those_who_may_see_it(self, client, iw):
        iw.evidence(title="通话录音", is_restricted=True)
        assert "通话录音" in shown(page(client, iw.lead, iw))
        assert "通话录音" in shown(page(client, iw.w.auditor, iw))
        answer = page(client, iw.w.head, iw)
        assert "通话录音" not in shown(answer)
        assert answer.context["page"].hidden_evidence == 1

    def test_facts_without_support_and_contradicted_ones_stand_out(self, client, iw):
        one, two, three = fact(iw, "出厂前已破损"), fact(iw, "运输中破损"), fact(iw, "装配有误")
        other = iw.evidence(title="照片")
        Cell.objects.create(fact=one, evidence=iw.cited, bearing="supports")
        Cell.objects.create(fact=three, evidence=iw.cited, bearing="supports")
        Cell.objects.create(fact=three, evidence=other, bearing="contradicts", remark="时间不符")
        answer = page(client, iw.lead, iw)
        matrix = answer.context["page"].matrix
        assert [row.statement for row in matrix.unsupported] == [two.statement]
        assert [row.statement for row in matrix.contradicted] == [three.statement]
        text = shown(answer)
        assert [word for word in ("Supports", "Contradicts: 时间不符", "not judged yet") if word not in text] == []

    def test_the_process_is_drawn_and_said(self, client, iw):
        at = iw.now
        step(
            iw,
            "出库",
            expected="十点前",
            expected_at=at,
            actual="下午",
            actual_at=at.replace(hour=23),
            deviation="late",
        )
        step(iw, "通知客户", expected="改期前", deviation="omitted")
        answer = page(client, iw.lead, iw)
        assert_proper(answer)
        drawing = answer.context["drawing"]
        assert [mark.kind for mark in drawing.marks] == ["late", "omitted"]
        assert drawing.marks[0].actual_x > drawing.marks[0].x
        assert [mark.has_happened for mark in drawing.marks] == [True, False]
        assert "<svg" in answer.content.decode()
        assert "1. 出库" in shown(answer)

    def test_shares_are_a_bar_and_a_table_and_rounding_is_said(self, client, iw):
        third = iw.charge(iw.party(department=iw.w.warehouse))
        rows = [iw.row(charge, "equal") for charge in (*iw.charges, third)]
        iw.written(rows)
        answer = page(client, iw.lead, iw)
        group = answer.context["page"].present[0].groups[0]
        assert [str(row.share) for row in group.assignments] == ["33.34", "33.33", "33.33"]
        assert [segment.length for segment in group.segments] == [333.4, 333.3, 333.3]
        assert "carries no meaning" in shown(answer)
        assert "100.00 %" in shown(answer)

    def test_hearings_and_the_objection_are_on_the_page(self, client, iw):
        iw.approved()
        iw.objected(grounds="比例过高，系统停机")
        text = shown(page(client, iw.w.head, iw))
        assert "比例过高，系统停机" in text
        assert "Objected" in text
        assert "Waiting for the party" in text


class TestWhatComesNext:
    def test_the_stages_say_how_far_it_has_come_and_who_goes_on(self, client, iw):
        answer = page(client, iw.lead, iw)
        stages = {str(stage.title): stage for stage in answer.context["stages"]}
        assert stages["Investigation group"].status == "done"
        assert stages["Parties and allegations"].status == "done"
        now = [title for title, stage in stages.items() if stage.status == "now"]
        assert now == ["Determination"]
        assert [choice.act.code for choice in stages["Determination"].choices] == ["draft"]
        others = page(client, iw.w.auditor, iw).context["stages"]
        waiting = next(stage for stage in others if stage.status == "now")
        assert waiting.choices == ()
        assert "Lead investigator (lead)" in waiting.who

    def test_each_person_is_offered_what_they_may_do(self, client, iw):
        lead = acts_offered(page(client, iw.lead, iw))
        assert {"register_evidence", "find", "draft", "add_fact"} <= lead
        assert acts_offered(page(client, iw.w.auditor, iw)) == set()
        assert "place_hold" in acts_offered(page(client, iw.w.legal, iw))
        assert "draft" not in acts_offered(page(client, iw.w.head, iw))

    @pytest.mark.parametrize("name", ["head", "handler"])
    def test_a_proposal_to_do_without_is_decided_by_another(self, client, db, name):
        proposed = inquiry_world.investigating("customer-service")
        proposed.investigation = opening.propose_waiver(
            proposed.c.pk, by=proposed.w.handler, now=proposed.now, reason="事实清楚"
        )
        answer = page(client, proposed.w.people[name], proposed)
        assert answer.context["stages"] == []
        decided = [choice.act.code for choice in answer.context["deciding"]]
        assert decided == (["approve_waiver", "refuse_waiver"] if name == "head" else [])
        assert "事实清楚" in shown(answer)


class TestWhatStandsOpen:
    FOLDS = re.compile(r'<details class="card folds[^"]*"\s+id="(\w+)"( open)?( data-now)?>')

    def folds(self, client, iw):
        """How each part of the page begins: "now" is open in a narrow window too, "" is folded."""
        found = self.FOLDS.findall(page(client, iw.lead, iw).content.decode())
        return {name: "now" if now else "open" if is_open else "" for name, is_open, now in found}

    def test_while_work_goes_on_everything_and_in_a_narrow_window_what_is_worked_on(self, client, iw):
        working = dict.fromkeys(
            ("allegations", "matrix", "process", "evidence", "opinions", "measures", "evaluation", "scope"), "open"
        )
        iw.approved()
        assert self.folds(client, iw) == working | {"determination": "now", "hearings": "now", "timeline": ""}

    def test_of_what_has_ended_the_result(self, client, iw):
        iw.finalised()
        found = self.folds(client, iw)
        assert {name for name, state in found.items() if state == "now"} == {"determination", "measures"}
        assert {state for name, state in found.items() if name not in {"determination", "measures"}} == {""}


@pytest.mark.parametrize(
    ("name", "of"), [("complaints_complaint_history", "c"), ("investigation_history", "investigation")]
)
def test_the_history_names_acts_and_clocks_in_words(client, iw, name, of):
    iw.approved()
    iw.objected()
    client.force_login(iw.w.auditor)
    rows = client.get(reverse(f"admin:{name}", args=[getattr(iw, of).pk])).context["page"].object_list
    reasons = {row.change.reason for row in rows}
    assert {"Approve and hear the parties", "Object"} & reasons
    codes = {reason for reason in reasons if re.fullmatch(r"[a-z]+([_:][a-z0-9]+)+", reason)}
    assert codes == set()


@pytest.mark.parametrize("name", ["lead", "auditor"])
def test_the_page_costs_the_same_with_one_row_and_with_twenty(client, iw, name):
    person = iw.lead if name == "lead" else iw.w.auditor

    def fill(count):
        for number in range(count):
            item = iw.evidence(title=f"证据{number}")
            one = fact(iw, f"事实{number}")
            Cell.objects.create(fact=one, evidence=item, bearing="supports")
            step(iw, f"环节{number}", party=iw.workshop).supports.create(evidence=item)
            allegation = iw.allegation(f"投诉事项{number}")
            iw.charges.append(iw.charge(iw.maker, allegation))
            Task.objects.create(
                investigation=iw.investigation, description="查", owner=iw.lead, due_at=iw.now, made_at=iw.now
            )

    fill(1)
    iw.written([iw.row(charge, "sole", "100.00") for charge in iw.charges[1:]])
    page(client, person, iw)
    with CaptureQueriesContext(connection) as few:
        assert_proper(page(client, person, iw))
    fill(19)
    iw.written([iw.row(charge, "sole", "100.00") for charge in iw.charges[1:]])
    with CaptureQueriesContext(connection) as many:
        assert_proper(page(client, person, iw))
    assert EvidenceItem.objects.count() > 20
    assert len(many) == len(few), "\n".join(sorted({row["sql"][:160] for row in many.captured_queries}))
