"""A fact: what one round of one complaint comes to for whoever counts. Pure data, from records up to a moment. (RP-1)

Facts say what is on record and nothing that passing time changes: an open round has no duration, a running clock no
verdict. Figures judge them at a moment (`tallies`). A leaf: imports nothing of ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

HOUR = timedelta(hours=1)


class Ending(StrEnum):
    """How a round ended."""

    CLOSED = "closed"
    #: The complainant was not satisfied at the return visit; the next round went on.
    CONTINUED = "continued"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


#: The act that ends a round, and how it then ended. What `continue_case` ends is the round before its own.
ENDINGS = {"close": Ending.CLOSED, "decline": Ending.DECLINED, "withdraw": Ending.WITHDRAWN}


@dataclass(slots=True, kw_only=True)
class Fact:
    """One round of one complaint. Keys are those of the registers; moments are aware; texts empty where not given."""

    complaint_id: int
    round: int
    kind: str
    policy_id: int
    channel_id: int
    category_id: int | None
    severity: str
    difficulty: str
    product: str
    first_contact_department_id: int
    owner_department_id: int
    #: The department that last held a contact sheet of the round.
    responsible_department_id: int | None
    handler_id: int | None
    #: Of the determination in force: the outside party and the department with the largest share, and the first cause.
    supplier_id: int | None = None
    liable_department_id: int | None = None
    cause_id: int | None = None
    #: When the round began: the complaint came in, or was taken up again.
    received_at: datetime
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    acknowledged_at: datetime | None = None
    determined_at: datetime | None = None
    plan_approved_at: datetime | None = None
    agreed_at: datetime | None = None
    completed_at: datetime | None = None
    feedback_at: datetime | None = None
    ended_at: datetime | None = None
    ending: str = ""
    #: A later round began because the matter came up again.
    reopened_at: datetime | None = None
    #: The first promise made: of the clocks that ran from the beginning of the round, the one due first.
    response_due_at: datetime | None = None
    response_met_at: datetime | None = None
    paused_seconds: int = 0
    paused_since: datetime | None = None
    overdue: int = 0
    escalations: int = 0
    executive_escalations: int = 0
    returns: int = 0
    refusals: int = 0
    outcome: str = ""
    grade: str = ""
    amount: Decimal | None = None

    def hours_until(self, moment: datetime) -> int:
        """Handling time from the beginning to a moment, pauses left out, in begun hours."""
        paused = timedelta(seconds=self.paused_seconds)
        if self.paused_since is not None:
            paused += max(moment - self.paused_since, timedelta())
        return max(-((self.received_at + paused - moment) // HOUR), 0)

    @property
    def cycle_hours(self) -> int | None:
        """Handling time in begun hours, pauses left out; None while the round is open."""
        return None if self.ended_at is None else self.hours_until(self.ended_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability:
    """What one party bears in one round, by the determination in force."""

    complaint_id: int
    round: int
    party_kind: str
    department_id: int | None
    outside_id: int | None
    share_kind: str
    share: Decimal
    final_at: datetime
