"""What the scheduler starts: each task makes one call, and can be lost, late, doubled or killed without harm."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from reporting.services import cluster_scan, facts, trend_reviews


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
def review_trends() -> None:
    """Have the trends of the last quarter that is over looked at, once a night (RP-2)."""
    trend_reviews.ask_nightly(timezone.now())


@shared_task
def make_trend_reviews() -> None:
    """Make the examinations of trends that were asked for (RP-2)."""
    trend_reviews.make_waiting(timezone.now())
