"""Two entries of one person at the same moment: together they do not exceed the day. (RP-13)"""

import threading
from datetime import date

import pytest
from django.db import close_old_connections, connections, transaction

from complaints.services.refusal import ActRefusedError
from reporting.models import WorkEntry
from tests import world
from tests.complaints.walking import Walk
from tests.reporting.cost.spent import at, worked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
DAY, NOW = date(2026, 3, 3), at(3, 5)
LONG = 30


def test_the_second_waits_for_the_first_and_is_refused():
    w = world.build("handling-plan")
    first, second = (Walk(w, now=at(3, 2)).to("investigating").c for _number in range(2))
    recorded, go_on, refusals = threading.Event(), threading.Event(), []

    def record_slowly():
        close_old_connections()
        try:
            with transaction.atomic():
                worked(w, first, DAY, 1000, now=NOW)
                recorded.set()
                assert go_on.wait(LONG)
        finally:
            connections.close_all()

    def record_beside():
        close_old_connections()
        try:
            worked(w, second, DAY, 1000, now=NOW)
        except ActRefusedError as refusal:
            refusals.append(refusal.code)
        finally:
            connections.close_all()

    slow = threading.Thread(target=record_slowly, daemon=True)
    slow.start()
    assert recorded.wait(LONG)
    beside = threading.Thread(target=record_beside, daemon=True)
    beside.start()
    beside.join(0.3)
    assert beside.is_alive(), "it waits for the row of the person"
    go_on.set()
    slow.join(LONG)
    beside.join(LONG)
    assert refusals == ["missing"]
    assert list(WorkEntry.objects.values_list("complaint", "minutes")) == [(first.pk, 1000)]
