"""The pages of figures: every number is the length of the list behind it, for every reader, at a steady cost.

(RP-1, RP-3, AU-4)
"""

import csv
import html
import io
import re
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from complaints.models import Complaint, ExportRecord
from complaints.models.standing import standing_of
from reporting.admin import figures as pages
from reporting.definitions import DEFINITIONS, Basis
from reporting.models import CaseFact, Cell, FactsState, StaleQuarter
from reporting.periods import Period, Span
from reporting.queries.behind import behind, within
from reporting.services.facts import count_stale
from tests.pages import assert_proper
from tests.reporting.figures.facts_for_tests import EDGES, ZONE, keep, some_facts

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 2, 1, 9, 30, tzinfo=ZONE)
FIGURES, CASES, FILE = "admin:figures", "admin:figure_cases", "admin:figures_file"
LINK = re.compile(r'<a href="(/figures/cases/\?[^"]*)">([\d,]+)</a>')
READERS = ["quality", "executive", "auditor"]
QUERIES = 16


@pytest.fixture(autouse=True)
def in_february(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(scope="module")
def drawn(organisation):
    """Facts of every complaint, and one of a single complaint."""
    _world, complaints, keys = organisation
    return some_facts(complaints, keys), some_facts(complaints[:1], keys)[:1]


@pytest.fixture
def w(organisation, drawn):
    """The facts are kept and counted."""
    keep(drawn[0])
    count()
    return organisation[0]


def count():
    """Count every quarter that there could be anything in."""
    Cell.objects.all().delete()
    FactsState.objects.update_or_create(pk=1, defaults={"known_at": NOW})
    quarters = {Period.of(edge.date() + timedelta(days=days), Span.QUARTER) for edge in EDGES for days in (-1, 0, 200)}
    quarters |= {quarter.next for quarter in quarters}
    StaleQuarter.objects.bulk_create([StaleQuarter(first=quarter.first) for quarter in quarters])
    count_stale()


def numbers(client, person, **asked):
    """Every count of the page with the address behind it."""
    client.force_login(person)
    answer = client.get(reverse(FIGURES), asked)
    assert_proper(answer)
    return [(int(count.replace(",", "")), html.unescape(address)) for address, count in LINK.findall(answer.text)]


@pytest.mark.parametrize("name", READERS)
def test_every_number_is_the_length_of_the_list_behind_it(client, rf, w, name):
    standing, seen = standing_of(w.people[name]), 0
    periods = {"quarter": "2026Q3", "month": "2026-09", "half": "2026H2", "year": "2026"}
    for (_span, period), by in zip(periods.items(), ["category", "department", "product", "handler"], strict=True):
        for count, address in numbers(client, w.people[name], period=period, by=by):
            found = behind(pages._asked(rf.get(address)), ZONE, standing)
            assert (found.count, found.visible + found.hidden) == (count, count), address
            seen += 1
    assert seen > 100


def test_the_list_shows_what_one_may_open_and_says_how_many_others_there_are(client, w):
    """Six complaints, of which two are confidential: the auditor opens all, the quality department four."""
    found = {}
    for name in READERS:
        client.force_login(w.people[name])
        asked = {"figure": "received", "period": "2026", "which": "part"}
        answer = client.get(reverse(CASES), asked, headers={"accept-language": "en"})
        assert_proper(answer)
        shown = {line["fact"].complaint_id for line in answer.context["lines"]}
        expected = Complaint.objects.visible_to(w.people[name]).values_list("pk", flat=True)
        begun = CaseFact.objects.filter(round=1, received_at__gte=EDGES[-1], received_at__lt=EDGES[-2])
        assert shown == set(begun.filter(complaint__in=expected).values_list("complaint_id", flat=True))
        assert answer.context["found"].count == begun.count()
        said = answer.context["found"].hidden
        assert ("you may not open" in answer.text) == (said > 0)
        found[name] = (len(shown), said)
    assert found["auditor"][1] == 0
    assert found["quality"][1] > 0
    assert sum(found["quality"]) == sum(found["auditor"])


def test_a_page_shows_every_definition_with_its_formula(client, w):
    client.force_login(w.auditor)
    for address in (reverse(FIGURES), reverse("admin:definitions")):
        with translation.override("en"):
            text = html.unescape(client.get(address, headers={"accept-language": "en"}).text)
            for definition in DEFINITIONS.values():
                for said in (definition.label, definition.formula, definition.treatment, definition.source):
                    assert str(said) in text, (address, definition.code)


@pytest.mark.parametrize("asked", [{"period": "2026Q5"}, {"period": "x"}, {"period": "2026W35"}, {"by": "colour"}])
def test_what_makes_no_sense_is_not_found(client, w, asked):
    client.force_login(w.auditor)
    assert client.get(reverse(FIGURES), asked).status_code == 404
    assert client.get(reverse(FILE), asked).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"figure": "nothing"},
        {"figure": "received", "which": "whole"},
        {"which": "both"},
        {"by": "category", "key": "0"},
        {"by": "category", "key": "x"},
        {"by": "handler", "key": "x"},
        {"by": "cube", "key": "1/2/general"},
        {"at": "soon"},
        {"at": "9" * 30},
        {"period": ""},
    ],
)
def test_a_list_that_makes_no_sense_is_not_found(rf, client, w, wrong):
    client.force_login(w.auditor)
    asked = {"figure": "received", "period": "2026", "which": "part"} | wrong
    assert client.get(reverse(CASES), asked).status_code == 404
    with pytest.raises((Http404, ValueError)):
        behind(pages._asked(rf.get("/", asked)), ZONE, standing_of(w.auditor))


