"""Series: the count of a figure month by month, for every group of a dimension. (RP-2)

Made from cells, so that months add up to quarters and groups of a tree to those above. Months without a case are zeros,
from the first month in which anything was counted at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from reporting import trends
from reporting.definitions import DEFINITIONS, Better, Unit, figure
from reporting.periods import Period, Span, between
from reporting.queries.cells import cells, first_month
from reporting.queries.exposures import Exposed, Exposures
from reporting.queries.groups import Group, groups
from reporting.queries.register_lives import Life, lives
from reporting.tallies import Dimension, Tally

#: What is looked at for trends, the whole first.
DIMENSIONS = (
    Dimension.ALL,
    Dimension.CATEGORY,
    Dimension.DEPARTMENT,
    Dimension.OWNER,
    Dimension.PRODUCT,
    Dimension.SUPPLIER,
    Dimension.CHANNEL,
    Dimension.SEVERITY,
    Dimension.CAUSE,
)
#: The longest stretch looked at: seasons of five years.
MONTHS = 60
IN_QUARTER = 3


@dataclass(frozen=True, slots=True)
class CountSeries:
    """One group's counts by month, oldest first. `totals` are what a share is of, None where cases are just counted."""

    dimension: Dimension
    key: str
    months: Sequence[Period]
    counts: tuple[int, ...]
    totals: tuple[int, ...] | None
    exposed: Exposed | None
    #: The group's place in its register, and that of the groups below whose counts it holds.
    life: Life | None
    members: tuple[Life, ...]
    valid_from: int | None
    valid_until: int | None

    @property
    def exposure(self) -> tuple[float, ...] | None:
        """What counts are put in relation to: what a share is of, or what was sold or served."""
        if self.totals is not None:
            return tuple(map(float, self.totals))
        return None if self.exposed is None else self.exposed.amounts

    @property
    def for_trends(self) -> trends.Series:
        """As the methods take it."""
        return trends.Series(
            key=self.key,
            dimension=str(self.dimension),
            counts=self.counts,
            exposure=self.exposure,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            renamed_to=self.life.successor if self.life is not None and self.valid_until is not None else None,
        )


def countable(code: str) -> bool:
    """The figure is a count or a share: it has series."""
    return code in DEFINITIONS and DEFINITIONS[code].unit in {Unit.ROUNDS, Unit.PERCENT}


def counts_failures(code: str) -> bool:
    """Of this share the rest is counted, what went wrong: 2 of 98 says more than 96 of 98."""
    row = DEFINITIONS[code]
    return row.unit == Unit.PERCENT and row.better == Better.HIGHER


def stretch(quarter: Period, most: int = MONTHS) -> list[Period]:
    """The months up to the end of the quarter, whole quarters, beginning where counting began or `most` months ago."""
    first = first_month()
    months = list(quarter.within(Span.MONTH))
    if first is None or first > months[-1]:
        return months
    begin = max(Period.of(first.first, Span.QUARTER), quarter.shifted(1 - most // IN_QUARTER))
    return between(next(begin.within(Span.MONTH)), months[-1])


def series(
    code: str, dimension: Dimension, months: Sequence[Period], moment: datetime, *, with_whole_tree: bool = False
) -> list[CountSeries]:
    """The series of every group of a dimension that was counted in these months, in the order of its register.

    Cases without a group (no category yet) are no series. A group of a tree holds those below it; one that holds the
    same as the only group below it is left out, unless the whole tree is asked for.
    """
    read = _Read(code, dimension, months, moment)
    shown = groups(dimension, {key for _month, key in read.found})
    if not with_whole_tree:
        shown = _told_apart(shown)
    return [read.series(group) for group in shown if group.key or dimension == Dimension.ALL]


def quarterly(counts: Sequence[int]) -> list[int]:
    """Counts of months as those of quarters; the months begin with a quarter's first."""
    return [sum(counts[start : start + IN_QUARTER]) for start in range(0, len(counts), IN_QUARTER)]


def _told_apart(rows: Sequence[Group]) -> list[Group]:
    """Without groups that are the same cases as one further down."""
    deepest: dict[tuple[str, ...], Group] = {}
    for group in rows:
        held = deepest.get(group.keys)
        if held is None or group.depth > held.depth:
            deepest[group.keys] = group
    return [group for group in rows if deepest[group.keys] is group]


class _Read:
    """What is known of one dimension over a stretch of months, read once."""

    def __init__(self, code: str, dimension: Dimension, months: Sequence[Period], moment: datetime) -> None:
        self.code, self.dimension, self.months, self.moment = code, dimension, months, moment
        self.is_share = DEFINITIONS[code].unit == Unit.PERCENT
        self.found = cells(months, dimension)
        self.exposures, self.known = Exposures(months, dimension), lives(dimension)
        self.zone = timezone.get_default_timezone()

    def series(self, group: Group) -> CountSeries:
        """The series of a group."""
        rows = [self._counted(month, group) for month in self.months]
        counts = tuple(part for part, _whole in rows)
        members = tuple(self.known[key] for key in group.keys if key in self.known)
        life = self.known.get(group.key)
        return CountSeries(
            self.dimension,
            group.key,
            self.months,
            counts,
            tuple(whole for _part, whole in rows) if self.is_share else None,
            None if self.is_share else self.exposures.of(group.key),
            life,
            members,
            _begins(counts, life, self.months, self.zone),
            _ends(life, members, self.months, self.zone),
        )

    def _counted(self, month: Period, group: Group) -> tuple[int, int]:
        tallies = (self.found[month, key] for key in group.keys if (month, key) in self.found)
        return _counted(self.code, tallies, self.moment)


def _counted(code: str, parts: Iterable[Tally], moment: datetime) -> tuple[int, int]:
    count = whole = 0
    for tally in parts:
        value = figure(code, tally, moment)
        if DEFINITIONS[code].unit == Unit.PERCENT:
            part, of = value.part or 0, value.whole or 0
            count, whole = count + (of - part if counts_failures(code) else part), whole + of
        else:
            count += int(value.value or 0)
    return count, whole


def _begins(counts: Sequence[int], life: Life | None, months: Sequence[Period], zone: ZoneInfo) -> int | None:
    """The first month of a group that began within the stretch. Cases may be older than the row that names them."""
    if life is None or life.began_at is None:
        return None
    began = Period.at(life.began_at, Span.MONTH, zone)
    place = next((number for number, month in enumerate(months) if month >= began), len(months))
    first = next((number for number, count in enumerate(counts) if count), len(counts))
    return min(place, first) or None


def _ends(life: Life | None, members: Sequence[Life], months: Sequence[Period], zone: ZoneInfo) -> int | None:
    """The first month in which the group, or everything counted in it, was switched off from beginning to end."""
    ends = [life.ended_at] if life is not None and life.ended_at is not None else []
    if not ends and members and all(member.ended_at is not None for member in members):
        ends = [max(member.ended_at for member in members if member.ended_at is not None)]
    if not ends or ends[0] is None:
        return None
    day: date = ends[0].astimezone(zone).date()
    return next((number for number, month in enumerate(months) if month.first >= day), None)
