"""Refusals are compared by their words, so these tests speak the language of the sources."""

import pytest
from django.utils import translation

from complaints.services.presets import load_channels
from tests.factories import NOW, CalendarFactory
from tests.policies.sources import CHANNELS


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def registers(db):
    """What policies name: the calendar and the channels."""
    CalendarFactory(years=[])
    load_channels(CHANNELS, by=None, reason="test", now=NOW)
