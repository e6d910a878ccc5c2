"""The figures of a quarterly report: all that recomputing makes again. (RP-1, RP-3, RP-6)"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accountability.states import Share
from complaints.states import Grade
from reporting import trends
from reporting.definitions import DEFINITIONS
from reporting.periods import Period
from reporting.queries.reports.cells import Cell, cell, kept_change, plain
from reporting.queries.reports.comparing import RATE, Against, Change, Pair, compared, held
from reporting.queries.reports.counting import Borne, Counts, Stretch
from reporting.queries.reports.measures import measures_of, recourse_of
from reporting.queries.reports.targets import Policy, answered
from reporting.tallies import Dimension, Tally, total
from reporting.trends.findings import CHANGES

#: What is shown of each group of a dimension; the first is compared with the quarters before.
COLUMNS: Mapping[Dimension, Sequence[str]] = {
    Dimension.CATEGORY: ("received", "closed", "founded", "resolution", "satisfaction"),
    Dimension.DEPARTMENT: (
        "received",
        "closed",
        "timely_response",
        "overdue",
        "escalated",
        "returned",
        "cycle_median",
        "cycle_p90",
        "resolution",
        "satisfaction",
        "compensation",
    ),
    Dimension.SEVERITY: ("received", "closed", "timely_response", "escalated", "cycle_median", "cycle_p90"),
    Dimension.CHANNEL: ("received", "timely_response", "satisfaction"),
    Dimension.PRODUCT: ("received", "founded", "compensation"),
    Dimension.SUPPLIER: ("received", "compensation"),
    Dimension.CAUSE: ("received",),
}
#: Compared for each department, besides what is received.
OF_DEPARTMENTS = ("timely_response", "resolution", "satisfaction")
#: What is compared without a test.
UNTESTED = frozenset({"cycle_mean", "compensation"})
#: How many pairs of department and category are named, and how many categories on the page of a department.
PAIRS = 10
OF_A_DEPARTMENT = 8
LEAST = 2


@dataclass(frozen=True, slots=True)
class Known:
    """What figures are put together with: groups by dimension, policies with targets, the baseline of satisfaction."""

    groups: Mapping[str, Sequence[Mapping[str, Any]]]
    policies: tuple[Policy, ...]
    baseline: float | None


def figures_of(counts: Counts, stretch: Stretch, known: Known, as_of: datetime) -> Cell:
    """Every figure of the report."""
    making = _Making(counts, stretch, known, as_of)
    changes = making.changes()
    return {
        "key_figures": making.key_figures(changes),
        "targets": making.targets(),
        "course": making.course(),
        "by": {dimension: making.rows(Dimension(dimension), changes) for dimension in known.groups},
        "open_at_end": making.open_at_end(),
        "grades": making.grades(),
        "unresolved": making.unresolved(),
        "responsibility": making.responsibility(),
        "causes": making.pareto(Dimension.CAUSE),
        "areas": making.pareto(Dimension.CATEGORY),
        "pairs": making.pairs(),
        "of_departments": making.of_departments(),
        "measures": measures_of(stretch.quarter.bounds(stretch.zone), as_of),
        "recourse": recourse_of(stretch.quarter.bounds(stretch.zone), as_of),
        "examined": {
            "comparisons": sum(change.p_value is not None for change in changes.values()),
            "changes": sum(change.verdict in CHANGES for change in changes.values()),
            "rate": RATE,
        },
    }


Changes = Mapping[tuple[str, str, str, str], Change]
Group = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Making:
    """The figures of one report being made."""

    counts: Counts
    stretch: Stretch
    known: Known
    as_of: datetime

    @property
    def periods(self) -> dict[str, Period]:
        return dict(zip(("quarter", *Against), self.stretch.compared, strict=True))

    def tally(self, period: Period, dimension: Dimension, keys: Sequence[str]) -> Tally:
        return total(self.counts.tally(period, dimension, key) for key in keys)

    def groups(self, dimension: Dimension) -> Sequence[Group]:
        return self.known.groups[dimension]

    # --- Comparisons -------------------------------------------------------------------------------------------------

    def changes(self) -> Changes:
        """Every comparison of the report, held together."""
        found: list[Change] = []
        whole = {"key": "", "keys": [""], "is_ended": False}
        for against in Against:
            pair = self.pair(Dimension.ALL, whole, against)
            found += [compared(pair, code, self.as_of) for code in DEFINITIONS if code not in UNTESTED]
            for dimension in self.known.groups:
                found += self._of_groups(Dimension(dimension), against)
        return {(change.dimension, change.key, change.code, change.against): change for change in held(found)}

    def _of_groups(self, dimension: Dimension, against: Against) -> Iterator[Change]:
        for group in self.groups(dimension):
            if not group["key"]:
                continue
            pair = self.pair(dimension, group, against)
            yield compared(pair, "received", self.as_of)
            if dimension == Dimension.DEPARTMENT:
                yield from (compared(pair, code, self.as_of) for code in OF_DEPARTMENTS)

    def pair(self, dimension: Dimension, group: Group, against: Against) -> Pair:
        other, quarter = self.periods[against], self.stretch.quarter
        past = [period for period in self.stretch.history if period < min(other, self.stretch.quarter.previous)]
        received = [sum(self.counts.received[period, dimension, key] for key in group["keys"]) for period in past]
        return Pair(
            dimension,
            group["key"],
            against,
            self.tally(other, dimension, group["keys"]),
            self.tally(quarter, dimension, group["keys"]),
            (other.days, quarter.days),
            received,
            [period.days for period in past],
            is_ended=group["is_ended"],
        )

    def changed(self, changes: Changes, dimension: Dimension, key: str, code: str) -> Cell:
        """Both comparisons of a figure, where they were made."""
        found = ((against, changes.get((dimension, key, code, against))) for against in Against)
        return {str(against): kept_change(change) for against, change in found if change is not None}

    # --- Parts of the report -----------------------------------------------------------------------------------------

    def key_figures(self, changes: Changes) -> list[Cell]:
        """Every definition: the quarter, both others, and what changed."""
        found = []
        for code in DEFINITIONS:
            row: Cell = {"code": code, "changes": self.changed(changes, Dimension.ALL, "", code)}
            for name, period in self.periods.items():
                tally = self.counts.tally(period)
                row[name] = cell(code, tally, self.as_of, with_interval=name == "quarter")
            found.append(row)
        return found

    def targets(self) -> list[Cell]:
        return [
            row
            for policy in self.known.policies
            for row in answered(
                policy,
                self.counts.tally(self.stretch.quarter, Dimension.POLICY, policy.key),
                self.as_of,
                self.known.baseline,
            )
        ]

    def course(self) -> list[Cell]:
        """Month by month."""
        return [
            {"month": month.code}
            | {code: cell(code, self.counts.tally(month), self.as_of)["value"] for code in ("received", "closed")}
            for month in self.stretch.months
        ]

    def rows(self, dimension: Dimension, changes: Changes) -> list[Cell]:
        """The groups of a dimension."""
        found = []
        for group in self.groups(dimension):
            tallies = {name: self.tally(period, dimension, group["keys"]) for name, period in self.periods.items()}
            found.append(
                {
                    "key": group["key"],
                    "figures": {code: cell(code, tallies["quarter"], self.as_of) for code in COLUMNS[dimension]},
                    "previous": tallies["previous"].received,
                    "year_ago": tallies["year_ago"].received,
                    "changes": {
                        code: self.changed(changes, dimension, group["key"], code)
                        for code in ("received", *OF_DEPARTMENTS)
                        if (dimension, group["key"], code, Against.PREVIOUS) in changes
                    },
                }
            )
        return found

    def open_at_end(self) -> Cell:
        """How many were open when the quarter ended, by responsible department."""
        return {"count": self.counts.open.total(), "by": dict(sorted(self.counts.open.items()))}

    def grades(self) -> Cell:
        return {
            name: {str(grade): self.counts.tally(period).grades[grade] for grade in Grade}
            for name, period in self.periods.items()
        }

    def unresolved(self) -> Cell:
        """Why complaints handled to their end were not resolved."""
        tally = self.counts.tally(self.stretch.quarter)
        return {
            "continued": tally.continued,
            "came_up_again": tally.came_up_again,
            "handled": tally.closed + tally.continued,
        }

    def responsibility(self) -> list[Cell]:
        """Who bore what by determinations that became final: in how many rounds, and the mean share."""
        found: dict[tuple[str, str], Cell] = {}
        names = {period: name for name, period in self.periods.items()}
        for (period, kind, party, share), borne in sorted(self.counts.borne.items(), key=lambda item: item[0][1:]):
            row = found.setdefault((kind, party), {"kind": kind, "party": party})
            row.setdefault(names[period], {})[share] = _borne(borne)
        rows = [row for row in found.values() if "quarter" in row]
        return sorted(rows, key=lambda row: (-_leading(row), row["kind"], row["party"]))

    def pareto(self, dimension: Dimension) -> Cell:
        """Kinds by falling count of complaints received; what is not given or not determined yet apart."""
        quarter = self.stretch.quarter
        received = {
            key: self.counts.tally(quarter, dimension, key).received for key in self.counts.keys(dimension, [quarter])
        }
        missing = received.pop("", 0)
        present = {key: number for key, number in received.items() if number}
        found = trends.vital_few(present)
        return {
            "rows": [
                {
                    "key": row.key,
                    "count": row.count,
                    "share": plain(100 * row.share),
                    "cumulative": plain(100 * row.cumulative),
                    "is_vital": row.is_vital,
                }
                for row in found.rows
            ],
            "total": found.total,
            "missing": missing,
            "is_uneven": found.is_uneven,
        }

    def pairs(self) -> list[Cell]:
        """Where department and category meet most often, with the quarters before."""
        totals = {name: self._crossed(period) for name, period in self.periods.items()}
        most = sorted(totals["quarter"].items(), key=lambda item: (-item[1], item[0]))
        return [
            {"department": pair[0], "category": pair[1], "count": number}
            | {str(against): totals[against].get(pair, 0) for against in Against}
            for pair, number in most[:PAIRS]
            if all(pair) and number >= LEAST
        ]

    def _crossed(self, period: Period) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for of, dimension, key in self.counts.tallies:
            if of == period and dimension == Dimension.CUBE:
                department, category, _severity = key.split("/", 2)
                number = self.counts.tally(period, Dimension.CUBE, key).received
                found[department, category] = found.get((department, category), 0) + number
        return found

    def of_departments(self) -> Cell:
        """For each department that had complaints of its own: their categories, the most frequent first."""
        crossed = self._crossed(self.stretch.quarter)
        found: Cell = {}
        for group in self.groups(Dimension.DEPARTMENT):
            if not group["key"] or group["key"] not in group["keys"]:
                continue
            own: dict[str, int] = {}
            for (department, category), number in crossed.items():
                if department in group["keys"] and number:
                    own[category] = own.get(category, 0) + number
            most = sorted(own.items(), key=lambda item: (-item[1], item[0]))
            found[group["key"]] = [
                {"category": category, "count": number} for category, number in most[:OF_A_DEPARTMENT]
            ]
        return found


def _borne(borne: Borne) -> Cell:
    mean = borne.share / borne.allegations if borne.allegations else Decimal(0)
    return {"rounds": borne.rounds, "mean_share": str(mean.quantize(Decimal("0.01")))}


def _leading(row: Cell) -> int:
    """In how many rounds the party led."""
    return sum(row["quarter"].get(share, {}).get("rounds", 0) for share in (Share.SOLE, Share.PRIMARY))
