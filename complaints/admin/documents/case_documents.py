"""Pages of the documents of one case. Every one begins with what the person may see. (AU-4, WF-2, WF-14, WF-16)"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from complaints.admin.documents.showing import open_page, show
from complaints.documents import case_forms
from complaints.documents.whole_file import whole_file


def registration_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Complaint registration form 投诉登记表."""
    page = open_page(request, pk)
    return show(site, request, lambda: case_forms.registration(page), complaint=page.complaint)


def file_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """The whole file 案卷."""
    page = open_page(request, pk)
    return show(site, request, lambda: whole_file(page), complaint=page.complaint)


def sheet_page(request: HttpRequest, site: Any, pk: int, row: int) -> HttpResponse:
    """Work contact sheet 工作联系单."""
    page = open_page(request, pk)
    sheet = _one(page.sheets, row)
    return show(site, request, lambda: case_forms.contact_sheet(page, sheet), complaint=page.complaint)


def handling_page(request: HttpRequest, site: Any, pk: int, row: int) -> HttpResponse:
    """Complaint handling sheet 投诉处理单."""
    page = open_page(request, pk)
    line = next((line for line in page.plans if line.plan.pk == row), None)
    if line is None:
        raise Http404
    # The remedies in words are of the page's language; the document may be of another.
    return show(
        site,
        request,
        lambda: case_forms.handling_sheet(page, case_forms.in_words(line.plan)),
        complaint=page.complaint,
    )


def opinion_page(request: HttpRequest, site: Any, pk: int, row: int) -> HttpResponse:
    """Written opinion on an unfounded complaint."""
    page = open_page(request, pk)
    finding = _one(page.findings, row)
    return show(site, request, lambda: case_forms.written_opinion(page, finding), complaint=page.complaint)


def _one(rows: Any, key: int) -> Any:
    for row in rows:
        if row.pk == key:
            return row
    raise Http404
