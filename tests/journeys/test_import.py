"""A file with two wrong cells is taken in not at all; the corrected one is, and the page follows it. (IN-9)"""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints.importers.runs import run_waiting
from complaints.models import Complaint
from tests.bulk.making import row, xlsx_bytes

pytestmark = pytest.mark.browser

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path / "data"


def upload(visitor, rows, name):
    """Upload a workbook, take its columns as the page proposes them, and have it imported."""
    page, says = visitor.page, visitor.says
    visitor.menu("Import")
    file = {"name": name, "mimeType": WORKBOOK, "buffer": xlsx_bytes(rows)}
    page.get_by_label(says("File"), exact=True).set_input_files(file)
    visitor.follow(page.get_by_role("button", name=says("Upload"), exact=True))
    visitor.fits()
    expect(page.get_by_role("table", name=says("Columns"))).to_contain_text("洗衣机漏水")


def begin(visitor):
    """Have the file imported; the page shows that it waits for the worker."""
    visitor.follow(visitor.page.get_by_role("button", name=visitor.says("Check and import"), exact=True))
    visitor.fits()
    expect(visitor.page.get_by_role("progressbar")).to_be_visible()


def test_wrong_cells_are_named_and_the_corrected_file_is_imported(visitor, w, snapshot):
    page, says = visitor.page, visitor.says
    rows = [row(1), row(2, 严重程度="天大"), row(3, 投诉时间="去年冬天")]
    visitor.enter(w.intake)
    upload(visitor, rows, "台账.xlsx")
    snapshot("1 columns")
    begin(visitor)
    snapshot("2 waiting")
    run_waiting(timezone.now())  # what the worker does; the page notices by itself
    wrong = page.get_by_role("table", name=says("What is wrong"))
    expect(wrong.get_by_role("row")).to_have_count(3)
    for cell in ("天大", "去年冬天", "严重程度", "投诉时间"):
        expect(wrong).to_contain_text(cell)
    visitor.fits()
    snapshot("3 what is wrong")
    assert not Complaint.objects.exists()

    upload(visitor, [row(1), row(2), row(3)], "台账 更正.xlsx")
    begin(visitor)
    run_waiting(timezone.now())
    expect(page.get_by_role("progressbar")).to_have_count(0)
    visitor.fits()
    snapshot("4 imported")
    assert Complaint.objects.count() == 3
    visitor.menu("Complaints")
    expect(page.get_by_role("link", name="TS-2026-")).to_have_count(3)
    snapshot("5 list")
