"""What every test can use. The parts are in tests/infrastructure, one file each."""

from pathlib import Path

import translations

pytest_plugins = [
    "tests.infrastructure.selection",
    "tests.infrastructure.append_only",
    "tests.infrastructure.services",
    "tests.infrastructure.browser",
]


def pytest_configure(config):
    """Compile translations that were edited, once, before the processes of the run divide."""
    if not hasattr(config, "workerinput"):
        translations.compile_catalogues(Path(config.rootpath))
