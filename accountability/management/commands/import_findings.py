"""Take in what was found in the past of complaints that were imported: all of a file, or none. (AC-1, IN-9)"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accountability.importers.finding_map import read_map
from accountability.importers.findings import import_findings
from accountability.services.past_findings import Problem, Tally
from complaints.importers.refusals import FileRefusedError, MappingError
from complaints.models import User
from complaints.punctuation import labelled, listed
from complaints.services.doing import ActRefusedError


class Command(BaseCommand):
    help = (
        "Take in past findings from a spreadsheet (xlsx) or text file (csv, csv.gz), one row for each allegation "
        "against one party: all of them, or none. The complaints must have been imported. See docs/past-findings.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="xlsx, csv or csv.gz")
        parser.add_argument("--source", required=True, help="the source under which the complaints were imported")
        parser.add_argument("--map", type=Path, required=True, help="yaml: which column is what, which word means what")
        parser.add_argument("--user", default="", help="in whose name; without it, the system's")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--encoding", default="", help="of a text file, if it cannot be recognised")
        parser.add_argument("--sheet", default="", help="of a spreadsheet with several; the first if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._person(options["user"])
        with translation.override(by.language if by is not None and by.language else translation.get_language()):
            try:
                tally = self._take_in(by, options)
            except (FileRefusedError, MappingError, ActRefusedError) as error:
                raise CommandError(str(error)) from error
            self._report(tally, is_dry=options["dry_run"])

    def _person(self, name: str) -> User | None:
        if not name:
            return None
        try:
            return User.objects.get(username=name, is_active=True)
        except User.DoesNotExist:
            raise CommandError(_("There is no active person “%(name)s”.") % {"name": name}) from None

    def _take_in(self, by: User | None, options: dict[str, Any]) -> Tally:
        path: Path = options["file"]
        finding_map = read_map(options["map"])
        try:
            stream = path.open("rb")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        with stream:
            return import_findings(
                stream,
                name=path.name,
                source=options["source"],
                finding_map=finding_map,
                by=by,
                now=timezone.now(),
                note=self._say,
                is_dry=options["dry_run"],
                encoding=options["encoding"],
                sheet=options["sheet"],
            )

    def _say(self, problem: Problem) -> None:
        place = listed(part for part in (f"{_('row')} {problem.row}", problem.element) if part)
        text = labelled(problem.value, problem.reason) if problem.value else problem.reason
        (self.stdout if problem.is_difference else self.stderr).write(labelled(place, text))

    def _report(self, tally: Tally, *, is_dry: bool) -> None:
        said = {
            "rows": tally.rows,
            "new": tally.new,
            "cases": tally.cases,
            "known": tally.known,
            "differing": tally.differing,
            "wrong": tally.wrong,
        }
        self.stdout.write(
            _(
                "%(rows)d rows: %(new)d new findings in %(cases)d complaints, %(known)d known already, %(differing)d "
                "that read differently from what was taken in, %(wrong)d wrong."
            )
            % said
        )
        if tally.wrong:
            raise CommandError(_("%(count)d rows are wrong: nothing was imported.") % {"count": tally.wrong})
        if is_dry:
            self.stdout.write(_("This was a dry run: nothing was imported."))
