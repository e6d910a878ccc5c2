"""One document as an answer: a page, or a PDF, in the language asked for."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import get_language

from complaints.admin.access import standing_for
from complaints.admin.cases.opening import open_case
from complaints.documents.case_forms import NotFinalError
from complaints.documents.parts import Document
from complaints.documents.pdf import NoPdfError, as_pdf
from complaints.models import Complaint
from complaints.queries.case_page import CasePage

Maker = Callable[[], Document]


def open_page(request: HttpRequest, pk: int) -> CasePage:
    """The case as the person may read it; Http404 if they may not see it."""
    return CasePage(open_case(request, pk), standing_for(request))


def language_of(request: HttpRequest, default: str | None = None) -> str:
    """The language asked for, if the product speaks it; else the default, else the reader's."""
    wanted = request.GET.get("language") or request.POST.get("language") or ""
    return wanted if wanted in dict(settings.LANGUAGES) else (default or get_language() or settings.LANGUAGE_CODE)


def frame(site: Any, request: HttpRequest, complaint: Complaint | None, **values: Any) -> dict[str, Any]:
    """What every page of a document hands to its template."""
    return {
        **site.each_context(request),
        "complaint": complaint,
        "complaint_opts": Complaint._meta,
        **values,
    }


def show(
    site: Any,
    request: HttpRequest,
    make: Maker,
    *,
    complaint: Complaint | None = None,
    language: str | None = None,
    template: str = "complaints/documents/document.html",
    **values: Any,
) -> HttpResponse:
    """The document as a page or, with `?format=pdf`, as a file. What is not decided yet is refused (WF-6)."""
    language = language or language_of(request)
    printed = {"printed_at": timezone.now()}
    no_pdf = ""
    try:
        with translation.override(language):
            document = make()
            if request.GET.get("format") == "pdf":
                try:
                    return _download(document, as_pdf(document, printed))
                except NoPdfError as error:
                    no_pdf = str(error)
            body = render_to_string("complaints/documents/body.html", {"document": document, **printed})
    except NotFinalError as error:
        context = frame(site, request, complaint, title=translation.gettext("Not final yet"), why=str(error))
        return TemplateResponse(request, "complaints/documents/refused.html", context, status=HTTPStatus.CONFLICT)
    context = frame(
        site,
        request,
        complaint,
        title=document.title,
        body=body,
        no_pdf=no_pdf,
        document_language=language,
        document_languages=settings.LANGUAGES,
        **values,
    )
    status = HTTPStatus.SERVICE_UNAVAILABLE if no_pdf else HTTPStatus.OK
    return TemplateResponse(request, template, context, status=status)


def _download(document: Document, content: bytes) -> HttpResponse:
    """Shown in the browser, under a name to keep it by. The site forbids caches to keep any page."""
    response = HttpResponse(content, content_type="application/pdf")
    name = quote(f"{document.file_name}.pdf")
    response.headers["Content-Disposition"] = f"inline; filename=\"document.pdf\"; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
