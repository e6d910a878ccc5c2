"""Documents as PDF, by WeasyPrint. Whatever a text tries to fetch, nothing but our own style sheets is opened."""

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from complaints.documents.parts import Document

SCHEME = "static:"
#: Everything a document may fetch.
STYLES = frozenset({"complaints/documents.css", "complaints/documents_pdf.css"})


class NoPdfError(Exception):
    """PDF cannot be made on this machine; the message says what is missing. The page itself can still be printed."""


def as_pdf(document: Document, context: dict[str, Any]) -> bytes:
    """The document as the bytes of a PDF, in the active language. NoPdfError where it cannot be made."""
    weasyprint = _weasyprint()
    if not _has_chinese_font():
        raise NoPdfError(_("No font with Chinese characters is installed on the server (Noto Sans CJK)."))
    html = render_to_string("complaints/documents/paper.html", {**context, "document": document})
    page = weasyprint.HTML(string=html, base_url="static:complaints/", url_fetcher=_fetcher(weasyprint))
    written: bytes = page.write_pdf()
    return written


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - loads system libraries that a machine may lack
    except (ImportError, OSError) as error:
        raise NoPdfError(_("PDF cannot be written on this server: %(error)s") % {"error": error}) from error
    return weasyprint


def _fetcher(weasyprint: Any) -> Any:
    class OurStylesOnly(weasyprint.urls.URLFetcher):
        """Opens our style sheets; refuses every other address, local files included."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(SCHEME)
            found = finders.find(name) if url.startswith(SCHEME) and name in STYLES else None
            if not found:
                raise PermissionError(url)
            return weasyprint.urls.URLFetcherResponse(url, Path(str(found)).read_bytes(), {"Content-Type": "text/css"})

    return OurStylesOnly()


@lru_cache(maxsize=1)
def _has_chinese_font() -> bool:
    """Ask fontconfig; where it cannot be asked, assume the best."""
    program = shutil.which("fc-list")
    if program is None:
        return True
    found = subprocess.run([program, ":lang=zh-cn", "family"], capture_output=True, timeout=20, check=False)  # noqa: S603
    return bool(found.stdout.strip())
