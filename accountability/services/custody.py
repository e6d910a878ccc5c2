"""The chain of custody: what happened to a piece of evidence, by whom, in order. Only ever added to. (AC-2)"""

from datetime import datetime
from typing import Any

from accountability.models import CustodyEntry, EvidenceItem
from accountability.states import CustodyAct


def record(
    item: EvidenceItem,
    act: CustodyAct,
    *,
    by: Any,
    now: datetime,
    to: str = "",
    place: str = "",
    remark: str = "",
) -> CustodyEntry:
    """Add a link to the chain; `by` None for the system. Two at once stand in the order in which they are written."""
    last = CustodyEntry.objects.filter(item=item).order_by("-at", "-id").values_list("at", flat=True).first()
    return CustodyEntry.objects.create(
        item=item,
        act=act,
        by=by,
        by_name=str(by)[:150] if by is not None else "",
        to=to,
        place=place,
        remark=remark,
        at=max(now, last) if last is not None else now,
    )


def record_look(item: EvidenceItem, *, by: Any, now: datetime, at_what: str = "") -> CustodyEntry | None:
    """Somebody looks at a piece of evidence, or at one of its files: on record if it is restricted."""
    if not item.is_restricted:
        return None
    return record(item, CustodyAct.VIEWED, by=by, now=now, remark=at_what)
