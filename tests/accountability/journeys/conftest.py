import pytest


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """Evidence is kept where the test's files go."""
    settings.MEDIA_ROOT = tmp_path
