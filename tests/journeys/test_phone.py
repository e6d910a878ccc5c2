"""The liaison answers from the phone, in English."""

from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints.states import State
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

SUBJECT = "Washing machine leaks after three days, and the floor of the kitchen is under water"


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "locale": "en-GB", "has_touch": True}


@pytest.fixture
def complaint(w):
    """Waits for the workshop."""
    now = timezone.now()
    complaint = w.register(now=now, subject=SUBJECT, content="It leaks. " * 40)
    classified = {"category": w.category, "severity": "urgent", "difficulty": "complex"}
    w.act(complaint, "accept", w.handler, now=now, entitled=True, proper=True, **classified)
    w.act(complaint, "dispatch", w.handler, now=now, department=w.workshop, request="Please check how it was assembled")
    return complaint


def test_a_liaison_acknowledges_and_replies_on_the_phone(visitor, w, complaint, snapshot):
    visitor = Visitor(visitor.page, "en")
    page = visitor.page
    visitor.enter(w.liaison)
    snapshot("1 desk")
    visitor.menu("Notices")
    snapshot("2 notices")
    visitor.menu("Complaints")
    snapshot("3 list")
    visitor.open_case(complaint)
    snapshot("4 case")
    visitor.take("acknowledge")
    visitor.begin("reply_sheet")
    snapshot("5 form")
    visitor.fill(visitor.ask("reply_sheet", "content"), "The seal was put in the wrong way round.")
    visitor.send("reply_sheet")
    visitor.sees_state(State.INVESTIGATING)
    expect(page.locator("#sheets")).to_contain_text("wrong way round")


@pytest.mark.parametrize("name", ["intake", "head", "executive", "auditor", "administrator"])
def test_every_page_of_the_menu_fits_on_the_phone(visitor, w, complaint, snapshot, name):
    visitor = Visitor(visitor.page, "en")
    page = visitor.page
    visitor.enter(w.people[name])
    links = page.get_by_role("navigation", name="Main menu", include_hidden=True).get_by_role(
        "link", include_hidden=True
    )
    addresses = [link.get_attribute("href") for link in links.all()]
    assert "/" in addresses
    for address in addresses:
        page.goto(address)
        visitor.fits()
        snapshot(f"{name} {urlsplit(address).path}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
