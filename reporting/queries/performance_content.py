"""What is kept of looking at how departments and handlers did in a quarter, so that pages compute nothing. (RP-4)

Content: quarter, rate (of false namings), kinds (cases by severity and difficulty), units: by "department" and
"handler" a list of key, kinds, and measures: by code what `trends.Standardised` says, without the unit. Cases that
nobody holds are no unit's and are not compared with. A department stands for itself and all below it. Departments are
compared with the others of their level, and with cases that other departments hold themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from reporting import trends
from reporting.models import CaseFact
from reporting.periods import Period
from reporting.queries.behind import within
from reporting.queries.groups import COLUMN, Group, groups
from reporting.queries.performance_measures import MEASURES, UNITS, Measure
from reporting.tallies import Dimension

#: Of all complaints that began in the quarter: what the mix of a unit is told by.
MIX = "overdue"
#: Marks cases that a department above holds itself, among those of a deeper level.
OWN = "own "


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases of one holder and kind, and how many had the event."""

    key: str
    kind: str
    cases: int
    events: int


def content_of(quarter: Period, moment: datetime) -> dict[str, Any]:
    """Look at every department and every handler of a quarter, judged at the moment. One query for each measure."""
    counted: dict[Dimension, dict[str, list[Counted]]] = {dimension: {} for dimension in UNITS}
    for measure in MEASURES:
        rows = list(_rows(measure, quarter, moment))
        for dimension in UNITS:
            counted[dimension][measure.code] = list(_of_holders(rows, COLUMN[dimension], measure))
    return {
        "quarter": quarter.code,
        "rate": trends.RATE,
        "kinds": {str(dimension): _kinds(counted[dimension][MIX]) for dimension in UNITS},
        "units": {str(dimension): _units(dimension, counted[dimension]) for dimension in UNITS},
    }


def _rows(measure: Measure, quarter: Period, moment: datetime) -> Iterator[dict[str, Any]]:
    definition = measure.definition
    if definition.part is None or definition.whole is None:
        raise ValueError(measure.code)
    facts = CaseFact.objects.filter(
        within(quarter, definition.basis, timezone.get_default_timezone()), definition.whole(moment)
    )
    columns = (*(COLUMN[dimension] for dimension in UNITS), "severity", "difficulty")
    found = facts.order_by().values(*columns)
    yield from found.annotate(cases=Count("pk"), part=Count("pk", filter=definition.part(moment))).iterator()


def _of_holders(rows: Iterable[Mapping[str, Any]], column: str, measure: Measure) -> Iterator[Counted]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row[column] is None:
            continue
        both = sums[str(row[column]), f"{row['severity']}/{row['difficulty']}"]
        both[0] += row["cases"]
        both[1] += measure.count(row["part"], row["cases"])
    for (key, kind), (cases, events) in sorted(sums.items()):
        yield Counted(key, kind, cases, events)


def _kinds(counted: Iterable[Counted]) -> dict[str, int]:
    kinds: Counter[str] = Counter()
    for one in counted:
        kinds[one.kind] += one.cases
    return dict(sorted(kinds.items()))


def _units(dimension: Dimension, counted: Mapping[str, list[Counted]]) -> list[dict[str, Any]]:
    """Each group with its mix and what each measure says of it."""
    holders = {one.key for rows in counted.values() for one in rows}
    shown = groups(dimension, holders)
    # A group that holds everything has nobody to be compared with.
    asked = [group for group in shown if set(group.keys) != holders]
    questions = {
        f"{code} {depth}": _strata(rows, [group for group in shown if group.depth == depth])
        for code, rows in counted.items()
        for depth in {group.depth for group in asked}
    }
    found = trends.standardise_together(questions, units={group.key for group in asked})
    said: dict[str, dict[str, Any]] = defaultdict(dict)
    for question, standardising in found.items():
        for unit in standardising.units:
            said[unit.unit][question.split()[0]] = {
                name: value for name, value in asdict(unit).items() if name != "unit"
            }
    return [
        {
            "key": group.key,
            "kinds": _kinds(one for one in counted[MIX] if one.key in set(group.keys)),
            "measures": said.get(group.key, {}),
        }
        for group in shown
    ]


def _strata(rows: Iterable[Counted], level: Iterable[Group]) -> list[trends.Stratum]:
    """The cases divided among the groups of one level, and those that others hold."""
    unit = {key: group.key for group in level for key in group.keys}
    return [trends.Stratum(unit.get(one.key, OWN + one.key), one.kind, one.cases, one.events) for one in rows]
