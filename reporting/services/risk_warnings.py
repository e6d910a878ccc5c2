"""What people make of a warning: take note of it, explain it. A measure is demanded where measures are. (RP-7)"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models.standing import standing_of
from complaints.services.records import save
from complaints.services.refusal import ActRefusedError
from reporting.models import UNANSWERED, RiskWarning, WarningState
from reporting.permissions import may_acknowledge_warning, may_explain_warning

LONGEST = 5000


def acknowledge(warning_id: int, *, seen: int, remark: str, by: Any, now: datetime) -> RiskWarning:
    """Take note of a warning: somebody looks into it. `seen` is the version of the page that was looked at.

    Raises ActRefusedError; RiskWarning.DoesNotExist for who may not see it.
    """
    with transaction.atomic():
        warning = _held(warning_id, seen, may_acknowledge_warning, by, now)
        if warning.state != WarningState.OPEN:
            raise ActRefusedError("state", _("This warning was taken note of already."))
        return _answered(warning, WarningState.ACKNOWLEDGED, remark.strip(), by, now)


def explain(warning_id: int, *, seen: int, reason: str, by: Any, now: datetime) -> RiskWarning:
    """Say why nothing more is to be done: a known cause, a campaign, a change in recording. Raises as `acknowledge`."""
    with transaction.atomic():
        warning = _held(warning_id, seen, may_explain_warning, by, now)
        if warning.state not in UNANSWERED:
            raise ActRefusedError("state", _("This warning was answered already."))
        if not reason.strip():
            raise ActRefusedError("given", _("Please give the reason."))
        return _answered(warning, WarningState.EXPLAINED, reason.strip(), by, now)


def _held(warning_id: int, seen: int, may: Callable[[Any, Any], bool], by: Any, now: datetime) -> RiskWarning:
    standing = standing_of(by, now)
    rows = RiskWarning.objects.visible_to(standing, now).select_for_update(of=("self",)).select_related("department")
    warning: RiskWarning = rows.get(pk=warning_id)
    if not may(standing, warning):
        raise ActRefusedError("not_allowed", _("You may not answer this warning."))
    if warning.version != seen:
        raise ActRefusedError("changed", _("Somebody has answered this warning since you opened it."))
    return warning


def _answered(warning: RiskWarning, state: WarningState, words: str, by: Any, now: datetime) -> RiskWarning:
    if len(words) > LONGEST:
        raise ActRefusedError("given", _("Longer than %(limit)d signs.") % {"limit": LONGEST})
    warning.state, warning.remark = state, words
    warning.answered_by, warning.answered_at = by, now
    warning.version += 1
    return save(warning, by=by, reason=str(state), now=now)
