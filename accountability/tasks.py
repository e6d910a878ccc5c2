"""What the scheduler starts: each task makes one call, and can be lost, late, doubled or killed without harm."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from accountability.services import evidence_checks, measure_clocks, silence


@shared_task
def check_evidence() -> None:
    """Compare files of evidence with their digests, each once a night, for as long as a task may take (AC-2)."""
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        evidence_checks.check(now, unseen_since=now - timedelta(hours=12), goes_on=evidence_checks.for_minutes(20))


@shared_task
def close_hearings() -> None:
    """Take the silence of parties whose time is over as acceptance (AC-8)."""
    with translation.override(settings.LANGUAGE_CODE):
        silence.close_silent(timezone.now())


@shared_task
def watch_measures() -> None:
    """Tell of measures that come due or are overdue, and of effects to be checked (AC-9)."""
    with translation.override(settings.LANGUAGE_CODE):
        measure_clocks.watch_measures(timezone.now())
