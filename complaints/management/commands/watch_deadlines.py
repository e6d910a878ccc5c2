"""The scheduled watch, once and by hand (DL-4)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.services.watchdog import watch


class Command(BaseCommand):
    help = "Report what should have happened and did not. Exit status 1 if there is anything."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = watch(timezone.now())
        for finding in findings:
            self.stdout.write(f"{finding.code}={finding.count} {' '.join(finding.examples)}".rstrip())
        if findings:
            sys.exit(1)
