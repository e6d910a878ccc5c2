"""Load policies from files; without files, everything that ships with the product."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import LOADED
from complaints.policy_rules import PolicyFileError
from complaints.punctuation import clauses, labelled
from complaints.services.policies import Change, Loaded, PolicyError, SourceFile, load_policies
from complaints.services.presets import load_shipped


class Command(BaseCommand):
    help = (
        "Load policy files, all or none. Without FILE: the policies that ship with the product, and channels, "
        "categories and rules of selection where there are none yet. Loading the same again changes nothing. A policy "
        "is in force at once when it is new; a changed one waits as a draft, unless --valid-from says when it begins."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--valid-from", type=_moment, metavar="DATE", help="from when new versions are in force")

    def handle(self, *args: Any, **options: Any) -> None:
        how: dict[str, Any] = {"by": None, "reason": LOADED, "now": timezone.now(), "valid_from": options["valid_from"]}
        try:
            if options["files"]:
                loaded = load_policies([SourceFile.at(path) for path in options["files"]], **how)
            else:
                loaded = load_shipped(**how)
        except (PolicyFileError, PolicyError) as error:
            raise CommandError(str(error)) from error
        for result in loaded:
            self.stdout.write(_line(result))


def _line(result: Loaded) -> str:
    done = {
        Change.NEW: _("new"),
        Change.UPDATED: _("draft changed"),
        Change.VERSION: _("new version"),
        Change.UNCHANGED: _("unchanged"),
    }[result.change]
    version = result.version
    force = _("draft, not in force")
    if version.valid_from is not None:
        moment = timezone.localtime(version.valid_from).isoformat(" ", "minutes")
        force = _("in force from %(moment)s") % {"moment": moment}
    return labelled(f"{version.policy.code} v{version.number}", clauses((done, force)))


def _moment(text: str) -> datetime:
    """A date, from its first minute, or a moment; in local time unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("Write a date such as 2026-01-31.")) from error
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
