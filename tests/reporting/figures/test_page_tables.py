"""Any table of a page as a file: what one reads there, all rows, and lists of cases on record. (RP-1, AU-3)"""

import csv
import io
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import reverse

from complaints.models import Complaint, ExportRecord
from reporting.admin import page_tables
from reporting.admin.page_tables import page_of, with_files

PAGE = """
<h2>no table</h2><table data-file="other"><tr><th>no</th></tr></table>
<table class="data" data-file="wanted"><caption>Said before</caption>
 <thead><tr><th scope="col">Name</th><th class="number">Cases</th><th class="number">Sum</th><th></th></tr></thead>
 <tbody>
  <tr><th scope="row"><a href="/x/">甲 &amp; 乙</a><br><span class="small">below</span></th>
   <td class="number">1,234</td><td class="number">¥-5.50</td>
   <td><form action="."><button>Take back</button></form><svg><use href="#i"/></svg></td></tr>
  <tr><td colspan="2">=1+1</td><td class="number">12 %</td><td>–</td></tr>
 </tbody></table>
<table data-file="after"><tr><td>no</td></tr></table>
"""


@pytest.fixture
def w(organisation):
    """The small organisation with six complaints."""
    return organisation[0]


class Site:
    """Nothing of the site is asked."""


def shown(title="Any: page", text=PAGE):
    """A view of that page."""

    def view(request, site):
        return TemplateResponse(request, engines["django"].from_string(text), {"title": title})

    return view


def taken(view, request):
    """The rows of the file."""
    answer = view(request, Site())
    with answer.file_to_stream:  # closing the answer itself would end the request, and with it the transaction
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_file_has_what_one_reads(rf):
    rows = taken(with_files()(shown()), rf.get("/", {"table": "wanted", "format": "csv"}))
    assert rows == [
        ["Name", "Cases", "Sum", ""],
        ["甲 & 乙 below", "1234", "-5.5", ""],
        ["'=1+1", "", "12 %", "–"],
    ]


def test_without_a_table_the_page_is_the_page(rf):
    view = shown()
    assert isinstance(with_files()(view)(rf.get("/"), Site()), TemplateResponse)
    refused = HttpResponse(status=403)
    assert with_files()(lambda *_given: refused)(rf.get("/", {"table": "x"}), Site()) is refused
    for wrong in ({"table": "none", "format": "csv"}, {"table": "wanted", "format": "exe"}):
        with pytest.raises(Http404):
            with_files()(view)(rf.get("/", wrong), Site())


@pytest.mark.django_db
@pytest.mark.usefixtures("w")
def test_a_list_is_cut_into_pages_and_whole_in_a_file(rf, monkeypatch):
    rows = Complaint.objects.order_by("pk")
    assert len(page_of(rf.get("/"), rows, 2)) == 2
    assert len(page_of(rf.get("/", {"p": 2}), rows, 4)) == 2
    assert len(page_of(rf.get("/", {"table": "x", "p": 3}), rows, 2)) == 6
    monkeypatch.setattr(page_tables, "MOST", 4)
    with pytest.raises(page_tables.TooManyRowsError):
        page_of(rf.get("/", {"table": "x"}), rows, 2)


@pytest.mark.django_db
def test_a_list_of_cases_is_put_on_record(rf, w):
    view = with_files(cases=["wanted"])(shown())
    request = rf.get("/somewhere/", {"table": "wanted", "format": "csv", "period": "2026"})
    request.user = w.quality
    assert len(taken(view, request)) == 3
    kept = ExportRecord.objects.get()
    assert (kept.user, kept.rows, kept.filter) == (
        w.quality,
        2,
        {"page": "/somewhere/?period=2026", "table": "wanted"},
    )
    request.user = w.people["administrator"]
    with pytest.raises(PermissionDenied):
        view(request, Site())
    assert ExportRecord.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["record_quality", "handling_reviews", "policy_reviews", "warnings", "exposures", "cost_entries"]
)
def test_every_link_of_a_page_leads_to_its_table(client, w, name):
    client.force_login(w.quality)
    address = reverse(f"admin:{name}")
    page = client.get(address).text
    codes = set(re.findall(r"[?&;]table=([\w-]+)", page))
    assert codes == set(re.findall(r'data-file="([\w-]+)"', page))
    for code in codes:
        file = client.get(address, {"table": code, "format": "xlsx"})
        assert b"".join(file.streaming_content).startswith(b"PK")
