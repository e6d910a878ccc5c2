"""The figures of a period: of the whole beside earlier periods, and by the groups of a dimension. (RP-1, RP-3)"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reporting.definitions import DEFINITIONS, Basis, Definition, Unit, Value
from reporting.periods import Period
from reporting.queries.behind import Asked, Which
from reporting.queries.cells import cells
from reporting.queries.groups import Group, groups
from reporting.tallies import Dimension, Tally, total

#: Dimensions to look at the figures by, the most asked for first.
BY = (
    Dimension.CATEGORY,
    Dimension.DEPARTMENT,
    Dimension.PRODUCT,
    Dimension.SUPPLIER,
    Dimension.CHANNEL,
    Dimension.SEVERITY,
    Dimension.CAUSE,
    Dimension.HANDLER,
    Dimension.OWNER,
    Dimension.POLICY,
    Dimension.KIND,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a figure is looked at."""

    period: Period
    dimension: Dimension
    key: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one group in one period, judged at a moment."""

    definition: Definition
    value: Value
    place: Place

    def asked(self, which: Which) -> Asked:
        """What to ask to see what one of its counts counts."""
        place = self.place
        return Asked(self.definition.code, which, place.period, place.dimension, place.key, place.moment)

    @property
    def counts(self) -> list[tuple[int, Asked]]:
        """The counts that the figure is made of, and what to ask to see what they count."""
        value, found = self.value, []
        if self.definition.unit == Unit.ROUNDS:
            found.append((int(value.value or 0), self.asked(Which.PART)))
        if self.definition.unit == Unit.PERCENT and value.part is not None:
            found.append((value.part, self.asked(Which.PART)))
        if value.whole is not None:
            found.append((value.whole, self.asked(Which.WHOLE)))
        return found

    @property
    def summed(self) -> Asked | None:
        """What to ask to see what a sum is made of."""
        is_sum = self.definition.unit == Unit.MONEY and bool(self.value.value)
        return self.asked(Which.WHOLE) if is_sum else None


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside those of the period before and of the same period a year before."""

    now: Figure
    before: Figure
    year_before: Figure

    @property
    def definition(self) -> Definition:
        """What it means."""
        return self.now.definition


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of a group, in the order of their definitions."""

    group: Group
    figures: Sequence[Figure]
    begun: int


def whole(period: Period, moment: datetime) -> list[Compared]:
    """Every figure of the whole as it stands at `moment`, beside the two periods it is compared with. One query."""
    periods = (period, period.previous, period.year_before)
    found = cells(set(periods), Dimension.ALL)

    places = [(Place(of, Dimension.ALL, "", moment), found.get((of, ""), Tally())) for of in periods]
    return [
        Compared(*(_figure(definition, tally, place) for place, tally in places)) for definition in DEFINITIONS.values()
    ]


def by_dimension(
    period: Period, dimension: Dimension, moment: datetime, keys: Collection[str] | None = None
) -> list[Row]:
    """Every figure for each group: of trees in their order, those above with all below them; others the largest first.

    Of the groups of `keys` only, where they are given: of a tree with all that lie below them. Two queries at the most.
    """
    found = {key: tally for (_period, key), tally in cells([period], dimension, keys).items()}
    shown = [group for group in groups(dimension, found) if keys is None or group.key in keys]
    rows = [_row(group, found, period, dimension, moment) for group in shown]
    if all(row.group.depth == 0 for row in rows) and dimension not in {Dimension.SEVERITY, Dimension.KIND}:
        rows.sort(key=lambda row: (not row.group.key, -row.begun))
    return rows


def _row(group: Group, found: Mapping[str, Tally], period: Period, dimension: Dimension, moment: datetime) -> Row:
    tally = total(found[key] for key in group.keys)
    place = Place(period, dimension, group.key, moment)
    return Row(group, [_figure(definition, tally, place) for definition in DEFINITIONS.values()], tally.begun)


def _figure(definition: Definition, tally: Tally, place: Place) -> Figure:
    return Figure(definition, definition.value(tally, place.moment), place)


def of_basis(basis: Basis) -> list[Definition]:
    """The definitions of one basis, in their order."""
    return [definition for definition in DEFINITIONS.values() if definition.basis == basis]
