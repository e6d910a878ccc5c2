"""The organisation with a case in every situation."""

import pytest

from tests import world
from tests.desk.cases import populate
from tests.factories import UserFactory


@pytest.fixture
def w(db):
    organisation = world.build()
    organisation.people["gone"] = UserFactory(username="gone", is_active=False)
    return organisation


@pytest.fixture
def cases(w):
    return populate(w)
