"""Load working calendars from files; without files, those that ship with the product."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import LOADED
from complaints.services import calendars
from complaints.services.calendars import CalendarFilesError

FOLDER = Path(calendars.__file__).resolve().parent.parent / "calendars"


class Command(BaseCommand):
    help = (
        "Load working calendars, all files or none. Without FILE: those that ship with the product. Loading the same "
        "again changes nothing; days the company set itself stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = options["files"] or sorted(FOLDER.glob("*.yaml"))
        try:
            loaded = calendars.load_calendars(paths, by=None, reason=LOADED, now=timezone.now())
        except CalendarFilesError as error:
            raise CommandError(str(error)) from error
        for result in loaded:
            if result.is_changed:
                line = _("%(calendar)s: %(added)d added, %(changed)d changed, %(removed)d removed") % {
                    "calendar": result.calendar.code,
                    "added": result.added,
                    "changed": result.changed,
                    "removed": result.removed,
                }
            else:
                line = _("%(calendar)s: unchanged") % {"calendar": result.calendar.code}
            self.stdout.write(line)
