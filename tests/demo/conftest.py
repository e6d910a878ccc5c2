"""Everything the product ships with is loaded, and the organisation of the demonstration stands."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.demo.foundation import founded_before, lay

#: A Wednesday in a year whose holidays are known.
NOW = timezone.make_aware(datetime(2026, 3, 18, 15, 20))  # noqa: DTZ001


@pytest.fixture
def organisation(db):
    call_command("load_calendars", verbosity=0)
    call_command("load_policies", verbosity=0)
    lay(founded_before(NOW), NOW)
