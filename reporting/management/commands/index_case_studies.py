"""Write the terms by which case studies are found anew. (RP-8)"""

from typing import Any

from django.core.management.base import BaseCommand

from reporting.services import case_studies


class Command(BaseCommand):
    """For after an upgrade that changes what is taken for a term; does no harm at any other time."""

    help = "Write the terms by which published case studies are found anew."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Every published study; how many it were is printed."""
        self.stdout.write(f"{case_studies.reindex()} case studies indexed.")
