"""Which tests run in which pass.

`make test` runs the suite twice, on SQLite and on PostgreSQL, with --pass. Without that
option, every test that the machine allows is run once.
"""

import pytest
from django.db import connection
from django.test import SimpleTestCase, TransactionTestCase

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup", "admin_client", "admin_user"}


def pytest_addoption(parser):
    group = parser.getgroup("complaints")
    group.addoption(
        "--pass",
        choices=["sqlite", "postgres"],
        dest="suite_pass",
        help="sqlite: no browser journeys, nothing marked `once`; postgres: only tests that touch the database",
    )
    group.addoption(
        "--require-services", action="store_true", help="fail, rather than skip, what misses Redis or the browser"
    )


def pytest_collection_modifyitems(config, items):
    suite_pass = config.getoption("suite_pass")
    left = [item for item in items if not _belongs(item, suite_pass)]
    if left:
        config.hook.pytest_deselected(items=left)
        gone = set(left)
        items[:] = [item for item in items if item not in gone]


def pytest_runtest_setup(item):
    for vendor, mark in (("postgresql", "postgres"), ("sqlite", "sqlite")):
        if item.get_closest_marker(mark) and connection.vendor != vendor:
            pytest.skip(f"only on {vendor}")


def _belongs(item, suite_pass):
    if suite_pass == "sqlite":
        return not any(item.get_closest_marker(mark) for mark in ("browser", "postgres", "once"))
    if suite_pass == "postgres":
        return _touches_database(item) and not item.get_closest_marker("sqlite")
    return True


def _touches_database(item):
    """Say whether a test has asked for the database in one of pytest-django's ways."""
    case = getattr(item, "cls", None)
    if case is not None and issubclass(case, SimpleTestCase):
        return issubclass(case, TransactionTestCase)
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return bool(marked or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))
