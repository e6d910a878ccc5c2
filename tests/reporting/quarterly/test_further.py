"""Cost and the quality review of handling in a report: what they say, as of when; reports from before. (RP-12)"""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from complaints.models import Complaint
from reporting.checklist import BEST, CODES
from reporting.documents.quarterly.parts import Table
from reporting.documents.quarterly.sections import Chapters
from reporting.models import Report
from reporting.queries.reports.content import FORMAT, canonical, stretch_of
from reporting.queries.reports.differences import recompute
from reporting.queries.reports.handling import ENOUGH, handling_review_of
from reporting.services import costs, handling_reviews, hours
from tests.reporting.cost.spent import budget
from tests.reporting.quarterly.quarters import NOW, QUARTER

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=20)


def shown(content, code, language="en"):
    """The tables of a chapter as texts."""
    with translation.override(language):
        chapter = next(row for row in Chapters(content).sections() if row.code == code)
        return {
            part.code: [[cell.text for cell in row] for row in part.rows]
            for part in chapter.parts
            if isinstance(part, Table)
        }


def test_cost_is_that_of_the_quarter_beside_others_and_of_the_year_against_its_budget(quarter):
    kept = quarter.report.content["figures"]["cost"]
    rows = {row["code"]: [row[name] for name in ("quarter", "previous", "year_ago", "year")] for row in kept["rows"]}
    assert {code: values for code, values in rows.items() if set(values) != {"0.00"}} == {
        "hours": ["1.50", "0.00", "0.50", "1.50"],
        "labour": ["90.00", "0.00", "30.00", "90.00"],
        "training": ["500.00", "0.00", "0.00", "500.00"],
        "total": ["590.00", "0.00", "30.00", "590.00"],
        "net": ["590.00", "0.00", "30.00", "590.00"],
    }
    assert kept["budgets"] == [
        {"kind": "hours", "spent": "90.00", "budget": "1000.00"},
        {"kind": "training", "spent": "500.00", "budget": "400.00"},
    ]
    assert kept["unrated_minutes"] == 0


def test_the_review_says_what_the_scored_cases_came_to(quarter):
    kept = quarter.report.content["figures"]["handling_review"]
    reached = 100 * (BEST * len(CODES) - 3) / (BEST * len(CODES))
    assert (kept["frame"], kept["drawn"], kept["scored"], kept["is_concluded"]) == (2, 2, 1, False)
    assert [kept[name] for name in ("percent", "least", "most")] == [pytest.approx(reached)] * 3
    assert (kept["low"], kept["high"]) == (None, None), "one case has no spread"
    failed = {row["code"]: (row["not_met"], row["partly"]) for row in kept["items"] if row["not_met"] or row["partly"]}
    assert failed == {"lesson": (1, 0), "evidence": (0, 1)}
    assert (kept["departments"], kept["too_few"]) == ([], 1)


def test_chapters_say_it_in_words(quarter):
    content = quarter.report.content
    assert ["Cost of work", "¥90.00", "¥0.00", "–", "¥30.00", "+200 %", "¥90.00"] in shown(content, "cost")["cost"]
    assert shown(content, "cost")["budgets"][1] == ["Training", "¥500.00", "¥400.00", "125 %", "−¥100.00"]
    found = shown(content, "handling_review")
    assert [row[0] for row in found["handling_items"][:2]] == ["Lesson", "Evidence"]
    assert found["handling_departments"] == []
    codes = {row["code"] for row in content["sentences"]}
    assert {"cost", "cost.budget", "handling_review"} <= codes


