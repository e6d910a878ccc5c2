"""The arithmetic of a process gone back over, against a plain reckoning. (AC-4)"""

from datetime import UTC, datetime, timedelta
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from accountability.backtracking import Backtracking, Moments, trace

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DEVIATIONS = ("unknown", "none", "late", "wrong", "omitted")

moments = st.none() | st.integers(0, 60 * 60 * 24 * 20).map(lambda second: BEGIN + timedelta(seconds=second))
steps = st.lists(
    st.builds(Moments, moments, moments, st.sampled_from(DEVIATIONS), st.none() | st.sampled_from("abc")), max_size=8
)


def at(minute):
    return BEGIN + minute * MINUTE


def test_the_delay_of_the_warehouse_is_not_charged_to_the_carrier():
    """Order, warehouse, transport: the parcel left the warehouse a day late and travelled as long as it should."""
    found = trace(
        [
            Moments(at(0), at(0), "none", "shop"),
            Moments(at(600), at(2040), "late", "warehouse"),
            Moments(at(3600), at(5040), "late", "carrier"),
        ]
    )
    assert [step.delay for step in found.steps] == [0, 1440, 1440]
    assert [step.added for step in found.steps] == [0, 1440, 0]
    assert (found.first_deviation, found.delay) == (1, 1440)
    assert {row.party: (row.steps, row.deviations, row.added) for row in found.accounts} == {
        "shop": (1, 0, 0),
        "warehouse": (1, 1, 1440),
        "carrier": (1, 1, 0),
    }


def test_time_made_up_is_not_held_against_anybody_and_time_gained_is_not_handed_on():
    found = trace(
        [
            Moments(at(100), at(160), "late", "a"),
            Moments(at(200), at(220), "late", "b"),
            Moments(at(300), at(270), "none", "c"),
            Moments(at(400), at(410), "late", "d"),
        ]
    )
    assert [step.added for step in found.steps] == [60, -40, -50, 10]
    assert [row.added for row in found.accounts] == [60, 0, 0, 10]


def test_nothing_known_is_nothing_drawn():
    found: Backtracking[str] = trace([Moments(None, None, "unknown")])
    assert (found.starts_at, found.ends_at, found.delay, found.first_deviation) == (None, None, None, None)
    assert (found.steps[0].expected, found.steps[0].actual) == (None, None)
    assert trace([]).steps == ()


def test_seconds_are_cut_off_on_both_sides_of_punctual():
    found: Backtracking[str] = trace(
        [
            Moments(at(0), at(0) + timedelta(seconds=119), "late"),
            Moments(at(10), at(10) - timedelta(seconds=119), "none"),
        ]
    )
    assert [step.delay for step in found.steps] == [1, -1]


def _delay(row):
    if row.expected_at is None or row.actual_at is None:
        return None
    minutes = (row.actual_at - row.expected_at).total_seconds() / 60
    return floor(abs(minutes)) * (1 if minutes >= 0 else -1)


@given(steps)
def test_against_a_plain_reckoning(rows):
    found = trace(rows)
    known = sorted(moment for row in rows for moment in (row.expected_at, row.actual_at) if moment is not None)
    assert (found.starts_at, found.ends_at) == ((known[0], known[-1]) if known else (None, None))
    handed, charged = 0, dict.fromkeys((row.party for row in rows), 0)
    for row, step in zip(rows, found.steps, strict=True):
        delay = _delay(row)
        assert step.delay == delay
        assert step.added == (None if delay is None else delay - max(handed, 0))
        if delay is not None:
            charged[row.party] += max(delay - max(handed, 0), 0)
            handed = delay
        for moment, place in ((row.expected_at, step.expected), (row.actual_at, step.actual)):
            if moment is None:
                assert place is None
            elif known[0] == known[-1]:
                assert place == 0
            else:
                span = (known[-1] - known[0]).total_seconds()
                assert abs(place - (moment - known[0]).total_seconds() / span) < 1e-9
    deviating = [place for place, row in enumerate(rows) if row.deviation in {"late", "wrong", "omitted"}]
    assert found.first_deviation == (deviating[0] if deviating else None)
    assert {row.party: row.added for row in found.accounts} == charged
    assert sum(row.steps for row in found.accounts) == len(rows)
    assert sum(row.deviations for row in found.accounts) == len(deviating)


@given(steps)
def test_places_keep_the_order_of_the_moments(rows):
    found = trace(rows)
    placed = [
        (moment, place)
        for row, step in zip(rows, found.steps, strict=True)
        for moment, place in ((row.expected_at, step.expected), (row.actual_at, step.actual))
        if moment is not None and place is not None
    ]
    placed.sort(key=lambda pair: pair[0])
    places = [place for _moment, place in placed]
    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)
