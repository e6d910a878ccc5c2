"""Everything the product ships with is loaded, and the organisation of the demonstration stands."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from complaints.demo.foundation import founded_before, lay

#: A Wednesday in a year whose holidays are known.
NOW = timezone.make_aware(datetime(2026, 3, 18, 15, 20))  # noqa: DTZ001


def lay_everything():
    """Calendars, policies, organisation."""
    call_command("load_calendars", stdout=StringIO())
    call_command("load_policies", stdout=StringIO())
    lay(founded_before(NOW), NOW)


def command(**options):
    """What the command prints."""
    out = StringIO()
    call_command("demo_data", stdout=out, stderr=StringIO(), now=NOW.isoformat(), **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def organisation(django_db_setup, django_db_blocker):
    """Laid once for the tests of a file, each of which takes back what it adds."""
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            lay_everything()
            yield
        finally:
            transaction.set_rollback(True)
