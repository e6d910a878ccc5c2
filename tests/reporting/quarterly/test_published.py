"""What is published stays: after the cases changed, against the database, on paper, in the workbook. (RP-1, RP-6)"""

import io
import json
import shutil
import subprocess
from datetime import timedelta

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from complaints.models import Category, Complainant, Complaint
from complaints.models.standing import standing_of
from reporting.documents.quarterly import workbook
from reporting.documents.quarterly.paper import as_html, as_pdf
from reporting.documents.quarterly.parts import Behind, Plan, Table
from reporting.documents.quarterly.sections import Chapters
from reporting.models import Report, ReportDrawing
from reporting.periods import Period
from reporting.queries.behind import Asked, Which, behind
from reporting.queries.reports.content import canonical, digest_of
from reporting.queries.reports.differences import cells, differences, recompute
from reporting.queries.reports.naming import LANGUAGES
from reporting.services import facts
from reporting.tallies import Dimension
from tests.pages import assert_proper
from tests.reporting.quarterly.quarters import NOW, QUARTER

pytestmark = pytest.mark.django_db
READERS = ["quality", "executive", "auditor"]


def figures_of(content):
    return dict(cells(content["figures"]))


def figure_sheet(report, language="en"):
    """The last sheet of the workbook: every figure by its place."""
    target = io.BytesIO()
    with translation.override(language):
        workbook.write(report, target)
    target.seek(0)
    book = openpyxl.load_workbook(target)
    rows = book.worksheets[-1].iter_rows(min_row=2, values_only=True)
    return dict(rows), book


# --- What it says ----------------------------------------------------------------------------------------------------


def test_the_whole_is_counted(quarter):
    content = quarter.report.content
    rows = {row["code"]: row for row in content["figures"]["key_figures"]}
    counted = {code: rows[code]["quarter"]["value"] for code in ("received", "reopened", "closed", "withdrawn")}
    assert counted == {"received": 6, "reopened": 1, "closed": 2, "withdrawn": 1}
    assert (rows["received"]["previous"]["value"], rows["received"]["year_ago"]["value"]) == (1, 1)
    resolved = rows["resolution"]["quarter"]
    assert (resolved["part"], resolved["whole"]) == (1, 2)
    assert content["figures"]["unresolved"] == {"continued": 0, "came_up_again": 1, "handled": 2}
    assert content["figures"]["open_at_end"]["count"] == 4
    borne = {
        (row["kind"], share): kept["rounds"]
        for row in content["figures"]["responsibility"]
        for share, kept in row["quarter"].items()
    }
    assert borne == {("supplier", "primary"): 1, ("department", "secondary"): 1}


def test_no_sentence_without_a_figure_in_any_language(quarter):
    for sentence in quarter.report.content["sentences"]:
        assert set(sentence["texts"]) == set(LANGUAGES)
        for text in sentence["texts"].values():
            assert any(sign.isdigit() for sign in text), text
            assert "%(" not in text


def test_the_digest_is_of_the_canonical_bytes_and_these_of_what_is_kept(quarter):
    report = Report.objects.get(pk=quarter.report.pk)
    assert report.sha256 == digest_of(report.content) == digest_of(json.loads(canonical(report.content)))


# --- It stays --------------------------------------------------------------------------------------------------------


def test_nothing_of_it_changes_when_cases_do(quarter):
    """Reopened, classified anew, with other personal data, of a category renamed: the same bytes and figures."""
    before, sheet = canonical(quarter.report.content), figure_sheet(quarter.report)[0]
    with translation.override("zh-hans"):
        paper = as_html(quarter.report, "zh-hans")
    later = NOW + timedelta(days=30)
    w = quarter.w
    quarter.closed.c.refresh_from_db()
    w.act(quarter.closed.c, "reopen", w.handler, now=later, reason="又坏了")
    w.act(quarter.open.c, "classify", w.handler, now=later, category=quarter.other, severity="urgent",
          difficulty="complex", reason="重新评估")  # fmt: skip
    Complainant.objects.filter(complaints=quarter.reopened.c).update(name="", phone="")
    Category.objects.filter(pk=w.category.pk).update(names={"zh-hans": "改名", "en": "Renamed"})
    facts.refresh(later)
    report = Report.objects.get(pk=quarter.report.pk)
    assert canonical(report.content) == before
    assert digest_of(report.content) == report.sha256
    assert figure_sheet(report)[0] == sheet
    with translation.override("zh-hans"):
        assert as_html(report, "zh-hans") == paper
    found = recompute(report.content)
    assert (found.cells, found.differences) == (len(figures_of(report.content)), [])


