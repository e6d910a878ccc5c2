"""A story played in memory leaves the very rows that it leaves when it is played on the database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from complaints.acts import ACTS, ONLY_VOUCHED
from complaints.demo.playing import Play
from complaints.demo.simulation import Batch, Simulation
from complaints.demo.tables import CASE_MODELS
from complaints.models import Complaint, ComplaintEvent
from tests.demo.conftest import NOW
from tests.demo.rows import snapshot

pytestmark = pytest.mark.django_db

#: Not in stories: files lie outside the database, and apps above this one take what they vouch for.
LEFT_OUT = {"attach_material", *ONLY_VOUCHED}
#: What the demonstration adds to notices: that they were mailed and read.
READING = ("read_at", "mail_status", "mail_attempts", "mail_next_at")
DRAWN = 1000


def chosen(simulation):
    """Tasks that together hold every act, each adding one that those before it lack, and some that stand still."""
    seen, tasks = {"link"}, []
    drawn = simulation.tasks(simulation.drawn(DRAWN), 1)
    old = [task for task in drawn if not task.earlier and task.arrival.registered_at < NOW - timedelta(days=200)]
    acts = {task.key: acts_of(simulation, task) for task in old}
    for task in sorted(old, key=lambda task: (-len(acts[task.key]), task.key)):
        if acts[task.key] - seen:
            seen |= acts[task.key]
            tasks.append(task)
    tasks += [task for task in drawn if task.arrival.stops_in and not task.earlier][::11]
    first = min(tasks, key=lambda task: task.key)
    for task in drawn:
        again = replace(task, earlier=(first.arrival, first.number, first.key))
        if first.key < task.key and task not in tasks and "link" in acts_of(simulation, again):
            tasks.append(again)
            break
    return sorted(tasks, key=lambda task: task.key)


def acts_of(simulation, task):
    return {step.act for step in simulation.teller.tell(task.arrival, task.number, task.key, task.earlier).steps}


def renumbered(tasks):
    """Consecutive numbers and keys, as registration gives them out in that order."""
    made: list[Any] = []
    counts: dict[str, int] = {}
    renamed: dict[str, tuple[str, int]] = {}
    for key, task in enumerate(tasks, 1):
        series = task.number.rpartition("-")[0]
        counts[series] = counts.get(series, 0) + 1
        number = f"{series}-{counts[series]:06d}"
        renamed[task.number] = (number, key)
        earlier = task.earlier and (task.earlier[0], *renamed[task.earlier[1]])
        made.append(replace(task, number=number, key=key, earlier=earlier))
    return made


def undone(work):
    """Do something, look at all rows, and take it back."""
    with transaction.atomic():
        result = work()
        found = snapshot() if result is None else result
        transaction.set_rollback(True)
    return found


@pytest.fixture
def simulation(organisation):
    with translation.override("zh-hans"):
        yield Simulation(7, NOW)


@pytest.fixture
def tasks(simulation):
    return renumbered(undone(lambda: chosen(simulation)))


def test_memory_and_database_agree_on_every_row(simulation, tasks):
    def in_memory():
        first = dict.fromkeys(CASE_MODELS, 1)
        simulation.writer.insert(simulation.parts(Batch(0, tasks, first)))

    def on_database():
        keys: dict[str, int] = {}
        for task in tasks:
            earlier = task.earlier and (task.earlier[0], task.earlier[1], keys[task.earlier[1]])
            story = simulation.teller.tell(task.arrival, task.number, task.key, earlier)
            keys[task.number] = Play(story, simulation.cast, simulation.hours, NOW).run().pk
        taken = set(ComplaintEvent.objects.values_list("act", flat=True))
        assert set(ACTS) - taken - LEFT_OUT == {"recompute"}
        assert Complaint.objects.filter(number__in=keys).count() == len(tasks)

    simulated, real = undone(in_memory), undone(on_database)
    for rows in (simulated["Notice"], real["Notice"]):
        for row in rows:
            for name in READING:
                del row[name]
    assert simulated.keys() == real.keys()
    for name, rows in real.items():
        assert len(simulated[name]) == len(rows), name
        for ours, theirs in zip(simulated[name], rows, strict=True):
            assert ours == theirs, name
