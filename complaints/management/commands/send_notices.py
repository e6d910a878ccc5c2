"""The scheduled mailing, once and by hand (DL-3)."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.services.outbox import send_due


class Command(BaseCommand):
    help = "Mail the notices that wait, as the scheduled task does."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = send_due(timezone.now())
        self.stdout.write(" ".join(f"{name}={count}" for name, count in asdict(sent).items()))
