"""Take in complaints from a spreadsheet or text file: all of them, or none and what is wrong. (IN-9)"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.importers import presets
from complaints.importers.elements import ELEMENT
from complaints.importers.proposal import propose, settle_headings, source_from
from complaints.importers.refusals import FileRefusedError
from complaints.importers.runs import run_waiting
from complaints.importers.tables import Table, open_table
from complaints.models import ClockStart, ColumnMapping, Department, ImportProblem, ImportRun, RunStatus, User
from complaints.models.standing import standing_of
from complaints.punctuation import labelled, listed
from complaints.services import bulk_intake
from complaints.services.doing import ActRefusedError
from complaints.states import Role


class Command(BaseCommand):
    help = "Take in complaints from a spreadsheet (xlsx) or text file (csv, csv.gz): all of them, or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="xlsx, csv or csv.gz")
        parser.add_argument("--mapping", default="", help="a saved column mapping, or one that ships with the product")
        parser.add_argument("--department", default="", help="code of the first-contact department")
        parser.add_argument("--user", default="", help="in whose name; without it, the system's")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--encoding", default="", help="of a text file, if it cannot be recognised")
        parser.add_argument("--sheet", default="", help="of a spreadsheet with several; the first if not given")
        parser.add_argument(
            "--clocks",
            choices=ClockStart.values,
            default=ClockStart.IMPORT.value,
            help="when the clocks start: with the import, or with the receipt of each complaint (old ones are then "
            "overdue at once)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._person(options["user"])
        with translation.override(by.language if by is not None and by.language else translation.get_language()):
            try:
                self._take_in(by, options)
            except (FileRefusedError, ActRefusedError) as error:
                raise CommandError(str(error)) from error

    def _person(self, name: str) -> User | None:
        if not name:
            return None
        try:
            return User.objects.get(username=name, is_active=True)
        except User.DoesNotExist:
            raise CommandError(_("There is no active person “%(name)s”.") % {"name": name}) from None

    def _department(self, code: str, by: User | None) -> Department:
        rows = Department.objects.filter(is_active=True)
        if code:
            found = rows.filter(code=code).first()
            if found is None:
                raise CommandError(_("There is no active department “%(code)s”.") % {"code": code})
            return found
        if by is not None:
            rows = rows.filter(pk__in=standing_of(by).department_ids(Role.INTAKE, Role.HEAD))
        choice = list(rows[:2])
        if len(choice) != 1:
            raise CommandError(_("Which department? Say --department CODE."))
        return choice[0]

    def _take_in(self, by: User | None, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        department = self._department(options["department"], by)
        try:
            stream = path.open("rb")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        with stream:
            with open_table(stream, path.name, encoding=options["encoding"], sheet=options["sheet"]) as table:
                mapping = self._mapping(table, options["mapping"], path, by)
                self._say(table, mapping)
            run = bulk_intake.upload(
                stream,
                name=path.name,
                department=department,
                encoding=options["encoding"],
                language=translation.get_language() or "",
                by=by,
                now=timezone.now(),
            )
        run = bulk_intake.start(
            run.pk,
            mapping=mapping,
            encoding=options["encoding"],
            sheet=options["sheet"],
            clocks=options["clocks"],
            is_dry=options["dry_run"],
            by=by,
            now=timezone.now(),
        )
        finished = run_waiting(timezone.now(), run.pk)
        if finished is None:
            raise CommandError(_("Somebody else took up the run."))
        self._report(finished)

    def _mapping(self, table: Table, name: str, path: Path, by: User | None) -> ColumnMapping:
        """The mapping named, or what the headings tell, saved under the name of the file."""
        if name:
            found = ColumnMapping.objects.filter(name=name).first()
            if found is not None:
                return found
            shipped = presets.preset(name)
            if shipped is None:
                known = [*ColumnMapping.objects.values_list("name", flat=True), *presets.names()]
                raise CommandError(
                    _("There is no mapping “%(name)s”. There are: %(names)s.")
                    % {"name": name, "names": listed(sorted(set(known))) or "–"}
                )
            return bulk_intake.save_mapping(**shipped, by=by, now=timezone.now())
        settle_headings(table)
        proposal = propose(table)
        if proposal.mapping is not None:
            return proposal.mapping
        stem = path.name.partition(".")[0][:80]
        return bulk_intake.save_mapping(
            name=stem,
            source=source_from(stem),
            columns=proposal.columns,
            defaults=proposal.defaults,
            values=proposal.values,
            by=by,
            now=timezone.now(),
        )

    def _say(self, table: Table, mapping: ColumnMapping) -> None:
        if table.encoding:
            self.stdout.write(_("Encoding: %(encoding)s") % {"encoding": table.encoding})
        if len(table.sheets) > 1:
            said = {"sheet": table.sheet, "sheets": listed(table.sheets)}
            self.stdout.write(_("Sheet: %(sheet)s (of %(sheets)s)") % said)
        self.stdout.write(_("Mapping: %(mapping)s") % {"mapping": mapping})
        for code, columns in mapping.columns.items():
            named = columns if isinstance(columns, str) else " + ".join(columns)
            label = ELEMENT[code].label if code in ELEMENT else code
            self.stdout.write(f"  {label} ← {named}")

    def _report(self, run: ImportRun) -> None:
        for problem in run.problems.filter(is_difference=True).iterator():
            self.stdout.write(_in_words(problem))
        for problem in run.problems.filter(is_difference=False).iterator():
            self.stderr.write(_in_words(problem))
        said = {
            "rows": run.rows_total,
            "new": run.rows_new,
            "known": run.rows_known,
            "differing": run.rows_differing,
            "repeated": run.rows_repeated,
            "wrong": run.rows_wrong,
        }
        self.stdout.write(
            _(
                "%(rows)d rows: %(new)d new, %(known)d known already (%(differing)d of them changed in the file), "
                "%(repeated)d repeated, %(wrong)d wrong."
            )
            % said
        )
        if run.status != RunStatus.DONE:
            raise CommandError(_("%(count)d errors: nothing was imported.") % {"count": run.error_count})
        if run.is_dry:
            self.stdout.write(_("This was a dry run: nothing was imported."))


def _in_words(problem: ImportProblem) -> str:
    """The reason, and before it the place in the file, where there is one."""
    if problem.row is None:
        return problem.reason
    place = listed((f"{_('row')} {problem.row}", problem.column))
    return labelled(place, labelled(problem.value, problem.reason))
