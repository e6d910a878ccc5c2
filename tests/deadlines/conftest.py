import pytest

from complaints.queries import calendars
from tests.deadlines.processes import processes

__all__ = ["processes"]


@pytest.fixture(autouse=True)
def _calendars_anew():
    """Calendars are kept by key and edition, and every test begins with the same ones."""
    calendars._laid_out.cache_clear()
