"""Keeping an entry, and withdrawing it: what hours, rates, budgets and spending have in common. (RP-13)"""

from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from complaints.services import records
from complaints.services.refusal import ActRefusedError
from reporting.models import Entry

Kept = TypeVar("Kept", bound=Entry)


def keep(entry: Kept, *, by: Any, now: datetime) -> Kept:
    """Keep a new entry of `by`."""
    entry.entered_by, entry.entered_at = by, now
    return records.save(entry, by=by, reason="", now=now)


def withdraw(entry: Kept, reason: str, *, by: Any, now: datetime) -> Kept:
    """Say that an entry, locked by the caller, is wrong: from now on it does not count. Raises ActRefusedError."""
    reason = reason.strip()
    if entry.is_withdrawn:
        raise ActRefusedError("wrong_state", _("The entry was withdrawn already."))
    if not reason:
        raise ActRefusedError("missing", _("Please give the reason."))
    entry.withdrawn_by, entry.withdrawn_at, entry.withdrawal_reason = by, now, reason
    return records.save(entry, by=by, reason=reason[:100], now=now)
