"""Every answer equals the one of the minute-by-minute oracle, over random calendars.

WORKING_TIME_CASES=100000 asks that many questions instead of the usual few hundred.
"""

import os
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from complaints.working_time import Unit
from tests.working_time.oracle import OutOfSight
from tests.working_time.strategies import Question, World, bounds, questions, worlds

QUESTIONS_A_WORLD = 30
CASES = int(os.environ.get("WORKING_TIME_CASES", "600"))
DAY_UNITS = {Unit.DAY, Unit.WORKING_DAY}
WORLDS = settings(
    max_examples=max(1, CASES // QUESTIONS_A_WORLD),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def compare(world: World, question: Question) -> bool:
    """Compare every answer; say whether the due moment was in sight of the oracle."""
    calendar, oracle = world.calendar, world.oracle
    start, end, limit = question.start, question.end, question.limit
    plain = bounds(question.pauses)
    explained = bounds(calendar.explain(start, end, limit.unit, question.pauses))
    counted = oracle.counted(start, end, limit.unit, plain)
    assert calendar.elapsed(start, end, limit.unit, question.pauses) * oracle.parts(limit.unit) == len(counted)
    if limit.unit in DAY_UNITS:
        assert [oracle.number(closes) - 1 for _, closes in explained] == counted
    else:
        minutes = [range(oracle.number(opens), oracle.number(closes)) for opens, closes in explained]
        assert [minute for part in minutes for minute in part] == counted
    minute = oracle.number(start)
    assert calendar.is_open(start) == oracle.open[minute]
    assert calendar.is_working_day(oracle.day[minute]) == (oracle.day[minute] in oracle.working_days)
    opening = next((later for later in range(minute, len(oracle.open)) if oracle.open[later]), None)
    if opening is not None:
        assert calendar.next_working_moment(start) == oracle.moment(opening)
    try:
        due = oracle.add(start, limit.amount, limit.unit, plain)
    except OutOfSight:
        return False
    assert calendar.add(start, limit, question.pauses).due_at == due
    point = oracle.point(start, limit.amount, limit.unit, question.percent, plain)
    assert calendar.point(start, limit, question.percent, question.pauses) == point
    return True


@WORLDS
@given(st.data(), worlds())
def test_every_answer_equals_the_oracle(data: st.DataObject, world: World) -> None:
    asked = [data.draw(questions(world)) for _ in range(QUESTIONS_A_WORLD)]
    in_sight = [compare(world, question) for question in asked]
    assume(any(in_sight))


@pytest.mark.parametrize(
    ("zone", "sunday", "hours"),
    [
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ],
)
def test_the_oracle_sees_days_that_are_not_24_hours_long(zone: str, sunday: date, hours: float) -> None:
    world = World(zone, {6: [(0, 24 * 60)]}, {}, roll=True, first_day=sunday - timedelta(days=2))
    assert sum(world.oracle.open[: 4 * 24 * 60]) == hours * 60