TAMPERING = [
    "UPDATE reporting_report SET content = '{}' WHERE id = %s",
    "UPDATE reporting_report SET sha256 = 'x' WHERE id = %s",
    "UPDATE reporting_report SET status = 'draft', published_at = NULL, published_by_id = NULL WHERE id = %s",
    "UPDATE reporting_report SET as_of = made_at, edition = 7 WHERE id = %s",
    "DELETE FROM reporting_report WHERE id = %s",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_database_refuses_to_change_it(quarter, statement):
    ReportDrawing.objects.all().delete()
    refused = "published report is never changed" if statement.startswith("UPDATE") else "never deleted"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [quarter.report.pk])
    assert digest_of(Report.objects.get(pk=quarter.report.pk).content) == quarter.report.sha256


def test_recomputing_lists_every_cell_that_differs(quarter):
    content = json.loads(canonical(quarter.report.content))
    row = next(row for row in content["figures"]["key_figures"] if row["code"] == "closed")
    row["quarter"]["value"] = 3
    content["figures"]["open_at_end"]["by"].clear()
    found = recompute(content)
    by = quarter.report.content["figures"]["open_at_end"]["by"]
    expected: dict = {("key_figures", "closed", "quarter", "value"): (3, 2)}
    expected |= {("open_at_end", "by", key): (None, count) for key, count in by.items()}
    assert {row.path: (row.before, row.after) for row in found.differences} == expected


def test_rows_are_held_against_each_other_by_what_they_are_about():
    before = {"rows": [{"key": "a", "count": 1}, {"key": "b", "count": 2}]}
    after = {"rows": [{"key": "b", "count": 2}, {"key": "a", "count": 1}, {"key": "c", "count": 3}]}
    assert {row.path for row in differences(before, after)} == {("rows", "c", "count"), ("rows", "c", "key")}


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [(12, 12, True), (12, 13, False), (100000, 100001, False), (458.882, 458.881, True), (45.8882, 45.9, False),
     (None, 0, False), (0, False, False), ("a", "b", False), (1.0, None, False)],
)  # fmt: skip
def test_counts_are_held_to_the_letter_and_approximations_to_their_last_digit(before, after, is_same):
    assert (differences({"x": before}, {"x": after}) == []) == is_same


# --- Figures and their lists -----------------------------------------------------------------------------------------


def counts_with_lists(content):
    """Every count of the report that has a list, and the list."""
    for section in Chapters(content).sections():
        for part in section.parts:
            if not isinstance(part, Table):
                continue
            for cell in (cell for row in part.rows for cell in row):
                if cell.behind is not None and cell.behind.of == Behind.ROUNDS:
                    yield cell.behind, int(cell.beside.split("/")[0].replace(",", "")) if cell.beside else cell.value
                if cell.behind_beside is not None:
                    yield cell.behind_beside, int(cell.beside.split("/")[1].replace(",", ""))


@pytest.mark.parametrize("reader", READERS)
def test_every_count_is_the_length_of_its_list(quarter, reader):
    report, standing = quarter.report, standing_of(getattr(quarter.w, reader))
    zone = timezone.get_default_timezone()
    found, hidden = set(), 0
    for wanted, count in set(counts_with_lists(report.content)):
        period = Period.parse(report.content["periods"][wanted.period]["code"])
        moment = report.as_of.replace(microsecond=0)
        asked = Asked(wanted.figure, Which(wanted.which), period, Dimension(wanted.dimension), wanted.key, moment)
        listed = behind(asked, zone, standing)
        assert (listed.count, listed.visible + listed.hidden) == (count, count), wanted
        assert len(listed.rows) == listed.visible
        hidden += listed.hidden
        found.add((wanted.figure, wanted.dimension))
    assert {("received", "all"), ("timely_response", "all"), ("received", "category"), ("closed", "severity")} <= found
    assert (hidden > 0) == (reader != "auditor")


# --- Its forms -------------------------------------------------------------------------------------------------------


