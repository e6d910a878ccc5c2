import pytest

from tests import world as worlds


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Uploaded files go where the test's files go."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def world(db):
    return worlds.build()
