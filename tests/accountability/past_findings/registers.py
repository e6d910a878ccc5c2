"""Made-up registers of findings, and one call that takes one in as the command does."""

import csv
import io
from typing import Any

from accountability import models
from accountability.importers.finding_map import settled
from accountability.importers.findings import import_findings
from tests import factories
from tests.factories import NOW

HEADINGS = ["案号", "人员", "单位", "指控", "结论", "处分"]
MAP: dict[str, Any] = {
    "columns": {
        "complaint": "案号",
        "party": "人员",
        "unit": "单位",
        "allegation": "指控",
        "finding": "结论",
        "discipline": "处分",
    },
    "party": {"name": "职工{}"},
    "values": {
        "category": {"态度粗暴": "rudeness", "延误": "delay"},
        "finding": {"属实": "founded", "不予认定": "not_sustained", "在查": "pending", "不适用": "not_investigated"},
        "ended": {"移送他处": "referred", "未立案": "not_investigated"},
        "discipline": {
            "培训": "carried_out",
            "认定违纪": "decided",
            "不违纪": "dismissed",
            "待定": "reported",
            "无": "",
        },
    },
}
#: Two complaints in rows that do not stand together, a row that stands there twice, and one that differs in its end.
ROWS = [
    ["21-07", "4", "生产车间", "态度粗暴", "属实", "培训"],
    ["21-08", "5", "外省分公司", "移送他处", "不予认定", "无"],
    ["21-07", "4", "生产车间", "态度粗暴", "属实", "培训"],
    ["21-07", "4", "生产车间", "延误", "不予认定", "无"],
    ["21-07", "9", "", "态度粗暴", "属实", "待定"],
    ["21-07", "9", "", "态度粗暴", "属实", "认定违纪"],
    ["21-09", "4", "", "延误", "在查", "待定"],
    ["21-09", "4", "", "未立案", "不适用", "无"],
    ["21-09", "6", "", "延误", "属实", "不违纪"],
]


def categories():
    """The categories of the map, and one that complaints were registered with."""
    for code, name in (("rudeness", "粗暴"), ("delay", "延误类"), ("at-intake", "受理时的类别")):
        factories.CategoryFactory(code=code, names=factories.names(name, code))


def csv_bytes(rows, headings=HEADINGS, encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def take_in(rows=ROWS, *, by=None, said=MAP, source="register", is_dry=False, name="findings.csv", content=None):
    """The tally, and what was told, as (row, column, reason or that it is a difference)."""
    told: list[Any] = []
    stream = io.BytesIO(csv_bytes(rows) if content is None else content)
    tally = import_findings(
        stream,
        name=name,
        source=source,
        finding_map=settled(said),
        by=by,
        now=NOW,
        note=told.append,
        is_dry=is_dry,
    )
    return tally, told


def counts():
    """How many rows everything has that findings become, history included."""
    names = ("Investigation", "Party", "Allegation", "Charge", "DisciplineRecord", "InquiryEvent", "Determination")
    kept = {name: getattr(models, name).objects.count() for name in names}
    return kept | {f"{name} history": getattr(models, name).history.count() for name in names if name != "InquiryEvent"}
