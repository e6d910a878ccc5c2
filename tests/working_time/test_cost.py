"""What an answer costs, counted in operations: a clock on a busy machine would prove nothing."""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from complaints.working_time import Interval, Limit, Unit, WorkingCalendar
from complaints.working_time.layout import Layout

START = datetime(2026, 3, 2, 2, tzinfo=UTC)
OFFICE = [(9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)]
WORKING_UNITS = [Unit.WORKING_HOUR, Unit.WORKING_DAY, Unit.DAY]
FORTY_YEARS = {Unit.WORKING_HOUR: 40 * 1800, Unit.WORKING_DAY: 40 * 250, Unit.DAY: 40 * 365}


class Counting(Sequence[int]):
    """An array that counts how often it is looked into."""

    looks = 0

    def __init__(self, numbers: "array[int]") -> None:
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: Any) -> Any:
        Counting.looks += 1
        return self._numbers[index]


def calendar() -> WorkingCalendar:
    return WorkingCalendar(
        zone="Asia/Shanghai", week=dict.fromkeys(range(5), tuple(OFFICE)), days={}, published_years=[2026]
    )


@pytest.fixture
def days_looked_up(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    looked_up: list[int] = []
    original = WorkingCalendar._spans

    def spans(self: WorkingCalendar, ordinal: int) -> tuple[tuple[int, int], ...]:
        looked_up.append(ordinal)
        return original(self, ordinal)

    monkeypatch.setattr(WorkingCalendar, "_spans", spans)
    return looked_up


def looks(asked: WorkingCalendar, limit: Limit, pauses: Sequence[Interval] = ()) -> int:
    Counting.looks = 0
    asked.add(START, limit, pauses)
    return Counting.looks


def counted() -> tuple[WorkingCalendar, int]:
    """Return a calendar laid out for at least seventy years, whose arrays count, and the steps a bisection needs."""
    asked = calendar()
    asked.add(START, Limit(70 * 250, Unit.WORKING_DAY))
    layout = asked._hours._layout
    assert layout is not None
    names = [name for name in Layout.__dataclass_fields__ if isinstance(getattr(layout, name), array)]
    counting: dict[str, Any] = {name: Counting(getattr(layout, name)) for name in names}
    asked._hours._layout = replace(layout, **counting)
    return asked, len(layout.starts).bit_length()


@pytest.mark.parametrize("unit", WORKING_UNITS)
def test_a_long_limit_costs_no_more_than_a_short_one(unit: Unit) -> None:
    asked, steps = counted()
    costs = {amount: looks(asked, Limit(amount, unit)) for amount in (1, 100, 1000, FORTY_YEARS[unit])}
    assert 0 < max(costs.values()) <= 2 * steps + 6, costs


@pytest.mark.parametrize("unit", [Unit.WORKING_HOUR, Unit.WORKING_DAY])
def test_each_pause_costs_the_same(unit: Unit) -> None:
    asked, steps = counted()
    hours = [START + timedelta(days=day) for day in range(300)]
    pauses = [Interval(hour, hour + timedelta(hours=1)) for hour in hours]
    without = looks(asked, Limit(10_000, unit))
    assert looks(asked, Limit(10_000, unit), pauses) <= without + len(pauses) * 2 * (steps + 3)


@pytest.mark.parametrize("unit", WORKING_UNITS)
def test_no_day_is_looked_up_twice(days_looked_up: list[int], unit: Unit) -> None:
    asked = calendar()
    asked.add(START, Limit(1, unit))
    assert len(days_looked_up) == 365
    asked.add(START, Limit(5, unit))
    asked.elapsed(START, START + timedelta(days=200), unit)
    assert len(days_looked_up) == 365
    asked.add(START, Limit(FORTY_YEARS[unit], unit))
    asked.elapsed(START - timedelta(days=400), START, unit)
    asked.add(START, Limit(FORTY_YEARS[unit], unit))
    assert len(days_looked_up) == len(set(days_looked_up))


@pytest.mark.parametrize("unit", [Unit.MINUTE, Unit.HOUR])
def test_natural_time_looks_up_no_day(days_looked_up: list[int], unit: Unit) -> None:
    calendar().add(START, Limit(10_000, unit))
    assert days_looked_up == []


def test_readings_stay_comparable_when_years_are_added_before_and_after() -> None:
    hours = calendar()._hours
    moments = [int(START.timestamp()) * 1_000_000 + hour * 3_600_000_000 for hour in range(0, 200, 7)]

    def readings() -> list[tuple[int, int, int]]:
        return [(hours.open_time(at), hours.days_closed(at), hours.days_until(at)) for at in moments]

    before = readings()
    for years in (-3, 5):
        hours.around(moments[0] + years * 366 * 24 * 3_600_000_000)
        assert readings() == before
