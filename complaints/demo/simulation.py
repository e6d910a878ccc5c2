"""Three years of complaints: drawn, numbered in the order of registration, played in memory, written in batches."""

import gc
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from django.db import models, transaction
from django.db.models import Max
from django.utils import translation

from complaints.demo.arrivals import Arrival, Arrivals
from complaints.demo.cast import Cast
from complaints.demo.commissions import Commission
from complaints.demo.hours import Hours
from complaints.demo.memory import services_in_memory
from complaints.demo.playing import Play
from complaints.demo.processes import players
from complaints.demo.stories import Story, Teller
from complaints.demo.tables import CASE_MODELS, Store, registers_read
from complaints.demo.writing import Part, Writer, continue_keys
from complaints.models import Calendar, Complaint, MailStatus, Notice
from complaints.models.registers import registers
from complaints.queries.calendars import working_calendar
from complaints.queries.governing import Governing
from complaints.services.numbers import take_numbers
from complaints.states import State

BATCH = 250
#: Up to so many are played at once.
SINGLE_BATCH = 600
#: More than the rows that any table gets out of a batch.
KEYS_OF_A_BATCH = 50_000
#: Open cases that every desk has something of: never more than this many, or this share, are added for it.
DESKS, DESK_SHARE = 60, 0.16
#: For how long nobody has touched such a case, in hours: some fresh, some due soon, some overdue, some escalated.
UNTOUCHED = (0.6, 3, 9, 18, 21, 26, 44, 50, 70, 98, 125, 170)
#: Where matters lie until they go up: past a head who is away to the deputy, past a vacant post to the head above.
LYING = {State.DISPATCHED: "transport", State.INVESTIGATING: "moulding"}
LYING_HOURS = 218
#: Seeds of commissioned arrivals, far from those of others.
COMMISSIONED_DRAWS = 10**9
COMMISSIONED_CHANNELS = ("phone", "web", "store", "email", "chat", "phone")
STAGES = (
    State.REGISTERED,
    State.ACCEPTED,
    State.DISPATCHED,
    State.INVESTIGATING,
    State.DETERMINED,
    State.APPROVING,
    State.OFFERED,
    State.IMPLEMENTING,
    State.COMPLETED,
    State.RETURN_VISIT,
)
REPEAT_PERCENT, REPEAT_WITHIN = 4.5, timedelta(days=75)
#: Notices older than this were read; younger ones may still wait.
READ_AFTER = timedelta(hours=40)

Progress = Callable[[int, int], None]


class NotEmptyError(Exception):
    """There are complaints already; invented ones must never stand among them."""


@dataclass(frozen=True, slots=True)
class Task:
    """One complaint to be told and played: when it came, its number and key, and which earlier one it repeats."""

    arrival: Arrival
    number: str
    key: int
    earlier: tuple[Arrival, str, int] | None = None


