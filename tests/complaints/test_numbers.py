"""Numbers: unique, gapless, also when many register at once. (IN-4)"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from complaints.models import Complaint, ComplaintEvent, Deadline, NumberSeries
from complaints.services.numbers import take_numbers
from tests import world
from tests.factories import NOW

THREADS = 8
TOTAL = 2_000


@pytest.mark.django_db
def test_a_failed_registration_gives_its_number_back():
    w = world.build()
    assert w.register().number == "TS-2026-000001"

    def fail():
        with transaction.atomic():
            w.register()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert w.register().number == "TS-2026-000002"


@pytest.mark.django_db
def test_series_are_by_kind_and_by_year_of_the_business_time_zone():
    last_second = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    new_year = datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC)
    assert take_numbers("complaint", last_second) == ["TS-2026-000001"]
    assert take_numbers("complaint", new_year) == ["TS-2027-000001"]
    assert take_numbers("feedback", new_year) == ["YJ-2027-000001"]
    assert take_numbers("complaint", new_year, 3) == ["TS-2027-000002", "TS-2027-000003", "TS-2027-000004"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_thousand_registrations_by_eight_at_once_have_two_thousand_numbers():
    w = world.build()

    def register_many(count):
        try:
            return [w.register(subject=f"同时登记 {number}").number for number in range(count)]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        given = [number for part in pool.map(register_many, [TOTAL // THREADS] * THREADS) for number in part]
    assert sorted(given) == [f"TS-2026-{number:06d}" for number in range(1, TOTAL + 1)]
    assert set(Complaint.objects.values_list("number", flat=True)) == set(given)
    assert NumberSeries.objects.get(code="TS-2026").last == TOTAL
    assert ComplaintEvent.objects.filter(act="register").count() == TOTAL
    assert Complaint.history.count() == TOTAL
    clocks = sum("register" in c.starts_on and c.applies("general", "phone") for c in w.policy.rules.clocks)
    assert Deadline.objects.filter(started_at=NOW).count() == TOTAL * clocks
