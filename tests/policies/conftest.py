import pytest

from complaints.services.presets import load_channels
from tests.factories import NOW, CalendarFactory
from tests.policies.sources import CHANNELS


@pytest.fixture
def registers(db):
    """What policies name: the calendar and the channels."""
    CalendarFactory(years=[])
    load_channels(CHANNELS, by=None, reason="test", now=NOW)
