"""What the scheduler starts: each task makes one call, and can be lost, late, doubled or killed without harm."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from reporting.services import cluster_scan, examinations, facts, reports


@shared_task
def refresh_facts() -> None:
    """Bring facts and cells up to date (RP-1)."""
    facts.refresh(timezone.now())


@shared_task
def scan_for_clusters() -> None:
    """Look for sudden clusters of every day that has not been looked at (RP-7)."""
    with translation.override(settings.LANGUAGE_CODE):
        cluster_scan.scan_for_clusters(timezone.now())


@shared_task
def examine_quarter() -> None:
    """Have trends and performance of the last quarter that is over looked at, once a night (RP-2, RP-4)."""
    examinations.ask_nightly(timezone.now())


@shared_task
def make_examinations() -> None:
    """Make the examinations of quarters that were asked for (RP-2, RP-4)."""
    examinations.make_waiting(timezone.now())


@shared_task
def build_quarterly_report() -> None:
    """Build the draft of the quarter that ended last, if there is none, and tell the quality department (RP-1)."""
    with translation.override(settings.LANGUAGE_CODE):
        reports.build_ended(timezone.now())


@shared_task
def do_ordered_reports() -> None:
    """Build and recompute the reports that were asked for (RP-1, RP-6)."""
    with translation.override(settings.LANGUAGE_CODE):
        reports.do_ordered(timezone.now())
