"""Files made to harm: refused with a sentence, within seconds and within memory."""

import gzip
import io
import resource
import time
import zipfile

import pytest

from complaints.importers import tables
from complaints.importers.refusals import FileRefusedError
from complaints.importers.tables import open_table
from complaints.models import Complaint
from tests.bulk import making

CELL = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def opened(content, name):
    with open_table(io.BytesIO(content), name) as table:
        return list(table.rows())


@pytest.fixture(autouse=True)
def frugal():
    """No test here may take long or much memory."""
    before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
    assert time.monotonic() - begin < 30


def workbook(sheet, *, prologue=""):
    """A workbook whose one sheet holds this XML."""
    target = io.BytesIO()
    content = making.xlsx_bytes([["a"]], ["id", "x"])
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = (prologue + sheet).encode()
            new.writestr(name, text)
    return target.getvalue()


def test_a_zip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr("complaints.importers.xlsx_table.MAX_UNPACKED", 5_000_000)
    target = io.BytesIO(making.xlsx_bytes(making.rows(1)))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/bomb.xml", b" " * 20_000_000)
    assert len(target.getvalue()) < 100_000
    with pytest.raises(FileRefusedError, match="MB"):
        opened(target.getvalue(), "x.xlsx")


def test_a_part_that_lies_about_its_size_is_refused(monkeypatch):
    monkeypatch.setattr("complaints.importers.xlsx_table.MAX_UNPACKED", 5_000_000)
    target = io.BytesIO(making.xlsx_bytes(making.rows(1)))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/bomb.xml", b" " * 20_000_000)
    lying = target.getvalue().replace((20_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(FileRefusedError):
        opened(lying, "x.xlsx")


def test_a_gz_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_UNPACKED", 5_000_000)
    with pytest.raises(FileRefusedError, match="MB"):
        opened(gzip.compress(b"a,b\n" * 3_000_000, mtime=0), "x.csv.gz")


@pytest.mark.parametrize("content", [b"not packed", gzip.compress(b"a,b\n" * 100, mtime=0)[:-12]])
def test_a_gz_that_is_none_is_refused(content):
    with pytest.raises(FileRefusedError):
        opened(content, "x.csv.gz")


@pytest.mark.parametrize("cells", [("A1", "XFD1048576"), ("A1", "B400000", "OJ2"), ("XFD1",), ("A1048576",)])
def test_two_cells_far_apart_do_not_lay_out_everything_between(cells):
    rows = "".join(f"<row>{CELL.format(cell)}</row>" for cell in cells)
    with pytest.raises(FileRefusedError):
        opened(workbook(SHEET.format(rows)), "x.xlsx")


def test_entities_are_refused():
    prologue = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    rows = '<row><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    with pytest.raises(FileRefusedError):
        opened(workbook(SHEET.format(rows), prologue=prologue), "x.xlsx")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.csv"),
        (b"\n\n , ,\n", "x.csv"),
        (b"PK\x03\x04 and nothing", "x.xlsx"),
        (b"id,x\n1,2\n", "x.xlsx"),
        (b"\xd0\xcf\x11\xe0 old", "x.csv"),
        (b"id,x\n1,2\n", "x.xls"),
        (b"id,x\n1,2\n", "x.exe"),
        (making.xlsx_bytes(making.rows(3))[:-700], "x.xlsx"),
        (making.xlsx_bytes(making.rows(3)), "x.csv"),
    ],
)
def test_what_is_no_table_is_refused(content, name):
    with pytest.raises(FileRefusedError):
        opened(content, name)


@pytest.mark.parametrize(
    "content",
    [
        ",".join(["x"] * 1_000_000).encode(),
        b"a,b\n1," + b"x" * 3_000_000,
        b"a,b\n1,2\n3," + b'"' + b"4\n" * 200_000,
        b'a,b\n1,"2" 3\n',
    ],
    ids=["a million columns", "a line without end", "a quotation mark never closed", "text after a quotation mark"],
)
def test_text_files_out_of_shape_are_refused(content):
    with pytest.raises(FileRefusedError):
        opened(content, "x.csv")


def test_nul_and_huge_cells_are_named_by_row_and_column(world):
    lines = [
        making.row(1, 投诉主题="漏\x00水"),
        making.row(2, 编号="A\x00"),
        making.row(3, 投诉人="名" * 600),
        making.row(4, 投诉内容="长" * 110_000),
        making.row(5, 编号="9" * 130),
    ]
    run = making.take_in(world, making.csv_bytes(lines))
    assert {(row, column) for row, column, _value, _reason in making.problems(run)} == {
        (2, "投诉主题"),
        (3, "编号"),
        (4, "投诉人"),
        (5, "投诉内容"),
        (6, "编号"),
    }
    assert not Complaint.objects.exists()
    assert all("\x00" not in value and len(value) <= 120 for _r, _c, value, _reason in making.problems(run))


def test_a_row_with_more_cells_than_headings_is_wrong(world):
    run = making.take_in(world, making.csv_bytes([[*making.row(1), "more"]]))
    assert [(row, column) for row, column, *_rest in making.problems(run)] == [(2, "")]
