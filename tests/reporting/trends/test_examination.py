from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reporting import trends
from reporting.trends import Question, Series, Verdict
from tests.reporting.trends.synthetic import GROWING, MIXED, POISSON, as_series, draw, quarters

#: By type what they find may be None; where it must not be, a test fails.
examine: Any = trends.examine

CHANGED = {Verdict.RISE, Verdict.FALL}


def months(rng, level, length=36, dispersion=1.0):
    return tuple(draw(rng, np.full(length, float(level)), np.full(length, dispersion)).tolist())


@pytest.fixture(scope="module")
def steady():
    """Twenty quiet series of three years of months, with which others are looked at together."""
    rng = np.random.default_rng(77)
    return [Series(f"steady {number}", "category", months(rng, 12)) for number in range(20)]


def only(series, others):
    return examine([series, *others]).findings[0]


@pytest.mark.parametrize("mix", [POISSON, MIXED, GROWING], ids=["poisson", "mixed", "growing"])
def test_in_quiet_data_nothing_is_discovered_more_often_than_stated(mix):
    """200 series and 12 quarters, twice: a discovery in one of them at most. The benchmark repeats it often."""
    rng = np.random.default_rng(2026)
    found = [len(examine(as_series(quarters(rng, mix)), intervals=False).changes) for _ in range(2)]
    assert sum(count > 0 for count in found) <= 1, found


@pytest.mark.parametrize(
    ("level", "lift", "since", "least"), [(100, 1.3, 6, 0.6), (50, 1.5, 6, 0.7), (100, 1.6, 11, 0.8)]
)
def test_planted_changes_are_found_and_little_else(level, lift, since, least):
    rng = np.random.default_rng(31)
    is_planted = np.arange(200) < 40
    lifted = np.where(is_planted[:, None] & (np.arange(12) >= since), lift, 1.0)
    counts = quarters(rng, replace(POISSON, levels=(level,)), lifted=lifted)
    findings = examine(as_series(counts), intervals=False).findings
    found = np.array([finding.verdict == Verdict.RISE for finding in findings])
    assert found[is_planted].mean() >= least
    assert found[~is_planted].sum() <= 0.1 * found.sum()


def test_every_change_carries_its_q_value(steady):
    jump = Series("jump", "category", (10,) * 33 + (30, 28, 31))
    found = examine([jump, *steady])
    assert [finding.key for finding in found.changes] == ["jump"]
    finding = found.changes[0]
    assert finding.verdict == Verdict.RISE
    assert finding.by is not None
    assert finding.q_value <= found.rate == 0.05
    assert found.questions == 4 * 21
    for answer in (finding.past, finding.previous, finding.year_ago):
        assert answer.p_value <= answer.q_value
        assert answer.low <= answer.ratio <= answer.high
        assert answer.observed == 89
        assert answer.ratio == pytest.approx(89 / answer.expected)
    assert (finding.previous.expected, finding.year_ago.expected) == (pytest.approx(30, rel=0.1), pytest.approx(30))


def test_a_change_of_level_is_dated_by_months(steady):
    finding = only(Series("step", "category", (10, 12, 9, 11, 10, 8, 12, 10) * 2 + (19, 22, 20, 21) * 5), steady)
    assert finding.shift.verdict == Verdict.RISE
    assert finding.shift.earliest <= 16 <= finding.shift.latest
    assert finding.shift.latest - finding.shift.earliest <= 4
    assert finding.shift.ratio == pytest.approx(2, rel=0.1)


def test_a_season_that_comes_every_year_is_no_change(steady):
    winter = [30, 28, 30, 10, 9, 11, 5, 6, 5, 12, 11, 13]
    finding = only(Series("heating", "category", tuple(winter[3:] + winter * 2 + winter[:3])), steady)
    assert finding.verdict == Verdict.NO_CHANGE_SHOWN
    assert finding.observed == 88
    assert finding.previous.expected > 60  # though the quarter before had 36
    assert finding.seasonality.p_value < 0.001
    assert max(finding.seasonality.factors) > 1.5


