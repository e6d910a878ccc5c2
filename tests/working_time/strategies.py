"""Random calendars and questions about them, in whole minutes, for the oracle and for the laws."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from hypothesis import strategies as st

from complaints.working_time import Interval, Limit, Unit, WorkingCalendar
from tests.working_time.oracle import Oracle

DAYS_SEEN = 24
DAYS_ASKED = 5  # questions start within these, so that most answers stay in sight

# (zone, a day near which something happens there): DST forward and back, also at midnight, year ends, holidays
SCENES = [
    ("Europe/Berlin", date(2026, 3, 27)),
    ("Europe/Berlin", date(2026, 10, 23)),
    ("America/New_York", date(2026, 3, 6)),
    ("America/New_York", date(2026, 10, 30)),
    ("Asia/Shanghai", date(2026, 2, 12)),
    ("Asia/Shanghai", date(2026, 12, 28)),
    ("Asia/Beirut", date(2026, 3, 27)),
    ("Asia/Beirut", date(2026, 10, 23)),
    ("Atlantic/Azores", date(2026, 10, 23)),
    ("Australia/Lord_Howe", date(2026, 4, 3)),
    ("Asia/Kathmandu", date(2027, 12, 30)),
]


@dataclass(frozen=True)
class World:
    """A calendar, and the weeks in which it is asked."""

    zone: str
    week: dict[int, list[tuple[int, int]]]
    days: dict[date, list[tuple[int, int]]]
    roll: bool
    first_day: date

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar(
            zone=self.zone, week=self.week, days=self.days, published_years={2026}, roll_days=self.roll
        )

    @cached_property
    def oracle(self) -> Oracle:
        minutes = [self.first + timedelta(minutes=minute) for minute in range(DAYS_SEEN * 24 * 60)]
        return Oracle(self.zone, self.week, self.days, minutes, roll=self.roll)

    @property
    def first(self) -> datetime:
        return datetime.combine(self.first_day, datetime.min.time(), UTC)


@dataclass(frozen=True)
class Question:
    start: datetime
    limit: Limit
    percent: int
    span: timedelta
    pauses: list[Interval]

    @property
    def end(self) -> datetime:
        return self.start + self.span


def bounds(intervals: list[Interval]) -> list[tuple[datetime, datetime]]:
    return [(interval.start, interval.end) for interval in intervals if interval.end is not None]


EDGES = st.one_of(
    st.sampled_from([0, 30, 60, 90, 120, 150, 180, 9 * 60, 12 * 60, 13 * 60, 810, 1050, 18 * 60, 23 * 60, 24 * 60]),
    st.integers(0, 24 * 60),
)


@st.composite
def openings(draw: st.DrawFn) -> list[tuple[int, int]]:
    edges = sorted(draw(st.lists(EDGES, max_size=6, unique=True)))
    return list(zip(edges[::2], edges[1::2], strict=False))


OFFICE = [(9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)]
HOURS: st.SearchStrategy[list[tuple[int, int]]] = st.one_of(
    st.just([]), st.just(OFFICE), st.just([(0, 24 * 60)]), openings()
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    zone, first_day = draw(st.sampled_from(SCENES))
    usual = draw(HOURS)
    week = dict.fromkeys(range(5), usual) | draw(st.dictionaries(st.integers(0, 6), HOURS, max_size=3))
    near = st.integers(0, DAYS_SEEN).map(lambda days: first_day + timedelta(days=days))
    days = draw(st.dictionaries(near, HOURS, max_size=6))
    if not any(week.values()):
        week[draw(st.integers(0, 6))] = OFFICE
    return World(zone, week, days, draw(st.booleans()), first_day)


AMOUNTS = {
    Unit.MINUTE: st.integers(0, 3000),
    Unit.HOUR: st.integers(0, 100),
    Unit.WORKING_HOUR: st.integers(0, 40),
    Unit.DAY: st.integers(0, 8),
    Unit.WORKING_DAY: st.integers(0, 8),
}
LIMITS = st.sampled_from(list(Unit)).flatmap(lambda unit: st.builds(Limit, AMOUNTS[unit], st.just(unit)))


def moments(first: datetime, days: int) -> st.SearchStrategy[datetime]:
    """Whole minutes, often whole hours and midnights."""
    minutes = st.one_of(
        st.integers(0, days * 24 * 60),
        st.integers(0, days * 48).map(lambda halves: halves * 30),
    )
    return minutes.map(lambda minute: first + timedelta(minutes=minute))


@st.composite
def pauses(draw: st.DrawFn, first: datetime, days: int = DAYS_ASKED + 3) -> list[Interval]:
    """Up to three pauses, in any order; they may overlap, touch or be empty."""
    pairs = draw(st.lists(st.tuples(moments(first, days), moments(first, days)), max_size=3))
    return [Interval(min(pair), max(pair)) for pair in pairs]


@st.composite
def questions(draw: st.DrawFn, world: World) -> Question:
    start = draw(moments(world.first + timedelta(days=1), DAYS_ASKED))
    span = timedelta(minutes=draw(st.one_of(st.integers(0, 8 * 24 * 60), st.integers(0, 8 * 24).map(lambda h: h * 60))))
    return Question(start, draw(LIMITS), draw(st.integers(0, 100)), span, draw(pauses(world.first)))
