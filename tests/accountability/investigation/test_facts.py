"""Facts, the filling of the matrix, the steps of the process, and opinions from outside. (AC-4)"""

from datetime import timedelta

import pytest

from accountability.models import Cell, EvidenceItem, Fact, OutsideOpinion, Party, ProcessStep, StepEvidence
from accountability.queries.backtracking import time_line_of
from accountability.queries.inquiry import of_investigation
from complaints.models import Deadline
from complaints.services.doing import ActRefusedError
from tests.accountability.inquiry_world import opened
from tests.accountability.investigation.test_matrix import evidence

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def declared():
    return opened().declared()


#: Built once for all tests of this file.
BUILD = declared


@pytest.fixture
def table(iw):
    """Two facts, two pieces of evidence."""
    for statement in ("出厂合格", "运输颠簸"):
        iw.act("add_fact", iw.lead, statement=statement)
    return list(Fact.objects.order_by("position")), [evidence(iw), evidence(iw)]


def refused(iw, code, by, **given):
    with pytest.raises(ActRefusedError) as caught:
        iw.act(code, by, **given)
    return caught.value.reasons


def cell(fact, item, bearing, remark=""):
    return {"fact": str(fact.pk), "evidence": str(item.pk), "bearing": bearing, "remark": remark}


def cells():
    return set(Cell.objects.values_list("fact", "evidence", "bearing", "remark"))


# -- the matrix -------------------------------------------------------------------------------------------------------


def test_cells_are_filled_and_changed_and_what_is_not_named_stays(iw, table):
    (one, two), (a, b) = table
    iw.act("fill_matrix", iw.lead, cells=[cell(one, a, "supports", "第3页"), cell(two, a, "silent")])
    iw.act("fill_matrix", iw.lead, cells=[cell(two, a, "contradicts"), cell(two, b, "supports")])
    assert cells() == {
        (one.pk, a.pk, "supports", "第3页"),
        (two.pk, a.pk, "contradicts", ""),
        (two.pk, b.pk, "supports", ""),
    }
    rows = Cell.history.filter(fact=two, evidence=a).order_by("history_id")
    assert [(row.history_type, row.bearing, row.history_user) for row in rows] == [
        ("+", "silent", iw.lead),
        ("~", "contradicts", iw.lead),
    ]


def test_what_says_the_same_leaves_no_trace(iw, table):
    (one, _two), (a, _b) = table
    iw.act("fill_matrix", iw.lead, cells=[cell(one, a, "supports")])
    event = iw.act("fill_matrix", iw.lead, cells=[cell(one, a, "supports")])
    assert event.detail == {"filled": 0, "changed": 0}
    assert Cell.history.count() == 1


def test_every_row_that_cannot_be_taken_is_named_and_then_none_is(iw, table):
    (one, two), (a, b) = table
    reasons = refused(
        iw,
        "fill_matrix",
        iw.lead,
        cells=[
            cell(one, a, "supports"),
            cell(one, b, ""),
            cell(two, a, "proves"),
            {"fact": "999", "evidence": str(a.pk), "bearing": "supports"},
            {"fact": str(two.pk), "evidence": "999", "bearing": "supports"},
            cell(one, a, "silent"),
            cell(two, b, "silent", "x" * 501),
            "nonsense",
            cell(two, b, "silent") | {"weight": "strong"},
        ],
    )
    at = "Row %d (fact %d, evidence %s): "
    assert reasons == [
        at % (2, 1, b.number) + "say what the evidence says of the fact; a judgement is changed, not taken back.",
        at % (3, 2, a.number) + "evidence supports a fact, contradicts it, or is silent.",
        "Row 4: there is no such fact in this investigation.",
        "Row 5: there is no such evidence in the file.",
        at % (6, 1, a.number) + "this cell is there twice.",
        at % (7, 2, b.number) + "the remark is longer than 500 characters.",
        "Row 8: a cell is a fact, a piece of evidence, what it says, and a remark.",
        at % (9, 2, b.number) + "a cell is a fact, a piece of evidence, what it says, and a remark.",
    ]
    assert cells() == set()