def test_what_grows_with_sales_is_no_change(steady):
    counts, sold = (10,) * 33 + (30, 28, 31), (1000.0,) * 33 + (3000.0,) * 3
    assert only(Series("sold more", "product", counts, exposure=sold), steady).verdict == Verdict.NO_CHANGE_SHOWN
    assert only(Series("sold more", "product", counts), steady).verdict == Verdict.RISE


def test_small_numbers_say_too_few(steady):
    finding = only(Series("rare", "category", (0, 0, 1) * 12), steady)
    answers = {finding.past.verdict, finding.previous.verdict, finding.year_ago.verdict, finding.shift.verdict}
    assert (finding.verdict, answers) == (Verdict.TOO_FEW, {Verdict.TOO_FEW})


class TestLineage:
    def test_a_category_that_ended_is_no_improvement(self, steady):
        known = Series("old", "category", (12,) * 32 + (0,) * 4, valid_until=32)
        presumed = Series("old", "category", (12,) * 32 + (0,) * 4)
        for series in (known, presumed):
            finding = only(series, steady)
            assert (finding.verdict, finding.past, finding.shift, finding.q_value) == (Verdict.ENDED, None, None, None)
        assert (only(known, steady).presumed, only(presumed, steady).presumed) == (False, True)

    def test_one_that_the_register_knows_to_go_on_did_improve(self, steady):
        assert only(Series("old", "category", (12,) * 32 + (0,) * 4, valid_until=36), steady).verdict == Verdict.FALL

    def test_a_new_one_is_no_rise(self, steady):
        for series in (
            Series("new", "category", (0,) * 33 + (15, 14, 16)),
            Series("new", "category", (0,) * 33 + (15, 14, 16), valid_from=33),
        ):
            finding = only(series, steady)
            assert (finding.verdict, finding.previous, finding.past) == (Verdict.BEGAN, None, None)

    def test_one_that_was_always_there_and_had_no_case_does_rise(self, steady):
        assert only(Series("lid", "category", (0,) * 33 + (15, 14, 16), valid_from=0), steady).verdict == Verdict.RISE

    @pytest.mark.parametrize("is_known", [True, False])
    def test_a_renamed_one_goes_on_under_its_new_name(self, steady, is_known):
        rng = np.random.default_rng(4)
        counts = months(rng, 12)
        old = Series("old", "category", counts[:32] + (0,) * 4, renamed_to="new" if is_known else None)
        new = Series("new", "category", (0,) * 32 + counts[32:])
        before, after, *_ = examine([old, new, *steady]).findings
        assert (before.verdict, before.counterpart, before.presumed) == (Verdict.RENAMED, "new", not is_known)
        assert (after.verdict, after.counterpart) == (Verdict.NO_CHANGE_SHOWN, "old")
        assert after.previous.expected > 20  # the months of both names

    def test_of_two_possible_successors_none_is_presumed(self, steady):
        rows = {"old": (12,) * 32 + (0,) * 4, "one": (0,) * 32 + (12,) * 4, "other": (0,) * 32 + (11,) * 4}
        found = examine([*(Series(key, "category", counts) for key, counts in rows.items()), *steady]).findings[:3]
        assert found[0].verdict == Verdict.ENDED
        assert {finding.counterpart for finding in found} == {None}

    def test_a_successor_is_of_the_same_dimension(self, steady):
        old = Series("old", "category", (12,) * 32 + (0,) * 4)
        new = Series("new", "product", (0,) * 32 + (12,) * 4)
        assert [finding.verdict for finding in examine([old, new, *steady]).findings[:1]] == [Verdict.ENDED]


