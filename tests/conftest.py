"""What every test can use. The parts are in tests/infrastructure, one file each."""

from pathlib import Path

import pytest

import translations

pytest_plugins = [
    "tests.infrastructure.selection",
    "tests.infrastructure.template",
    "tests.infrastructure.append_only",
    "tests.infrastructure.services",
    "tests.infrastructure.browser",
]


def pytest_configure(config):
    """Compile translations that were edited, once, before the processes of the run divide."""
    if not hasattr(config, "workerinput"):
        translations.compile_catalogues(Path(config.rootpath))


@pytest.fixture(autouse=True)
def _calendars_of_this_test():
    """Keys and editions of calendars begin anew with every test, so what was laid out for another is forgotten."""
    from complaints.queries import calendars  # noqa: PLC0415 - Django is not set up when this file is read

    calendars._laid_out.cache_clear()
