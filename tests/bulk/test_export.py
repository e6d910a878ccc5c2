"""The ledger: what is in it, for whom, and that it was taken out."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from complaints.exports.files import FORMATS, harmless
from complaints.exports.ledger import LedgerResource
from complaints.exports.request import export_ledger
from complaints.importers.tables import open_table
from complaints.models import Complaint, ExportRecord, Finding, ReturnVisit
from tests.bulk import making
from tests.factories import NOW

PEOPLE = [
    "intake",
    "handler",
    "head",
    "executive",
    "liaison",
    "workshop_head",
    "warehouse_liaison",
    "quality",
    "auditor",
]


def lines_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def exported(by, format_code="csv", **options):
    target = io.BytesIO()
    record = export_ledger(target, format_code=format_code, by=by, now=NOW, **options)
    return target.getvalue(), record


def dispatched(world, number, department):
    """A complaint that a department has to answer for."""
    complaint = world.register(subject=f"第{number}件", external_id=f"E{number}", source="tests")
    Complaint.objects.filter(pk=complaint.pk).update(responsible_department=department)
    return complaint


def test_headings_and_words_are_in_the_readers_language(world):
    world.register(category=world.category)
    with translation.override("en"):
        english = lines_of(exported(world.intake)[0])
    with translation.override("zh-hans"):
        chinese = lines_of(exported(world.intake)[0])
    assert len(english[0]) == len(chinese[0]) == len(LedgerResource().get_export_fields()) == 21
    assert english[1][:3] == ["TS-2026-000001", "Registered", "Complaint"]
    assert chinese[1][:3] == ["TS-2026-000001", "已登记", "投诉"]
    assert "Customer service" in english[1]
    assert "客户服务部" in chinese[1]


def test_names_are_masked_and_those_of_confidential_cases_left_out(world):
    world.register(complainant_name="欧阳修文", complainant_phone="13812345678")
    Complaint.objects.filter(pk=world.register(complainant_name="王小明").pk).update(is_confidential=True)
    text = exported(None)[0].decode("utf-8-sig")
    for secret in ("欧阳修文", "王小明", "王*", "13812345678"):
        assert secret not in text


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_exports_what_they_may_see_and_nothing_else(world, who):
    dispatched(world, 1, world.workshop)
    dispatched(world, 2, world.warehouse)
    world.register(subject="第3件")
    person = world.people[who]
    visible = set(Complaint.objects.visible_to(person, NOW).values_list("number", flat=True))
    found = {line[0] for line in lines_of(exported(person)[0])[1:]}
    assert found == visible
    if who == "liaison":
        assert found == {"TS-2026-000001"}


@pytest.mark.parametrize("who", ["nobody", "administrator", "legal"])
def test_who_may_not_export_gets_nothing_and_leaves_no_record(world, who):
    with pytest.raises(PermissionDenied):
        exported(world.people[who])
    assert not ExportRecord.objects.exists()


def test_every_export_is_on_record(world):
    world.register()
    _content, record = exported(world.head, "xlsx", year=2026, filtered={"state": "open"})
    assert (record.user, record.at, record.format, record.rows) == (world.head, NOW, "xlsx", 1)
    assert record.filter == {"state": "open", "year": 2026}


def test_a_year_is_that_of_receipt_in_the_business_time_zone(world):
    moments = {
        "before": datetime(2024, 12, 31, 15, 59, 59, tzinfo=UTC),
        "first": datetime(2024, 12, 31, 16, 0, tzinfo=UTC),
        "last": datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC),
        "after": datetime(2025, 12, 31, 16, 0, tzinfo=UTC),
    }
    for subject, moment in moments.items():
        world.register(subject=subject, received_at=moment)
    text = exported(None, year=2025)[0].decode("utf-8-sig")
    assert [subject for subject in moments if subject in text] == ["first", "last"]


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1+1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("format_code", ["csv", "xlsx"])
def test_nothing_in_a_file_is_run_by_a_spreadsheet_program(world, format_code):
    for number, text in enumerate(DANGEROUS):
        complaint = world.register(subject=f"{number}")
        Complaint.objects.filter(pk=complaint.pk).update(subject=text)
    content, _record = exported(None, format_code)
    if format_code == "csv":
        cells = [cell for line in lines_of(content) for cell in line]
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        found = [cell for line in sheet.iter_rows() for cell in line]
        assert {cell.data_type for cell in found} <= {"s", "n", "d"}
        cells = [cell.value for cell in found if isinstance(cell.value, str)]
    assert not [cell for cell in cells if cell and cell[0] in "=+-@\t\r＝"]
    assert len([cell for cell in cells if cell.startswith("'")]) == len(DANGEROUS)


def test_only_text_is_made_harmless():
    assert [harmless(value) for value in (-1, None, "a=b", "", "=a")] == [-1, None, "a=b", "", "'=a"]


def test_text_files_begin_with_the_mark_that_spreadsheet_programs_need(world):
    assert exported(None)[0].startswith(b"\xef\xbb\xbf")


def test_an_empty_ledger_is_a_file_with_headings(world):
    for format_code in FORMATS:
        content, record = exported(None, format_code)
        assert record.rows == 0
        assert content
    assert len(lines_of(exported(None)[0])) == 1


def test_deadlines_findings_and_grades_are_those_of_the_present_round(world):
    complaint = world.register()
    said = {"complaint": complaint, "made_by": world.handler, "made_at": NOW}
    Finding.objects.create(round=1, outcome="unfounded", opinion="x", **said)
    Finding.objects.create(round=2, outcome="founded", opinion="x", **said)
    ReturnVisit.objects.create(round=2, medium="phone", grade="satisfied", **said)
    Complaint.objects.filter(pk=complaint.pk).update(round=2)
    with translation.override("en"):
        headings, line = lines_of(exported(None)[0])
    found = dict(zip(headings, line, strict=True))
    assert (found["finding"], found["satisfaction"], found["rounds"]) == ("Founded", "Satisfied", "2")
    assert found["next due"]
    assert found["Overdue"] == "no"


def test_one_and_twenty_rows_cost_the_same_queries(world):
    world.register()
    with CaptureQueriesContext(connection) as few:
        exported(world.intake)
    for _number in range(19):
        world.register()
    with CaptureQueriesContext(connection) as many:
        exported(world.intake)
    assert len(few) == len(many)


def test_what_was_exported_can_be_read_as_a_table(world):
    world.register()
    for format_code in FORMATS:
        content, _record = exported(world.intake, format_code)
        with open_table(io.BytesIO(content), f"x.{format_code}") as table:
            assert len(list(table.rows())) == 1
            assert making.HEADINGS[0] in table.headings or "编号" in table.headings