class Simulation:
    """Everything needed to make up cases up to `now`."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed, self.now = seed, now
        self.cast, self.registers = Cast(), registers()
        self.registers.read()
        self.register_rows = registers_read()
        self.hours = Hours(working_calendar(Calendar.objects.get(code="cn")))
        self.arrivals = Arrivals(seed, now, self.hours)
        self.writer = Writer()
        self.teller = Teller(seed, now, self.cast, self._governing)

    def _governing(self, moment: datetime) -> Governing:
        return Governing(moment, self.registers)

    # -- what is to be told ------------------------------------------------------------------------------------------

    def drawn(self, count: int, commissions: Sequence[Commission] = ()) -> list[Arrival]:
        """So many arrivals in the order of registration, a few of them such that every desk has something to do.

        Those commissioned are among them.
        """
        ordinary = count - len(commissions)
        on_desks = min(DESKS, int(ordinary * DESK_SHARE))
        rows = [self._past(arrival) for arrival in self.arrivals.draw(ordinary - on_desks)]
        rows += self._on_desks(on_desks, first=count)
        rows += [self._commissioned(one, COMMISSIONED_DRAWS + place) for place, one in enumerate(commissions)]
        return sorted(rows, key=lambda arrival: (arrival.registered_at, arrival.draw))

    def _past(self, arrival: Arrival) -> Arrival:
        while arrival.registered_at >= self.now:
            day = timedelta(days=1)
            arrival = replace(arrival, received_at=arrival.received_at - day, registered_at=arrival.registered_at - day)
        return arrival

    def _on_desks(self, count: int, first: int) -> Iterator[Arrival]:
        """Recent cases that stand still in each state in turn."""
        draws = self.arrivals.draw(count * 40, first)
        for place in range(count):
            stage = STAGES[place % len(STAGES)]
            untouched = timedelta(hours=UNTOUCHED[(place * 5 + place // len(STAGES)) % len(UNTOUCHED)])
            department = LYING.get(stage, "") if place % 2 == 0 or place < len(STAGES) else ""
            if department:
                untouched = timedelta(hours=LYING_HOURS)
            for arrival in draws:
                if department and (arrival.sort != "customer" or arrival.channel == "authority"):
                    continue
                wanted = replace(arrival, stops_in=stage, department=department)
                placed = self._placed(wanted, self.now - untouched)
                if placed is not None:
                    yield placed
                    break

    def _commissioned(self, commission: Commission, draw: int) -> Arrival:
        """The arrival of a commission, at a time from which its department answers when it should."""
        rng = Random(f"{self.seed}/{draw}/arrival")  # noqa: S311 - no secret
        early, late = self.now - timedelta(days=3 * commission.minutes / 480 + 60), self.now
        while late - early > timedelta(minutes=1):
            middle = early + (late - early) / 2
            is_early = self.hours.later(middle, commission.minutes, "office") <= self.now
            early, late = (middle, late) if is_early else (early, middle)
        arrival = Arrival(draw, commission.sort, rng.choice(COMMISSIONED_CHANNELS), early, early, "", "", commission)
        for _ in range(2):
            registered_at = self._start_for(self.teller.tell(arrival, "", 0), early)
            arrival = replace(arrival, received_at=registered_at - timedelta(minutes=7), registered_at=registered_at)
        return arrival

    def _ends_at(self, story: Story) -> datetime:
        """Until when a story is played: now, or when an app above takes it over."""
        if story.arrival.commission is None:
            return self.now
        at = story.arrival.registered_at
        for step in story.steps:
            at = self.hours.later(at, step.wait, step.hours)
        return min(at, self.now)

    def _placed(self, arrival: Arrival, reached_at: datetime) -> Arrival | None:
        """The arrival moved to where its story comes to its last step at about `reached_at`; None if it never does."""
        for _ in range(3):  # another day may mean another season, and so another story
            story = self.teller.tell(arrival, "", 0)
            if not story.is_stuck:
                return None
            registered_at = self._start_for(story, reached_at)
            received_at = registered_at - timedelta(minutes=7)
            arrival = replace(arrival, received_at=received_at, registered_at=registered_at)
        return arrival if self.teller.tell(arrival, "", 0).is_stuck else None

    def _start_for(self, story: Story, reached_at: datetime) -> datetime:
        early, late = reached_at - timedelta(days=70), reached_at
        while late - early > timedelta(minutes=1):
            middle = early + (late - early) / 2
            at = middle
            for step in story.steps:
                at = self.hours.later(at, step.wait, step.hours)
            early, late = (middle, late) if at <= reached_at else (early, middle)
        return self.hours.later(early, 0, "duty") if not story.steps else early.replace(microsecond=0)

    def tasks(self, arrivals: Sequence[Arrival], first_key: int) -> list[Task]:
        """Numbers and keys in the order of registration, and which complaint repeats which."""
        counts = Counter((arrival.kind, arrival.registered_at.year) for arrival in arrivals)
        moments = {(arrival.kind, arrival.registered_at.year): arrival.registered_at for arrival in arrivals}
        numbers = {
            series: iter(take_numbers(series[0], moments[series], count)) for series, count in sorted(counts.items())
        }
        tasks: list[Task] = []
        registered = [arrival.registered_at for arrival in arrivals]
        for place, arrival in enumerate(arrivals):
            number = next(numbers[arrival.kind, arrival.registered_at.year])
            tasks.append(Task(arrival, number, first_key + place, self._repeated(arrival, tasks, registered)))
        return tasks

    def _repeated(
        self, arrival: Arrival, tasks: Sequence[Task], registered: Sequence[datetime]
    ) -> tuple[Arrival, str, int] | None:
        rng = Random(f"{self.seed}/{arrival.draw}/repeat")  # noqa: S311 - no secret
        if arrival.sort != "customer" or arrival.commission or rng.random() * 100 >= REPEAT_PERCENT:
            return None
        begin = bisect_left(registered, arrival.registered_at - REPEAT_WITHIN)
        if begin >= len(tasks):
            return None
        other = tasks[rng.randrange(begin, len(tasks))]
        if other.arrival.sort != "customer" or other.arrival.commission is not None:
            return None
        return (other.earlier[0] if other.earlier else other.arrival, other.number, other.key)

    # -- playing -----------------------------------------------------------------------------------------------------

    def play(self, tasks: Sequence[Task], store: Store) -> None:
        """Play tasks, all into one store."""
        whole: dict[type[models.Model], tuple[list[object], list[tuple[object, ...]]]]
        whole = {model: ([], []) for model in CASE_MODELS}
        for task in tasks:
            story = self.teller.tell(task.arrival, task.number, task.key, task.earlier)
            store.number = task.number
            store.tables[Complaint].next = task.key
            Play(story, self.cast, self.hours, self._ends_at(story)).run()
            self._read_notices(store, story)
            for model, table in store.tables.items():
                rows, history = whole[model]
                rows += table.rows
                history += table.history
            store.clear()
        for model, (rows, history) in whole.items():
            store.tables[model].rows, store.tables[model].history = rows, history

    def _read_notices(self, store: Store, story: Story) -> None:
        """What came of notices: mailed all, read most."""
        rng = story.rng
        for notice in store.tables[Notice].rows:
            notice.mail_status, notice.mail_attempts, notice.mail_next_at = MailStatus.SENT, 1, None
            read_at = notice.created_at + timedelta(minutes=rng.expovariate(1 / 200))
            if notice.created_at < self.now - READ_AFTER:
                notice.read_at = min(read_at, self.now - READ_AFTER / 2)
            elif read_at < self.now and rng.random() < 0.35:  # noqa: PLR2004
                notice.read_at = read_at

    # -- batches -----------------------------------------------------------------------------------------------------

    def parts(self, batch: "Batch") -> list[Part]:
        """A batch played and ready to be inserted."""
        with _without_collecting():
            return self._played(batch)

    def _played(self, batch: "Batch") -> list[Part]:
        first = {model: first + batch.index * KEYS_OF_A_BATCH for model, first in batch.first.items()}
        store = Store(first, self.register_rows)
        with translation.override("zh-hans"), services_in_memory(store, self.registers):
            self.play(batch.tasks, store)
        return self.writer.prepare(store)


@dataclass(frozen=True, slots=True)
class Batch:
    """Tasks played together. `first` are the first free keys before any batch; each batch has a range of its own."""

    index: int
    tasks: Sequence[Task]
    first: dict[type[models.Model], int]


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Rows of a batch refer to one another and all live to its end: looking for garbage among them is in vain.

    At the end, when nobody holds them any longer, they go at once, before they count as old.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(0)


def generate(
    count: int,
    seed: int,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
    *,
    processes: int = 1,
    commissions: Sequence[Commission] = (),
) -> int:
    """Make up `count` complaints and write them, all or none. How many rows. NotEmptyError if there are any.

    The rows do not depend on the number of processes. Those of `commissions` are among them, left where apps above take
    them over.
    """
    with transaction.atomic():
        if Complaint.objects.exists():
            raise NotEmptyError
        simulation = Simulation(seed, now)
        first = {model: (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1 for model in CASE_MODELS}
        with translation.override("zh-hans"):
            tasks = simulation.tasks(simulation.drawn(count, commissions), first[Complaint])
        size = max(count, 1) if count <= SINGLE_BATCH else BATCH
        batches = [
            Batch(index, tasks[begin : begin + size], first) for index, begin in enumerate(range(0, len(tasks), size))
        ]
        rows = done = 0
        for batch, parts in zip(batches, _played(simulation, batches, processes), strict=True):
            rows += simulation.writer.insert(parts)
            done += len(batch.tasks)
            progress(done, count)
        continue_keys()
    return rows


def _played(simulation: Simulation, batches: Sequence[Batch], processes: int) -> Iterator[list[Part]]:
    """The parts of each batch, in order."""
    if processes == 1 or len(batches) == 1:
        yield from map(simulation.parts, batches)
        return
    with players(processes, simulation.seed, simulation.now) as play:
        yield from play(batches)
