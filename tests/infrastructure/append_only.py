"""Emptying tables that refuse to be emptied.

Event and history tables are append-only: triggers refuse DELETE. Tests that see real
commits (`django_db(transaction=True)`, `live_server`) end by emptying every table, which on
SQLite is a DELETE. So the triggers are lifted for just that moment.

The seam: `complaints.triggers` with `drop(connection)` and `create(connection)`; both may be
called when the triggers are already gone or already there.
"""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.db import connections
from django.test import TransactionTestCase

TRIGGERS = "complaints.triggers"


@pytest.fixture(autouse=True, scope="session")
def triggers_lifted_for_flush():
    """Wrap the emptying of the tables, which every kind of transactional test goes through."""
    if find_spec(TRIGGERS) is None:
        yield
        return
    triggers = import_module(TRIGGERS)
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # private, so not in the stubs

    def flush_without_triggers(case):
        written = [connections[alias] for alias in case._databases_names(include_mirrors=False)]
        for connection in written:
            triggers.drop(connection)
        try:
            flush(case)
        finally:
            for connection in written:
                triggers.create(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_without_triggers)
        yield
