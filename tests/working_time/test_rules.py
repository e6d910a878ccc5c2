"""The decided cases of docs/working-time.md, one by one, on the calendar around the Spring Festival of 2026.

Closed from 15 to 23 February; Saturdays 14 and 28 February are make-up days.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints.working_time import (
    BeyondCalendarError,
    Interval,
    InvalidCalendarError,
    InvalidIntervalError,
    InvalidLimitError,
    Limit,
    NaiveMomentError,
    NoWorkingTimeError,
    Opening,
    StillPausedError,
    Unit,
    WorkingCalendar,
    WorkingTimeError,
)
from tests.working_time.strategies import bounds

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = [(time(9), time(12)), (time(13, 30), time(17, 30))]
FESTIVAL: dict[date, Opening] = {date(2026, 2, day): [] for day in range(15, 24)}
CALENDAR = WorkingCalendar(
    zone="Asia/Shanghai",
    week=dict.fromkeys(range(5), OFFICE),
    days={**FESTIVAL, date(2026, 2, 14): OFFICE, date(2026, 2, 28): OFFICE, date(2026, 3, 4): [(time(9), time(12))]},
    published_years=[2026],
)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone)


def pause(start: str, end: str) -> Interval:
    return Interval(at(start), at(end))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        pytest.param("02-13 16:00", 90, Unit.MINUTE, "02-13 17:30", id="minutes run at any hour"),
        pytest.param("02-13 16:00", 24, Unit.HOUR, "02-14 16:00", id="hours run at any hour"),
        pytest.param("02-13 16:00", 8, Unit.WORKING_HOUR, "02-14 17:00", id="over night into a make-up Saturday"),
        pytest.param("02-13 11:00", 2, Unit.WORKING_HOUR, "02-13 14:30", id="lunch does not count"),
        pytest.param("02-13 12:30", 1, Unit.WORKING_HOUR, "02-13 14:30", id="arrival at lunch waits for the opening"),
        pytest.param("02-13 20:00", 1, Unit.WORKING_HOUR, "02-14 10:00", id="arrival at night waits for the opening"),
        pytest.param("02-15 10:00", 1, Unit.WORKING_HOUR, "02-24 10:00", id="arrival on a holiday waits for its end"),
        pytest.param("02-13 13:30", 4, Unit.WORKING_HOUR, "02-13 17:30", id="used up at closing is due at closing"),
        pytest.param("03-04 09:00", 4, Unit.WORKING_HOUR, "03-05 10:00", id="the afternoon of a half day is closed"),
        pytest.param("02-24 10:00", 3, Unit.DAY, "02-28 00:00", id="the day of arrival does not count"),
        pytest.param("02-24 00:00", 3, Unit.DAY, "02-28 00:00", id="not even when it arrives at midnight"),
        pytest.param("02-13 10:00", 1, Unit.DAY, "02-15 00:00", id="a make-up Saturday is a last day"),
        pytest.param("02-13 10:00", 2, Unit.DAY, "02-25 00:00", id="a holiday is no last day"),
        pytest.param("03-05 10:00", 2, Unit.DAY, "03-10 00:00", id="a Saturday is no last day"),
        pytest.param("02-13 16:00", 5, Unit.WORKING_DAY, "02-27 17:30", id="working days over the festival"),
        pytest.param("02-15 10:00", 1, Unit.WORKING_DAY, "02-24 17:30", id="arrival on a holiday"),
        pytest.param("03-02 10:00", 2, Unit.WORKING_DAY, "03-04 12:00", id="a half day is a working day"),
        *(pytest.param("02-15 03:00", 0, unit, "02-15 03:00", id=f"no {unit} is at once") for unit in Unit),
    ],
)
def test_when_a_limit_is_due(start: str, amount: int, unit: Unit, due: str) -> None:
    assert CALENDAR.add(at(start), Limit(amount, unit)).due_at == at(due)


@pytest.mark.parametrize(
    ("unit", "amount", "pauses", "due"),
    [
        pytest.param(Unit.HOUR, 2, [("03-02 10:30", "03-02 11:30")], "03-02 13:00", id="paused hours do not count"),
        pytest.param(
            Unit.HOUR,
            2,
            [("03-02 11:00", "03-02 12:00"), ("03-02 10:30", "03-02 11:30")],
            "03-02 13:30",
            id="overlapping",
        ),
        pytest.param(
            Unit.HOUR, 2, [("03-01 08:00", "03-02 10:30")], "03-02 12:30", id="only what lies after the start"
        ),
        pytest.param(Unit.HOUR, 2, [("03-02 12:00", "03-05 12:00")], "03-02 12:00", id="used up as the pause begins"),
        pytest.param(
            Unit.WORKING_HOUR, 3, [("03-02 11:00", "03-02 14:00")], "03-02 16:00", id="lunch is not lost twice"
        ),
        pytest.param(Unit.DAY, 1, [("03-03 10:00", "03-03 20:00")], "03-04 00:00", id="running again at midnight"),
        pytest.param(Unit.DAY, 1, [("03-03 10:00", "03-04 00:00")], "03-05 00:00", id="paused up to midnight"),
        pytest.param(
            Unit.DAY, 1, [("03-04 00:00", "03-05 00:00")], "03-04 00:00", id="a pause from midnight is tomorrow's"
        ),
        pytest.param(Unit.DAY, 5, [("03-09 20:00", "03-10 20:00")], "03-11 00:00", id="moved on past a paused Monday"),
        pytest.param(
            Unit.WORKING_DAY, 1, [("03-03 10:00", "03-03 17:00")], "03-03 17:30", id="running again at closing"
        ),
        pytest.param(Unit.WORKING_DAY, 1, [("03-03 10:00", "03-03 17:30")], "03-04 12:00", id="paused up to closing"),
        pytest.param(Unit.WORKING_DAY, 1, [("03-03 17:30", "03-04 08:00")], "03-03 17:30", id="paused after closing"),
    ],
)
def test_when_a_paused_limit_is_due(unit: Unit, amount: int, pauses: list[tuple[str, str]], due: str) -> None:
    assert CALENDAR.add(at("03-02 10:00"), Limit(amount, unit), [pause(*pair) for pair in pauses]).due_at == at(due)


def test_a_day_limit_stays_where_it_ends_if_the_calendar_does_not_roll() -> None:
    calendar = WorkingCalendar(zone="Asia/Shanghai", week={}, days={}, published_years=[], roll_days=False)
    assert calendar.add(at("03-05 10:00"), Limit(2, Unit.DAY)).due_at == at("03-08 00:00")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("03-28 12:00", 24, Unit.HOUR, "03-29 13:00"),
        ("10-24 12:00", 24, Unit.HOUR, "10-25 11:00"),
        ("03-29 00:00", 23, Unit.WORKING_HOUR, "03-30 00:00"),
        ("10-25 00:00", 25, Unit.WORKING_HOUR, "10-26 00:00"),
        ("03-28 12:00", 1, Unit.DAY, "03-30 00:00"),
        ("10-24 12:00", 1, Unit.WORKING_DAY, "10-26 00:00"),
    ],
)
def test_a_limit_across_daylight_saving(start: str, amount: int, unit: Unit, due: str) -> None:
    always = WorkingCalendar(
        zone="Europe/Berlin", week={day: [(0, 1440)] for day in range(7)}, days={}, published_years=[]
    )
    answer = always.add(at(start, BERLIN), Limit(amount, unit)).due_at
    assert answer == at(due, BERLIN).astimezone(UTC)
    assert answer.tzinfo is UTC


def test_a_day_across_daylight_saving_is_one_stretch() -> None:
    always = WorkingCalendar(
        zone="Europe/Berlin", week={day: [(0, 1440)] for day in range(7)}, days={}, published_years=[]
    )
    for day, hours in (("03-29", 23), ("10-25", 25)):
        midnight = at(f"{day} 00:00", BERLIN).astimezone(UTC)
        whole = Interval(midnight, midnight + timedelta(hours=hours))
        assert always.explain(midnight, midnight + timedelta(hours=hours), Unit.WORKING_HOUR) == [whole]


def test_opening_hours_in_the_hour_left_out_and_in_the_hour_shown_twice() -> None:
    nights = WorkingCalendar(
        zone="Europe/Berlin", week={day: [(150, 210)] for day in range(7)}, days={}, published_years=[]
    )

    def minutes(day: str) -> list[timedelta]:
        midnight = at(f"{day} 00:00", BERLIN)
        parts = bounds(nights.explain(midnight, midnight + timedelta(days=1), Unit.WORKING_HOUR))
        return [end - start for start, end in parts]

    half, whole = timedelta(minutes=30), timedelta(minutes=60)
    assert (minutes("03-28"), minutes("03-29"), minutes("10-25")) == ([whole], [half], [half, whole])


@pytest.mark.parametrize(
    ("percent", "unit", "amount", "moment"),
    [
        (0, Unit.WORKING_HOUR, 7, "02-14 20:00"),
        (50, Unit.WORKING_HOUR, 7, "02-24 14:00"),
        (80, Unit.WORKING_HOUR, 7, "02-24 16:06"),
        (33, Unit.MINUTE, 1, "02-14 20:00:19"),
        (50, Unit.DAY, 10, "02-19 22:00"),
        (50, Unit.WORKING_DAY, 2, "02-24 17:30"),
        (100, Unit.WORKING_DAY, 2, "02-25 17:30"),
    ],
)
def test_reminder_points(percent: int, unit: Unit, amount: int, moment: str) -> None:
    assert CALENDAR.point(at("02-14 20:00"), Limit(amount, unit), percent) == at(moment)


def test_a_point_of_no_time_is_the_start() -> None:
    start = at("02-15 03:00")
    assert {CALENDAR.point(start, Limit(0, unit), percent) for unit in Unit for percent in (0, 50, 100)} == {start}


@pytest.mark.parametrize(
    ("start", "amount", "unit", "provisional"),
    [
        ("12-31 10:00", 1, Unit.WORKING_DAY, True),
        ("12-30 10:00", 1, Unit.WORKING_DAY, False),
        ("12-30 10:00", 1, Unit.DAY, False),
        ("12-31 10:00", 1, Unit.DAY, True),
        ("12-31 16:30", 1, Unit.WORKING_HOUR, False),
        ("12-31 16:30", 2, Unit.WORKING_HOUR, True),
        ("12-31 16:30", 100, Unit.HOUR, False),
        ("12-31 16:30", 0, Unit.WORKING_HOUR, False),
    ],
)
def test_what_a_notice_may_still_move_is_provisional(start: str, amount: int, unit: Unit, *, provisional: bool) -> None:
    assert CALENDAR.add(at(start), Limit(amount, unit)).provisional is provisional


def test_what_is_due_at_once_is_never_provisional() -> None:
    start = datetime(2027, 3, 1, tzinfo=SHANGHAI)
    assert {CALENDAR.add(start, Limit(0, unit)).provisional for unit in Unit} == {False}


def test_a_hole_between_published_years_makes_an_answer_provisional() -> None:
    calendar = WorkingCalendar(
        zone="Asia/Shanghai", week=dict.fromkeys(range(5), OFFICE), days={}, published_years={2026, 2028, 2030}
    )
    assert calendar.add(at("06-01 00:00"), Limit(500, Unit.WORKING_DAY)).provisional
    assert not calendar.add(at("06-01 00:00"), Limit(100, Unit.WORKING_DAY)).provisional


def test_explain_lists_what_was_counted() -> None:
    start, end = at("02-13 16:00"), at("02-24 10:00")
    assert CALENDAR.explain(start, end, Unit.WORKING_HOUR, [pause("02-14 10:00", "02-14 15:00")]) == [
        pause("02-13 16:00", "02-13 17:30"),
        pause("02-14 09:00", "02-14 10:00"),
        pause("02-14 15:00", "02-14 17:30"),
        pause("02-24 09:00", "02-24 10:00"),
    ]
    assert CALENDAR.explain(start, end, Unit.WORKING_DAY) == [pause("02-14 09:00", "02-14 17:30")]
    assert CALENDAR.explain(start, at("02-15 10:00"), Unit.DAY) == [pause("02-14 00:00", "02-15 00:00")]
    assert CALENDAR.explain(start, start, Unit.HOUR) == []


def test_explain_leaves_out_a_day_paused_up_to_its_very_end() -> None:
    start, end = at("03-02 10:00"), at("03-05 00:00")
    tuesday, wednesday = pause("03-03 00:00", "03-04 00:00"), pause("03-04 00:00", "03-05 00:00")
    assert CALENDAR.explain(start, end, Unit.DAY, [tuesday]) == [wednesday]
    assert CALENDAR.explain(start, end, Unit.DAY, [wednesday]) == [tuesday]
    closing = pause("03-03 17:00", "03-03 17:30")
    assert CALENDAR.explain(start, end, Unit.WORKING_DAY, [closing]) == [pause("03-04 09:00", "03-04 12:00")]


def test_an_open_pause_stops_elapsed_time_and_leaves_the_due_moment_unknown() -> None:
    start, waiting = at("03-02 10:00"), Interval(at("03-02 12:00"), None)
    assert CALENDAR.elapsed(start, at("03-09 10:00"), Unit.HOUR, [waiting]) == 2
    assert CALENDAR.explain(start, at("03-09 10:00"), Unit.HOUR, [waiting]) == [pause("03-02 10:00", "03-02 12:00")]
    assert CALENDAR.add(start, Limit(2, Unit.HOUR), [waiting]).due_at == at("03-02 12:00")
    for limit in (Limit(3, Unit.HOUR), Limit(1, Unit.DAY), Limit(1, Unit.WORKING_DAY), Limit(5, Unit.WORKING_HOUR)):
        with pytest.raises(StillPausedError, match="2026-03-02 04:00 UTC"):
            CALENDAR.add(start, limit, [waiting])


def test_a_due_day_that_would_move_into_an_open_pause_is_unknown() -> None:
    with pytest.raises(StillPausedError, match="working day to which"):
        CALENDAR.add(at("03-05 10:00"), Limit(2, Unit.DAY), [Interval(at("03-08 12:00"), None)])


def test_opening_and_working_moments() -> None:
    assert CALENDAR.opening(date(2026, 2, 14)) == ((540, 720), (810, 1050))
    assert CALENDAR.opening(date(2026, 2, 15)) == ()
    days = [date(2026, 2, 13) + timedelta(days=day) for day in range(12)]
    assert [day.day for day in days if CALENDAR.is_working_day(day)] == [13, 14, 24]
    opens = {
        moment: CALENDAR.is_open(at(f"02-13 {moment}")) for moment in ("08:59", "09:00", "11:59", "12:00", "13:30")
    }
    assert opens == {"08:59": False, "09:00": True, "11:59": True, "12:00": False, "13:30": True}
    assert CALENDAR.next_working_moment(at("02-13 10:07")) == at("02-13 10:07")
    assert CALENDAR.next_working_moment(at("02-14 17:30")) == at("02-24 09:00")


def test_the_next_opening_after_the_last_closing_of_a_year() -> None:
    last_closing = at("12-31 17:30")
    assert CALENDAR.with_days({}).next_working_moment(last_closing) == last_closing + timedelta(hours=15.5)


def test_a_companys_own_days_win() -> None:
    ours = CALENDAR.with_days({date(2026, 2, 14): [], date(2026, 2, 16): [(time(22), time(0))]})
    assert ours.add(at("02-13 16:00"), Limit(2, Unit.WORKING_HOUR)).due_at == at("02-16 22:30")
    assert CALENDAR.add(at("02-13 16:00"), Limit(2, Unit.WORKING_HOUR)).due_at == at("02-14 09:30")
    assert ours.opening(date(2026, 2, 16)) == ((1320, 1440),)


def test_touching_hours_are_one() -> None:
    joined = CALENDAR.with_days({date(2026, 2, 16): [(12 * 60, 18 * 60), (9 * 60, 12 * 60)]})
    assert joined.opening(date(2026, 2, 16)) == ((540, 1080),)


CLOSED = WorkingCalendar(zone="Asia/Shanghai", week={}, days={}, published_years=[2026])
ONE_DAY = CLOSED.with_days({date(2026, 3, 2): OFFICE})


@pytest.mark.parametrize("limit", [Limit(1, Unit.WORKING_HOUR), Limit(1, Unit.WORKING_DAY), Limit(1, Unit.DAY)])
@pytest.mark.parametrize("calendar", [CLOSED, ONE_DAY])
def test_a_calendar_that_never_opens_again(calendar: WorkingCalendar, limit: Limit) -> None:
    with pytest.raises(NoWorkingTimeError):
        calendar.add(at("03-02 18:00"), limit)
    with pytest.raises(NoWorkingTimeError):
        calendar.next_working_moment(datetime(2050, 1, 1, tzinfo=UTC))
    assert calendar.elapsed(at("03-02 18:00"), datetime(2050, 1, 1, tzinfo=UTC), Unit.WORKING_HOUR) == 0


def test_the_last_years_that_can_be_written() -> None:
    calendar, start = CALENDAR.with_days({}), datetime(9999, 12, 20, tzinfo=SHANGHAI)
    assert calendar.add(start, Limit(9, Unit.WORKING_DAY)).due_at == datetime(9999, 12, 31, 17, 30, tzinfo=SHANGHAI)
    for unit in Unit:
        with pytest.raises(BeyondCalendarError, match="9999"):
            calendar.add(start, Limit(1000 * 60, unit))
        with pytest.raises(BeyondCalendarError, match="9999"):
            CALENDAR.add(at("03-02 10:00"), Limit(10**20, unit))


@pytest.mark.parametrize(
    ("mistake", "error", "reason"),
    [
        (lambda: CALENDAR.add(datetime(2026, 1, 1), Limit(1, Unit.DAY)), NaiveMomentError, "no time zone"),  # noqa: DTZ001
        (lambda: Interval(datetime(2026, 1, 1), None), NaiveMomentError, "no time zone"),  # noqa: DTZ001
        (lambda: pause("03-02 10:00", "03-02 09:00"), InvalidIntervalError, "before it starts"),
        (lambda: CALENDAR.elapsed(at("03-02 10:00"), at("03-02 09:00"), Unit.DAY), InvalidIntervalError, "back to"),
        (lambda: Limit(-1, Unit.DAY), InvalidLimitError, "less than zero: -1 day"),
        (lambda: Limit(True, Unit.DAY), InvalidLimitError, "whole number"),  # noqa: FBT003
        (lambda: Limit(1.5, Unit.DAY), InvalidLimitError, "whole number"),  # type: ignore[arg-type]
        (lambda: Limit(1, "week"), InvalidLimitError, "'week' is no unit"),  # type: ignore[arg-type]
        (lambda: CALENDAR.point(at("03-02 10:00"), Limit(1, Unit.DAY), 101), InvalidLimitError, "not at 101"),
        (
            lambda: CALENDAR.with_days({date(2026, 3, 2): [(600, 540)]}),
            InvalidCalendarError,
            "2026-03-02.*end at 09:00",
        ),
        (
            lambda: CALENDAR.with_days({date(2026, 3, 2): [(540, 600), (570, 700)]}),
            InvalidCalendarError,
            "overlap at 09:30",
        ),
        (lambda: CALENDAR.with_days({date(2026, 3, 2): [(540, 1441)]}), InvalidCalendarError, "1441 is not between"),
        (lambda: CALENDAR.with_days({date(2026, 3, 2): [(time(9, 0, 1), 600)]}), InvalidCalendarError, "whole minutes"),
        (
            lambda: WorkingCalendar(zone="Asia/Peking", week={}, days={}, published_years=[]),
            InvalidCalendarError,
            "no time zone called 'Asia/Peking'",
        ),
        (
            lambda: WorkingCalendar(zone="UTC", week={7: OFFICE}, days={}, published_years=[]),
            InvalidCalendarError,
            r"not \[7\]",
        ),
    ],
)
def test_mistakes_have_names(mistake: Callable[[], object], error: type[WorkingTimeError], reason: str) -> None:
    with pytest.raises(error, match=reason):
        mistake()
