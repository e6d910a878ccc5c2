"""A case with everything an investigation can hold, looked at a day after its last act."""

import copy
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.accountability.determination import determining as worlds
from tests.factories import NOW


@pytest.fixture
def iw(built, db):
    """Workshop and supplier are charged; there is one piece of reviewed evidence. Shared where a module has a BUILD."""
    return copy.deepcopy(built) if built is not None else worlds.determining()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Pages are opened when the test says; by default an hour after the world began."""

    class Clock:
        now = NOW + timedelta(hours=6)

    kept = Clock()
    monkeypatch.setattr(timezone, "now", lambda: kept.now)
    return kept


@pytest.fixture
def client():
    """A browser that asks for English, the language of the sources."""
    return Client(headers={"accept-language": "en"})
