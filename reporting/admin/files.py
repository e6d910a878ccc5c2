"""A table as a file to take away: XLSX or CSV, safe to open. (RP-1)"""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

from django.http import FileResponse, Http404

from complaints.exports.files import FORMATS


def table_file(stem: str, format_code: str, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> FileResponse:
    """The table as a download named `stem`. Text that a spreadsheet would run is made harmless. Http404: no format."""
    return file_written(stem, format_code, lambda target: FORMATS[format_code].write(target, headings, lines, stem))


def file_written(stem: str, format_code: str, write: Callable[[IO[bytes]], Any]) -> FileResponse:
    """What `write` puts into a file, as a download named `stem`. Http404: no such format."""
    if format_code not in FORMATS:
        raise Http404
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write(target)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    response = FileResponse(
        target,
        as_attachment=True,
        filename=f"{stem}.{format_code}",
        content_type=FORMATS[format_code].get_content_type(),
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
