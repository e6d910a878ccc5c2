"""The scheduled sweep, once and by hand (DL-4)."""

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints.services.sweep import sweep


class Command(BaseCommand):
    help = "Record reminders, breaches and escalations that are due, as the scheduled task does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", help="moment in ISO format, business time where it names no zone")

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep(_moment(options["now"]))
        self.stdout.write(" ".join(f"{name}={count}" for name, count in asdict(swept).items()))


def _moment(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    moment = parse_datetime(text)
    if moment is None:
        raise CommandError(f"“{text}” is not a moment in ISO format.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