class TestEdges:
    @pytest.mark.parametrize("length", [3, 6, 15, 24, 36])
    @pytest.mark.parametrize("count", [0, 1, 7, 1_000_000])
    def test_constant_series_never_change(self, length, count):
        found = examine([Series(str(number), "c", (count,) * length) for number in range(3)])
        assert found.changes == ()
        assert {finding.verdict for finding in found.findings} <= {Verdict.TOO_FEW, Verdict.NO_CHANGE_SHOWN}

    def test_what_cannot_be_asked_is_none(self):
        (finding,) = examine([Series("a", "c", (5,) * 3)]).findings
        assert (finding.past, finding.previous, finding.year_ago, finding.shift) == (None,) * 4
        (finding,) = examine([Series("a", "c", (5,) * 6)]).findings
        assert finding.previous is not None
        assert (finding.past, finding.year_ago, finding.shift) == (None,) * 3

    def test_huge_counts(self):
        (finding,) = examine([Series("a", "c", (1_000_000, 1_001_000, 999_000) * 11 + (2_000_000,) * 3)]).findings
        assert finding.verdict == Verdict.RISE
        assert finding.past.ratio == pytest.approx(2, rel=0.01)

    def test_quarters_and_months_agree(self):
        rng = np.random.default_rng(9)
        rows = [months(rng, 20) for _ in range(5)]
        by_month = examine([Series(str(row), "c", counts) for row, counts in enumerate(rows)]).findings
        summed = [tuple(sum(counts[first : first + 3]) for first in range(0, 36, 3)) for counts in rows]
        by_quarter = examine([Series(str(row), "c", counts, per_year=4) for row, counts in enumerate(summed)]).findings
        for month, quarter in zip(by_month, by_quarter, strict=True):
            assert month.observed == quarter.observed
            for question in ("past", "previous", "year_ago"):
                one, other = getattr(month, question), getattr(quarter, question)
                assert (one.verdict, one.p_value) == (other.verdict, pytest.approx(other.p_value))

    def test_incomplete_quarters_at_the_beginning_are_left_out(self):
        whole, more = (5, 6, 7) * 8, (100, 100, *((5, 6, 7) * 8))
        first, second = (examine([Series("a", "c", counts)]).findings[0] for counts in (whole, more))
        assert (first.past, first.previous, first.year_ago) == (second.past, second.previous, second.year_ago)

    def test_without_intervals_all_else_is_the_same(self):
        series = as_series(quarters(np.random.default_rng(5), MIXED, series=12))
        for whole, bare in zip(examine(series).findings, examine(series, intervals=False).findings, strict=True):
            assert (bare.past.low, bare.past.high) == (None, None)
            assert replace(bare.past, low=whole.past.low, high=whole.past.high) == whole.past
            assert (bare.verdict, bare.q_value) == (whole.verdict, whole.q_value)

    def test_nothing_to_look_at(self):
        assert examine([]).findings == ()

    @pytest.mark.parametrize(
        "wrong",
        [
            [Series("a", "c", (1,) * 12), Series("b", "c", (1,) * 13)],
            [Series("a", "c", (1,) * 12), Series("a", "c", (1,) * 12)],
            [Series("a", "c", (1,) * 12, per_year=7)],
            [Series("a", "c", (1,) * 12, exposure=(1.0,))],
            [Series("a", "c", (1, 2, -1))],
            [Series("a", "c", (1, 2))],
        ],
    )
    def test_nonsense_is_refused(self, wrong):
        with pytest.raises(ValueError, match=r"same months|comes once|as many|not negative|a quarter"):
            examine(wrong)


def test_dimensions_share_the_rate(steady):
    """What is looked at in more ways must be surer."""
    jump = Series("jump", "category", (10,) * 33 + (14, 13, 15))
    alone = examine([jump, *steady]).findings[0]
    others = [replace(series, dimension=dimension) for series in steady for dimension in ("product", "channel")]
    together = examine([jump, *steady, *others]).findings[0]
    assert together.q_value > alone.q_value
    assert Counter(finding.dimension for finding in examine([*steady, *others]).findings) == {
        "category": 20,
        "product": 20,
        "channel": 20,
    }
    assert alone.by in set(Question)
