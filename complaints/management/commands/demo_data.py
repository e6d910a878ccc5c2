"""A demonstration: an organisation, accounts to enter with, and three years of complaints."""

import os
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.demo.commissions import commissioned
from complaints.demo.foundation import Missing, founded_before, lay
from complaints.demo.organisation import ACCOUNTS, PASSWORD, NoDemonstrationError
from complaints.demo.simulation import NotEmptyError, generate
from complaints.localised import localise
from complaints.models import Complaint, User
from complaints.punctuation import labelled, listed, remarked

WORTH_PROCESSES = 3000
MOST_PROCESSES = 8


class Command(BaseCommand):
    help = (
        "Make up an organisation and complaints over three years, the same for the same seed and moment. Only for "
        "demonstrations (DEMO=true or DEBUG=true), and only where there are no complaints yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--complaints", type=int, default=300, metavar="N", help="how many (300)")
        parser.add_argument(
            "--inquiries",
            type=int,
            default=0,
            metavar="N",
            help="how many of them are left to be investigated; demo_inquiries goes on with them (0)",
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other complaints (1)")
        parser.add_argument("--now", metavar="ISO", help="up to when; the present moment if not given")
        parser.add_argument(
            "--processes",
            type=int,
            metavar="P",
            help="how many processes make them up; by default one for each processor",
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are complaints already")
        parser.add_argument("--print-accounts", action="store_true", help="print the accounts to enter with")

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["complaints"], options["inquiries"]) < 0:
            raise CommandError(_("The number of complaints cannot be negative."))
        now = timezone.localtime(moment(options["now"]))
        try:
            self._make(now, options)
        except (NoDemonstrationError, Missing) as error:
            raise CommandError(str(error)) from error
        except NotEmptyError as error:
            raise CommandError(
                _("There are complaints already. Demonstration data are made only where there are none.")
            ) from error
        if options["print_accounts"]:
            self._print_accounts()

    def _make(self, now: datetime, options: dict[str, Any]) -> None:
        count = options["complaints"]
        if not count and Complaint.objects.exists():
            return
        if options["if_empty"] and Complaint.objects.exists():
            self.stdout.write(_("There are complaints already: nothing was made."))
            return
        if Complaint.objects.exists():
            raise NotEmptyError
        lay(founded_before(now), now)
        begun = timezone.now()
        commissions = commissioned(min(options["inquiries"], count // 2))
        processes = _processes(options["processes"], count)
        rows = generate(count, options["seed"], now, self._progress, processes=processes, commissions=commissions)
        seconds = (timezone.now() - begun).total_seconds()
        self.stdout.write(
            _("%(count)d complaints, %(rows)d rows, %(seconds).0f seconds")
            % {"count": count, "rows": rows, "seconds": seconds}
        )

    def _progress(self, done: int, total: int) -> None:
        end = "\n" if done == total else "\r"
        if sys.stderr.isatty() or done == total or done % 5000 == 0:
            self.stderr.write(f"{done} / {total}", ending=end)

    def _print_accounts(self) -> None:
        people = {
            person.username: person for person in User.objects.filter(username__in=[row.username for row in ACCOUNTS])
        }
        rows = [(account, people[account.username]) for account in ACCOUNTS if account.username in people]
        if not rows:
            return
        self.stdout.write("")
        for account, person in rows:
            posts = person.appointments.filter(ends_on=None).select_related("department").order_by("id")
            held = listed(f"{post.get_role_display()} · {post.department}" for post in posts)
            self.stdout.write(
                f"    {account.username:<12}{labelled(remarked(person, held), localise(account.look_at))}"
            )
        self.stdout.write("")
        self.stdout.write(_("    Password of all of them: %(password)s") % {"password": PASSWORD})


def _processes(wanted: int | None, count: int) -> int:
    """A process of its own takes seconds to start: not for a few complaints."""
    if wanted is not None:
        return max(1, wanted)
    return 1 if count < WORTH_PROCESSES else min(MOST_PROCESSES, os.cpu_count() or 1)


def moment(text: str | None) -> datetime:
    """The moment an option names; the present one if it names none."""
    if text is None:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("“%(text)s” is no moment; write it like 2026-03-02T10:30+08:00.") % {"text": text}
        ) from error
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
