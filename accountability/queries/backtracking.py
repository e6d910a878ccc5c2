"""The process of an investigation as a time line: what should have happened, what did, and at whose step. (AC-4)"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountability.backtracking import Account, Backtracking, Moments, Placed, trace
from accountability.models import Party, ProcessStep


@dataclass(frozen=True, slots=True)
class StepOnLine:
    """One step with its place on the scale."""

    step: ProcessStep
    placed: Placed[int]

    @property
    def delay(self) -> int | None:
        """Minutes late; negative: early."""
        return self.placed.delay


@dataclass(frozen=True, slots=True)
class PartyAccount:
    """What one party has to do with it; without a party: steps nobody answers for."""

    party: Party | None
    account: Account[int]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The whole process."""

    steps: tuple[StepOnLine, ...]
    whole: Backtracking[int]
    accounts: tuple[PartyAccount, ...]

    @property
    def first_deviation(self) -> ProcessStep | None:
        """Where it first went another way than it should have."""
        place = self.whole.first_deviation
        return None if place is None else self.steps[place].step

    @property
    def starts_at(self) -> datetime | None:
        """The left end of the scale."""
        return self.whole.starts_at

    @property
    def ends_at(self) -> datetime | None:
        """The right end."""
        return self.whole.ends_at


def time_line_of(inquiry: Any) -> TimeLine:
    """The time line of an inquiry's steps: nothing is read but the steps, which the inquiry keeps."""
    steps: list[ProcessStep] = inquiry.process_steps
    parties = {step.party_id: step.party for step in steps}
    whole = trace(Moments(step.expected_at, step.actual_at, step.deviation, step.party_id) for step in steps)
    return TimeLine(
        steps=tuple(StepOnLine(step, placed) for step, placed in zip(steps, whole.steps, strict=True)),
        whole=whole,
        accounts=tuple(PartyAccount(parties.get(account.party), account) for account in whole.accounts),
    )
