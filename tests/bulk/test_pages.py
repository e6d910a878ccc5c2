"""The pages of bulk intake and export, for those who may and those who may not."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from complaints.importers import progress
from complaints.importers.runs import run_waiting
from complaints.models import ColumnMapping, Complaint, ExportRecord, ImportRun, RunStatus
from tests.bulk import making
from tests.pages import assert_proper


@pytest.fixture
def at(client):
    """A browser of a person of the world."""

    def log_in(person, language="en"):
        person.language = language
        person.save()
        client.force_login(person)
        return client

    return log_in


def upload(browser, content, name="台账.csv", **said):
    file = SimpleUploadedFile(name, content)
    department = (
        said.pop("department", None) or browser.get("/imports/").context["form"].fields["department"].queryset[0].pk
    )
    return browser.post("/imports/", {"file": file, "department": department, "encoding": "", **said})


def said_by(page, **changed):
    """What the form of the mapping page would send."""
    form = page.context["form"]
    values = {field.html_name: field.value() or "" for field in form}
    return values | {"clocks": "import"} | changed


def test_the_whole_way_of_a_file(world, at):
    browser = at(world.intake)
    assert_proper(browser.get("/imports/"))
    answer = upload(browser, making.csv_bytes(making.rows(3)))
    address = answer.headers["Location"]
    page = browser.get(address)
    assert_proper(page)
    assert "洗衣机漏水" in page.content.decode()

    answer = browser.post(address, said_by(page, dry="1"))
    assert answer.status_code == 302
    assert_proper(browser.get(address))
    run_waiting(timezone.now())
    page = browser.get(address)
    assert_proper(page)
    assert "Import 3 complaints now" in page.content.decode()
    assert not Complaint.objects.exists()

    answer = browser.post(address, {"again": "1"})
    run_waiting(timezone.now())
    page = browser.get(answer.headers["Location"])
    assert_proper(page)
    assert "3 complaints were registered." in page.content.decode()
    assert Complaint.objects.count() == 3
    assert ColumnMapping.objects.get().columns == making.COLUMNS
    assert_proper(browser.get("/imports/"))


def test_errors_are_shown_and_can_be_had_as_a_file(world, at):
    browser = at(world.intake, "zh-hans")
    run = making.take_in(world, making.csv_bytes([making.row(1, 渠道="=cmd"), making.row(2, 投诉时间="soon")]))
    page = browser.get(reverse("admin:import_run", args=[run.pk]))
    assert_proper(page)
    assert "=cmd" in page.content.decode()
    answer = browser.get(reverse("admin:import_problems", args=[run.pk]))
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [line[:3] for line in lines[1:]] == [["2", "渠道", "'=cmd"], ["3", "投诉时间", "soon"]]


@pytest.mark.parametrize("name", ["imports", "run", "progress", "problems", "file"])
@pytest.mark.parametrize("who", ["liaison", "handler", "auditor", "executive", "administrator"])
def test_who_may_not_import_sees_none_of_it(world, at, who, name):
    run = making.take_in(world, making.csv_bytes(making.rows(1)))
    address = reverse("admin:imports") if name == "imports" else reverse(f"admin:import_{name}", args=[run.pk])
    assert at(world.people[who]).get(address).status_code == 403


def test_runs_of_another_department_are_not_found(world, at):
    run = making.take_in(world, making.csv_bytes(making.rows(1)))
    browser = at(world.workshop_head)
    for name in ("run", "progress", "problems", "file"):
        assert browser.get(reverse(f"admin:import_{name}", args=[run.pk])).status_code == 404
    assert list(browser.get("/imports/").context["page"]) == []
    assert upload(browser, making.csv_bytes(making.rows(1)), department=world.service.pk).status_code == 200


def test_a_file_that_cannot_be_told_asks_for_its_encoding_and_is_taken_with_it(world, at):
    browser = at(world.intake)
    content = "編號,投訴主題\n1,洗衣機漏水，客服沒有處理\n".encode("big5")
    page = upload(browser, content)
    assert page.status_code == 200
    assert "encoding" in page.context["form"].errors
    assert not ImportRun.objects.exists()
    answer = upload(browser, content, encoding="big5")
    assert answer.status_code == 302
    assert "投訴主題" in browser.get(answer.headers["Location"]).content.decode()


def test_what_is_no_table_is_refused_at_the_door(world, at):
    browser = at(world.intake)
    for content, name in ((b"x", "x.exe"), (b"id,x\n1,2\n", "x.xlsx"), (b"PK\x03\x04", "x.csv")):
        page = upload(browser, content, name)
        assert page.context["form"].errors
    assert not ImportRun.objects.exists()


def test_a_mapping_that_does_not_fit_says_everything_that_is_missing(world, at):
    browser = at(world.intake)
    address = upload(browser, making.csv_bytes(making.rows(1))).headers["Location"]
    page = browser.get(address)
    emptied = {name: "" for name in said_by(page) if name.startswith("column_")}
    page = browser.post(address, said_by(page, **emptied))
    assert len(page.context["form"].non_field_errors()) == 3
    assert ImportRun.objects.get().status == RunStatus.UPLOADED


def test_the_progress_is_told_while_the_run_is_under_way(world, at):
    browser = at(world.intake)
    run = making.begin(world, making.csv_bytes(making.rows(1)))
    address = reverse("admin:import_progress", args=[run.pk])
    assert browser.get(address).json()["over"] is False
    ImportRun.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING)
    progress.tell(run.pk, 1000, 0)
    assert browser.get(address).json() == {"over": False, "percent": None, "text": "1000 rows checked"}
    progress.tell(run.pk, 1000, 400)
    assert browser.get(address).json()["percent"] == 55
    ImportRun.objects.filter(pk=run.pk).update(status=RunStatus.DONE)
    assert browser.get(address).json()["over"] is True


def test_the_file_is_served_as_an_attachment_only(world, at):
    content = making.csv_bytes(making.rows(1))
    run = making.take_in(world, content)
    answer = at(world.head).get(reverse("admin:import_file", args=[run.pk]))
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# -- the ledger -------------------------------------------------------------------------------------------------------


def rows_of(answer):
    content = b"".join(answer.streaming_content)
    return [line[0] for line in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:]


def test_the_list_has_one_button_and_exports_what_it_shows(world, at):
    first = world.register(subject="漏水")
    world.register(subject="噪音", content="")
    browser = at(world.intake)
    assert (
        "export_ledger" in str(browser.get("/complaints/complaint/").resolver_match)
        or b"/ledger/" in browser.get("/complaints/complaint/").content
    )
    assert rows_of(browser.post("/ledger/", {"format": "csv", "query": "q=漏水"})) == [first.number]
    assert len(rows_of(browser.post("/ledger/", {"format": "csv", "query": ""}))) == 2
    record = ExportRecord.objects.order_by("id")[0]
    assert (record.user, record.rows) == (world.intake, 1)
    assert "漏水" not in str(record.filter)


@pytest.mark.parametrize("query", ["received_from=nonsense", "complainant__name=x", "o=99.x", "p=-5", "q=%00"])
def test_an_address_made_up_exports_nothing_more(world, at, query):
    world.register()
    answer = at(world.intake).post("/ledger/", {"format": "csv", "query": query})
    assert answer.status_code in {200, 302, 400}
    if answer.streaming:
        answer.close()


def test_a_year_and_only_years_that_there_are(world, at):
    world.register()
    browser = at(world.head)
    assert_proper(browser.get("/ledger/"))
    assert len(rows_of(browser.post("/ledger/", {"format": "csv", "year": "2026"}))) == 1
    assert browser.post("/ledger/", {"format": "csv", "year": "1999"}).context["form"].errors


@pytest.mark.parametrize(
    ("who", "status"), [("liaison", 200), ("legal", 403), ("administrator", 403), ("auditor", 200)]
)
def test_the_ledger_is_for_those_who_may_export(world, at, who, status):
    assert at(world.people[who]).get("/ledger/").status_code == status


def test_looking_at_the_page_exports_nothing(world, at):
    world.register()
    at(world.intake).get("/ledger/?format=csv")
    assert not ExportRecord.objects.exists()
