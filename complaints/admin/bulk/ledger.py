"""The ledger with one click: of the list as it is narrowed, or of a year. (IN-9, AU-4)"""

import tempfile
from typing import Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.access import standing_for
from complaints.admin.bulk.access import person
from complaints.encryption import masked
from complaints.exports.files import FORMATS
from complaints.exports.request import export_ledger
from complaints.models import Complaint, ExportFormat, ExportRecord
from complaints.permissions import may_export

#: What a list is searched for can be somebody's name or number.
SEARCH = "q"
LAST = 10


class LedgerForm(forms.Form):
    """What to export. `query` is the list's own address, as it is narrowed."""

    year = forms.TypedChoiceField(
        label=gettext_lazy("Received in"), choices=(), required=False, coerce=int, empty_value=None
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=ExportFormat.choices, initial=ExportFormat.XLSX)
    query = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2000)

    def __init__(self, *arguments: Any, years: list[int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.label_suffix = ""
        choices = [("", _("All years")), *((year, str(year)) for year in years)]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]


def _years(request: HttpRequest) -> list[int]:
    """Years in which something the person may see was received, the newest first."""
    rows = Complaint.objects.visible_to(standing_for(request)).order_by()
    return [moment.year for moment in rows.datetimes("received_at", "year", order="DESC")]


def ledger_page(request: HttpRequest, site: Any) -> HttpResponseBase:
    """Choose, and have the file; or, from the list, have it at once."""
    if not may_export(standing_for(request)):
        raise PermissionDenied
    form = LedgerForm(request.POST or None, years=_years(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _file(request, site, form.cleaned_data)
        except IncorrectLookupParameters:
            form.add_error(None, _("The list cannot be narrowed like that."))
    context = {
        **site.each_context(request),
        "title": _("Ledger"),
        "form": form,
        "exports": ExportRecord.objects.filter(user=request.user.pk)[:LAST],
    }
    return TemplateResponse(request, "complaints/bulk/ledger.html", context)


def _file(request: HttpRequest, site: Any, said: dict[str, Any]) -> HttpResponseBase:
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    query = QueryDict(said["query"].lstrip("?"))
    now = timezone.now()
    try:
        export_ledger(
            target,
            complaints=_narrowed(request, site, query) if query else None,
            year=said["year"],
            format_code=said["format"],
            by=person(request),
            filtered=_on_record(query),
            now=now,
        )
    except BaseException:
        target.close()
        raise
    target.seek(0)
    stem = _("Ledger") if said["year"] is None else _("Ledger %(year)d") % {"year": said["year"]}
    response = FileResponse(
        target,
        as_attachment=True,
        filename=f"{stem} {timezone.localtime(now):%Y-%m-%d}.{said['format']}",
        content_type=FORMATS[said["format"]].get_content_type(),
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _narrowed(request: HttpRequest, site: Any, query: QueryDict) -> QuerySet[Complaint]:
    """The complaints of the list at that address, by the list's own filters and search."""
    page = site.get_model_admin(Complaint)
    asked = HttpRequest()
    asked.method, asked.META, asked.session = "GET", request.META, request.session
    vars(asked).update(user=request.user, GET=query, _messages=get_messages(request))
    shown = page.get_changelist_instance(asked)
    if query.get(SEARCH, "").strip() and not shown.query:  # what cannot be searched for must not find everything
        raise IncorrectLookupParameters(SEARCH)
    found: QuerySet[Complaint] = shown.get_queryset(asked)
    return found


def _on_record(query: QueryDict) -> dict[str, Any]:
    """How the list was narrowed; what was searched for only masked."""
    said = {name: values if len(values) > 1 else values[0] for name, values in query.lists() if any(values)}
    if isinstance(text := said.get(SEARCH), str):
        said[SEARCH] = masked(text)
    return said
