"""From when on passing time alone changes nothing, and the quarter told apart that rests on it. (RP-1)"""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporting.models import Cell, StaleQuarter
from reporting.periods import Period
from reporting.queries.cube import CubeRow, cube, groups_of
from reporting.queries.groups import condition
from reporting.services.facts import count_stale
from reporting.tallies import FOREVER, Dimension, Tally, moment_of, quantiles, tallies
from tests.reporting.figures.facts_for_tests import ZONE, keep, some_facts

HOUR = 3600
BEGAN = st.integers(0, 200 * HOUR)
TIMES = st.dictionaries(st.integers(1, 60), st.integers(1, 4), max_size=6).map(Counter)
TALLIES = st.builds(
    Tally,
    handled=TIMES,
    left=TIMES,
    running=st.lists(BEGAN, max_size=6),
    unanswered=st.lists(BEGAN, max_size=3),
    too_late=st.integers(0, 3),
)


def judged(tally, moment):
    """What a cell keeps in plain columns."""
    return tally.late_answers(moment), quantiles(tally, moment)


@given(TALLIES, st.lists(st.integers(0, 400 * HOUR), max_size=5))
@example(Tally(unanswered=[7]), [0, 1])
@example(Tally(handled=Counter({10: 9}), running=[0, 0]), [10 * HOUR, 9 * HOUR + 1])
def test_from_then_on_a_tally_says_the_same(tally, later):
    settled = moment_of(tally.settled_from)
    for moment in (*(settled + timedelta(seconds=seconds) for seconds in later), FOREVER):
        assert judged(tally, moment) == judged(tally, settled)


def test_it_settles_when_the_last_answer_is_late_and_the_open_rounds_are_longer_than_nine_tenths():
    nine = Counter(dict.fromkeys(range(1, 20), 1))
    assert Tally().settled_from == 0
    assert Tally(handled=nine).settled_from == 0
    assert Tally(unanswered=[5, 90]).settled_from == 91
    assert Tally(handled=nine, running=[100]).settled_from == 100 + 18 * HOUR
    assert Tally(running=[100]).settled_from == 100


@pytest.mark.django_db
@pytest.mark.parametrize("days", [0, 3, 40, 400])
def test_a_quarter_told_apart_is_what_its_facts_come_to_at_any_moment(organisation, days):
    _world, complaints, keys = organisation
    quarter = Period.parse("2026Q3")
    moment = quarter.bounds(ZONE)[1] + timedelta(days=days)
    made = some_facts(complaints, keys)
    keep(made)
    Cell.objects.all().delete()
    StaleQuarter.objects.create(first=quarter.first)
    count_stale()
    expected = tallies(made, ZONE, within=[quarter], by={quarter.span: [Dimension.CUBE]})
    rows = cube(quarter, moment)
    assert len(rows) == len(expected)
    for (_period, _dimension, key), tally in expected.items():
        late, _pending = tally.late_answers(moment)
        times = quantiles(tally, moment)
        assert CubeRow(key, tally.begun, tally.ended, tally.in_time, late, *times) in rows
    for row in rows:
        department, category, severity = groups_of(row.key)
        assert condition(Dimension.SEVERITY, severity)
        assert {type(department), type(category)} <= {int, type(None)}
