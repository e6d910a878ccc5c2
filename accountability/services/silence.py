"""Parties that let their time pass: silence is acceptance, on record. (AC-8, DL-4)

The task that looks for them can be late, doubled or killed without harm.
"""

from datetime import datetime

from accountability.acts import Subject
from accountability.models import Hearing
from accountability.services import workflow
from accountability.states import HearingStatus
from complaints.services.doing import ActRefusedError


def close_silent(now: datetime) -> int:
    """Take the silence of every party whose time is over as acceptance, on record as by the system; how many.

    Can run at any time, any number of times, beside itself: each hearing is locked and looked at again.
    """
    due = Hearing.objects.filter(status=HearingStatus.OPEN, due_at__lte=now).order_by("due_at", "id")
    closed = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            event = workflow.perform_by_system(Subject.HEARING, pk, "fall_silent", now=now)
        except ActRefusedError:  # given more time since it was looked for
            continue
        closed += event is not None
    return closed
