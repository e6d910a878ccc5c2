"""What must hold of any calendar, to the microsecond and without asking how it is done."""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.working_time import Interval, Limit, Unit
from tests.working_time.strategies import LIMITS, World, bounds, moments, pauses, worlds

SIZES = {
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
    Unit.WORKING_HOUR: timedelta(hours=1),
}
LAWS = settings(max_examples=60, deadline=None, derandomize=True)
UNITS = st.sampled_from(list(Unit))


@st.composite
def settled(draw: st.DrawFn) -> tuple[World, list[datetime], list[Interval]]:
    """Draw a world, three moments in order, not on whole minutes, and pauses."""
    world = draw(worlds())
    odd = st.tuples(moments(world.first, 15), st.integers(0, 59_999_999))
    times = draw(st.lists(odd, min_size=3, max_size=3))
    return world, sorted(at + timedelta(microseconds=more) for at, more in times), draw(pauses(world.first))


@LAWS
@given(settled(), LIMITS)
def test_as_much_has_elapsed_at_the_due_moment_as_the_limit_says(
    case: tuple[World, list[datetime], list[Interval]], limit: Limit
) -> None:
    world, (start, _, _), stopped = case
    due = world.calendar.add(start, limit, stopped).due_at
    elapsed = world.calendar.elapsed(start, due, limit.unit, stopped)
    if limit.unit == Unit.DAY and world.roll:
        assert elapsed >= limit.amount
    else:
        assert elapsed == limit.amount
    if due > start:
        assert world.calendar.elapsed(start, due - timedelta(microseconds=1), limit.unit, stopped) < elapsed


@LAWS
@given(settled(), UNITS)
def test_what_is_explained_adds_up_to_what_elapsed(
    case: tuple[World, list[datetime], list[Interval]], unit: Unit
) -> None:
    world, (start, _, end), stopped = case
    parts = bounds(world.calendar.explain(start, end, unit, stopped))
    if unit in SIZES:
        total = sum(((b - a) for a, b in parts), timedelta())
        explained = Fraction(total // timedelta(microseconds=1), SIZES[unit] // timedelta(microseconds=1))
    else:
        explained = Fraction(len(parts))
    assert world.calendar.elapsed(start, end, unit, stopped) == explained
    assert all(a < b for a, b in parts)
    assert all(left <= right for (_, left), (right, _) in pairwise(parts))


@LAWS
@given(settled(), LIMITS, st.integers(0, 5))
def test_a_later_start_or_a_longer_limit_is_never_due_earlier(
    case: tuple[World, list[datetime], list[Interval]], limit: Limit, more: int
) -> None:
    world, (start, later, _), stopped = case
    add = world.calendar.add
    due = add(start, limit, stopped).due_at
    assert start <= due <= add(later, limit, stopped).due_at
    assert due <= add(start, Limit(limit.amount + more, limit.unit), stopped).due_at


@LAWS
@given(settled(), LIMITS)
def test_a_pause_never_makes_anything_due_earlier(
    case: tuple[World, list[datetime], list[Interval]], limit: Limit
) -> None:
    world, (start, _, _), stopped = case
    dues = [world.calendar.add(start, limit, stopped[:number]).due_at for number in range(len(stopped) + 1)]
    assert dues == sorted(dues)


@LAWS
@given(settled(), st.sampled_from(list(SIZES)))
def test_time_can_be_counted_in_parts(case: tuple[World, list[datetime], list[Interval]], unit: Unit) -> None:
    world, (start, middle, end), stopped = case
    elapsed = world.calendar.elapsed
    parts = elapsed(start, middle, unit, stopped) + elapsed(middle, end, unit, stopped)
    assert elapsed(start, end, unit, stopped) == parts


@LAWS
@given(settled(), LIMITS)
def test_a_limit_can_be_run_in_parts(case: tuple[World, list[datetime], list[Interval]], limit: Limit) -> None:
    world, (start, _, _), stopped = case
    if limit.unit in SIZES:
        first = Limit(limit.amount // 2, limit.unit)
        rest = Limit(limit.amount - first.amount, limit.unit)
        between = world.calendar.add(start, first, stopped).due_at
        assert world.calendar.add(between, rest, stopped) == world.calendar.add(start, limit, stopped)


@LAWS
@given(settled(), LIMITS)
def test_reminder_points_run_from_start_to_due(
    case: tuple[World, list[datetime], list[Interval]], limit: Limit
) -> None:
    world, (start, _, _), stopped = case
    points = [world.calendar.point(start, limit, percent, stopped) for percent in (0, 1, 50, 80, 99, 100)]
    assert points == sorted(points)
    assert (points[0], points[-1]) == (start, world.calendar.add(start, limit, stopped).due_at)


@LAWS
@given(settled(), LIMITS, st.integers(1990, 2060))
def test_what_was_asked_before_changes_no_answer(
    case: tuple[World, list[datetime], list[Interval]], limit: Limit, year: int
) -> None:
    world, (start, _, end), stopped = case
    fresh = world.calendar.with_days({})
    fresh.is_open(start.replace(year=year, day=1))
    assert fresh.add(start, limit, stopped) == world.calendar.add(start, limit, stopped)
    assert fresh.elapsed(start, end, limit.unit, stopped) == world.calendar.elapsed(start, end, limit.unit, stopped)
