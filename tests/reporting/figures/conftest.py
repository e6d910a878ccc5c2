"""The small organisation with complaints for facts to be of, made once for a module and taken back."""

import pytest
from django.db import transaction

from tests import world
from tests.factories import CategoryFactory
from tests.reporting.figures.facts_for_tests import keys_of, some_complaints


@pytest.fixture(scope="module")
def organisation(django_db_setup, django_db_blocker):
    """World, keys of complaints, and the keys that facts refer to."""
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            w = world.build()
            below = CategoryFactory(parent=w.category)
            yield w, some_complaints(w, 6), keys_of(w, below)
        finally:
            transaction.set_rollback(True)
