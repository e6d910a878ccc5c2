"""Load the root causes and the legal basis library that ship with the product."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.services.registers import load_shipped


class Command(BaseCommand):
    help = (
        "Load the root causes and the legal basis library that ship with the product. Loading again changes nothing: "
        "what was renamed, moved or switched off stays so."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_shipped(by=None, reason="load_registers", now=timezone.now())
        self.stdout.write(
            _("%(causes)d root causes and %(sources)d legal sources are new.")
            % {"causes": made["causes"], "sources": made["sources"]}
        )
