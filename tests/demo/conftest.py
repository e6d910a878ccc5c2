"""Everything the product ships with is loaded, and the organisation of the demonstration stands."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.demo.foundation import founded_before, lay

#: A Wednesday in a year whose holidays are known.
NOW = timezone.make_aware(datetime(2026, 3, 18, 15, 20))  # noqa: DTZ001


def lay_everything():
    """Calendars, policies, organisation."""
    call_command("load_calendars", stdout=StringIO())
    call_command("load_policies", stdout=StringIO())
    lay(founded_before(NOW), NOW)


@pytest.fixture
def organisation(db):
    lay_everything()
