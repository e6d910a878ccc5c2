"""Refreshers beside one another and beside acts of people: nothing is skipped, nothing counted twice. (RP-1)"""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connections, transaction

from complaints.services import workflow
from reporting.models import CaseFact, Cell, StaleCase, StaleQuarter
from reporting.services import facts as services
from tests import world
from tests.factories import NOW
from tests.reporting.facts.remembering import assert_up_to_date, facts_from_records, kept_facts

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
LONG = 30


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


@pytest.mark.postgres
def test_what_is_committed_late_is_not_skipped():
    """A transaction begins before a refresh and ends after it: the next refresh has what it did."""
    w = world.build("product")
    slow, quick = w.register(), w.register()
    services.refresh(NOW)
    acted, go_on = threading.Event(), threading.Event()
    classified = {"category": w.category, "severity": "general", "difficulty": "simple"}
    given = {"entitled": True, "proper": True, **classified}

    def act():
        with transaction.atomic():
            workflow.perform(slow.pk, "accept", by=w.handler, now=NOW + HOUR, given=given)
            acted.set()
            assert go_on.wait(LONG)

    thread, _ = in_thread(act)
    assert acted.wait(LONG)
    w.act(quick, "accept", w.handler, now=NOW + 2 * HOUR, **given)
    assert services.refresh(NOW + 2 * HOUR).cases == 1
    accepted = CaseFact.objects.exclude(accepted_at=None).values_list("complaint_id", flat=True)
    assert set(accepted) == {quick.pk}
    go_on.set()
    thread.join()
    assert services.refresh(NOW + 3 * HOUR).cases == 1
    assert set(accepted.all()) == {quick.pk, slow.pk}
    assert_up_to_date(NOW + 3 * HOUR)


@pytest.mark.postgres
def test_what_happens_while_facts_are_written_is_taken_by_the_next(monkeypatch):
    """An act of the very case whose facts are being written."""
    w = world.build("product")
    complaint = w.register()
    read, go_on, write = threading.Event(), threading.Event(), services._write

    def halt(cases):
        found = write(cases)
        read.set()
        assert go_on.wait(LONG)
        return found

    monkeypatch.setattr(services, "_write", halt)
    thread, _ = in_thread(lambda: services.refresh(NOW))
    assert read.wait(LONG)
    w.act(complaint, "withdraw", w.handler, now=NOW + HOUR, medium="phone", reason="已自行解决")
    go_on.set()
    thread.join()
    services.refresh(NOW + 2 * HOUR)
    assert kept_facts() == facts_from_records()
    assert CaseFact.objects.get().ending == "withdrawn"
    assert not StaleCase.objects.exists()


@pytest.mark.postgres
def test_two_refreshers_share_nothing_and_lose_nothing(monkeypatch):
    w = world.build("product")
    for number in range(6):
        w.register(now=NOW + timedelta(days=30 * number))
    monkeypatch.setattr(services, "TAKEN", 2)
    now = NOW + timedelta(days=200)
    started = threading.Barrier(2, timeout=LONG)

    def refresh():
        started.wait()
        return services.refresh(now)

    running = [in_thread(refresh) for _ in range(2)]
    for thread, _results in running:
        thread.join()
    done = [result for _thread, results in running for result in results]
    assert len(done) == 2
    assert sum(result.cases for result in done) == 6
    assert (StaleCase.objects.count(), StaleQuarter.objects.count()) == (0, 0)
    months = Cell.objects.filter(span="month", dimension="all")
    assert sum(months.values_list("begun", flat=True)) == 6
    assert_up_to_date(now)


@pytest.mark.postgres
def test_what_is_noted_while_everything_is_made_anew_is_not_lost(monkeypatch):
    w = world.build("product")
    complaint = w.register()
    services.refresh(NOW)
    written, go_on, write = threading.Event(), threading.Event(), services._write

    def halt(cases):
        found = write(cases)
        written.set()
        assert go_on.wait(LONG)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(services, "_write", halt)
        thread, _ = in_thread(lambda: services.rebuild(NOW))
        assert written.wait(LONG)
        w.act(complaint, "withdraw", w.handler, now=NOW + HOUR, medium="phone", reason="已自行解决")
        later = w.register(now=NOW + HOUR)
        go_on.set()
        thread.join()
    services.refresh(NOW + 2 * HOUR)
    endings = dict(CaseFact.objects.values_list("complaint_id", "ending"))
    assert endings == {complaint.pk: "withdrawn", later.pk: ""}
    assert_up_to_date(NOW + 2 * HOUR)
