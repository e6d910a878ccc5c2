"""manage.py rebuild_facts: what figures are counted from, made again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from reporting.services import facts


class Command(BaseCommand):
    """Bring the facts of all cases up to date; with --all make every one of them again from the records."""

    help = "Bring the facts that figures are counted from up to date with the records."

    def add_arguments(self, parser: CommandParser) -> None:
        """Everything again, or only what changed."""
        parser.add_argument("--all", action="store_true", help="throw all facts away and make them again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how much was done."""
        done = (facts.rebuild if options["all"] else facts.refresh)(timezone.now())
        self.stdout.write(f"{done.cases} cases, {done.quarters} quarters")
