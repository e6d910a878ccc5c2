"""Uploading a file, and the runs so far. (IN-9)"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.admin.access import standing_for
from complaints.admin.bulk.access import departments_for, person, runs_for
from complaints.importers.encodings import ENCODINGS
from complaints.importers.refusals import FileRefusedError
from complaints.importers.tables import MAX_UPLOAD, open_table
from complaints.models import Department
from complaints.permissions import may_import
from complaints.services import bulk_intake

PER_PAGE = 25
NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030 / GBK", "big5": "Big5", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


def encodings() -> list[tuple[str, Any]]:
    """What a person may say of a text file."""
    return [("", gettext_lazy("Recognise it")), *((code, NAMES[code]) for code in ENCODINGS)]


class UploadForm(forms.Form):
    """A file, and for which department."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A spreadsheet (xlsx) or text (csv, csv.gz) with one row of headings."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.gz"}),
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("First-contact department"), queryset=Department.objects.none(), empty_label=None
    )
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding of a text file"), choices=encodings, required=False)

    def __init__(self, *arguments: Any, request: HttpRequest, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.label_suffix = ""
        self.fields["department"].queryset = departments_for(request)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Look at the file at once: what cannot be read is said here, where another can be chosen."""
        said: dict[str, Any] = super().clean() or {}
        upload = said.get("file")
        if upload is None:
            return said
        if upload.size > MAX_UPLOAD:
            self.add_error("file", _("The file is larger than %(limit)d MB.") % {"limit": MAX_UPLOAD // 1024**2})
            return said
        try:
            with open_table(upload.file, upload.name, encoding=said.get("encoding", "")):
                pass
        except FileRefusedError as error:
            self.add_error("encoding" if error.ask_encoding else "file", str(error))
        return said


def imports_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The runs so far, and a form for another file."""
    if not may_import(standing_for(request)):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None, request=request)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        run = bulk_intake.upload(
            said["file"].file,
            name=said["file"].name,
            department=said["department"],
            encoding=said["encoding"],
            language=translation.get_language() or "",
            by=person(request),
            now=timezone.now(),
        )
        return redirect("admin:import_run", run.pk)
    page = Paginator(runs_for(request), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **site.each_context(request),
        "title": pgettext_lazy("menu", "Import"),
        "form": form,
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number),
    }
    return TemplateResponse(request, "complaints/bulk/imports.html", context)