def test_only_readers_read(client, w):
    for name in ("handler", "head", "liaison", "intake", "legal", "administrator"):
        client.force_login(w.people[name])
        for page in (FIGURES, FILE, "admin:definitions"):
            assert client.get(reverse(page)).status_code == 403, (name, page)
        asked = {"figure": "received", "period": "2026", "which": "part"}
        assert client.get(reverse(CASES), asked).status_code == 403, name


def test_by_default_the_last_quarter_that_is_over(client, w):
    client.force_login(w.auditor)
    choice = client.get(reverse(FIGURES)).context["choice"]
    assert (choice.period.code, choice.previous, choice.next, choice.is_running) == (
        "2026Q4",
        "2026Q3",
        "2027Q1",
        False,
    )
    choice = client.get(reverse(FIGURES), {"period": "2027-02"}).context["choice"]
    assert (choice.next, choice.is_running) == ("", True)
    assert [code for _label, code, _is_current in choice.spans] == ["2027-02", "2027Q1", "2027H1", "2027"]


def test_the_files_say_what_the_page_says(client, w):
    client.force_login(w.quality)
    for by in ("", "product"):
        asked = {"period": "2026", "by": by}
        text = b"".join(client.get(reverse(FILE), asked | {"format": "csv"}).streaming_content)
        assert text.startswith("\ufeff".encode())
        lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
        book = b"".join(client.get(reverse(FILE), asked | {"format": "xlsx"}).streaming_content)
        sheet = openpyxl.load_workbook(io.BytesIO(book)).active
        assert sheet is not None
        rows = [["" if value is None else value for value in row] for row in sheet.iter_rows(values_only=True)]
        assert [[_number(value) for value in line] for line in lines] == [[_number(value) for value in r] for r in rows]
        expected = (
            len(DEFINITIONS) if not by else len(client.get(reverse(FIGURES), asked).context["tables"][0]["lines"])
        )
        assert len(lines) >= 1 + expected
    assert client.get(reverse(FILE), {"format": "exe"}).status_code == 404


