"""Two schedulers and two workers, one killed in the middle of a batch, the broker emptied, three days of outage."""

from collections import Counter
from datetime import timedelta

import psycopg
import pytest
import redis
from django.db import connection
from django.utils import timezone

from complaints.models import Deadline, DeadlineStep, Escalation, MailStatus, Notice
from complaints.services.deadlines import LATE
from tests import world
from tests.deadlines.cases import events, planned, recorded
from tests.deadlines.processes import until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def blocker():
    """A connection of its own that keeps everybody from writing notices while it holds the table."""
    settings = connection.get_connection_params()
    settings = {key: settings[key] for key in ("dbname", "user", "host", "port") if settings.get(key)}
    with psycopg.connect(**settings) as other:
        yield other


def stuck_in_a_batch():
    """The name of the process that waits to write its notices."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO \"complaints_notice\"%'"
        )
        row = cursor.fetchone()
    return row and row[0]


def nothing_is_due():
    return not Deadline.objects.filter(next_action_at__lte=timezone.now()).exists()


def all_mails_are_settled():
    return not Notice.objects.filter(mail_status__in=[MailStatus.WAITING, MailStatus.SENDING]).exists()


def let_loose(processes, turn):
    for name in ("first", "second"):
        processes.worker(f"{name}-worker-{turn}")
        processes.scheduler(f"{name}-scheduler-{turn}")


def test_everything_exactly_once_in_order_and_nothing_missing(processes, redis_url, blocker):
    w = world.build("product")
    start = timezone.now()
    # Overdue since an hour; overdue since more than a day, so escalated; one whose first reminder is only seconds away.
    ages = [timedelta(hours=25)] * 12 + [timedelta(hours=49)] * 12 + [timedelta(hours=12) - timedelta(seconds=20)]
    for age in ages:
        w.register(now=start - age)

    blocker.execute("LOCK TABLE complaints_notice IN SHARE ROW EXCLUSIVE MODE")
    let_loose(processes, 1)
    victim = until(stuck_in_a_batch, "a worker in the middle of a batch")
    assert not DeadlineStep.objects.exists(), "nothing of a batch is seen before it is whole"
    processes.kill(victim)
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    blocker.rollback()
    until(lambda: DeadlineStep.objects.filter(is_found_late=False).exists(), "the reminder that was not late")
    until(nothing_is_due, "all recorded by the worker that is left")
    until(all_mails_are_settled, "all mailed")
    before = list(DeadlineStep.objects.order_by("id").values_list("id", flat=True))

    processes.stop()
    # What came due in three days without anybody to see it.
    for hours in range(30, 30 + 72, 3):
        w.register(now=timezone.now() - timedelta(hours=hours, minutes=30))
    assert not nothing_is_due()

    let_loose(processes, 2)
    until(nothing_is_due, "all that the outage delayed")
    until(all_mails_are_settled, "all mailed")
    processes.stop()

    end = timezone.now()
    assert set(before) <= set(DeadlineStep.objects.values_list("id", flat=True))
    for deadline in Deadline.objects.all():
        assert recorded(deadline) == [step for step in planned(deadline) if step[3] <= end], deadline
        assert (deadline.breached_at is not None) == (deadline.due_at <= end)
    steps = DeadlineStep.objects.all()
    assert {step.is_found_late for step in steps} == {True, False}
    assert all(step.is_found_late == (step.recorded_at - step.planned_at > LATE) for step in steps)

    rungs = steps.filter(kind="escalation")
    assert set(Escalation.objects.values_list("step_id", flat=True)) == set(rungs.values_list("id", flat=True))
    assert Counter(Deadline.objects.exclude(escalation=None).values_list("escalation_id", flat=True)) == Counter(
        Escalation.objects.values_list("id", flat=True)
    )
    assert set(Escalation.objects.values_list("is_found_late", flat=True)) == {True}
    for deadline in Deadline.objects.filter(escalation=None).select_related("complaint"):
        breaches = [event for event in events(deadline.complaint, "breach") if event.detail["deadline"] == deadline.pk]
        assert len(breaches) == (deadline.due_at <= end)

    mails = Counter(processes.sent())
    assert set(mails.values()) == {1}, "no mail twice"
    assert set(mails) == {
        str(pk) for pk in Notice.objects.filter(mail_status=MailStatus.SENT).values_list("pk", flat=True)
    }
    assert {notice.key for notice in Notice.objects.filter(key__startswith="step:")} == {
        f"step:{step.deadline_id}:{step.position}" for step in steps if not _is_told_already(step)
    }


def _is_told_already(step):
    """The handler's rung at due: here the same person as the one who was late, told once."""
    return step.position == 3
