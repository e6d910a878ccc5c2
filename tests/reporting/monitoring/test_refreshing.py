"""The page brings itself up to date, and whoever reads it stays where they are. (RP-5)"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import world
from tests.desk.cases import case
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = 61_000


@pytest.fixture(autouse=True)
def at_half_past_eleven():
    """The journey goes by the clock of the machine."""


@pytest.mark.browser(expected_errors=["ERR_FAILED .*/monitoring/"])
def test_numbers_change_under_the_reader_and_nothing_moves(page, log_in):
    w = world.build()
    for number in range(40):
        case(w, f"case {number}", handler=UserFactory())
    log_in(w.auditor)
    page.clock.install()
    page.goto(reverse("admin:monitoring"))
    first = page.locator(".figures .value").first
    stale = page.locator("[data-stale]")
    expect(first).to_have_text("40")
    link = page.locator(".live-handler tbody tr").last.locator("a").first
    link.focus()
    at, before = page.evaluate("scrollY"), link.get_attribute("href")
    assert at > 0

    case(w, "new", handler=w.handler)
    with page.expect_response(re.compile("/monitoring/")):
        page.clock.fast_forward(MINUTE)
    expect(first).to_have_text("41")
    assert page.evaluate("document.activeElement.getAttribute('href')") == before
    assert abs(page.evaluate("scrollY") - at) < 5
    expect(stale).to_be_hidden()

    page.route("**/monitoring/", lambda route: route.abort())
    page.clock.fast_forward(MINUTE)
    expect(stale).to_be_visible()
    assert first.inner_text() == "41"

    page.unroute("**/monitoring/")
    with page.expect_response(re.compile("/monitoring/")):
        page.clock.fast_forward(MINUTE)
    expect(stale).to_be_hidden()
