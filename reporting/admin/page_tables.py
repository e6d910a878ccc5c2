"""Any table of a page as a file: what the page shows, with all its rows. (RP-1)

A page names each table that can be taken away (`<table data-file="…">`, `{% table_file "…" %}`); its view is wrapped by
`with_files`, and its lists are cut into pages by `page_of`. Tables with too many rows for a page have files of their
own, written row by row.
"""

import re
from collections.abc import Callable, Collection
from functools import wraps
from html.parser import HTMLParser
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.admin.access import person_of
from complaints.services.exporting import record_export, require_exporter
from reporting.admin.files import table_file

#: Rows of a list that a page is made of at once for a file.
MOST = 20_000
#: What no spreadsheet takes in the name of a sheet, nor a folder in that of a file.
_UNNAMED = re.compile(r"[\[\]:*?/\\]+")
_NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")
#: Not part of what a cell says.
_SILENT = frozenset({"script", "svg", "form", "button", "select", "option", "textarea"})
_VOID = frozenset({"br", "img", "input", "col", "hr", "meta", "link", "use", "path"})

View = Callable[..., HttpResponseBase]


class TooManyRowsError(Exception):
    """A list is too long to be taken away from its page."""


def page_of(request: HttpRequest, rows: Any, per_page: int, *, count: int | None = None) -> Page:
    """The page of a list that is asked for; all of it where a file is. `count` where it is known already."""
    count = rows.count() if count is None else count
    if is_for_file(request):
        if count > MOST:
            raise TooManyRowsError(count)
        per_page = max(count, 1)
    pages = Paginator(rows, per_page)
    pages.count = count
    return pages.get_page(1 if is_for_file(request) else request.GET.get("p"))


def is_for_file(request: HttpRequest) -> bool:
    """The page is made to take one of its tables away: lists are not cut short."""
    return "table" in request.GET


def with_files(*, cases: Collection[str] = ()) -> Callable[[View], View]:
    """Let the tables of a page be taken away: `?table=…&format=xlsx`.

    Those named in `cases` list complaints: only who may export takes them, and that they were taken is put on record.
    """

    def wrapping(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, site: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            code = request.GET.get("table")
            if code is None or request.method != "GET":
                return view(request, site, *args, **kwargs)
            try:
                page = view(request, site, *args, **kwargs)
            except TooManyRowsError:
                messages.error(
                    request, _("The list has more than %(most)s rows. Narrow it first.") % {"most": f"{MOST:,}"}
                )
                return redirect(_without_table(request))
            if not isinstance(page, TemplateResponse) or page.context_data is None:
                return page
            return _file(request, page, code, is_of_cases=code in cases)

        return answer

    return wrapping


def _without_table(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name in ("table", "format"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _file(request: HttpRequest, page: TemplateResponse, code: str, *, is_of_cases: bool) -> HttpResponseBase:
    now, format_code = timezone.now(), request.GET.get("format", "")
    if is_of_cases:
        require_exporter(person_of(request), now)
    reader = _Reader(code)
    reader.feed(page.render().content.decode())
    if not reader.rows:
        raise Http404
    headings, *lines = reader.rows
    title = (page.context_data or {}).get("title", "")
    stem = " ".join(_UNNAMED.sub(" ", str(title)).split()) or code
    response = table_file(stem, format_code, [str(heading) for heading in headings], lines)
    if is_of_cases:
        said = {"page": _without_table(request), "table": code}
        record_export(person_of(request), format_code=format_code, filtered=said, rows=len(lines), now=now)
    return response


class _Reader(HTMLParser):
    """The rows of one table of a page, as one reads them."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code
        self.rows: list[list[Any]] = []
        self._is_inside = False
        #: Text of the cell being read, its classes, and how many columns it takes.
        self._cell: list[str] | None = None
        self._is_number, self._span = False, 1
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._is_inside = given.get("data-file") == self.code
        if not self._is_inside or tag in _VOID:
            return
        classes = (given.get("class") or "").split()
        if self._silent or tag in _SILENT or "file-links" in classes:
            self._silent.append(tag)
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self._cell, self._is_number = [], "number" in classes
            self._span = int(given.get("colspan") or 1)
        elif self._cell is not None:
            self._cell.append(" ")

    def handle_data(self, data: str) -> None:
        if self._is_inside and not self._silent and self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if not self._is_inside or tag in _VOID:
            return
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
        elif tag == "table":
            self._is_inside = False
        elif tag in {"td", "th"} and self._cell is not None:
            text = " ".join("".join(self._cell).split())
            self.rows[-1] += [_value(text, is_number=self._is_number), *[""] * (self._span - 1)]
            self._cell = None


def _value(text: str, *, is_number: bool) -> Any:
    """A number where the cell holds one and nothing else but its unit of money."""
    plain = text.replace("¥", "").replace(" ", "")
    if not is_number or not _NUMBER.fullmatch(plain):
        return text
    number = plain.replace(",", "").replace("−", "-")
    return float(number) if "." in number else int(number)
