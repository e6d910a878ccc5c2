"""Refusals are compared by their words, so these tests speak the language of the sources."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield
