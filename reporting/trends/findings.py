"""What goes into the methods and what they find: plain records, cheap to import. (RP-2)

Periods are named by their position in the counts given, the oldest being 0; the caller knows the dates. A number that
does not exist (the ratio to nothing, a quantile that is not reached) is None, never infinite.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a comparison shows."""

    RISE = "rise"
    FALL = "fall"
    NO_CHANGE_SHOWN = "no_change_shown"
    #: Even a doubling would be missed more often than one time in five.
    TOO_FEW = "too_few"
    #: The series is no longer recorded; that there is nothing now is no improvement.
    ENDED = "ended"
    #: The series was not recorded before; that there is something now is no rise.
    BEGAN = "began"
    #: What was counted here is counted under another name now.
    RENAMED = "renamed"


#: Those that say that something changed.
CHANGES = frozenset({Verdict.RISE, Verdict.FALL})
#: Those that say that two counts are not of the same thing.
NOT_COMPARABLE = frozenset({Verdict.ENDED, Verdict.BEGAN, Verdict.RENAMED})


class Question(StrEnum):
    """What is asked of every series that is looked at."""

    #: Is the latest quarter as the whole past of the series, season considered, lets expect?
    PAST = "past"
    #: Is it as the quarter before, season considered, lets expect?
    PREVIOUS = "previous"
    #: Is it as the same quarter a year ago?
    YEAR_AGO = "year_ago"
    #: Did the level change somewhere in the whole stretch?
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate between its bounds; None where it does not exist or has no bound."""

    value: float | None
    low: float | None
    high: float | None
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Comparison:
    """A count against what was to be expected of it.

    `ratio`, `low` and `high` are observed over expected, in terms of rates where exposures are known. `p_value` is
    two-sided and belongs to this comparison alone; `q_value` is it with all series considered that were looked at, and
    None where only one was. The verdict goes by the q value where there is one. `dispersion` is variance over mean.
    """

    observed: int
    expected: float
    ratio: float | None
    low: float | None
    high: float | None
    p_value: float
    dispersion: float
    verdict: Verdict
    q_value: float | None = None


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Where a level changed, if it did: the first period of the new one, and the earliest and latest that are tenable.

    `before` and `after` are rates a period (counts, where no exposure is known), the season taken out; `ratio` is one
    over the other, None after nothing. `p_value` considers that every period was tried.
    """

    index: int
    earliest: int
    latest: int
    before: float
    after: float
    ratio: float | None
    p_value: float
    dispersion: float
    verdict: Verdict
    q_value: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One row of counts, oldest first, the period looked at last; months (12 a year) or quarters (4).

    Months end with a quarter's last month; incomplete quarters at the beginning are left out. `dimension` names the
    way in which the cases were divided ("category", "supplier"): keys are unique in their dimension. `exposure` is
    what was sold or served in each period. What registers know: `valid_from` is the first period of the series,
    `valid_until` the first in which it no longer was, `renamed_to` the key of the series of the same dimension that
    goes on in its place.
    """

    key: str
    dimension: str
    counts: Sequence[int]
    per_year: int = 12
    exposure: Sequence[float] | None = None
    valid_from: int | None = None
    valid_until: int | None = None
    renamed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Seasonality:
    """The season of one series: a factor for each period of the year, that of the first period given first.

    Factors are shrunk towards 1 as far as chance explains them; their mean is 1. `p_value` is that of no season at all,
    None where less than two years are known.
    """

    factors: tuple[float, ...]
    p_value: float | None
    years: int


@dataclass(frozen=True, slots=True)
class Finding:
    """All that was found about one series. A question that cannot be asked (no year ago yet) is None.

    `verdict` is the answer to all questions together, `by` the question that gave it. `counterpart` is the key of the
    series that this one was renamed to or from; `presumed` says that counts suggest it and no register says so. The
    newer of the two carries the past of both.
    """

    key: str
    dimension: str
    verdict: Verdict
    by: Question | None
    observed: int
    past: Comparison | None
    previous: Comparison | None
    year_ago: Comparison | None
    shift: ChangePoint | None
    seasonality: Seasonality
    counterpart: str | None = None
    presumed: bool = False

    @property
    def q_value(self) -> float | None:
        """The least of the adjusted values."""
        known = [
            f.q_value for f in (self.past, self.previous, self.year_ago, self.shift) if f and f.q_value is not None
        ]
        return min(known, default=None)


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of looking at many series at once: `findings` in the order given.

    Among all changes named, the share that is none is held at `rate` on average. `questions` is how many were asked.
    """

    findings: tuple[Finding, ...]
    rate: float
    questions: int

    @property
    def changes(self) -> tuple[Finding, ...]:
        """The series that changed, the surest first."""
        changed = [finding for finding in self.findings if finding.verdict in CHANGES]
        return tuple(sorted(changed, key=lambda finding: finding.q_value or 0.0))