def test_an_empty_bearing_clears_nothing(iw, table):
    (one, _two), (a, _b) = table
    iw.act("fill_matrix", iw.lead, cells=[cell(one, a, "supports")])
    refused(iw, "fill_matrix", iw.lead, cells=[cell(one, a, "")])
    assert cells() == {(one.pk, a.pk, "supports", "")}


def test_evidence_that_does_not_stand_says_nothing_more(iw, table):
    (one, _two), (a, _b) = table
    EvidenceItem.objects.filter(pk=a.pk).update(status="withdrawn", end_reason="x")
    assert refused(iw, "fill_matrix", iw.lead, cells=[cell(one, a, "supports")]) == [
        "Row 1: there is no such evidence in the file."
    ]


def test_only_the_group_fills_the_matrix(iw, table):
    (one, _two), (a, _b) = table
    with pytest.raises(ActRefusedError) as caught:
        iw.act("fill_matrix", iw.w.handler, cells=[cell(one, a, "supports")])
    assert caught.value.code == "not_allowed"
    assert refused(iw, "fill_matrix", iw.lead, cells=[]) == ["“Cells” is missing."]


def test_a_fact_is_settled_with_reason_and_settled_anew(iw, table):
    (one, _two), _evidence = table
    iw.act("settle_fact", iw.lead, row=str(one.pk), status="proved", reason="检验单")
    iw.act("settle_fact", iw.lead, row=str(one.pk), status="refuted", reason="检验单系伪造")
    one.refresh_from_db()
    assert (one.status, one.reason) == ("refuted", "检验单系伪造")
    assert refused(iw, "settle_fact", iw.lead, row=str(one.pk), status="open", reason="x") == [
        "“open” is not one of the choices of “What the evidence came to”."
    ]


def test_a_fact_belongs_to_an_allegation_or_to_all(iw):
    iw.act("add_party", iw.lead, kind="department", department=iw.w.workshop)
    iw.act("add_allegation", iw.lead, text="漏水", parties=[str(Party.objects.get().pk)])
    allegation = iw.investigation.allegations.get()
    iw.act("add_fact", iw.w.handler, statement="密封圈老化", allegation=str(allegation.pk))
    iw.act("add_fact", iw.lead, statement="出厂合格")
    assert list(Fact.objects.order_by("position").values_list("position", "allegation")) == [
        (1, allegation.pk),
        (2, None),
    ]


# -- the process ------------------------------------------------------------------------------------------------------


def step(iw, **given):
    values = {"name": "出库", "expected": "当日出库", "deviation": "unknown"} | given
    iw.act("add_process_step", iw.lead, **values)
    return ProcessStep.objects.latest("pk")


def test_steps_follow_each_other_with_party_moments_and_evidence(iw):
    iw.act("add_party", iw.lead, kind="department", department=iw.w.warehouse)
    party, item, now = Party.objects.get(), evidence(iw), iw.now
    moments = {"expected_at": now - 5 * HOUR, "actual_at": now - 3 * HOUR}
    step(iw)
    made = step(
        iw,
        actual="次日出库",
        deviation="late",
        party=str(party.pk),
        remark="人手不足",
        evidence=[str(item.pk)],
        **moments,
    )
    assert (made.position, made.party, made.deviation, made.remark) == (2, party, "late", "人手不足")
    assert list(made.evidence.all()) == [item]
    line = time_line_of(of_investigation(iw.investigation, iw.now))
    assert [row.delay for row in line.steps] == [None, 120]
    assert line.first_deviation == made
    assert [(str(row.party or ""), row.account.added) for row in line.accounts] == [("", 0), (str(party), 120)]
    assert (line.starts_at, line.ends_at) == (now - 5 * HOUR, now - 3 * HOUR)


