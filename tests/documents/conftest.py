"""An organisation under a policy that asks for written answers."""

import pytest

from tests import world


@pytest.fixture
def w(db):
    return world.build("customer-service")