def test_what_is_entered_withdrawn_scored_later_changes_nothing_of_it(quarter):
    w = quarter.w
    hours.withdraw(quarter.hours.pk, "记错了案件", by=w.handler, now=LATER)
    costs.enter_rate(None, quarter.hours.worked_on, Decimal(900), "新费率", by=w.quality, now=LATER)
    budget(w, "hours", "5", now=LATER)
    left = quarter.sample.cases.get(scored_at=None)
    handling_reviews.score(left, dict.fromkeys(CODES, "0"), "", by=w.quality, now=LATER)
    again = quarter.sample.cases.exclude(pk=left.pk).get()
    handling_reviews.score(again, dict.fromkeys(CODES, "0"), "", by=w.quality, now=LATER)
    handling_reviews.conclude(quarter.sample, "都不好", by=w.quality, now=LATER)
    Complaint.objects.filter(pk=again.complaint_id).update(responsible_department=w.warehouse)
    report = Report.objects.get(pk=quarter.report.pk)
    assert recompute(report.content).differences == []
    now = handling_review_of(stretch_of(QUARTER), LATER)
    assert (now["scored"], now["percent"], now["is_concluded"]) == (2, 0.0, True)


def test_tampering_with_either_is_found(quarter):
    content = json.loads(canonical(quarter.report.content))
    next(row for row in content["figures"]["cost"]["rows"] if row["code"] == "net")["quarter"] = "1.00"
    content["figures"]["handling_review"]["scored"] = 2
    found = {row.path: (row.before, row.after) for row in recompute(content).differences}
    assert found == {
        ("cost", "rows", "net", "quarter"): ("1.00", "590.00"),
        ("handling_review", "scored"): (2, 1),
    }


def test_numbers_open_the_cases_and_the_sample_they_speak_of(quarter, client):
    client.force_login(quarter.w.quality)
    page = client.get(reverse("admin:report", args=[quarter.report.pk])).content.decode()
    addresses = {part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]}
    assert reverse("admin:handling_review", args=[quarter.sample.pk]) in addresses
    found = {}
    for address in addresses:
        if address.startswith(reverse("admin:cost_cases")):
            context = client.get(address).context
            asked = context["asked"]
            found[asked.figure, str(asked.first), str(asked.last)] = [row["value"] for row in context["page"]]
    assert found == {
        ("hours", "2026Q1", "2026Q1"): [90],
        ("hours", "2025Q1", "2025Q1"): [30],
        ("hours", "2026-01", "2026Q1"): [90],
        ("labour", "2026Q1", "2026Q1"): [90 * 60],
        ("labour", "2025Q1", "2025Q1"): [30 * 60],
        ("labour", "2026-01", "2026Q1"): [90 * 60],
    }


def of_before(content):
    """The content as it was made before reports had these chapters."""
    old = json.loads(canonical(content))
    assert (old["format"], FORMAT) == (2, 2)
    old["format"] = 1
    for name in ("cost", "handling_review"):
        del old["figures"][name]
    for name in ("further_definitions", "checklist"):
        del old[name]
    old["sentences"] = [row for row in old["sentences"] if row["code"].split(".")[0] not in {"cost", "handling_review"}]
    return old


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_reports_from_before_are_printed_as_they_were(quarter, language):
    with translation.override(language):
        now = [section.code for section in Chapters(quarter.report.content).sections()]
        before = Chapters(of_before(quarter.report.content)).sections()
    assert [section.code for section in before] == [code for code in now if code not in {"cost", "handling_review"}]
    chapters = [section.number for section in before if not section.is_below]
    assert chapters == [str(number) for number in range(1, len(chapters) + 1)]


def test_reports_from_before_are_recomputed_to_the_same(quarter):
    old = of_before(quarter.report.content)
    assert recompute(old).differences == []


def test_a_department_with_enough_cases_is_named_and_the_mean_has_its_interval(quarter, monkeypatch):
    monkeypatch.setattr("reporting.queries.reports.handling.ENOUGH", 1)
    assert ENOUGH > 1
    kept = handling_review_of(stretch_of(QUARTER), NOW)
    assert [(row["department"], row["cases"]) for row in kept["departments"]] == [(str(quarter.w.workshop.pk), 1)]
    other = quarter.sample.cases.get(scored_at=None)
    handling_reviews.score(other, dict.fromkeys(CODES, "1"), "", by=quarter.w.quality, now=LATER)
    kept = handling_review_of(stretch_of(QUARTER), LATER)
    assert kept["low"] == kept["high"] == kept["percent"] == pytest.approx((85 + 50) / 2), "all there are were scored"
