"""When complaints come in, by which channel, and of which sort: three years with seasons, growth and one surge."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from complaints.demo.cast import quarter_of, quarters_before
from complaints.demo.commissions import Commission
from complaints.demo.hours import Hours
from complaints.states import Kind

YEARS = 3
#: Weights of the months, January to December; the Spring Festival is quiet, the great sales are not.
MONTHS = (0.95, 0.7, 0.95, 0.95, 1.0, 1.15, 1.2, 1.15, 1.0, 0.95, 1.25, 1.1)
#: Monday to Sunday.
WEEKDAYS = (1.2, 1.1, 1.05, 1.0, 1.0, 0.6, 0.55)
GROWTH = 1.5
SURGE = 1.18
#: How many quarters before the present one the faulty batch was sold.
SURGE_QUARTER = 2

CHANNELS = {
    "phone": 33,
    "web": 18,
    "chat": 14,
    "email": 6,
    "social-media": 6,
    "store": 8,
    "letter": 2,
    "third-party": 4,
    "authority": 6,
    "general-manager-mailbox": 3,
}
#: Channels with a person in front of them, who registers at once.
SPOKEN = frozenset({"phone", "store", "chat"})
SORTS = {"customer": 885, "employee": 35, "feedback": 55, "consulting": 25}
EMPLOYEE_CHANNELS = {"letter": 40, "general-manager-mailbox": 35, "email": 15, "store": 10}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One complaint before anybody has read it. `draw` seeds everything about it."""

    draw: int
    sort: str
    channel: str
    received_at: datetime
    registered_at: datetime
    #: The state in which nobody touches it any more; empty: it goes its way.
    stops_in: str = ""
    #: The department that is responsible; empty: as the matter has it.
    department: str = ""
    #: Gone on with by an app above once the department has answered.
    commission: Commission | None = None

    @property
    def kind(self) -> str:
        """Complaint or feedback."""
        return Kind.FEEDBACK if self.sort == "feedback" else Kind.COMPLAINT


def pick(rng: Random, weights: dict[str, int]) -> str:
    """One of the keys, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def is_surge(moment: datetime, now: datetime) -> bool:
    """In the quarter in which the faulty batch was sold."""
    return quarter_of(moment) == quarters_before(now, SURGE_QUARTER)


class Arrivals:
    """Draws arrivals over the years before `now`."""

    def __init__(self, seed: int, now: datetime, hours: Hours) -> None:
        self._rng, self._now, self._hours = Random(f"{seed}/arrivals"), now, hours  # noqa: S311 - no secret
        self.begins_at = (now - timedelta(days=round(365.25 * YEARS))).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        self._days = [self.begins_at + timedelta(days=day) for day in range((now - self.begins_at).days)]
        self._weights = list(accumulate(self._weight(day) for day in self._days))

    def _weight(self, day: datetime) -> float:
        share = (day - self.begins_at) / (self._now - self.begins_at)
        surge = SURGE if is_surge(day, self._now) else 1
        return MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * (1 + (GROWTH - 1) * share) * surge

    def draw(self, count: int, first: int = 0) -> Iterator[Arrival]:
        """So many arrivals, in no order."""
        rng = self._rng
        for draw in range(first, first + count):
            sort = pick(rng, SORTS)
            channel = pick(rng, EMPLOYEE_CHANNELS if sort == "employee" else CHANNELS)
            day = self._days[bisect_right(self._weights, rng.random() * self._weights[-1])]
            if channel in SPOKEN:
                minute = min(max(rng.gauss(14 * 60, 170), 8 * 60 + 35), 20 * 60 + 10)
            else:
                minute = rng.triangular(6 * 60, 24 * 60 - 1, 15 * 60)
            received_at = day + timedelta(seconds=int(minute * 60))
            yield Arrival(draw, sort, channel, received_at, self.registered(received_at, channel, rng))

    def registered(self, received_at: datetime, channel: str, rng: Random) -> datetime:
        """When the front office has registered it."""
        wait = rng.uniform(3, 12) if channel in SPOKEN else rng.uniform(4, 70)
        if channel in {"letter", "third-party", "authority"}:
            wait += rng.uniform(20, 180)
        return self._hours.later(received_at, wait, "duty")
