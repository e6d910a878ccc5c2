"""A quarterly report as PDF, by WeasyPrint: what was kept of it, in the active language. (RP-1)

Everything it needs is in the text handed over; nothing is fetched, whatever a name in it says. Time and memory grow
with the pages, not with the cases counted.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from complaints.documents.pdf import NoPdfError
from complaints.localised import localise
from reporting.documents.quarterly.sections import Chapters
from reporting.models import Report
from reporting.periods import Period
from reporting.queries.period_names import period_name

STYLE = "reporting/quarterly_paper.css"
#: Blanks with which a cell or a definition begins or ends: with them WeasyPrint may break it after its first word.
_INDENTED = re.compile(r"(<(?:td|th|dd|li)\b[^>]*>)\s+|\s+(</(?:td|th|dd|li)>)")


def as_pdf(report: Report, language: str) -> bytes:
    """The bytes of the PDF in the active language, which is `language`. NoPdfError where it cannot be made."""
    try:
        import weasyprint  # noqa: PLC0415 - loads system libraries that a machine may lack
    except (ImportError, OSError) as error:
        raise NoPdfError(_("PDF cannot be written on this server: %(error)s") % {"error": error}) from error

    class Nothing(weasyprint.urls.URLFetcher):
        """Refuses every address."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            raise PermissionError(url)

    page = weasyprint.HTML(string=as_html(report, language), url_fetcher=Nothing())
    written: bytes = page.write_pdf()
    return written


def as_html(report: Report, language: str) -> str:
    """The whole paper as one page that needs nothing else: also what the command writes."""
    context = circumstances(report, language)
    written = render_to_string(
        "reporting/quarterly/paper.html",
        context | {"on_paper": True, "style": Path(str(finders.find(STYLE))).read_text("utf-8")},
    )
    return _INDENTED.sub(r"\1\2", written)


def circumstances(report: Report, language: str) -> dict[str, Any]:
    """What templates of a report show, in the active language."""
    content = report.content
    drawn = report.drawings.filter(language=language, sha256=report.sha256)
    first, last = (datetime.fromisoformat(content["periods"]["quarter"][name]).date() for name in ("first", "last"))
    return {
        "report": report,
        "content": content,
        "language": language,
        "organisation": localise(content["organisation"]),
        "quarter_name": period_name(Period.parse(content["quarter"])),
        "first": first,
        "last": last,
        "sections": Chapters(content).sections(),
        "charts": dict(drawn.values_list("code", "svg")),
    }
