"""One export for one person: what they may see, written, and put on record. (IN-9, AU-3, AU-4)"""

from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.exports.files import FORMATS
from complaints.exports.ledger import LedgerResource, of_year
from complaints.models import Complaint, ExportRecord, User
from complaints.services.exporting import record_export, require_exporter


def export_ledger(
    target: IO[bytes],
    *,
    complaints: QuerySet[Complaint] | None = None,
    year: int | None = None,
    format_code: str,
    by: User | None,
    filtered: Mapping[str, Any] | None = None,
    now: datetime,
) -> ExportRecord:
    """Write the ledger of what `by` may see (the system: everything), narrowed to `complaints` and a year of receipt.

    The record is made once the file is complete and before anybody has it. PermissionDenied for who may not export.
    """
    require_exporter(by, now)
    rows: QuerySet[Complaint] = Complaint.objects.all() if by is None else Complaint.objects.visible_to(by, now)
    if complaints is not None:
        rows = rows.filter(pk__in=complaints.order_by().values("pk"))
    if year is not None:
        rows = of_year(rows, year)
    resource = LedgerResource()
    title = _("Ledger") if year is None else _("Ledger %(year)d") % {"year": year}
    count = FORMATS[format_code].write(target, resource.headings(), resource.lines(rows, now), title)
    said = dict(filtered or {}) | ({} if year is None else {"year": year})
    return record_export(by, format_code=format_code, filtered=said, rows=count, now=now)
