"""Investigations for a demonstration: cases that demo_data left for them are investigated up to now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.demo.playing import NothingToInvestigateError, investigate
from accountability.models import Clause, Investigation, RootCause
from complaints.demo.organisation import NoDemonstrationError, refuse_outside_demonstration
from complaints.management.commands.demo_data import moment


class Command(BaseCommand):
    help = (
        "Investigate cases that demo_data --inquiries left for it, through the services, at moments of the past; the "
        "same for the same seed, moment and cases. Only for demonstrations (DEMO=true or DEBUG=true)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--inquiries", type=int, default=40, metavar="N", help="how many at most (40)")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other details (1)")
        parser.add_argument("--now", metavar="ISO", help="up to when; the present moment if not given")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are investigations already")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_outside_demonstration()
        except NoDemonstrationError as error:
            raise CommandError(str(error)) from error
        if Investigation.objects.exists():
            if options["if_empty"]:
                self.stdout.write(_("There are investigations already: nothing was made."))
                return
            raise CommandError(
                _("There are investigations already. Those of a demonstration are made only where there are none.")
            )
        if not (RootCause.objects.exists() and Clause.objects.exists()):
            raise CommandError("Run load_registers first.")
        begun = timezone.now()
        try:
            made = investigate(options["inquiries"], options["seed"], timezone.localtime(moment(options["now"])))
        except NothingToInvestigateError as error:
            raise CommandError(
                _("No case waits for an investigation: make them with demo_data --inquiries N.")
            ) from error
        seconds = (timezone.now() - begun).total_seconds()
        self.stdout.write(_("%(count)d investigations, %(seconds).0f seconds") % {"count": made, "seconds": seconds})
