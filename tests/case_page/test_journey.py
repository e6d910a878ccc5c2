"""In a browser: rows are added, files survive a question, the time line is narrowed. Nothing inline is refused."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from complaints.models import Complaint
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w(transactional_db):
    made = world.build()
    for person in (made.intake, made.handler):
        person.language = "en"
        person.save()
    return made


def test_registering_keeps_the_files_while_it_asks(w, page, log_in, tmp_path, snapshot):
    w.register(now=timezone.now())
    letter = tmp_path / "letter.txt"
    letter.write_text("原件", encoding="utf-8")
    log_in(w.intake)
    page.goto(reverse("admin:register"))
    page.get_by_label("Channel").select_option(index=1)
    page.get_by_label("Phone").fill("13800001234")
    page.get_by_label("Subject").fill("冰箱不制冷")
    page.get_by_role("button", name="Add a respondent").click()
    page.locator("#id_respondents-1-kind").select_option("supplier")
    page.locator("#id_respondents-1-name").fill("某供应商")
    page.get_by_label("Files").set_input_files(letter)
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", name="Possibly the same or a repeat")).to_be_visible()
    snapshot("asked")
    assert Complaint.objects.count() == 1
    expect(page.locator("#id_respondents-0-name")).to_have_value("某供应商")
    page.get_by_role("button", name="Register anyway").first.click()
    expect(page.get_by_text("Registered under the number")).to_be_visible()
    new = Complaint.objects.latest("pk")
    assert [row.file_name for row in new.materials.all()] == ["letter.txt"]
    assert [row.name for row in new.respondents.all()] == ["某供应商"]


def test_a_case_in_the_browser(w, page, log_in, snapshot):
    c = w.register(now=timezone.now())
    w.act(c, "log_communication", w.handler, now=timezone.now(), direction="incoming", medium="phone", content="来电")
    log_in(w.handler)
    page.goto(reverse("admin:complaints_complaint_change", args=[c.pk]))
    entries = page.locator("#timeline .timeline > li")
    expect(entries).to_have_count(2)
    page.get_by_role("button", name="Communications").click()
    expect(page.locator("#timeline .timeline > li:visible")).to_have_count(1)
    page.get_by_text("Other acts").click()
    snapshot("other acts")
    page.get_by_role("link", name="Add a note or record").click()
    page.get_by_label("Internal note").check()
    page.get_by_label("Content").fill("记一笔")
    page.get_by_role("button", name="Add a note or record").click()
    expect(page.get_by_text("“Add a note or record” is recorded.")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Accept").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    snapshot("narrow")
