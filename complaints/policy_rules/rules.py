"""What a policy says, as frozen values: the only form in which the rest of the product sees a policy document (DL-1).

Everything here is built by `reading` from a checked document; nothing here can be wrong by itself. Names are mappings
from language to text, shown with `complaints.localised.localise`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from complaints.policy_rules.letters import LetterTemplate
from complaints.states import ApprovalLevel, CaseRole, Grade, Kind, Severity
from complaints.working_time import Limit

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list that a policy offers to choose from."""

    code: str
    names: Names


@dataclass(frozen=True, slots=True)
class Receiver(Option):
    """Who receives complaints of this kind. With channels, those channels lead here; without, one may choose it."""

    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SeverityLevel:
    """One step of the scale: its code never changes, its name and meaning are the policy's own (CL-1)."""

    code: Severity
    names: Names
    meaning: Names


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: whom an overdue matter goes to, and how long after due (DL-3)."""

    role: CaseRole
    after: Limit


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit: what starts it, what meets it, what ends it unmet, how long, and what follows if nothing happens.

    `starts_on`, `stops_on` and `cancels_on` hold codes of acts. A start while the clock runs ends the old run and
    begins a new one. A severity missing from `limits` has no such clock; a limit of nothing means at once. With
    `channels`, only complaints that came by one of them have the clock. Clocks of one `series` are met one by one: a
    stop meets only the one that is due first.
    """

    code: str
    names: Names
    starts_on: frozenset[str]
    stops_on: frozenset[str]
    cancels_on: frozenset[str]
    limits: Mapping[Severity, Limit]
    owner: CaseRole
    reminders: tuple[int, ...]
    ladder: tuple[Rung, ...]
    pauses: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    series: str = ""

    def limit(self, severity: str) -> Limit | None:
        """The limit for a severity; None where it has no such clock."""
        return self.limits.get(Severity(severity))

    def applies(self, severity: str, channel: str) -> bool:
        """Whether a complaint of this severity, come by this channel, has this clock at all."""
        return self.limit(severity) is not None and (not self.channels or channel in self.channels)


@dataclass(frozen=True, slots=True)
class StepClock:
    """Reminders and ladder for the steps of a resolution plan, whose due moments people set (WF-8)."""

    reminders: tuple[int, ...]
    ladder: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class EscalationRules:
    """What an escalated case asks for: an answer in time; and who gets one the complainant asked for (DL-5, WF-7)."""

    answer_within: Limit
    reminders: tuple[int, ...]
    requested_to: CaseRole


@dataclass(frozen=True, slots=True)
class PauseReason(Option):
    """A ground on which clocks that name it stand still; `cap` bounds all such pauses of one round together (DL-7)."""

    cap: Limit


class RecusalRule(StrEnum):
    """May the department complained of answer for itself? Persons complained of never may (WF-13)."""

    MAY_ANSWER = "may_answer"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What must be there to take a complaint on, and on what grounds it is refused (IN-7, IN-8)."""

    declaration_required: bool
    anonymous_allowed: bool
    confidential: bool
    signed_required: bool
    entitlement_required: bool
    refusal_grounds: tuple[Option, ...]
    #: The grounds of refusal are exhaustive.
    closed_list: bool
    #: What may be complained of; where given, a complaint names at least one.
    grounds: tuple[Option, ...]
    receivers: tuple[Receiver, ...]


@dataclass(frozen=True, slots=True)
class Determination:
    """Whether a plan needs a determination of responsibility without exception (WF-4, AC-6), and how it is made.

    For the severities of `formal_for` only an investigation with evidence, hearing and approval determines; for others
    the handler's recorded finding does too. Parties comment or object within `hearing` (AC-8).
    """

    compulsory: bool
    formal_for: frozenset[Severity]
    hearing: Limit
    #: Largest file of evidence in megabytes, and the kinds of files that may be kept; none named: all the system knows.
    evidence_megabytes: int
    evidence_files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Feedback:
    """How the result is told (WF-9)."""

    in_writing: bool


@dataclass(frozen=True, slots=True)
class Substitute:
    """What stands for the complainant's word where nobody can be reached: so many attempts on so many days (WF-11)."""

    attempts: int
    different_days: int


@dataclass(frozen=True, slots=True)
class Closing:
    """What closes a case (WF-10, WF-11)."""

    grades: frozenset[Grade]
    confirmation_required: bool
    substitute: Substitute | None


class Target(StrEnum):
    """Figures a policy sets itself (RP-3)."""

    TIMELY_RESPONSE = "timely_response"
    RESOLUTION = "resolution"
    SATISFACTION = "satisfaction"
    SATISFACTION_GAIN = "satisfaction_gain"
    SATISFACTION_BASELINE = "satisfaction_baseline"
    CYCLE_DAYS = "cycle_days"


@dataclass(frozen=True, slots=True)
class Script:
    """What to say and what to keep from at an act (WF-17)."""

    say: tuple[Names, ...] = ()
    avoid: tuple[Names, ...] = ()


NO_SCRIPT = Script()

#: The act that records a check after closing, and the series its clocks form (WF-12).
FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """A whole policy."""

    code: str
    names: Names
    kind: Kind
    source: Names
    legal_note: Names | None
    calendar: str
    severities: tuple[SeverityLevel, ...]
    clocks: tuple[Clock, ...]
    step_clock: StepClock
    escalation: EscalationRules
    pause_reasons: Mapping[str, PauseReason]
    acceptance: Acceptance
    respondent_department: RecusalRule
    legal_consultation_for: frozenset[Severity]
    meeting_decision_for: frozenset[Severity]
    approval: Mapping[Severity, ApprovalLevel]
    determination: Determination
    feedback: Feedback
    closing: Closing
    supervision_for: frozenset[Severity]
    emergency_plan: tuple[Option, ...]
    follow_ups: tuple[Limit, ...]
    scripts: Mapping[str, Script]
    letters: tuple[LetterTemplate, ...]
    targets: Mapping[Target, float]
    review_every_months: int | None
    _clock_by_code: Mapping[str, Clock] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the clocks."""
        object.__setattr__(self, "_clock_by_code", {clock.code: clock for clock in self.clocks})

    def clock(self, code: str) -> Clock:
        """The clock of that code; KeyError if there is none."""
        return self._clock_by_code[code]

    def clocks_started_by(self, act: str) -> tuple[Clock, ...]:
        """In the order of the document, the follow-up checks last."""
        return tuple(clock for clock in self.clocks if act in clock.starts_on)

    def severity_name(self, code: str) -> Names:
        """What this policy calls a severity."""
        return next(level.names for level in self.severities if level.code == code)

    def letter(self, code: str) -> LetterTemplate:
        """The letter of that code; KeyError if there is none."""
        for letter in self.letters:
            if letter.code == code:
                return letter
        raise KeyError(code)

    def script(self, act: str) -> Script:
        """What to say and avoid at an act; empty where the policy says nothing."""
        return self.scripts.get(act, NO_SCRIPT)

    def receiver_for(self, channel: str) -> Receiver | None:
        """The receiver that a channel leads to, if it leads to one."""
        return next((receiver for receiver in self.acceptance.receivers if channel in receiver.channels), None)


def option_names(options: Iterable[Option]) -> dict[str, Names]:
    """Codes and names, in order, as forms want them."""
    return {option.code: option.names for option in options}