class Rule(StrEnum):
    """Why a point of a control chart is remarkable."""

    #: Beyond a limit: one in 370 at most (0.27 %) while nothing changes.
    BEYOND_LIMIT = "beyond_limit"
    #: The ninth or a later one in a row on one side of the centre: one in 256 (0.39 %).
    RUN = "run"
    #: The sixth or a later one in a row, each higher, or each lower, than the one before: one in 360 (0.28 %).
    TREND = "trend"


@dataclass(frozen=True, slots=True)
class OutOfControl:
    """A remarkable point and why."""

    index: int
    rules: tuple[Rule, ...]
    is_high: bool


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Points between limits. `kind` is c, u or p; with a prime where limits were widened by Laney's `sigma_z`.

    `false_alarm` is the chance that a point is marked while nothing changes, by all rules together, at most.
    """

    kind: str
    points: tuple[float | None, ...]
    centre: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    sigma_z: float
    out: tuple[OutOfControl, ...]
    false_alarm: float


@dataclass(frozen=True, slots=True)
class ParetoRow:
    """One kind: its count, its share and the share of all down to it (0 to 1)."""

    key: str
    count: int
    share: float
    cumulative: float
    is_vital: bool


@dataclass(frozen=True, slots=True)
class Pareto:
    """Kinds by falling count; the vital ones together make up the share asked for.

    `is_uneven` is whether counts differ by more than chance (`p_value`): otherwise the order says nothing.
    """

    rows: tuple[ParetoRow, ...]
    total: int
    p_value: float
    is_uneven: bool


@dataclass(frozen=True, slots=True)
class Quantile:
    """A time by which a share of cases ends, with its interval; None: not reached while it was watched."""

    share: float
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """How long cases take, those that are open counted as far as they got."""

    ended: int
    open: int
    quantiles: tuple[Quantile, ...]


class Urgency(StrEnum):
    """How much a cluster is."""

    #: Sudden, and more than earlier years know at this time.
    INCIDENT = "incident"
    #: More than the past explains, but it may be a season: no earlier year is known to say.
    RISE = "rise"


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one group a day, oldest first, the day looked at last; a group is a product, a supplier, and so on."""

    key: str
    dimension: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Cluster:
    """More cases of a group in the last `days` days than its own past explains."""

    key: str
    dimension: str
    days: int
    observed: int
    expected: float
    #: What chance would hardly exceed.
    threshold: int
    p_value: float
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Scan:
    """One night's look at all groups, the strongest cluster first, each group once.

    `false_alarms` is how many are expected a night while nothing happens, over all groups.
    """

    clusters: tuple[Cluster, ...]
    groups: int
    false_alarms: float


class Standing(StrEnum):
    """Where an observed number stands towards the expected one, by its q value."""

    FEWER = "fewer"
    MORE = "more"
    AS_EXPECTED = "as_expected"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Stratum:
    """Cases of one unit (department, handler) and one kind (severity × difficulty), and how many had the event."""

    unit: str
    kind: str
    cases: int
    events: int


@dataclass(frozen=True, slots=True)
class Standardised:
    """Observed events of one unit against those expected of it, had all units the same chances with each kind of case.

    `low` and `high` enclose `ratio`; between `funnel_low` and `funnel_high` the ratio lies by chance and the spread
    that is usual between units.
    """

    unit: str
    cases: int
    observed: int
    expected: float
    ratio: float | None
    low: float | None
    high: float | None
    funnel_low: float
    funnel_high: float
    p_value: float
    q_value: float
    standing: Standing


@dataclass(frozen=True, slots=True)
class Standardising:
    """All units side by side.

    `p_value` is that of no difference between them at all, `spread` the usual one: the standard deviation of the ratios
    beyond chance.
    """

    units: tuple[Standardised, ...]
    p_value: float
    spread: float