def test_the_workbook_says_what_the_content_says(quarter):
    sheet, book = figure_sheet(quarter.report)
    expected = {" / ".join(path): value for path, value in cells(quarter.report.content["figures"])}
    assert {place: value for place, value in sheet.items() if value is not None} == {
        place: value for place, value in expected.items() if value not in (None, "")
    }
    assert len(book.worksheets) == 18
    everything = [cell.value for row in book["Key figures"].iter_rows() for cell in row]
    assert {6, 1, 2} <= set(everything)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_holds_the_figures_in_real_letters(quarter, language, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    with translation.override(language):
        written = as_pdf(quarter.report, language)
    (tmp_path / "it.pdf").write_bytes(written)
    arguments = ["pdftotext", "-layout", "-enc", "UTF-8", str(tmp_path / "it.pdf"), "-"]
    text = subprocess.run(arguments, capture_output=True, check=True).stdout.decode()
    squeezed = "".join(text.split())
    for sentence in quarter.report.content["sentences"]:
        assert "".join(sentence["texts"][language].split()) in squeezed
    for definition in quarter.report.content["definitions"]:
        assert definition["label"][language].replace(" ", "") in squeezed
    assert "总公司" in text or language == "en"
    assert "某供应商" in text
    assert "\ufffd" not in text
    assert quarter.report.sha256[:40] in squeezed
    fonts = subprocess.run(["pdffonts", str(tmp_path / "it.pdf")], capture_output=True, check=True).stdout.decode()
    assert "CJK" in fonts
    assert all(line.split()[-5] == "yes" for line in fonts.splitlines()[2:])  # every font is embedded


def test_charts_are_drawn_in_every_language_with_identifiers_of_their_own(quarter):
    drawn: dict[str, dict[str, str]] = {}
    for row in ReportDrawing.objects.filter(report=quarter.report, sha256=quarter.report.sha256):
        drawn.setdefault(row.language, {})[row.code] = row.svg
    assert set(drawn) == set(LANGUAGES)
    assert set(drawn["en"]) == {"course", "departments", "grades", "responsibility", "areas"}
    for charts in drawn.values():
        identifiers = [part.split('"')[0] for svg in charts.values() for part in svg.split(' id="')[1:]]
        assert len(identifiers) == len(set(identifiers))
        assert all("style=" not in svg and "<title>" in svg for svg in charts.values())


# --- The page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [*READERS, "head", "workshop_head"])
def test_the_page_links_counts_for_who_reads_figures(quarter, client, reader):
    client.force_login(getattr(quarter.w, reader))
    response = client.get(reverse("admin:report", args=[quarter.report.pk]))
    assert_proper(response)
    page = response.content.decode()
    assert ("/figures/cases/?" in page) == (reader in READERS)
    assert page.count("<svg") >= 5
    assert quarter.report.sha256 in page
    assert 'name="seen"' not in page  # nothing more can be done with it


def test_a_count_opens_its_list(quarter, client):
    client.force_login(quarter.w.quality)
    page = client.get(reverse("admin:report", args=[quarter.report.pk])).content.decode()
    address = next(part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/figures/cases/?"))
    address = address.replace("&amp;", "&")
    answer = client.get(address, headers={"accept-language": "en"})
    assert_proper(answer)
    assert reverse("admin:report", args=[quarter.report.pk]) in answer.text
    assert "The list shows what the records say now" in answer.text
    for wrong in ("0", "x"):
        assert client.get(address.replace(f"report={quarter.report.pk}", f"report={wrong}")).status_code == 404


def test_a_line_of_the_plan_opens_the_form_of_a_measure_filled_in(quarter, client):
    lines = [
        line
        for s in Chapters(quarter.report.content).sections()
        for p in s.parts
        if isinstance(p, Plan)
        for line in p.lines
    ]
    assert [line.origin for line in lines] == [f"{QUARTER} · {number}" for number in range(1, len(lines) + 1)]
    client.force_login(quarter.w.quality)
    page = client.get(reverse("admin:report", args=[quarter.report.pk])).content.decode()
    addresses = [part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]]
    demands = [address for address in addresses if address.startswith(reverse("admin:measure_demand"))]
    assert len(demands) == len(lines)
    for address, line in zip(demands, lines, strict=True):
        form = client.get(address).context["form"]
        assert form.initial["origin"] == line.origin
        assert form.notes == []
        assert set(line.asked) <= set(form.initial)


@pytest.mark.parametrize(("format_code", "kind"), [("json", "application/json"), ("xlsx", "spreadsheetml")])
def test_files_are_downloads(quarter, client, format_code, kind):
    client.force_login(quarter.w.auditor)
    response = client.get(reverse("admin:report_file", args=[quarter.report.pk]), {"format": format_code})
    assert kind in response["Content-Type"]
    assert response["Content-Disposition"].startswith("attachment")
    content = b"".join(response)
    if format_code == "json":
        assert content == canonical(quarter.report.content)
    assert client.get(reverse("admin:report_file", args=[quarter.report.pk]), {"format": "exe"}).status_code == 404


def test_cases_are_not_named(quarter):
    """No number, subject or person of any complaint stands in it."""
    text = canonical(quarter.report.content).decode()
    for number, subject in Complaint.objects.values_list("number", "subject"):
        assert number not in text
        assert subject not in text
    assert "张三" not in text
