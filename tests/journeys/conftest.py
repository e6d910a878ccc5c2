"""A small organisation on a live server, and a visitor."""

import pytest
from playwright.sync_api import expect

from tests import world
from tests.journeys.visitor import Visitor

#: Longer than a page takes on a busy machine.
SECONDS = 15


@pytest.fixture
def w(live_server):
    return world.build()


@pytest.fixture
def visitor(page):
    """Speaks simplified Chinese, which is what the product speaks by itself."""
    page.set_default_timeout(SECONDS * 1000)
    expect.set_options(timeout=SECONDS * 1000)
    return Visitor(page)


@pytest.fixture
def snapshot(page, snapshot):
    """Pictures show whole pages, from their top: what stays in sight while scrolling stands where it belongs."""

    def keep(name):
        page.evaluate("window.scrollTo(0, 0)")
        snapshot(name)

    return keep
