"""A file from the upload to the cases, in a browser, with the page following the run."""

import pytest
from django.utils import timezone

from complaints.importers.runs import run_waiting
from complaints.models import Complaint, ExportRecord
from tests import world as worlds
from tests.bulk import making

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_the_upload_to_the_cases_and_out_again(page, live_server, client, tmp_path):
    world = worlds.build()
    client.force_login(world.intake)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    path = tmp_path / "台账.csv"
    path.write_bytes(making.csv_bytes(making.rows(30), "gbk"))

    page.goto("/imports/")
    page.set_input_files("[name=file]", str(path))
    page.click("main button.primary")
    page.wait_for_selector(".mapping-table tr:not(.is-left-out) select")
    assert fits_the_screen(page, 390)
    page.click("[name=dry]")
    page.wait_for_selector("progress")
    run_waiting(timezone.now())
    page.wait_for_selector("[name=again]")  # the page found out by itself
    assert fits_the_screen(page, 390)
    page.click("[name=again]")
    page.wait_for_selector("progress")
    run_waiting(timezone.now())
    page.wait_for_selector(".figures")
    assert Complaint.objects.count() == 30

    page.goto("/ledger/")
    for _time in range(2):  # a download leaves the page as it is: the button works again
        with page.expect_download() as download:
            page.click("form[data-stays] button")
        assert download.value.suggested_filename.endswith(".xlsx")
    assert list(ExportRecord.objects.values_list("rows", flat=True)) == [30, 30]
