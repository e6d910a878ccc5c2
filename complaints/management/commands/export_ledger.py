"""Write the ledger 台账, or the yearly volume 年度案宗, to a file. (IN-9)"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.exports.files import FORMATS
from complaints.exports.request import export_ledger
from complaints.models import User


class Command(BaseCommand):
    help = "Write the ledger of complaints to FILE (.xlsx or .csv)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to write; the ending says the format")
        parser.add_argument("--year", type=int, help="only complaints received in this year")
        parser.add_argument("--user", default="", help="only what this person may see; without it, everything")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        format_code = path.suffix.lower().lstrip(".")
        if format_code not in FORMATS:
            raise CommandError(_("The file must end in .xlsx or .csv."))
        by = None
        if options["user"]:
            by = User.objects.filter(username=options["user"], is_active=True).first()
            if by is None:
                raise CommandError(_("There is no active person “%(name)s”.") % {"name": options["user"]})
        language = by.language if by is not None and by.language else translation.get_language()
        fresh = path.with_name(f".{path.name}.new")
        try:
            with translation.override(language), fresh.open("wb") as target:
                record = export_ledger(target, year=options["year"], format_code=format_code, by=by, now=timezone.now())
            fresh.replace(path)
        except PermissionDenied:
            raise CommandError(_("This person may not export.")) from None
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        finally:
            fresh.unlink(missing_ok=True)
        self.stdout.write(_("%(count)d complaints in %(file)s") % {"count": record.rows, "file": path})
