"""How departments and handlers did in a quarter: the counts, what was to be expected, and who sees whose. (RP-4)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from complaints.models.registers import registers
from complaints.models.standing import Standing
from complaints.models.visibility import below
from complaints.states import Difficulty, Role, Severity
from reporting.models import CaseFact, Examination, Subject
from reporting.periods import Period
from reporting.permissions import may_read_figures
from reporting.queries.behind import Asked, Which
from reporting.queries.figures import Figure, Row, by_dimension
from reporting.queries.groups import Group
from reporting.queries.performance_measures import MEASURES, TIMES, Measure
from reporting.tallies import Dimension
from reporting.trends import Standing as Verdict

EASY = f"{Severity.GENERAL}/{Difficulty.SIMPLE}"


# --- Who sees whose --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """The keys of departments and handlers whose figures somebody sees; None: all of them."""

    departments: frozenset[str] | None
    handlers: frozenset[str] | None

    def keys(self, dimension: Dimension) -> frozenset[str] | None:
        """The keys of one kind of unit."""
        return self.departments if dimension == Dimension.DEPARTMENT else self.handlers

    def includes(self, dimension: Dimension, key: str) -> bool:
        """The figures of this unit may be seen."""
        if dimension not in {Dimension.DEPARTMENT, Dimension.HANDLER}:
            return self.departments is None and self.handlers is None
        keys = self.keys(dimension)
        return keys is None or key in keys


def seen_by(standing: Standing, quarter: Period) -> Seen:
    """Who reads figures sees all; a head the own departments, those below, and the handlers of the cases they own.

    A handler sees the own figures and nobody else's, also not those of somebody they stand in for.
    """
    if may_read_figures(standing):
        return Seen(None, None)
    departments: set[str] = set()
    handlers = {str(standing.user_id)} if standing.has(Role.HANDLER) else set()
    paths = standing.paths(Role.HEAD)
    if paths:
        known = registers().departments
        departments = {str(key) for key, row in known.items() if row.path.startswith(tuple(paths))}
        found = CaseFact.objects.filter(_touching(quarter), below("owner_department", paths)).order_by()
        handlers |= {str(key) for key in found.values_list("handler", flat=True).distinct() if key is not None}
    return Seen(frozenset(departments), frozenset(handlers))


def _touching(quarter: Period) -> Q:
    start, end = quarter.bounds(timezone.get_default_timezone())
    return Q(received_at__gte=start, received_at__lt=end) | Q(ended_at__gte=start, ended_at__lt=end)


# --- What they did ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of one unit: the counts as they are now, and what was found when the quarter was examined."""

    measure: Measure
    cases: int
    events: int
    asked_cases: Asked
    asked_events: Asked
    #: `trends.Standardised` as it was kept; None where nothing is to be expected, or nothing was examined.
    kept: Mapping[str, Any] | None

    @property
    def standing(self) -> str:
        """Where the events stand towards those expected; empty if that was not asked."""
        return self.kept["standing"] if self.kept else ""

    @property
    def is_named(self) -> bool:
        """More or fewer than chance explains."""
        return self.standing in {Verdict.MORE, Verdict.FEWER}

    @property
    def has_changed(self) -> bool:
        """The counts are no longer those that were examined."""
        return self.kept is not None and (self.kept["cases"], self.kept["observed"]) != (self.cases, self.events)


@dataclass(frozen=True, slots=True)
class Mix:
    """How many cases of one severity and difficulty a unit got, and how many there were among all, with shares."""

    severity: str
    difficulty: str
    cases: int
    share: float
    share_of_all: float


@dataclass(frozen=True, slots=True)
class Unit:
    """A department with all below it, or a handler."""

    dimension: Dimension
    group: Group
    begun: int
    lines: Sequence[Line]
    times: Sequence[Figure]
    kinds: Mapping[str, int]
    all_kinds: Mapping[str, int]

    @property
    def hard(self) -> int:
        """Cases that are more than general, or complex, when the quarter was examined."""
        return sum(count for kind, count in self.kinds.items() if kind != EASY)

    @property
    def hard_percent(self) -> float | None:
        """Their share in all its cases."""
        cases = sum(self.kinds.values())
        return 100 * self.hard / cases if cases else None

    @property
    def mix(self) -> list[Mix]:
        """Its cases by kind, beside those of all, the mildest first."""
        cases, everything = sum(self.kinds.values()), sum(self.all_kinds.values())
        found = []
        for severity in Severity:
            for difficulty in Difficulty:
                kind = f"{severity}/{difficulty}"
                if self.all_kinds.get(kind):
                    own = self.kinds.get(kind, 0)
                    share = own / cases if cases else 0.0
                    of_all = self.all_kinds[kind] / everything
                    found.append(Mix(str(severity.label), str(difficulty.label), own, 100 * share, 100 * of_all))
        return found


def examined(quarter: Period) -> Examination | None:
    """What is known of the quarter's performance, made or asked for."""
    return Examination.objects.filter(subject=Subject.PERFORMANCE, quarter=quarter.first).first()


def units(
    dimension: Dimension, quarter: Period, moment: datetime, content: Mapping[str, Any], seen: Seen
) -> list[Unit]:
    """The units that somebody sees, with counts as of the moment and what `content` (kept) says of them.

    Departments in the order of their tree, handlers those with most cases first. Cases nobody holds are left out.
    """
    kept = {row["key"]: row for row in content.get("units", {}).get(dimension, ())}
    kinds = content.get("kinds", {}).get(dimension, {})
    rows = by_dimension(quarter, dimension, moment, seen.keys(dimension))
    return [_unit(dimension, row, kept.get(row.group.key, {}), kinds) for row in rows if row.group.key]


def unheld(dimension: Dimension, quarter: Period, moment: datetime) -> Figure | None:
    """How many complaints of the quarter nobody holds, as a figure with what is behind it; None if there are none."""
    for row in by_dimension(quarter, dimension, moment, {""}):
        for figure in row.figures:
            if figure.definition.code == "overdue" and figure.value.whole:
                return figure
    return None


def _unit(dimension: Dimension, row: Row, kept: Mapping[str, Any], kinds: Mapping[str, int]) -> Unit:
    figures = {figure.definition.code: figure for figure in row.figures}
    said = kept.get("measures", {})
    return Unit(
        dimension,
        row.group,
        row.begun,
        [_line(measure, figures[measure.code], said.get(measure.code)) for measure in MEASURES],
        [figures[code] for code in TIMES],
        kept.get("kinds", {}),
        kinds,
    )


def _line(measure: Measure, figure: Figure, kept: Mapping[str, Any] | None) -> Line:
    part, whole = figure.value.part or 0, figure.value.whole or 0
    return Line(
        measure, whole, measure.count(part, whole), figure.asked(Which.WHOLE), figure.asked(measure.events), kept
    )
