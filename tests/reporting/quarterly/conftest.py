"""A quarter with its published report, made once for a module and taken back."""

import pytest
from django.db import transaction

from reporting.services import reports
from tests.reporting.quarterly.quarters import Quarter


@pytest.fixture(scope="module")
def quarter(django_db_setup, django_db_blocker):
    """The complaints of a quarter, and the edition published of its report with its drawings."""
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            made = Quarter()
            made.report = made.published()
            yield made
        finally:
            transaction.set_rollback(True)


@pytest.fixture
def undrawn(monkeypatch):
    """Reports are built without their charts, which take long and are not what is looked at."""
    monkeypatch.setattr(reports, "drawings", lambda _content: {})
