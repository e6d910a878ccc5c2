"""The nightly look at all files of evidence, once and by hand (AC-2)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accountability.models import EvidenceFile
from accountability.services.evidence_checks import check


class Command(BaseCommand):
    help = "Compare every file of evidence with its digest; name those that are damaged. Exit status 1 if any is."

    def handle(self, *args: Any, **options: Any) -> None:
        report = check(timezone.now(), on_damage=self._name)
        self.stdout.write(f"checked={report.checked} damaged={report.damaged} restored={report.restored}")
        if report.damaged:
            sys.exit(1)

    def _name(self, file: EvidenceFile) -> None:
        self.stdout.write(f"{file.damage} {file.item.number} {file.sha256} {file.file_name}")
