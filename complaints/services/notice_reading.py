"""Notices that their recipient has read. (DL-3)"""

from datetime import datetime

from complaints.models import Notice, User


def mark_read(person: User, *, now: datetime, notice_id: int | None = None) -> int:
    """Mark one of the person's own unread notices, or all of them, as read at `now`; how many that were.

    Notices of others are left alone: asked for by id, they are simply not found.
    """
    unread = Notice.objects.filter(recipient=person, read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=now)


def mark_case_read(person: User, complaint_id: int, *, now: datetime) -> int:
    """Mark the person's own unread notices about a case as read at `now`: who looks at the case has been told."""
    return Notice.objects.filter(recipient=person, complaint=complaint_id, read_at=None).update(read_at=now)
