"""The organisation with a case in every situation, as desk and lists have it."""

import pytest
from django.utils import timezone

from tests import world
from tests.desk.cases import NOW, populate
from tests.factories import UserFactory


@pytest.fixture
def w(db):
    organisation = world.build()
    organisation.people["gone"] = UserFactory(username="gone", is_active=False)
    return organisation


@pytest.fixture
def cases(w):
    return populate(w)


@pytest.fixture(autouse=True)
def at_half_past_eleven(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
