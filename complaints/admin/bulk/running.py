"""One import run: its mapping, its progress, what came of it. (IN-9, AU-7)"""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.admin.bulk.access import person, run_for
from complaints.admin.bulk.mapping_form import MappingForm, from_saved
from complaints.admin.bulk.uploading import encodings
from complaints.exports.files import StreamedCSV, harmless
from complaints.importers import presets, progress
from complaints.importers.proposal import Proposal, needed, propose, settle_headings
from complaints.importers.refusals import FileRefusedError
from complaints.importers.runs import stored
from complaints.importers.tables import Table, open_table
from complaints.models import ClockStart, ColumnMapping, ImportRun, RunStatus
from complaints.services import bulk_intake

PER_PAGE = 100
OVER = {RunStatus.DONE, RunStatus.REFUSED, RunStatus.FAILED}


def import_run_page(request: HttpRequest, pk: int, site: Any) -> HttpResponse:
    """Where the run stands: to be mapped, under way, or over."""
    run = run_for(request, pk)
    if request.method == "POST" and request.POST.get("again"):
        return _import_now(request, run)
    if run.status == RunStatus.UPLOADED or (run.status in OVER and "map" in request.GET):
        return _mapping_page(request, run, site)
    page = Paginator(run.problems.all(), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **site.each_context(request),
        "title": run.file_name,
        "run": run,
        "is_over": run.status in OVER,
        "is_clean": run.status == RunStatus.DONE,
        "percent": _percent(run),
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number),
    }
    return TemplateResponse(request, "complaints/bulk/run.html", context)


def _import_now(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """The real run after a dry one, with the same file, mapping and choices."""
    if run.mapping is None or run.status != RunStatus.DONE or not run.is_dry:
        raise Http404
    begun = bulk_intake.start(
        run.pk,
        mapping=run.mapping,
        encoding=run.encoding,
        sheet=run.sheet,
        clocks=run.clocks,
        is_dry=False,
        by=person(request),
        now=timezone.now(),
    )
    return redirect("admin:import_run", begun.pk)


def _mapping_page(request: HttpRequest, run: ImportRun, site: Any) -> HttpResponse:
    choice = request.POST if request.method == "POST" else request.GET
    encoding = choice.get("encoding", run.encoding)
    sheet = choice.get("sheet", run.sheet)
    context = {
        **site.each_context(request),
        "title": run.file_name,
        "run": run,
        "encoding": encoding,
        "encodings": encodings(),
        "is_text": not run.file_name.lower().endswith((".xlsx", ".xlsm")),
        "saved": ColumnMapping.objects.all(),
        "shipped": [name for name in presets.names() if not ColumnMapping.objects.filter(name=name).exists()],
    }
    try:
        with stored(run) as stream, open_table(stream, run.file_name, encoding=encoding, sheet=sheet) as table:
            proposal = _proposal(table, choice.get("mapping", ""))
            form = MappingForm(
                request.POST if request.method == "POST" else None,
                table=table,
                proposal=proposal,
                run=run,
                initial={"clocks": run.clocks or ClockStart.IMPORT},
            )
            if request.method == "POST" and form.is_valid():
                return _begin(request, run, form, encoding=encoding, sheet=sheet)
            context |= {"form": form, "table": table, "proposal": proposal}
            return TemplateResponse(request, "complaints/bulk/mapping.html", context).render()
    except FileRefusedError as error:
        context |= {"refusal": str(error)}
        return TemplateResponse(request, "complaints/bulk/mapping.html", context)


def _proposal(table: Table, name: str) -> Proposal:
    """The mapping asked for by name, saved or shipped; else what the headings tell."""
    if name:
        mapping = ColumnMapping.objects.filter(name=name).first()
        shipped = presets.preset(name) if mapping is None else None
        if shipped is not None:
            mapping = ColumnMapping(**shipped)
        if mapping is not None:
            settle_headings(table, needed(mapping.columns))
            return from_saved(mapping)
    settle_headings(table)
    return propose(table)


def _begin(request: HttpRequest, run: ImportRun, form: MappingForm, *, encoding: str, sheet: str) -> HttpResponse:
    now = timezone.now()
    mapping = bulk_intake.save_mapping(
        name=form.cleaned_data["name"],
        **form.mapping_said(),
        by=person(request),
        now=now,
    )
    begun = bulk_intake.start(
        run.pk,
        mapping=mapping,
        encoding=encoding,
        sheet=sheet,
        clocks=form.cleaned_data["clocks"],
        is_dry="import" not in request.POST,
        by=person(request),
        now=now,
    )
    messages.info(request, _("The file is in the queue; this page shows how far it is."))
    return redirect("admin:import_run", begun.pk)


def _percent(run: ImportRun) -> int | None:
    """How far the run is; None where it cannot be told. Looking at the rows counts a quarter, writing the rest."""
    looked_at, written = progress.told(run.pk)
    if run.status in OVER:
        return 100
    if run.status != RunStatus.RUNNING or not looked_at:
        return None
    if not written:
        return None
    return min(99, 25 + 75 * written // looked_at)


@require_GET
def run_progress(request: HttpRequest, pk: int, site: Any) -> JsonResponse:
    """How far it is, for the page's script."""
    run = run_for(request, pk)
    looked_at, written = progress.told(run.pk)
    texts = {
        RunStatus.WAITING: _("Waiting for its turn"),
        RunStatus.RUNNING: _("%(count)d rows checked") % {"count": looked_at}
        if not written
        else _("%(written)d of %(count)d rows taken in") % {"written": written, "count": looked_at},
    }
    said = {
        "over": run.status in OVER,
        "percent": _percent(run),
        "text": texts.get(RunStatus(run.status), run.get_status_display()),
    }
    response = JsonResponse(said)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def run_problems(request: HttpRequest, pk: int, site: Any) -> HttpResponseBase:
    """Everything that is wrong, as a text file for a spreadsheet program."""
    run = run_for(request, pk)
    response = StreamingHttpResponse(_problem_lines(run), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{run.pk}-errors.csv"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _problem_lines(run: ImportRun) -> Iterator[bytes]:
    yield "\ufeff".encode() + StreamedCSV.line([_("row"), _("column"), _("value"), _("reason")])
    for problem in run.problems.iterator(chunk_size=2000):
        yield StreamedCSV.line([problem.row or "", *map(harmless, (problem.column, problem.value, problem.reason))])


@require_GET
def run_file(request: HttpRequest, pk: int, site: Any) -> HttpResponseBase:
    """The file as it was uploaded, as an attachment."""
    run = run_for(request, pk)
    if not run.file:
        raise Http404
    response = FileResponse(
        run.file.open("rb"), as_attachment=True, filename=run.file_name, content_type="application/octet-stream"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
