"""Groups of complaints by the day, for early warning, and the cases of a group. (RP-7)

A case counts on the day it was received. Who supplied, and what caused it, is known only when responsibility is
determined: groups that name a supplier or a cause count on the day of that.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.models import Measure, RootCause
from accountability.states import MeasureStatus
from complaints.models.registers import registers
from reporting import trends
from reporting.models import CaseFact
from reporting.queries.groups import COLUMN, LABELS, TREES, condition, names
from reporting.tallies import Dimension

#: What is watched alone (trees: every branch), and what two by two. A product comes last: its key is free text.
SINGLE = (
    Dimension.ALL,
    Dimension.CATEGORY,
    Dimension.DEPARTMENT,
    Dimension.OWNER,
    Dimension.SUPPLIER,
    Dimension.CAUSE,
    Dimension.PRODUCT,
)
PAIRS = (
    (Dimension.CATEGORY, Dimension.DEPARTMENT),
    (Dimension.CATEGORY, Dimension.SUPPLIER),
    (Dimension.CAUSE, Dimension.DEPARTMENT),
    (Dimension.CATEGORY, Dimension.PRODUCT),
    (Dimension.DEPARTMENT, Dimension.PRODUCT),
    (Dimension.SUPPLIER, Dimension.PRODUCT),
    (Dimension.CAUSE, Dimension.PRODUCT),
)
#: Days of the past that a night compares with, and how many it needs at least.
PAST = 730
LEAST_PAST = 35
CHUNK = 5000
#: How numbers of warnings begin.
NUMBERS = "RW"
_JOINS, _PARTS = "+", "|"
_LATE = frozenset({Dimension.SUPPLIER, Dimension.CAUSE})
#: Cases are told apart by the sum of their keys, each multiplied by an odd number, in one word.
_MIX, _WORD = 0x9E3779B97F4A7C15, 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Grouping:
    """One group: the dimensions and a key for each."""

    dimensions: tuple[Dimension, ...]
    keys: tuple[str, ...]

    @classmethod
    def read(cls, dimension: str, key: str) -> "Grouping":
        """The group that a warning names."""
        dimensions = tuple(Dimension(part) for part in dimension.split(_JOINS))
        return cls(dimensions, tuple(key.split(_PARTS, len(dimensions) - 1)))

    @property
    def dimension(self) -> str:
        """The dimensions as one text."""
        return _JOINS.join(self.dimensions)

    @property
    def key(self) -> str:
        """The keys as one text."""
        return _PARTS.join(self.keys)

    @property
    def column(self) -> str:
        """The moment that its cases count by."""
        return "determined_at" if _LATE & set(self.dimensions) else "received_at"

    def condition(self) -> Q:
        """The facts of the group: alone a branch of a tree with all below it, in pairs the very rows."""
        if len(self.dimensions) == 1:
            return condition(self.dimensions[0], self.keys[0])
        found = Q()
        for dimension, key in zip(self.dimensions, self.keys, strict=True):
            found &= Q(**{COLUMN[dimension]: key})
        return found


def labels(rows: Collection[Grouping]) -> dict[Grouping, list[tuple[str, str]]]:
    """Of each group the dimensions with the name in each, in the active language; of the whole nothing.

    A query or two for each dimension, however many groups there are.
    """
    keys: dict[Dimension, set[str]] = defaultdict(set)
    for row in rows:
        for dimension, key in zip(row.dimensions, row.keys, strict=True):
            keys[dimension].add(key)
    known = {dimension: names(dimension, found) for dimension, found in keys.items()}
    return {
        row: [
            (str(LABELS[dimension]), known[dimension][key])
            for dimension, key in zip(row.dimensions, row.keys, strict=True)
            if dimension != Dimension.ALL
        ]
        for row in rows
    }


def label(parts: Collection[tuple[str, str]]) -> str:
    """What a group is called."""
    return " × ".join(name for _dimension, name in parts) or _("All complaints")


def cases(group: Grouping, since: date, until: date, zone: ZoneInfo) -> QuerySet[CaseFact]:
    """First rounds of the group that count on these days, both included."""
    start, end = _midnight(since, zone), _midnight(until + timedelta(days=1), zone)
    return CaseFact.objects.filter(
        group.condition(), round=1, **{f"{group.column}__gte": start, f"{group.column}__lt": end}
    )


def first_day(zone: ZoneInfo) -> date | None:
    """The day of the oldest case, None without cases."""
    moment = CaseFact.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return None if moment is None else moment.astimezone(zone).date()


def groups_by_day(day: date) -> list[trends.Group]:
    """Every group that had a case in the two years up to the day, by the day. Empty if too little is known yet.

    Of groups that are the same cases the first is taken: one alone before pairs, the branch furthest down.
    """
    zone = timezone.get_default_timezone()
    oldest = first_day(zone)
    if oldest is None:
        return []
    first = max(oldest, day - timedelta(days=PAST - 1))
    length = (day - first).days + 1
    if length < LEAST_PAST:
        return []
    found, marks = _counted(first, day, zone)
    seen: set[tuple[int, int]] = set()
    rows = []
    for group in sorted(found, key=_order()):
        mark = (found[group].total(), marks[group])
        if mark not in seen:
            seen.add(mark)
            counts = found[group]
            rows.append(trends.Group(group.key, group.dimension, [counts[place] for place in range(length)]))
    return rows


def _order() -> Any:
    """Groups alone before pairs, in the order of the lists above; of a tree what lies furthest down first."""
    place: Mapping[tuple[Dimension, ...], int] = {
        dimensions: number for number, dimensions in enumerate([*((single,) for single in SINGLE), *PAIRS])
    }
    known = {Dimension.CATEGORY: registers().categories, Dimension.DEPARTMENT: registers().departments}

    def order(group: Grouping) -> tuple[int, int, str]:
        rows: Any = known.get(group.dimensions[0], {}) if len(group.dimensions) == 1 else {}
        row = rows.get(int(group.keys[0])) if rows and group.keys[0].isdecimal() else None
        return place[group.dimensions], -row.path.count("/") if row is not None else 0, group.key

    return order


def _counted(first: date, day: date, zone: ZoneInfo) -> tuple[dict[Grouping, Counter[int]], dict[Grouping, int]]:
    """Cases of each group by the number of the day, and a mark of which cases they are."""
    start, end = _midnight(first, zone), _midnight(day + timedelta(days=1), zone)
    within = Q(received_at__gte=start, received_at__lt=end) | Q(determined_at__gte=start, determined_at__lt=end)
    watched = [dimension for dimension in SINGLE if dimension != Dimension.ALL]
    rows = CaseFact.objects.filter(within, round=1).order_by()
    columns = [COLUMN[dimension] for dimension in watched]
    found: dict[Grouping, Counter[int]] = defaultdict(Counter)
    marks: dict[Grouping, int] = defaultdict(int)
    above, memory = _Above(), dict[tuple[Any, ...], list[Grouping]]()
    for pk, received_at, determined_at, *values in rows.values_list(
        "pk", "received_at", "determined_at", *columns
    ).iterator(CHUNK):
        alike = tuple(values)
        if alike not in memory:
            keys = ("" if value is None else str(value) for value in values)
            memory[alike] = list(_groups_of(dict(zip(watched, keys, strict=True)), above))
        received, determined = _place(received_at, first, zone), _place(determined_at, first, zone)
        for group in memory[alike]:
            at = determined if group.column == "determined_at" else received
            if at is not None and 0 <= at <= (day - first).days:
                found[group][at] += 1
                marks[group] = (marks[group] + pk * _MIX) & _WORD
    return found, marks


def _place(moment: datetime | None, first: date, zone: ZoneInfo) -> int | None:
    return None if moment is None else (moment.astimezone(zone).date() - first).days


def _groups_of(keys: Mapping[Dimension, str], above: "_Above") -> Iterator[Grouping]:
    yield _WHOLE
    for dimension, key in keys.items():
        if key:
            for part in above.of(dimension, key):
                yield Grouping((dimension,), (part,))
    for pair in PAIRS:
        one, other = (keys[dimension] for dimension in pair)
        if one and other:
            yield Grouping(pair, (one, other))


_WHOLE = Grouping((Dimension.ALL,), ("",))


class _Above:
    """The branches that a row of a register lies in, itself included."""

    def __init__(self) -> None:
        known = registers()
        causes = dict(RootCause.objects.values_list("pk", "path"))
        categories = {pk: row.path for pk, row in known.categories.items()}
        departments = {pk: row.path for pk, row in known.departments.items()}
        self._paths: dict[Dimension, dict[int, str]] = {
            Dimension.CATEGORY: categories,
            Dimension.DEPARTMENT: departments,
            Dimension.OWNER: departments,
            Dimension.CAUSE: causes,
        }

    def of(self, dimension: Dimension, key: str) -> list[str]:
        """Keys from the root to the row."""
        if dimension not in TREES:
            return [key]
        return self._paths[dimension].get(int(key), key).strip("/").split("/")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def by_day(group: Grouping, since: date, until: date) -> list[int]:
    """How many cases of a group count on each of these days."""
    zone = timezone.get_default_timezone()
    found: Counter[date] = Counter()
    for moment in cases(group, since, until, zone).values_list(group.column, flat=True):
        found[moment.astimezone(zone).date()] += 1
    return [found[since + timedelta(days=place)] for place in range((until - since).days + 1)]


def measured() -> set[str]:
    """Numbers of warnings that measures name as their origin; cancelled measures do not count."""
    rows = Measure.objects.filter(origin__startswith=NUMBERS).exclude(status=MeasureStatus.CANCELLED)
    return {origin.strip() for origin in rows.values_list("origin", flat=True)}
