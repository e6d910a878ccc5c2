"""Files to take in, and one call that takes one in as the page does."""

import csv
import io
from typing import Any

import xlsxwriter

from complaints import models
from complaints.importers.runs import run_waiting
from complaints.services import bulk_intake
from tests import factories
from tests.factories import NOW

HEADINGS = ["编号", "投诉时间", "投诉主题", "投诉内容", "投诉人", "联系电话", "渠道", "类别", "严重程度"]
COLUMNS = {
    "external_id": "编号",
    "received_at": "投诉时间",
    "subject": "投诉主题",
    "content": "投诉内容",
    "complainant_name": "投诉人",
    "complainant_phone": "联系电话",
    "channel": "渠道",
    "category": "类别",
    "severity": "严重程度",
}


def row(number, **changed):
    """A row that nothing is wrong with."""
    values = {
        "编号": f"A{number:04d}",
        "投诉时间": "2026-02-10 09:30",
        "投诉主题": f"洗衣机漏水，第{number}次报修",
        "投诉内容": "用了三天就漏水，要求退货。",
        "投诉人": "张三",
        "联系电话": "13800001234",
        "渠道": "phone",
        "类别": "",
        "严重程度": "一般",
    } | changed
    return [values[heading] for heading in HEADINGS]


def rows(count):
    return [row(number) for number in range(1, count + 1)]


def csv_bytes(lines, encoding="utf-8", headings=HEADINGS):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *lines])
    return text.getvalue().encode(encoding)


def xlsx_bytes(lines, headings=HEADINGS, *, prepare=None):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("台账")
        for number, cells in enumerate([headings, *lines]):
            sheet.write_row(number, 0, cells)
        if prepare is not None:
            prepare(book, sheet)
    return target.getvalue()


def mapping(columns=None, **changed):
    said: dict[str, Any] = {
        "name": "台账",
        "source": "ledger",
        "columns": columns or COLUMNS,
        "defaults": {},
        "values": {},
    } | changed
    return bulk_intake.save_mapping(**said, by=None, now=NOW)


def begin(world, content, name="台账.csv", *, by=None, saved=None, now=NOW, **options):
    """Upload and start a run, which then waits."""
    by = by or world.intake
    uploaded = bulk_intake.upload(
        io.BytesIO(content), name=name, department=world.service, encoding="", language="en", by=by, now=now
    )
    said: dict[str, Any] = {"encoding": "", "sheet": "", "clocks": "import", "is_dry": False} | options
    return bulk_intake.start(uploaded.pk, mapping=saved or mapping(), **said, by=by, now=now)


def take_in(world, content, name="台账.csv", *, now=NOW, **options):
    """The whole way of a file; the run at its end."""
    run = begin(world, content, name, now=now, **options)
    return run_waiting(now, run.pk)


def problems(run):
    """Everything that was found, as (row, column, value, reason)."""
    return list(run.problems.values_list("row", "column", "value", "reason"))


def counts():
    """How many rows every table of a registration holds, history included."""
    plain = [
        models.Complaint,
        models.Complainant,
        models.ComplaintEvent,
        models.Deadline,
        models.Notice,
        models.ImportedRow,
        models.NumberSeries,
        models.Respondent,
        models.Recusal,
        models.EmergencyItem,
    ]
    kept = [model.history.model for model in plain if hasattr(model, "history")]
    return {model._meta.label: model.objects.count() for model in [*plain, *kept]} | {
        "numbers": list(models.NumberSeries.objects.values_list("code", "last"))
    }


def category(code, chinese):
    return factories.CategoryFactory(code=code, names=factories.names(chinese, code))
