"""The rounds behind a figure as a file, put on record like every export. (RP-1, AU-3, AU-4)"""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.exports.files import FORMATS
from complaints.models import ExportRecord, User
from complaints.models.registers import registers
from complaints.models.standing import standing_of
from complaints.services.exporting import record_export, require_exporter
from reporting.queries.behind import Asked, behind
from reporting.queries.endings import ending_names

#: Rows in memory at a time.
CHUNK = 2000


def export_rounds(
    target: IO[bytes], asked: Asked, *, format_code: str, by: User, zone: ZoneInfo, now: datetime
) -> ExportRecord:
    """Write the rounds of a count that `by` may open to `target`, with moments in `zone`, and keep who took how many.

    PermissionDenied for who may not export; ValueError if there is no such count or group.
    """
    require_exporter(by, now)
    rows = behind(asked, zone, standing_of(by, now)).rows
    count = FORMATS[format_code].write(target, _headings(), _lines(rows, zone), _("Complaints"))
    return record_export(by, format_code=format_code, filtered=asked.on_record(), rows=count, now=now)


def _headings() -> list[str]:
    return [
        _("Number"),
        pgettext("round", "Round"),
        pgettext("complaint", "Subject"),
        pgettext("dimension", "Category"),
        pgettext("dimension", "Severity"),
        pgettext("dimension", "Responsible department"),
        pgettext("dimension", "Handler"),
        pgettext("dimension", "Product or service"),
        pgettext("round", "Began"),
        pgettext("round", "Ended"),
        pgettext("round", "How it ended"),
        _("Handling time in hours"),
        _("Amount"),
    ]


def _lines(rows: Any, zone: ZoneInfo) -> Iterator[list[Any]]:
    """A row for each round; registers are in memory."""
    known, endings = registers(), ending_names()
    for fact in rows.select_related("complaint", "handler").iterator(CHUNK):
        category, department = fact.category_id, fact.responsible_department_id
        yield [
            fact.complaint.number,
            fact.round,
            fact.complaint.subject,
            str(known.categories.get(category, "")) if category else "",
            fact.get_severity_display(),
            str(known.departments.get(department, "")) if department else "",
            str(fact.handler or ""),
            fact.product,
            _local(fact.received_at, zone),
            _local(fact.ended_at, zone),
            endings.get(fact.ending, fact.ending),
            fact.cycle_hours,
            fact.amount,
        ]


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Spreadsheets know no time zones: the moment on the clock of `zone`."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None)
