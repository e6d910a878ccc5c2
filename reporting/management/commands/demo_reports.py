"""What a quality department does on the cases of a demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.demo.organisation import NoDemonstrationError
from complaints.management.commands.demo_data import moment
from complaints.models import User
from reporting.demo.playing import play, told
from reporting.models import Report


class Command(BaseCommand):
    help = (
        "Enter hours, budgets and customers, draw samples, publish case studies and build quarterly reports for the "
        "cases of a demonstration, through the services; the same for the same seed, moment and cases. Only for "
        "demonstrations (DEMO=true or DEBUG=true)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other details (1)")
        parser.add_argument("--now", metavar="ISO", help="at which moment; the present one if not given")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are reports already")

    def handle(self, *args: Any, **options: Any) -> None:
        if Report.objects.exists():
            if options["if_empty"]:
                self.stdout.write(_("There are reports already: nothing was made."))
                return
            raise CommandError(_("There are reports already. Those of a demonstration are made where there are none."))
        if not User.objects.filter(username="quality").exists():
            raise CommandError("Run demo_data first.")
        begun = timezone.now()
        try:
            with translation.override(settings.LANGUAGE_CODE):
                made = play(options["seed"], timezone.localtime(moment(options["now"])))
        except NoDemonstrationError as error:
            raise CommandError(str(error)) from error
        seconds = (timezone.now() - begun).total_seconds()
        self.stdout.write(_("%(made)s; %(seconds).0f seconds") % {"made": ", ".join(told(made)), "seconds": seconds})
