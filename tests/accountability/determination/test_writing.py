"""The table of who bears what: what is kept, what is filled in, what is refused. (AC-6)"""

from decimal import Decimal

import pytest
from django.utils import translation

from accountability.models import Assignment, BreachedClause, Charge, Citation, Clause, LegalSource, RootCause
from complaints.services.doing import ActRefusedError
from tests.accountability.determination.determining import determining

pytestmark = pytest.mark.django_db

#: Built once for all tests of this file.
BUILD = determining


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def shares(version):
    rows = Assignment.objects.filter(determination=version).order_by("position")
    return [(str(row.charge.party), row.share_kind, str(row.share)) for row in rows]


def refused(iw, rows, **values):
    with pytest.raises(ActRefusedError) as refusal:
        iw.written(rows, **values)
    return refusal.value.reasons


def test_a_draft_is_numbered_and_empty(iw):
    version = iw.drafted()
    assert (version.status, version.edition, version.number) == ("draft", 1, f"{iw.c.number}-JD1-1")
    assert (version.complaint, version.round, version.made_by) == (iw.c, 1, iw.lead)
    assert shares(version) == []


def test_what_was_not_founded_bears_nothing_for_the_reason_of_its_finding(iw):
    Charge.objects.filter(pk=iw.charges[1].pk).update(finding="unfounded", reason="车间已按规程装配")
    version = iw.drafted()
    row = Assignment.objects.get(determination=version)
    assert (row.charge, row.share_kind, row.finding, row.reason) == (
        iw.charges[1],
        "none",
        "unfounded",
        "车间已按规程装配",
    )
    iw.written([iw.row(iw.charges[0], "sole")])
    assert shares(version) == [("某供应商", "sole", "100.00"), ("Workshop", "none", "0.00")]


def test_everything_of_a_row_is_kept(iw):
    source = LegalSource.objects.create(code="product-quality", kind="law", names={"en": "Product Quality Law"})
    clause = Clause.objects.create(source=source, position=1, reference="26", text="生产者应当对产品质量负责")
    cause = RootCause.objects.create(code="supplier", names={"en": "Supplier"}, path="/1/")
    first = iw.row(iw.charges[0], "primary", "66.67", clauses=[clause.pk], is_system_failure="yes", had_ability="no")
    first |= {"authority_reason": "可以拒收", "causation": "indirect", "conduct": "omission"}
    version = iw.written(
        [first, iw.row(iw.charges[1], "secondary", Decimal("33.33"), evidence=[str(iw.cited.pk)])],
        causes=[str(cause.pk)],
        cause_text="来料检验缺失",
    )
    row = version.assignments.first()
    assert (row.share, row.causation, row.conduct, row.had_authority, row.had_ability, row.is_system_failure) == (
        Decimal("66.67"),
        "indirect",
        "omission",
        True,
        False,
        True,
    )
    assert list(row.clauses.all()) == [clause]
    assert [(c.evidence, c.review.reviewer) for c in row.citations.all()] == [(iw.cited, iw.w.legal)]
    assert [(found.cause, found.text) for found in version.causes.all()] == [(cause, "来料检验缺失")]
    assert (version.outcome, version.facts, version.reasoning) == ("founded", "经查属实", "供应商交付不合格品")


def test_writing_again_replaces_everything_and_history_keeps_it(iw):
    version = iw.written()
    before = set(version.assignments.values_list("pk", flat=True))
    iw.written([iw.row(iw.charges[0], "equal"), iw.row(iw.charges[1], "equal")])
    assert shares(version) == [("某供应商", "equal", "50.00"), ("Workshop", "equal", "50.00")]
    assert not before & set(version.assignments.values_list("pk", flat=True))
    gone = Assignment.history.filter(id__in=before)
    assert sorted(gone.values_list("history_type", flat=True)) == ["+", "+", "-", "-"]
    assert {row.history_user for row in gone} == {iw.lead}
    assert Citation.history.filter(history_type="-").count() == 2
    assert BreachedClause.objects.count() == 0


def test_equal_shares_are_given_out_with_the_odd_hundredth_first(iw):
    third = iw.charge(iw.employee())
    rows = [iw.row(charge, "equal") for charge in (*iw.charges, third)]
    version = iw.written(rows)
    assert [share for _party, _kind, share in shares(version)] == ["33.34", "33.33", "33.33"]


def test_rows_stand_by_allegation_and_shares_count_by_allegation(iw):
    other = iw.allegation("迟延送达")
    late = iw.charge(iw.workshop, other)
    version = iw.submitted([iw.row(late, "sole"), *iw.rows()])
    assert [share for _party, _kind, share in shares(version)] == ["70.00", "30.00", "100.00"]


