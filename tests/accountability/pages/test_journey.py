"""The determination is filled in with the keyboard alone, in a real browser, and the sums are seen while typing."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accountability.models import Assignment, Cell, Fact
from tests.accountability.determination import determining as worlds
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

#: Longer than a page takes on a busy machine.
SECONDS = 20


@pytest.fixture
def clock():
    """The browser lives in the present."""


@pytest.fixture
def iw(live_server):
    """Supplier, carrier and workshop are charged; the lead has a password."""
    made = worlds.determining()
    made.charges.append(made.charge(made.supplier("某承运商")))
    made.lead.set_password(PASSWORD)
    made.lead.save()
    return made


@pytest.fixture
def complaints_of_the_browser(page):
    """What the browser had to refuse or could not run."""
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "en-GB"}


@pytest.fixture
def lead(page, iw, live_server, complaints_of_the_browser):
    """The lead, logged in."""
    page.set_default_timeout(SECONDS * 1000)
    expect.set_options(timeout=SECONDS * 1000)
    page.goto(f"{live_server.url}/login/")
    page.fill("#id_username", iw.lead.username)
    page.fill("#id_password", PASSWORD)
    with page.expect_navigation():
        page.press("#id_password", "Enter")
    return page


def write_texts(page):
    """What the form asks besides the table."""
    page.locator("input[name=outcome]").first.focus()
    page.keyboard.press("Space")
    for name, text in (("facts", "经查属实"), ("reasoning", "供应商交付不合格品")):
        page.locator(f"#id_{name}").focus()
        page.keyboard.type(text)


def add_and_take_away(page):
    """A row more, and one less."""
    rows = page.locator("tbody[data-row]")
    page.locator("[data-add-assignment]").focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(4)
    expect(page.locator("#id_assignments-3-charge")).to_be_focused()
    rows.locator("[data-remove]").last.focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(3)


def test_shares_are_filled_in_by_keyboard_and_summed_while_typing(lead, iw, live_server, complaints_of_the_browser):
    iw.drafted()
    page, keys = lead, lead.keyboard
    page.goto(live_server.url + reverse("admin:determination_act", args=[iw.version.pk, "write"]))
    rows = page.locator("tbody[data-row]")
    expect(rows).to_have_count(3)
    total = page.locator("[data-sum] output")
    expect(total).to_contain_text("Nobody bears a share yet.")

    write_texts(page)

    # Into the table, and from cell to cell: kind, share, down a row, back to the left.
    page.locator("#id_assignments-0-charge").focus()
    keys.press("ArrowRight")
    expect(page.locator("#id_assignments-0-share_kind")).to_be_focused()
    keys.type("Primary")
    keys.press("ArrowRight")
    keys.type("70")
    expect(total).to_contain_text("70.00 %")
    expect(total).to_contain_text("The shares make 70.00, not 100.00.")
    keys.press("Enter")
    expect(page.locator("#id_assignments-1-share")).to_be_focused()
    keys.type("30")
    keys.press("ArrowLeft")  # the caret is not at the beginning: it moves within the cell
    expect(page.locator("#id_assignments-1-share")).to_be_focused()
    keys.press("Shift+Tab")
    expect(page.locator("#id_assignments-1-share_kind")).to_be_focused()
    keys.type("Primary")
    expect(total).to_contain_text("More than one party is primarily responsible")
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.type("No resp")
    expect(page.locator("#id_assignments-2-share")).to_have_value("0.00")
    expect(total).to_contain_text("The shares make 100.00.")

    # Everybody the same: the rounding is said.
    keys.press("ArrowUp")
    keys.press("ArrowRight")
    keys.press("=")
    expect(total).to_contain_text("33.34 / 33.33 / 33.33")
    expect(total).to_contain_text("carries no meaning")
    assert [page.locator(f"#id_assignments-{place}-share").input_value() for place in range(3)] == [
        "33.34",
        "33.33",
        "33.33",
    ]

    add_and_take_away(page)

    # The reason of the first row, by the fold below it; then the form is sent.
    page.locator("tbody[data-row] summary").first.focus()
    keys.press("Enter")
    page.locator("#id_assignments-0-reason").focus()
    keys.type("有出库单为证")
    page.get_by_role("button", name="Write the determination").focus()
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Write the determination")
    kept = Assignment.objects.filter(determination=iw.version)
    assert sorted(kept.values_list("share_kind", "share")) == [
        ("equal", Decimal("33.33")),
        ("equal", Decimal("33.33")),
        ("equal", Decimal("33.34")),
    ]
    assert kept.filter(reason="有出库单为证").count() == 1
    assert complaints_of_the_browser == []


def test_the_matrix_is_filled_in_with_plus_minus_and_nought(lead, iw, live_server, complaints_of_the_browser):
    iw.act("add_fact", iw.lead, statement="出厂前已破损")
    iw.act("add_fact", iw.lead, statement="装配有误")
    other = iw.evidence(title="照片")
    page, keys = lead, lead.keyboard
    page.goto(live_server.url + reverse("admin:investigation_act", args=[iw.investigation.pk, "fill_matrix"]))
    page.locator("[data-cell]").first.focus()
    keys.press("+")
    keys.press("ArrowRight")
    keys.press("-")
    keys.press("ArrowDown")
    keys.press("0")
    keys.press("Tab")
    keys.type("只有外观")
    keys.press("Enter")  # does not send the form
    page.get_by_role("button", name="Fill in the evidence matrix").focus()
    with page.expect_navigation():
        keys.press("Enter")
    one, two = Fact.objects.order_by("position")
    kept = set(Cell.objects.values_list("fact", "evidence", "bearing", "remark"))
    assert kept == {
        (one.pk, iw.cited.pk, "supports", ""),
        (one.pk, other.pk, "contradicts", ""),
        (two.pk, other.pk, "silent", "只有外观"),
    }
    assert complaints_of_the_browser == []


@pytest.mark.parametrize("width", [1366, 390])
def test_every_page_fits_its_window_and_the_browser_refuses_nothing(
    lead, iw, live_server, complaints_of_the_browser, width
):
    iw.act("add_fact", iw.lead, statement="出厂前已破损")
    Cell.objects.create(fact=Fact.objects.get(), evidence=iw.cited, bearing="supports")
    iw.act("add_process_step", iw.lead, name="出库", expected="十点前", deviation="omitted")
    version = iw.approved([iw.row(charge, "equal") for charge in iw.charges])
    objection = iw.objected(version)
    lead.set_viewport_size({"width": width, "height": 844})
    inquiry = iw.investigation.pk
    places = [
        reverse("admin:investigations"),
        reverse("admin:investigation", args=[inquiry]),
        reverse("admin:investigation_history", args=[inquiry]),
        *(
            reverse("admin:investigation_act", args=[inquiry, code])
            for code in ("register_evidence", "fill_matrix", "find", "appoint")
        ),
        reverse("admin:evidence", args=[iw.cited.pk]),
        reverse("admin:evidence_act", args=[iw.cited.pk, "review"]),
        reverse("admin:determination", args=[version.pk]),
        reverse("admin:document_determination", args=[version.pk]),
        reverse("admin:hearings"),
        reverse("admin:hearing", args=[objection.hearing_id]),
        reverse("admin:objection", args=[objection.pk]),
        reverse("admin:measures"),
        reverse("admin:discipline_records"),
        "/",
    ]
    wide = []
    for place in places:
        lead.goto(live_server.url + place)
        size = lead.evaluate("document.documentElement.scrollWidth")
        if size > width:
            wide.append((place, size))
    assert wide == []
    assert complaints_of_the_browser == []
