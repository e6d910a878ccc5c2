"""Which documents a case has, for this reader, and why others cannot be made yet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.acts import ACTS
from complaints.admin.documents.showing import frame, open_page
from complaints.documents import letters
from complaints.documents.case_forms import FINAL
from complaints.localised import localise
from complaints.permissions import may_take
from complaints.queries.case_page import CasePage
from complaints.states import Outcome


@dataclass(frozen=True, slots=True)
class Line:
    """One document; with `why_not` it cannot be made yet."""

    title: str
    number: str
    status: str
    url: str
    why_not: str = ""
    has_pdf: bool = True


#: Documents that apps above add; they append to it in their admin module.
ADDED: list[Callable[[CasePage], Iterable[Line]]] = []


def overview(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """All documents of the case."""
    page = open_page(request, pk)
    context = frame(site, request, page.complaint, title=_("Documents"), lines=list(_lines(page)))
    return TemplateResponse(request, "complaints/documents/overview.html", context)


def _lines(page: CasePage) -> Iterator[Line]:
    key, number = page.complaint.pk, page.complaint.number
    yield Line(
        _("Complaint registration form"),
        number,
        str(page.complaint.get_state_display()),
        reverse("admin:document_registration", args=[key]),
    )
    for sheet in page.sheets:
        yield Line(
            _("Work contact sheet"),
            sheet.number,
            f"{sheet.department} · {sheet.get_status_display()}",
            reverse("admin:document_sheet", args=[key, sheet.pk]),
        )
    for row in page.plans:
        yield Line(
            _("Complaint handling sheet"),
            row.plan.number,
            str(row.plan.get_status_display()),
            reverse("admin:document_handling", args=[key, row.plan.pk]),
            why_not="" if row.plan.status in FINAL else str(row.plan.get_status_display()),
        )
    for finding in page.findings:
        if finding.outcome == Outcome.UNFOUNDED:
            yield Line(
                _("Written opinion"),
                number,
                str(finding),
                reverse("admin:document_opinion", args=[key, finding.pk]),
            )
    if may_take(ACTS["log_communication"], page.standing, page.case) and page.reads_identity:
        yield from _letters(page)
    for added in ADDED:
        yield from added(page)
    yield Line(
        _("Case file"),
        number,
        _("Everything on record, with cover and index"),
        reverse("admin:document_file", args=[key]),
    )


def _letters(page: CasePage) -> Iterator[Line]:
    for template in page.case.rules.letters:
        if not letters.fits(page, template):
            continue
        yield Line(
            _("Letter: %(name)s") % {"name": localise(template.names)},
            "",
            _("Carries the decision.") if letters.carries_decision(template) else "",
            reverse("admin:document_letter", args=[page.complaint.pk, template.code]),
            why_not=letters.not_yet(page, template),
        )
