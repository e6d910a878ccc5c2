"""Putting on record that somebody took data out of the system. (AU-3, AU-4)"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from complaints.models import ExportRecord, User
from complaints.models.standing import standing_of
from complaints.permissions import may_export


def require_exporter(by: User | None, now: datetime) -> None:
    """PermissionDenied unless `by` may export; None is the system."""
    if by is not None and not may_export(standing_of(by, now)):
        raise PermissionDenied


def record_export(
    by: User | None, *, format_code: str, filtered: Mapping[str, Any], rows: int, now: datetime
) -> ExportRecord:
    """Keep who exported what and how much."""
    require_exporter(by, now)
    return ExportRecord.objects.create(user=by, at=now, format=format_code, filter=dict(filtered), rows=rows)
