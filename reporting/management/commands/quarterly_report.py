"""manage.py quarterly_report 2026Q3: build the report, write its files, or make its figures again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.documents.pdf import NoPdfError
from complaints.services.refusal import ActRefusedError
from reporting.documents.quarterly import workbook
from reporting.documents.quarterly.paper import as_html, as_pdf
from reporting.models import Report, ReportStatus
from reporting.queries.reports.content import canonical
from reporting.queries.reports.differences import recompute
from reporting.services import reports

FORMATS = ("html", "pdf", "xlsx", "json")


class Command(BaseCommand):
    """Exit status 1 where recomputing finds a difference."""

    help = "Build the report of QUARTER (as 2026Q3) unless it is past its draft, and write it to files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is written, where, and in which language."""
        parser.add_argument("quarter")
        parser.add_argument("--format", default="pdf", help=f"which of {','.join(FORMATS)}, parted by commas")
        parser.add_argument("--output", type=Path, help="the folder for the files; without it none are written")
        parser.add_argument(
            "--language",
            default=settings.LANGUAGE_CODE,
            help="which of zh-hans,zh-hant,en, parted by commas",
        )
        parser.add_argument("--edition", type=int, help="an earlier edition than the last one")
        parser.add_argument("--correct", default="", help="build a new edition of a published report: what it corrects")
        parser.add_argument(
            "--recompute", action="store_true", help="make the figures again from the records and compare"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done; refuse what makes no sense."""
        formats = self._chosen(options["format"], FORMATS)
        languages = self._chosen(options["language"], tuple(dict(settings.LANGUAGES)))
        try:
            report = self._report(options["quarter"], options["edition"], options["correct"], options["recompute"])
        except ActRefusedError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{report.code} {report.status} {report.as_of.isoformat()} sha256:{report.sha256}")
        if options["output"] is not None:
            self._write(report, options["output"], formats, languages)
        if options["recompute"]:
            self._recompute(report)

    def _chosen(self, text: str, known: tuple[str, ...]) -> list[str]:
        chosen = [part.strip() for part in text.split(",") if part.strip()]
        if not chosen or set(chosen) - set(known):
            raise CommandError(_("Choose among: %(known)s.") % {"known": ", ".join(known)})
        return chosen

    def _report(self, quarter: str, edition: int | None, correction: str, is_recomputed: bool) -> Report:  # noqa: FBT001
        """The edition asked for; else the last one, built if there is none, or if it is a draft."""
        rows = Report.objects.filter(quarter=quarter).order_by("-edition")
        if edition is not None:
            report = rows.filter(edition=edition).first()
            if report is None:
                raise CommandError(_("There is no such edition."))
            return report
        last = rows.first()
        is_kept = last is not None and (is_recomputed or last.status != ReportStatus.DRAFT)
        if last is not None and is_kept and not correction:
            return last
        return reports.build(quarter, by=None, now=timezone.now(), reason=correction)

    def _write(self, report: Report, folder: Path, formats: list[str], languages: list[str]) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if "json" in formats:
                self._file(folder / f"{report.code}.json", canonical(report.content))
            for language in languages:
                with translation.override(language):
                    self._in_language(report, folder / f"{report.code}-{language}", formats, language)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except NoPdfError as error:
            raise CommandError(str(error)) from error

    def _in_language(self, report: Report, stem: Path, formats: list[str], language: str) -> None:
        if "html" in formats:
            self._file(Path(f"{stem}.html"), as_html(report, language).encode())
        if "pdf" in formats:
            self._file(Path(f"{stem}.pdf"), as_pdf(report, language))
        if "xlsx" in formats:
            path = Path(f"{stem}.xlsx")
            with path.open("wb") as target:
                workbook.write(report, target)
            self.stdout.write(str(path))

    def _file(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self.stdout.write(str(path))

    def _recompute(self, report: Report) -> None:
        found = recompute(report.content)
        if not found.differences:
            self.stdout.write(_("All %(cells)d figures came out the same.") % {"cells": found.cells})
            return
        for row in found.differences:
            self.stdout.write(f"{'/'.join(row.path)}: {row.before!r} -> {row.after!r}")
        raise CommandError(
            _("%(count)d of %(cells)d figures came out differently.")
            % {"count": len(found.differences), "cells": found.cells}
        )