def test_a_step_is_completed_when_more_is_known(iw):
    made, one, two = step(iw), evidence(iw), evidence(iw)
    given = {"row": str(made.pk), "actual": "未出库", "deviation": "omitted"}
    iw.act("revise_process_step", iw.lead, **given, evidence=[str(one.pk)])
    iw.act("revise_process_step", iw.lead, **given)
    assert list(made.evidence.all()) == [one]  # not named: as it was
    iw.act("revise_process_step", iw.lead, **given, evidence=[str(two.pk)])
    made.refresh_from_db()
    assert (made.expected, made.actual, made.deviation) == ("当日出库", "未出库", "omitted")
    assert list(made.evidence.all()) == [two]
    kinds = StepEvidence.history.order_by("history_id").values_list("evidence", "history_type")
    assert list(kinds) == [(one.pk, "+"), (two.pk, "+"), (one.pk, "-")]


def test_contradictions_are_refused(iw):
    now = iw.now
    early = {"expected_at": now - 2 * HOUR, "actual_at": now - 3 * HOUR, "actual": "x"}
    for given, reason in (
        (early | {"deviation": "late"}, "By its moments the step was not late."),
        (early | {"deviation": "omitted"}, "A step that was not done has no moment at which it happened."),
        ({"deviation": "wrong"}, "Say what happened."),
        ({"deviation": "none"}, "Say what happened."),
        ({"deviation": "none", "actual": "x", "actual_at": now + 9 * HOUR}, "What happened cannot lie in the future."),
    ):
        values = {"name": "出库", "expected": "当日出库"} | given
        assert refused(iw, "add_process_step", iw.lead, **values) == [reason]
    assert not ProcessStep.objects.exists()


# -- opinions ---------------------------------------------------------------------------------------------------------

EXPERT = {
    "kind": "expert",
    "expert": "王工",
    "agency": "省质检院",
    "qualification": "高级工程师",
    "question": "密封圈为何老化",
}


def asked(iw, **given):
    iw.act("ask_outside", iw.lead, **(EXPERT | given))
    return OutsideOpinion.objects.latest("pk")


def test_an_expert_is_asked_and_the_lead_waits_for_the_answer(iw):
    opinion = asked(iw, due_at=iw.now + 48 * HOUR)
    assert (opinion.is_independent, opinion.received_at) == (False, None)
    deadline = Deadline.objects.get(subject=f"opinion:{opinion.pk}")
    assert (deadline.owner, deadline.due_at) == (iw.lead, opinion.due_at)
    assert "王工" not in str(deadline.names)
    other = asked(iw)
    assert not Deadline.objects.filter(subject=f"opinion:{other.pk}").exists()
    assert refused(iw, "ask_outside", iw.lead, **EXPERT, due_at=iw.now) == ["The date lies in the past."]


def test_the_opinion_is_evidence_to_be_reviewed_by_another(iw):
    opinion = asked(iw, due_at=iw.now + 48 * HOUR)
    iw.act("record_opinion", iw.w.handler, row=str(opinion.pk), opinion="材料不合格", is_independent=True)
    opinion.refresh_from_db()
    assert (opinion.opinion, opinion.is_independent, opinion.received_at) == ("材料不合格", True, iw.now)
    item = opinion.evidence
    assert item is not None
    assert (item.kind, item.collected_by, item.complaint) == ("expert_report", iw.w.handler, iw.c)
    assert "王工" in item.title
    assert "材料不合格" in item.shows
    assert Deadline.objects.get(subject=f"opinion:{opinion.pk}").met_at == iw.now
    given = {"authenticity": "established", "legality": "established", "relevance": "established"}
    given |= {"weight": "strong", "opinion": "可信"}
    iw.act("review", iw.lead, on=item, **given)
    assert item.reviews.count() == 1


def test_without_independence_there_is_no_opinion(iw):
    opinion = asked(iw)
    given = {"row": str(opinion.pk), "opinion": "x"}
    assert refused(iw, "record_opinion", iw.lead, **given) == ["“Independence declared” is missing."]
    assert refused(iw, "record_opinion", iw.lead, **given, is_independent=False) == [
        "“Independence declared” is missing."
    ]
    iw.act("record_opinion", iw.lead, **given, is_independent=True)
    assert refused(iw, "record_opinion", iw.lead, **given, is_independent=True) == [
        f"“{opinion.pk}” is not one of the choices of “Opinion”."
    ]
