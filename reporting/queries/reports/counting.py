"""Everything a quarterly report counts, from one stream of facts. (RP-1, RP-6)

The same function counts the facts kept in tables, when a report is built, and facts made again from the records as they
stood at the moment of the report, when it is recomputed. What is kept grows with the groups, not with the cases.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q

from complaints.models import Complaint
from reporting.facts import Fact, Liability
from reporting.models import COLUMNS, CaseFact, LiabilityFact
from reporting.periods import Period, Span, between
from reporting.queries.case_facts import facts_of
from reporting.queries.cells import CHUNK
from reporting.tallies import Dimension, Group, Tally, key_of, tallies

#: How many quarters before the one reported tell how much counts vary.
HISTORY = 12
#: How many months the course of the year shows.
MONTHS = 15
#: By what the cases of a quarter are told apart.
DIMENSIONS = (
    Dimension.ALL,
    Dimension.POLICY,
    Dimension.CATEGORY,
    Dimension.DEPARTMENT,
    Dimension.SEVERITY,
    Dimension.CHANNEL,
    Dimension.PRODUCT,
    Dimension.SUPPLIER,
    Dimension.CAUSE,
    Dimension.CUBE,
)
#: Those whose past quarters are known.
WATCHED = tuple(dimension for dimension in DIMENSIONS if dimension not in {Dimension.POLICY, Dimension.CUBE})
Stream = Iterable[tuple[Iterable[Fact], Iterable[Liability]]]
_LIABILITY = tuple(Liability.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The quarter reported, and the periods it is held against."""

    quarter: Period
    zone: ZoneInfo

    @property
    def compared(self) -> tuple[Period, Period, Period]:
        """The quarter, the one before, and the same quarter a year ago."""
        return self.quarter, self.quarter.previous, self.quarter.year_before

    @property
    def history(self) -> list[Period]:
        """The quarters before the quarter, the oldest first."""
        return between(self.quarter.shifted(-HISTORY), self.quarter.previous)

    @property
    def months(self) -> list[Period]:
        """The months up to the last of the quarter, the oldest first."""
        last = Period.of(self.quarter.last, Span.MONTH)
        return between(last.shifted(1 - MONTHS), last)

    @property
    def starts_at(self) -> datetime:
        """Where the oldest of all these periods begins."""
        return min(self.history[0], self.months[0], key=lambda period: period.first).bounds(self.zone)[0]

    @property
    def ends_at(self) -> datetime:
        """Where the quarter ends."""
        return self.quarter.bounds(self.zone)[1]


@dataclass(slots=True)
class Borne:
    """What one party bears in one way: in how many rounds and allegations, and its shares in percent added up."""

    rounds: int = 0
    allegations: int = 0
    share: Decimal = Decimal(0)


@dataclass(slots=True)
class Counts:
    """What was counted: tallies, received ones of past quarters, what was open at the end, and who bears what."""

    tallies: dict[Group, Tally] = field(default_factory=dict)
    received: Counter[Group] = field(default_factory=Counter)
    #: By responsible department.
    open: Counter[str] = field(default_factory=Counter)
    #: By quarter, kind of party, key of the department or of the outside party, and share.
    borne: dict[tuple[Period, str, str, str], Borne] = field(default_factory=dict)

    def tally(self, period: Period, dimension: Dimension = Dimension.ALL, key: str = "") -> Tally:
        """The tally of a group; an empty one where nothing was counted."""
        return self.tallies.get((period, dimension, key)) or Tally()

    def keys(self, dimension: Dimension, periods: Iterable[Period]) -> set[str]:
        """The groups of a dimension in which anything was counted in one of the periods."""
        wanted = set(periods)
        return {key for period, of, key in self.tallies if of == dimension and period in wanted}


def count(stream: Stream, stretch: Stretch) -> Counts:
    """Look at each fact and each liability once."""
    found = Counts()
    bearing = _Bearing(stretch, found.borne)
    found.tallies = tallies(
        _passing(stream, stretch, found, bearing),
        stretch.zone,
        within=[*stretch.compared, *stretch.months],
        by={Span.QUARTER: DIMENSIONS, Span.MONTH: (Dimension.ALL,)},
    )
    return found


def _passing(stream: Stream, stretch: Stretch, found: Counts, bearing: "_Bearing") -> Iterator[Fact]:
    """The facts one by one, noting on the way what tallies do not keep."""
    history, end = set(stretch.history), stretch.ends_at
    for facts, liabilities in stream:
        for row in liabilities:
            bearing.note(row)
        for fact in facts:
            if fact.received_at < end and (fact.ended_at is None or fact.ended_at >= end):
                found.open[key_of(fact, Dimension.DEPARTMENT)] += 1
            quarter = Period.at(fact.received_at, Span.QUARTER, stretch.zone)
            if fact.round == 1 and quarter in history:
                found.received.update((quarter, dimension, key_of(fact, dimension)) for dimension in WATCHED)
            yield fact


class _Bearing:
    """Adds up who bears what. A party that bears a share in several allegations of a round is counted once there."""

    def __init__(self, stretch: Stretch, borne: dict[tuple[Period, str, str, str], Borne]) -> None:
        self.zone, self.quarters, self.borne = stretch.zone, set(stretch.compared), borne
        self.round: tuple[int, int] | None = None
        self.seen: set[tuple[Period, str, str, str]] = set()

    def note(self, row: Liability) -> None:
        """Rows of one round come one after another."""
        if self.round != (row.complaint_id, row.round):
            self.round, self.seen = (row.complaint_id, row.round), set()
        quarter = Period.at(row.final_at, Span.QUARTER, self.zone)
        if quarter not in self.quarters:
            return
        party = row.department_id if row.outside_id is None else row.outside_id
        group = (quarter, row.party_kind, str(party or ""), row.share_kind)
        borne = self.borne.setdefault(group, Borne())
        borne.rounds += group not in self.seen
        borne.allegations += 1
        borne.share += row.share
        self.seen.add(group)


def from_tables(stretch: Stretch) -> Stream:
    """The facts kept in tables that the report can count, streaming."""
    start, end = stretch.starts_at, stretch.ends_at
    rows = CaseFact.objects.filter(
        Q(received_at__gte=start, received_at__lt=end)
        | Q(ended_at__gte=start, ended_at__lt=end)
        | (Q(received_at__lt=end) & (Q(ended_at=None) | Q(ended_at__gte=end)))
    )
    facts = rows.order_by().values_list(*COLUMNS).iterator(CHUNK)
    borne = LiabilityFact.objects.filter(final_at__gte=start, final_at__lt=end)
    liabilities = borne.order_by("complaint_id", "round", "id").values_list(*_LIABILITY).iterator(CHUNK)
    return (
        ((Fact(**dict(zip(COLUMNS, row, strict=True))) for row in facts), ()),
        ((), (Liability(**dict(zip(_LIABILITY, row, strict=True))) for row in liabilities)),
    )


def from_records(as_of: datetime) -> Stream:
    """The facts of all cases made again from their records, as these stood at `as_of`, streaming."""
    keys = Complaint.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    return facts_of(keys, as_of)
