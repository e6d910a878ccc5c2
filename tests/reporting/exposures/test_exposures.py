"""Exposure figures from files: all or nothing, every bad cell named, tried without a trace, known again. (RP-2)"""

import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.importers.refusals import FileRefusedError
from complaints.services.refusal import ActRefusedError
from reporting.importers.exposures import bring
from reporting.models import Exposure
from reporting.services import exposures
from tests import world as worlds
from tests.factories import NOW
from tests.pages import assert_proper

HEADINGS = ["月份", "维度", "对象", "口径", "数量"]
GOOD = [
    ["2026-01", "", "", "customers", "12500"],
    ["2026年2月", "product", "X1", "sales", "1,234.50"],
    ["2026/3", "department", "workshop", "services", "0"],
]


@pytest.fixture
def w(db):
    return worlds.build()


def file(rows, headings=HEADINGS):
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in [headings, *rows])
    return io.BytesIO(text.encode())


def take(w, rows, *, is_dry=False, by=None, headings=HEADINGS):
    return bring(file(rows, headings), "数据.csv", is_dry=is_dry, by=by or w.quality, now=NOW)


def kept():
    return set(Exposure.objects.values_list("month", "dimension", "key", "kind", "amount"))


def test_a_file_is_recorded_with_history(w):
    brought = take(w, GOOD)
    assert (brought.rows, brought.faults) == (3, [])
    assert kept() == {
        (date(2026, 1, 1), "all", "", "customers", Decimal("12500.00")),
        (date(2026, 2, 1), "product", "X1", "sales", Decimal("1234.50")),
        (date(2026, 3, 1), "department", str(w.workshop.pk), "services", Decimal("0.00")),
    }
    assert Exposure.history.filter(history_user_name="quality").count() == 3


def test_a_spreadsheet_says_the_same_with_dates_and_numbers(w):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Month", "Of", "Group", "Kind", "Amount"])
        sheet.write_datetime(1, 0, date(2026, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(1, 3, ["Customers served", 12500])
    brought = bring(target, "x.xlsx", is_dry=False, by=w.quality, now=NOW)
    assert brought.faults == []
    assert kept() == {(date(2026, 1, 1), "all", "", "customers", Decimal("12500.00"))}


def test_every_bad_cell_is_named_and_nothing_is_done(w):
    rows = [
        GOOD[0],
        ["2026-13", "", "", "customers", "5"],
        ["2026-02", "planet", "X", "customers", "5"],
        ["2026-02", "department", "no such", "smiles", "-5"],
        ["2026-02", "", "X1", "customers", "many"],
        ["", "product", "", "sales", "1.234"],
        GOOD[0],
    ]
    brought = take(w, rows)
    assert brought.recorded is None
    assert [(fault.row, fault.column) for fault in brought.faults] == [
        (3, "月份"),
        (4, "维度"),
        (5, "对象"),
        (5, "口径"),
        (5, "数量"),
        (6, "对象"),
        (6, "数量"),
        (7, "月份"),
        (7, "对象"),
        (7, "数量"),
        (8, ""),
    ]
    assert kept() == set()
    assert Exposure.history.count() == 0


@pytest.mark.parametrize("headings", [["月份", "数量"], ["月份", "月份", "口径", "数量", "x"]])
def test_a_file_without_its_columns_is_refused(w, headings):
    with pytest.raises(FileRefusedError):
        take(w, [["2026-01", "1", "1", "1", "1"][: len(headings)]], headings=headings)


def test_trying_leaves_no_trace_and_says_what_it_would_come_to(w):
    take(w, GOOD[:1])
    brought = take(w, [["2026-01", "", "", "customers", "12600"], *GOOD[1:]], is_dry=True)
    assert (brought.recorded.new, brought.recorded.changed, brought.recorded.same) == (2, 1, 0)
    assert len(kept()) == Exposure.history.count() == 1


def test_the_same_file_again_changes_nothing_and_a_corrected_one_what_it_corrects(w):
    take(w, GOOD)
    assert take(w, GOOD).recorded.same == 3
    recorded = take(w, [["2026-01", "", "", "customers", "12600"], *GOOD[1:]]).recorded
    assert (recorded.new, recorded.changed, recorded.same) == (0, 1, 2)
    amounts = Exposure.history.filter(kind="customers").order_by("history_id").values_list("amount", flat=True)
    assert list(amounts) == [Decimal("12500.00"), Decimal("12600.00")]


@pytest.mark.parametrize("name", ["executive", "auditor", "head", "handler"])
def test_only_quality_records(w, name):
    with pytest.raises(ActRefusedError):
        take(w, GOOD, by=w.people[name])
    assert kept() == set()


def test_a_figure_is_taken_back_with_its_reason(w):
    take(w, GOOD[:1])
    row = Exposure.objects.get()
    with pytest.raises(ActRefusedError):
        exposures.withdraw(row.pk, reason=" ", by=w.quality, now=NOW)
    exposures.withdraw(row.pk, reason="口径有误", by=w.quality, now=NOW)
    assert kept() == set()
    assert Exposure.history.order_by("-history_id").first().history_change_reason == "口径有误"


def test_the_page_takes_a_file_and_shows_what_is_wrong(w, client):
    client.force_login(w.quality)
    address = reverse("admin:exposures")
    assert_proper(client.get(address))
    wrong = SimpleUploadedFile("a.csv", file([["2026-13", "", "", "customers", "5"]]).getvalue())
    answer = client.post(address, {"file": wrong})
    assert_proper(answer, 422)
    assert "2026-13" in answer.text
    tried = client.post(address, {"file": SimpleUploadedFile("a.csv", file(GOOD).getvalue()), "is_dry": "on"})
    assert_proper(tried)
    assert kept() == set()
    assert client.post(address, {"file": SimpleUploadedFile("a.csv", file(GOOD).getvalue())}).status_code == 302
    assert len(kept()) == 3
    assert_proper(client.get(address))
    row = Exposure.objects.latest("pk")
    assert client.post(reverse("admin:exposure_withdraw", args=[row.pk]), {"reason": "口径有误"}).status_code == 302
    assert len(kept()) == 2
    client.force_login(w.auditor)
    assert client.post(address, {"file": SimpleUploadedFile("a.csv", file(GOOD).getvalue())}).status_code == 403
    assert client.post(reverse("admin:exposure_withdraw", args=[row.pk + 1]), {"reason": "x"}).status_code == 403
