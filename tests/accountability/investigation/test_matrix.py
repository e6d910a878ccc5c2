"""The evidence matrix as a value, against a plain count; and back again, per piece of evidence. (AC-3, AC-4)"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accountability.models import Cell, EvidenceItem, EvidenceReview, Fact
from accountability.queries.inquiry import of_investigation
from accountability.queries.matrix import built, matrix_of
from accountability.states import Bearing
from tests.accountability.inquiry_world import opened

WEIGHTS = ("strong", "medium", "weak", "none")


def item(pk, status, weight):
    made = EvidenceItem(pk=pk, number=f"E{pk}", status=status)
    made.last_review = None if weight is None else EvidenceReview(weight=weight)  # type: ignore[attr-defined]
    return made


@st.composite
def tables(draw):
    facts = [Fact(pk=pk, position=pk) for pk in range(1, draw(st.integers(0, 5)) + 1)]
    statuses = st.sampled_from(["held", "held", "withdrawn", "superseded"])
    weights = st.none() | st.sampled_from(WEIGHTS)
    evidence = [item(pk, draw(statuses), draw(weights)) for pk in range(1, draw(st.integers(0, 5)) + 1)]
    bearings = st.none() | st.sampled_from(Bearing.values)
    said = {
        (fact.pk, piece.pk): bearing for fact in facts for piece in evidence if (bearing := draw(bearings)) is not None
    }
    return facts, evidence, said


@given(tables())
def test_against_a_plain_count(table):
    facts, evidence, said = table
    cells = {key: Cell(fact_id=key[0], evidence_id=key[1], bearing=bearing) for key, bearing in said.items()}
    matrix = built(facts, tuple(evidence), cells)
    counting = {
        piece.pk
        for piece in evidence
        if piece.status == "held" and (piece.last_review is None or piece.last_review.weight != "none")
    }
    reviewed = {piece.pk for piece in evidence if piece.pk in counting and piece.last_review is not None}
    for row in matrix.rows:
        of = {pk: bearing for (fact, pk), bearing in said.items() if fact == row.fact.pk}
        supports = {pk for pk, bearing in of.items() if bearing == "supports" and pk in counting}
        contradicts = {pk for pk, bearing in of.items() if bearing == "contradicts" and pk in counting}
        assert (row.supporting, row.contradicting) == (len(supports), len(contradicts))
        assert (row.supporting_reviewed, row.contradicting_reviewed) == (
            len(supports & reviewed),
            len(contradicts & reviewed),
        )
        assert row.unjudged == len(evidence) - len(of)
        assert row.is_unsupported == (not supports)
        assert row.is_contradicted == bool(contradicts)
        assert row.rests_on_unreviewed == (bool(supports) and not supports & reviewed)
    assert matrix.unsupported == [row.fact for row in matrix.rows if row.is_unsupported]
    assert matrix.contradicted == [row.fact for row in matrix.rows if row.is_contradicted]
    assert matrix.unreviewed == [row.fact for row in matrix.rows if row.rests_on_unreviewed]


@given(tables())
def test_read_the_other_way_it_says_the_same(table):
    facts, evidence, said = table
    cells = {key: Cell(fact_id=key[0], evidence_id=key[1], bearing=bearing) for key, bearing in said.items()}
    columns = built(facts, tuple(evidence), cells).by_evidence
    assert [column.evidence for column in columns] == evidence
    again: dict[tuple[int, int], str] = {}
    for column in columns:
        for bearing, named in (
            ("supports", column.supports),
            ("contradicts", column.contradicts),
            ("silent", column.silent),
        ):
            again |= {(fact.pk, column.evidence.pk): bearing for fact in named}
        parts = (*column.supports, *column.contradicts, *column.silent, *column.unjudged)
        assert sorted(fact.pk for fact in parts) == [fact.pk for fact in facts]
        assert column.says_nothing == (not column.supports and not column.contradicts)
    assert again == said


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow():
    iw = opened().declared()

    def fill(count):
        for _ in range(count):
            iw.act("add_fact", iw.lead, statement="出库时有划痕")
            evidence(iw)
        facts, items = Fact.objects.all(), EvidenceItem.objects.all()
        cells = [{"fact": f.pk, "evidence": e.pk, "bearing": "supports"} for f in facts for e in items]
        with CaptureQueriesContext(
            connection,
        ) as filling:
            iw.act("fill_matrix", iw.lead, cells=cells)
        inquiry = of_investigation(iw.investigation, iw.now)
        given_facts, given_items = inquiry.facts, inquiry.evidence_held
        with CaptureQueriesContext(connection) as reading:
            matrix = matrix_of(given_facts, given_items)
            assert all(row.supporting == len(given_items) for row in matrix.rows)
            assert all(len(column.supports) == len(given_facts) for column in matrix.by_evidence)
        return len(filling), len(reading)

    fill(1)
    few, many = fill(1), fill(6)
    assert few[1] == many[1] == 1
    assert few[0] == many[0]


def evidence(iw):
    """A piece of evidence somebody keeps."""
    iw.act(
        "register_evidence",
        iw.lead,
        kind="written",
        title="出库单",
        shows="出库时间",
        source="仓库",
        collected_at=iw.now,
        holder="客服部档案柜",
    )
    return EvidenceItem.objects.latest("pk")
