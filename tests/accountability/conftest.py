"""Refusals are compared by their words, so these tests speak the language of the sources. Worlds are built once."""

import copy

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import settings

# How long an example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module", autouse=True)
def built(request):
    """What the `BUILD` of a module makes, once for all its tests; None where a module has none.

    It is never to be changed: tests are given a copy, and whatever they write is taken back. A module with a BUILD has
    no test that needs an empty or a committed database.
    """
    build = getattr(request.module, "BUILD", None)
    if build is None:
        yield None
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock(), transaction.atomic():
        with translation.override("en"):
            made = build()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def iw(built, db):
    """The world of the module, as it was built."""
    return copy.deepcopy(built)
