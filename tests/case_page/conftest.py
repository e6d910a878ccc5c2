"""A complaint in a small organisation, and a browser for each person."""

import pytest
from django.test import Client

from tests import world


@pytest.fixture
def w(db):
    return world.build()


@pytest.fixture
def as_person():
    def enter(person, language="en"):
        client = Client(headers={"accept-language": language})
        client.force_login(person)
        return client

    return enter
