"""Sweeps beside one another, beside acts of people, and killed, without a server: everything exactly once."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, connections, transaction
from django.utils import timezone

from complaints.models import Complaint, Deadline, DeadlineStep, Escalation
from complaints.services import workflow
from complaints.services.sweep import Batch, Swept, sweep
from config.celery import app
from tests import world
from tests.deadlines.cases import CLASSIFIED, HOUR, MINUTE, clock, planned, recorded
from tests.deadlines.processes import until
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(what):
    """Run it on a connection of its own; the thread and a list for its result."""
    results = []

    def run():
        close_old_connections()
        try:
            results.append(what())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, results


def overdue_complaints(number):
    w = world.build()
    for _ in range(number):
        w.register(now=timezone.now() - timedelta(hours=49))


def assert_everything_once():
    end = timezone.now()
    for deadline in Deadline.objects.filter(escalation=None):
        assert recorded(deadline) == [step for step in planned(deadline) if step[3] <= end]
    rungs = DeadlineStep.objects.filter(kind="escalation").values_list("id", flat=True)
    assert set(Escalation.objects.values_list("step_id", flat=True)) == set(rungs)


def test_a_killed_sweep_leaves_nothing_and_the_next_does_it_all(processes):
    overdue_complaints(5)
    processes.start("killed", "-m", "tests.deadlines.halting")
    until((processes.folder / "halted").exists, "the sweep in the middle of its batch")
    beside = processes.start("beside", "manage.py", "sweep_deadlines")  # waits for the database, or finds all rows held
    assert not DeadlineStep.objects.exists()
    processes.kill("killed")
    beside.wait()
    sweep(timezone.now())
    assert_everything_once()
    assert DeadlineStep.objects.filter(deadline__escalation=None).count() == 5 * 5


@pytest.mark.sqlite
def test_two_workers_on_the_file_system_one_of_them_killed(processes, settings):
    overdue_complaints(5)
    app.send_task("complaints.tasks.sweep_deadlines", queue="deadlines")
    processes.worker("killed", app="tests.deadlines.halting")
    until((processes.folder / "halted").exists, "a worker in the middle of a batch")
    processes.worker("beside")
    until(lambda: "ready." in processes.log("beside").read_text(), "the other worker")
    app.send_task("complaints.tasks.sweep_deadlines", queue="deadlines")
    processes.kill("killed")
    app.send_task("complaints.tasks.sweep_deadlines", queue="deadlines")
    until(lambda: not Deadline.objects.filter(next_action_at__lte=timezone.now()).exists(), "all recorded")
    processes.stop()
    assert_everything_once()


@pytest.mark.postgres
def test_an_act_under_way_is_waited_for_by_nobody_and_wins():
    w = world.build()
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    other = w.register()
    at = deadline.due_at - HOUR
    acted, go_on = threading.Event(), threading.Event()

    def act():
        with transaction.atomic():
            workflow.perform(complaint.pk, "accept", by=w.handler, now=at, given=CLASSIFIED | {"category": w.category})
            acted.set()
            go_on.wait(30)

    thread, _ = in_thread(act)
    assert acted.wait(30)
    late = deadline.due_at + 30 * HOUR
    assert sweep(late).deadlines == 1, "the other complaint alone"
    assert DeadlineStep.objects.filter(deadline__complaint=other).exists()
    go_on.set()
    thread.join()
    sweep(late)
    deadline.refresh_from_db()
    assert (deadline.met_at, deadline.breached_at) == (at, None)
    assert not DeadlineStep.objects.filter(deadline=deadline).exists()
    assert not Escalation.objects.filter(complaint=complaint).exists()


@pytest.mark.postgres
def test_an_act_during_a_sweep_waits_and_sees_what_the_sweep_did(monkeypatch):
    w = world.build()
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    at = deadline.due_at + MINUTE
    written, go_on, write = threading.Event(), threading.Event(), Batch._write_notices

    def halt(batch):
        written.set()
        go_on.wait(30)
        write(batch)

    monkeypatch.setattr(Batch, "_write_notices", halt)
    sweeping, swept = in_thread(lambda: sweep(at))
    assert written.wait(30)
    acting, _ = in_thread(lambda: w.act(complaint, "accept", w.handler, now=at, category=w.category, **CLASSIFIED))
    until(_somebody_waits_for_the_complaint, "the act waiting for its complaint")
    go_on.set()
    sweeping.join()
    acting.join()
    deadline.refresh_from_db()
    assert swept[0].overdue == 2
    assert (deadline.met_at, deadline.breached_at, deadline.next_action_at) == (at, deadline.due_at, None)
    assert recorded(deadline) == planned(deadline)[:4]
    assert Complaint.objects.get(pk=complaint.pk).state == "accepted"


def _somebody_waits_for_the_complaint():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        return cursor.fetchone()


def test_two_sweeps_at_once_share_the_work():
    w = world.build()
    deadlines = [clock(w.register(now=NOW), "initial_review") for _ in range(9)]
    at = deadlines[0].due_at + 50 * HOUR
    runs = [in_thread(lambda: sweep(at, batch_size=2)) for _ in range(2)]
    for thread, _ in runs:
        thread.join()
    total = Swept()
    for _, results in runs:
        total.add(results[0])
    assert total.deadlines == 9
    assert all(recorded(deadline) == planned(deadline) for deadline in deadlines)
