"""What the scheduler starts: each task makes one call, and can be lost, late, doubled or killed without harm (DL-4)."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from complaints.importers import runs
from complaints.services import bulk_intake, calendar_changes, outbox, sweep, watchdog


@shared_task
def sweep_deadlines() -> None:
    """Record reminders, breaches and escalations that are due."""
    with translation.override(settings.LANGUAGE_CODE):
        sweep.sweep(timezone.now())


@shared_task
def send_notices() -> None:
    """Mail the notices that wait."""
    with translation.override(settings.LANGUAGE_CODE):
        outbox.send_due(timezone.now())


@shared_task
def follow_calendars() -> None:
    """Recompute deadlines whose calendar changed."""
    with translation.override(settings.LANGUAGE_CODE):
        calendar_changes.follow_calendars(timezone.now())


@shared_task
def watch_deadlines() -> None:
    """Report what should have happened and did not."""
    with translation.override(settings.LANGUAGE_CODE):
        watchdog.watch(timezone.now())


@shared_task
def check_calendars() -> None:
    """Warn of years that no calendar covers yet."""
    with translation.override(settings.LANGUAGE_CODE):
        calendar_changes.check_calendars(timezone.now())


@shared_task
def run_imports() -> None:
    """Take up the import runs that wait, one after another."""
    while runs.run_waiting(timezone.now()) is not None:
        pass


@shared_task
def forget_uploads() -> None:
    """Delete uploaded files that nobody went on with."""
    bulk_intake.forget_unconfirmed(timezone.now())
