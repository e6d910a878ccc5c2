"""Who chooses a language is spoken to in it, wherever they log in. (DESIGN §6)"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

TRADITIONAL = "繁體中文"


def switch(page, name):
    """Press the button of a language."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_a_choice_made_in_the_menu_holds_after_the_next_login(visitor, w, snapshot):
    page = visitor.page
    visitor.enter(w.handler)
    page.locator(".user-menu summary").click()
    switch(page, TRADITIONAL)
    traditional = Visitor(page, "zh-hant")
    traditional.fits()
    page.context.clear_cookies()  # another browser, that knows nothing of it: the choice is the person's
    page.goto("/")
    visitor.log_in(w.handler)
    traditional.arrives()
    traditional.menu("Notices")
    snapshot("notices in traditional Chinese")


def test_a_choice_made_before_the_login_goes_along(visitor, w):
    page = visitor.page
    page.goto(reverse("admin:login"))
    visitor.fits()
    switch(page, "English")
    english = Visitor(page, "en")
    english.fits()
    english.log_in(w.liaison)
    english.arrives()
    page.locator(".user-menu summary").click()
    english.follow(page.get_by_role("button", name="Log out", exact=True))
    expect(page.locator("html")).to_have_attribute("lang", "en")