def test_the_quarter_told_apart_adds_up_to_the_whole(client, w):
    client.force_login(w.quality)
    asked = {"period": "2026Q3", "by": "cube", "format": "csv"}
    text = b"".join(client.get(reverse(FILE), asked).streaming_content).decode("utf-8-sig")
    headings, *lines = csv.reader(io.StringIO(text))
    assert len(headings) == 9
    began = CaseFact.objects.filter(within(Period.parse("2026Q3"), Basis.BEGUN, ZONE)).count()
    ended = CaseFact.objects.filter(within(Period.parse("2026Q3"), Basis.ENDED, ZONE)).count()
    assert (sum(int(line[3]) for line in lines), sum(int(line[4] or 0) for line in lines)) == (began, ended)
    assert len({tuple(line[:3]) for line in lines}) == len(lines) > 1
    assert client.get(reverse(FILE), asked | {"period": "2026"}).status_code == 404


@pytest.mark.parametrize("name", READERS)
def test_the_list_as_a_file_has_what_one_may_open_and_is_on_record(client, w, name):
    client.force_login(w.people[name])
    asked = {"figure": "received", "period": "2026", "which": "part", "by": "product", "key": ""}
    found = client.get(reverse(CASES), asked).context["found"]
    address = f"{reverse('admin:figure_cases_file')}?{urlencode(asked)}"
    for code in ("csv", "xlsx"):
        answer = client.post(address, {"format": code}, headers={"accept-language": "en"})
        content = b"".join(answer.streaming_content)
        if code == "csv":
            numbers = [line[0] for line in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:]
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(content)).active
            assert sheet is not None
            numbers = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert numbers == list(found.rows.values_list("complaint__number", flat=True))
        assert len(numbers) == found.visible > 0
    kept = ExportRecord.objects.filter(user=w.people[name]).values_list("format", "rows", "filter")
    said = {"figure": "received", "which": "part", "period": "2026", "product": ""}
    assert sorted(kept) == [("csv", found.visible, said), ("xlsx", found.visible, said)]


def test_no_file_of_a_list_without_leave_or_sense(client, w):
    asked = {"figure": "received", "period": "2026", "which": "part"}
    address = reverse("admin:figure_cases_file")
    client.force_login(w.quality)
    for wrong in ({"figure": "x"}, {"which": "whole"}, {"period": "x"}, {"by": "handler", "key": "x"}):
        assert client.post(f"{address}?{urlencode(asked | wrong)}", {"format": "csv"}).status_code == 404
    assert client.post(f"{address}?{urlencode(asked)}", {"format": "exe"}).status_code == 404
    assert client.get(f"{address}?{urlencode(asked)}").status_code == 405
    client.force_login(w.people["handler"])
    assert client.post(f"{address}?{urlencode(asked)}", {"format": "csv"}).status_code == 403
    assert not ExportRecord.objects.exists()


def _number(value):
    try:
        return float(value)
    except ValueError:
        return value


def test_no_text_in_a_file_is_a_formula(client, w):
    CaseFact.objects.filter(round=1).update(product='=HYPERLINK("http://x")')
    count()
    client.force_login(w.quality)
    text = b"".join(client.get(reverse(FILE), {"period": "2026", "by": "product", "format": "csv"}).streaming_content)
    cells = [cell for line in csv.reader(io.StringIO(text.decode("utf-8-sig"))) for cell in line]
    assert '\'=HYPERLINK("http://x")' in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def test_the_cost_does_not_grow(client, drawn, w):
    client.force_login(w.auditor)
    asked = {"period": "2026", "by": "category"}
    behind_it = {"figure": "received", "period": "2026", "which": "part"}
    client.get(reverse(FIGURES), asked)
    many = [_queries(client, FIGURES, asked), _queries(client, CASES, behind_it)]
    keep(drawn[1])
    count()
    few = [_queries(client, FIGURES, asked), _queries(client, CASES, behind_it)]
    assert few == many
    assert max(many) <= QUERIES


def _queries(client, page, asked):
    with CaptureQueriesContext(connection) as made:
        assert client.get(reverse(page), asked).status_code == 200
    return len(made)


def test_every_link_stays_on_the_site(client, w):
    for _count, address in numbers(client, w.auditor, period="2026"):
        assert urlsplit(address).netloc == ""
