"""What the scheduler starts: each task makes one call, and can be lost, late, doubled or killed without harm."""

from celery import shared_task
from django.utils import timezone

from reporting.services import facts


@shared_task
def refresh_facts() -> None:
    """Bring facts and cells up to date (RP-1)."""
    facts.refresh(timezone.now())
