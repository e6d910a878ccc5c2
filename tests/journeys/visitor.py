"""A person in front of the browser, who knows the product by the words on it.

Whatever is looked for is looked for by its label in the language of the visitor, taken from the same catalogues as the
page: a label that is missing, or not tied to its field, stops the journey.
"""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import expect

from complaints.acts import ACTS, AskKind
from tests.factories import PASSWORD

CHOSEN = {AskKind.CATEGORY, AskKind.DEPARTMENT, AskKind.PERSON}


class Visitor:
    """Drives one browser page, as one person after another."""

    def __init__(self, page, language="zh-hans"):
        self.page = page
        self.language = language

    # -- words ------------------------------------------------------------------------------------------------------

    def says(self, text, context=None, **words):
        """What the product says for a text of its source."""
        with translation.override(self.language):
            found = pgettext(context, text) if context else gettext(text)
            return found % words if words else found

    def shown(self, lazy):
        """What the product says for a label, a choice, or a record."""
        with translation.override(self.language):
            return str(lazy)

    # -- places -----------------------------------------------------------------------------------------------------

    def enter(self, person):
        """Come with a fresh browser and go in by the login page."""
        self.page.context.clear_cookies()
        self.page.goto("/")
        self.log_in(person)
        self.arrives()

    def log_in(self, person):
        """Fill in the login page and send it."""
        self.fits()
        self.page.get_by_label(self.says("User name"), exact=True).fill(person.username)
        self.page.get_by_label(self.says("Password"), exact=True).fill(PASSWORD)
        self.follow(self.page.get_by_role("button", name=self.says("Log in"), exact=True))

    def arrives(self):
        """The desk is there."""
        expect(self.page.get_by_role("heading", level=1, name=self.says("Desk", "menu"))).to_be_visible()
        self.fits()

    def follow(self, target):
        """Press what leads to another page, and be there."""
        with self.page.expect_navigation():
            target.click()

    def menu(self, text):
        """Go somewhere by the menu."""
        toggle = self.page.get_by_role("button", name=self.says("Menu", "menu"), exact=True)
        if toggle.is_visible():
            toggle.click()
        bar = self.page.get_by_role("navigation", name=self.says("Main menu"))
        self.follow(bar.get_by_role("link", name=self.says(text, "menu")).first)
        self.fits()

    def open_case(self, complaint):
        """Open a complaint from the list of complaints."""
        self.menu("Complaints")
        self.follow(self.page.get_by_role("link", name=complaint.number).first)
        expect(self.page.get_by_role("heading", level=1, name=complaint.subject)).to_be_visible()
        self.fits()

    def goto(self, name, *arguments):
        """Open an address by its name."""
        self.page.goto(reverse(name, args=arguments))
        self.fits()

    # -- acts -------------------------------------------------------------------------------------------------------

    def begin(self, code):
        """From the page of a case to the form of an act."""
        label = self.shown(ACTS[code].label)
        steps = self.page.locator("#next-steps")
        link = steps.get_by_role("link", name=label, exact=True)
        further = steps.locator("summary", has_text=self.says("Other acts"))
        if not link.count() or not link.first.is_visible():
            further.click()
        self.follow(link.first)
        expect(self.page.get_by_role("heading", level=1, name=label)).to_be_visible()
        self.fits()

    def ask(self, code, name):
        """One thing that an act asks for."""
        return ACTS[code].ask(name)

    def take(self, code, **given):
        """Take an act on the case whose page is open: its form, what the person gives, its button."""
        self.begin(code)
        for name, value in given.items():
            self.fill(self.ask(code, name), value)
        self.send(code)

    def send(self, code):
        """Press the button of the act; the case comes back and says that it is recorded."""
        label = self.shown(ACTS[code].label)
        self.follow(self.page.get_by_role("button", name=label, exact=True))
        expect(self.page.get_by_role("status")).to_contain_text(label)
        self.fits()

    def fill(self, ask, value):
        """Give one thing that an act asks for."""
        label = self.shown(ask.label)
        if ask.kind in {AskKind.CHOICE, AskKind.CHOICES}:
            group = self.page.get_by_role("group", name=label)
            for text in value if isinstance(value, list) else [value]:
                group.get_by_label(self.shown(text), exact=True).check()
        elif ask.kind == AskKind.ROW:
            self.page.get_by_role("group", name=label).get_by_label(self.shown(value)).first.check()
        elif ask.kind == AskKind.STEPS:
            self.fill_steps(label, value)
        elif ask.kind in CHOSEN:
            field = self.page.get_by_label(label, exact=True)
            wanted = field.locator("option", has_text=self.shown(value)).first.get_attribute("value")
            field.select_option(wanted)
        elif ask.kind == AskKind.FLAG:
            self.page.get_by_label(label, exact=True).check()
        elif ask.kind == AskKind.FILE:
            self.page.get_by_label(label, exact=True).set_input_files(value)
        else:
            self.page.get_by_label(label, exact=True).fill(value)

    def fill_steps(self, label, steps):
        """Describe the steps of a plan, one group of fields each."""
        groups = self.page.get_by_role("group", name=label).get_by_role("group", name=self.says("Step"), exact=True)
        for number, (what, owner, due) in enumerate(steps):
            group = groups.nth(number)
            group.get_by_label(self.says("What"), exact=True).fill(what)
            group.get_by_label(self.says("Owner"), exact=True).select_option(label=owner)
            group.get_by_label(self.says("Due"), exact=True).fill(due.strftime("%Y-%m-%dT%H:%M"))

    # -- what holds for every page ------------------------------------------------------------------------------------

    def fits(self):
        """Nothing of the page lies beyond the right edge of the window, and it speaks the visitor's language."""
        wide, room = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= room, f"{self.page.url} is {wide} wide in a window of {room}"
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)

    def sees_state(self, state):
        """The head of the page says how the case stands."""
        expect(self.page.locator(".case-marks")).to_contain_text(self.shown(state.label))
