from datetime import timedelta
from itertools import pairwise

from config.celery import app


def test_everything_scheduled_is_a_task_that_exists():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled - set(app.tasks) == set()


def test_results_are_not_kept_and_work_is_acknowledged_when_done():
    assert (app.conf.task_ignore_result, app.conf.task_acks_late, app.conf.worker_prefetch_multiplier) == (
        True,
        True,
        1,
    )


def test_a_message_that_missed_its_period_is_dropped():
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] == _shortest_period(entry["schedule"]).total_seconds()


def _shortest_period(schedule):
    """How long it is, at the least, from one message to the next."""
    if isinstance(schedule, timedelta):
        return schedule
    moments = sorted(timedelta(hours=hour, minutes=minute) for hour in schedule.hour for minute in schedule.minute)
    return min(later - earlier for earlier, later in pairwise(moments))
