"""How much was sold or served: the figures there are, a file with more, one taken back. (RP-2)"""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from accountability.admin.choosing import Choosing, Filter
from complaints.admin.access import person_of, standing_for
from complaints.importers.refusals import FileRefusedError
from complaints.services.refusal import ActRefusedError
from reporting.admin.frame import frame
from reporting.admin.page_tables import page_of, with_files
from reporting.importers import exposures as importer
from reporting.models import Exposure, ExposureKind, ExposureScope
from reporting.permissions import may_read_figures, may_record_exposure
from reporting.queries.groups import names
from reporting.services import exposures
from reporting.tallies import Dimension

PER_PAGE = 50
#: Faults that the page shows; a file with more is wrong as a whole.
FAULTS = 200
FILTERS = (
    Filter("of", pgettext_lazy("exposure", "Of"), ExposureScope.choices, "dimension"),
    Filter("kind", gettext_lazy("What is counted"), ExposureKind.choices, "kind"),
)


class UploadForm(forms.Form):
    """A file of figures."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "XLSX or CSV with one row for each month and group. Columns: month, of, group, kind, amount; “of” and "
            "“group” stay empty for the whole organisation."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.gz"}),
    )
    is_dry = forms.BooleanField(label=gettext_lazy("Only try: record nothing"), required=False)


@with_files()
def exposures_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The figures there are; a POST brings a file, all of it or nothing."""
    if not may_read_figures(standing_for(request)):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method != "POST":
        return _page(request, site, form)
    if not may_record_exposure(standing_for(request)):
        raise PermissionDenied
    if not form.is_valid():
        return _page(request, site, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    file, is_dry = form.cleaned_data["file"], form.cleaned_data["is_dry"]
    try:
        brought = importer.bring(file.file, file.name, is_dry=is_dry, by=person_of(request), now=timezone.now())
    except (FileRefusedError, ActRefusedError) as refusal:
        form.add_error("file", str(refusal))
        return _page(request, site, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if brought.recorded is None:
        return _page(request, site, form, brought, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if is_dry:
        return _page(request, site, form, brought)
    messages.success(request, said(brought))
    return redirect("admin:exposures")


def said(brought: importer.Brought) -> str:
    """What a file came to, in a sentence."""
    recorded = brought.recorded
    if recorded is None:
        return ""
    words = ngettext(
        "%(rows)d row: %(new)d new, %(changed)d changed, %(same)d as before.",
        "%(rows)d rows: %(new)d new, %(changed)d changed, %(same)d as before.",
        brought.rows,
    )
    return words % {
        "rows": brought.rows,
        "new": recorded.new,
        "changed": recorded.changed,
        "same": recorded.same,
    }


@require_POST
def withdraw_exposure(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Take one figure back."""
    try:
        exposures.withdraw(pk, reason=request.POST.get("reason", ""), by=person_of(request), now=timezone.now())
    except ActRefusedError as refusal:
        if refusal.code == "not_allowed":
            raise PermissionDenied from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The figure was taken back."))
    return redirect("admin:exposures")


def _page(
    request: HttpRequest, site: Any, form: UploadForm, brought: importer.Brought | None = None, status: int = 200
) -> HttpResponse:
    choosing = Choosing(request, FILTERS, search=("key",))
    rows = choosing.narrowed(Exposure.objects.select_related("made_by"))
    page = page_of(request, rows.order_by("-month", "dimension", "key", "kind"), PER_PAGE)
    shown = list(page.object_list)
    keys: dict[str, set[str]] = {}
    for row in shown:
        keys.setdefault(row.dimension, set()).add(row.key)
    called = {dimension: names(Dimension(dimension), found) for dimension, found in keys.items() if dimension != "all"}
    context = frame(
        site,
        request,
        title=_("Exposure figures"),
        form=form,
        brought=brought,
        came_to=said(brought) if brought is not None else "",
        faults=brought.faults[:FAULTS] if brought is not None else [],
        choosing=choosing,
        page=page,
        page_range=page.paginator.get_elided_page_range(page.number),
        lines=[(row, called.get(row.dimension, {}).get(row.key, "")) for row in shown],
        may_record=may_record_exposure(standing_for(request)),
    )
    return TemplateResponse(request, "reporting/exposures.html", context, status=status)
