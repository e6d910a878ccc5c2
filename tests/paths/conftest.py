"""One scene for all tests of this folder: it is only looked at, and whatever a request changes is taken back."""

import pytest
from django.db import transaction

from tests.paths import scene as scenes


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            yield scenes.build()
        finally:
            transaction.set_rollback(True)