BAD = [
    (lambda iw: [iw.row(iw.charges[0], "primary", "70.001")], "two decimals"),
    (lambda iw: [iw.row(iw.charges[0], "primary", 70.5)], "two decimals"),
    (lambda iw: [iw.row(iw.charges[0], "primary")], "the share is missing"),
    (lambda iw: [iw.row(iw.charges[0], "primary", "100")], "does not fit"),
    (lambda iw: [iw.row(iw.charges[0], "none", "5")], "does not fit"),
    (lambda iw: [iw.row(iw.charges[0], "sole", "99")], "does not fit"),
    (lambda iw: [iw.row(iw.charges[0], "half", "50")], "not one of the choices"),
    (lambda iw: [iw.row(iw.charges[0], "sole", causation="maybe")], "not one of the choices"),
    (lambda iw: [iw.row(iw.charges[0], "sole", had_ability="perhaps")], "yes or no"),
    (lambda iw: [iw.row(iw.charges[0], "sole", had_ability=[])], "yes or no"),
    (lambda iw: [iw.row(iw.charges[0], "sole", finding="partly_founded")], "recorded on the charge"),
    (lambda iw: [iw.row(iw.charges[0], "sole", weight=3)], "not asked for: weight"),
    (lambda iw: [iw.row(iw.charges[0], "sole") | {"charge": 0}], "no such charge"),
    (lambda iw: [iw.row(iw.charges[0], "sole", clauses=[99])], "no such clause"),
    (lambda iw: [iw.row(iw.charges[0], "sole", evidence=[0])], "no such evidence"),
    (lambda iw: [iw.row(iw.charges[0], "sole", evidence=[iw.evidence(weight="").pk])], "not reviewed"),
    (lambda iw: [iw.row(iw.charges[0], "sole", evidence=[iw.evidence(weight="none").pk])], "not reviewed"),
    (lambda iw: [iw.row(iw.charges[0], "secondary", "50"), iw.row(iw.charges[0], "secondary", "50")], "Said twice"),
    (
        lambda iw: [iw.row(iw.charges[0], "primary", "50"), iw.row(iw.charges[1], "primary", "50")],
        "More than one party is primarily responsible",
    ),
    (lambda iw: [iw.row(iw.charges[0], "equal")], "at least two parties"),
    (lambda iw: ["a row"], "no row of the table"),
    (lambda iw: [{"charge": iw.charge(iw.employee(), finding="pending").pk, "share_kind": "sole"}], "not founded"),
    (lambda iw: [{"charge": iw.charge(iw.employee(), finding="unfounded").pk, "share_kind": "sole"}], "not founded"),
]


@pytest.mark.parametrize(("rows", "expected"), BAD, ids=[expected for _rows, expected in BAD])
def test_what_cannot_be_kept_is_refused_and_nothing_changes(iw, rows, expected):
    version = iw.written()
    reasons = refused(iw, rows(iw))
    assert any(expected in reason for reason in reasons), reasons
    assert shares(version) == [("某供应商", "primary", "70.00"), ("Workshop", "secondary", "30.00")]


def test_everything_that_is_wrong_is_said_at_once(iw):
    iw.drafted()
    rows = [iw.row(iw.charges[0], "primary", "1.234", evidence=[0]), iw.row(iw.charges[1], "half", "1")]
    assert len(refused(iw, rows)) == 3


def test_evidence_of_another_complaint_is_not_in_the_file(iw):
    other = iw.w.register()
    foreign = iw.evidence(complaint=other)
    assert "no such evidence" in refused(iw, [iw.row(iw.charges[0], "sole", evidence=[foreign.pk])])[0]


def test_a_draft_may_be_unfinished(iw):
    iw.written([iw.row(iw.charges[0], "secondary", "10", reason="", evidence=[], had_ability=None)])
    assert shares(iw.version) == [("某供应商", "secondary", "10.00")]


def test_only_the_lead_writes_and_only_a_draft(iw):
    version = iw.drafted()
    for person in (iw.member, iw.w.handler, iw.w.head, iw.w.executive):
        with pytest.raises(ActRefusedError) as refusal:
            iw.act("write", person, on=version, outcome="founded", facts="x", reasoning="y")
        assert refusal.value.code == "not_allowed"
    iw.submitted()
    with pytest.raises(ActRefusedError) as refusal:
        iw.written(on=version)
    assert refusal.value.code == "wrong_state"
