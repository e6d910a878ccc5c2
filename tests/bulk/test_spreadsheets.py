import io
import re
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from complaints.importers.proposal import by_headings, propose, settle_headings, source_from
from complaints.importers.refusals import FileRefusedError
from complaints.importers.tables import open_table
from complaints.models import Complaint
from tests.bulk import making


def table(content, name="x.xlsx", **options):
    return open_table(io.BytesIO(content), name, **options)


def test_rows_are_numbered_as_the_program_numbers_them_and_empty_ones_are_passed_over():
    def prepare(book, sheet):
        sheet.write(9, 0, "later")

    found = table(making.xlsx_bytes([["a"], [], ["b"]], ["id", "x"], prepare=prepare))
    assert [number for number, _cells in found.rows()] == [2, 4, 10]


def test_a_title_above_the_headings_is_no_heading():
    def prepare(book, sheet):
        sheet.merge_range(0, 0, 0, 3, "2026年投诉台账")
        sheet.write_row(1, 0, making.HEADINGS)
        sheet.write_row(2, 0, making.row(1))

    found = table(making.xlsx_bytes([], [], prepare=prepare))
    settle_headings(found)
    assert found.heading_row == 2
    assert found.headings == making.HEADINGS
    assert [number for number, _cells in found.rows()] == [3]


def test_of_several_sheets_the_first_visible_one_with_rows_is_read_and_named_or_the_one_asked_for():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("空")
        book.add_worksheet("一月").write_row(0, 0, ["编号", "甲"])
        book.add_worksheet("二月").write_row(0, 0, ["编号", "乙"])
        hidden = book.add_worksheet("隐藏")
        hidden.hide()
    first = table(target.getvalue())
    assert (first.sheet, first.headings, first.sheets) == ("一月", ["编号", "甲"], ["空", "一月", "二月"])
    assert table(target.getvalue(), sheet="二月").headings == ["编号", "乙"]
    with pytest.raises(FileRefusedError, match="一月"):
        table(target.getvalue(), sheet="三月")


def test_dates_numbers_and_formulas_as_cells(world):
    def prepare(book, sheet):
        sheet.write_datetime(1, 1, datetime(2026, 2, 10, 9, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))  # noqa: DTZ001
        sheet.write_number(1, 5, 13800001234)
        sheet.write_formula(1, 2, '="漏"&"水"', None, "漏水")

    run = making.take_in(world, making.xlsx_bytes(making.rows(1), prepare=prepare), "台账.xlsx")
    complaint = Complaint.objects.get()
    assert making.problems(run) == []
    assert (complaint.subject, complaint.complainant.phone) == ("漏水", "13800001234")
    assert complaint.received_at.isoformat() == "2026-02-10T01:30:00+00:00"


def test_merged_cells_formulas_without_result_and_rounded_numbers_are_named_not_guessed(world):
    def prepare(book, sheet):
        sheet.merge_range(1, 4, 2, 4, "李四")
        sheet.write_number(3, 0, 6222021234567890123)
        sheet.write_formula(4, 2, '=A5&"x"', None, "")

    content = making.xlsx_bytes(making.rows(4), prepare=prepare)
    run = making.take_in(world, _without_results(content), "台账.xlsx")
    assert [(row, column) for row, column, _value, _reason in making.problems(run)] == [
        (2, "投诉人"),
        (3, "投诉人"),
        (4, "编号"),
        (5, "投诉主题"),
    ]
    assert not Complaint.objects.exists()


def _without_results(content):
    """The same workbook as a program writes it that computes nothing."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", text)
            new.writestr(name, text)
    return target.getvalue()


def test_headings_are_recognised_in_chinese_and_in_english():
    assert by_headings(making.HEADINGS) == making.COLUMNS
    assert by_headings(["Case ID", "Date Received", "Title", "Description", "Customer Name", "E-mail", "nothing"]) == {
        "external_id": "Case ID",
        "received_at": "Date Received",
        "subject": "Title",
        "content": "Description",
        "complainant_name": "Customer Name",
        "complainant_email": "E-mail",
    }


def test_a_saved_mapping_whose_columns_are_all_there_is_proposed(world):
    saved = making.mapping(defaults={"channel": "phone"})
    with table(making.csv_bytes(making.rows(1)), "x.csv") as found:
        assert propose(found).mapping == saved
    with table(making.csv_bytes([["1"]], headings=["编号", "其他"]), "x.csv") as found:
        assert propose(found).mapping is None


def test_sources_are_readable_and_never_shared_by_two_names():
    assert source_from("en-boston311") == "en-boston311"
    assert source_from("台账") != source_from("台帐")
    assert len(source_from("x" * 300)) <= 60


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
def test_the_separator_is_found(separator):
    content = making.csv_bytes(making.rows(2)).decode().replace(",", separator).encode()
    with table(content, "x.csv") as found:
        assert found.headings == making.HEADINGS
