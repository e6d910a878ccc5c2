"""What is kept of looking at all series of a quarter: everything pages show of it, so that they compute nothing. (RP-2)

Content: figure, quarter, months, rate (of false discoveries), questions asked, series looked at, left_out (groups with
too few cases to be looked at, by dimension), rows. A row: dimension, key, counts and totals by month, exposure with its
kind, finding (`trends.Finding`), chart (`trends.ControlChart`, None for short series), parts (groups of the row that
ended or were renamed).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone

from reporting import trends
from reporting.periods import Period
from reporting.queries.register_lives import Life
from reporting.queries.series import DIMENSIONS, IN_QUARTER, CountSeries, series, stretch

#: A group with fewer cases in the last two years is not looked at: nothing could be told of it.
LEAST = 8
YEARS_LOOKED_AT = 24
#: A control chart needs so many months before the quarter.
LEAST_BASELINE = 12


def content_of(quarter: Period, figure: str, moment: datetime) -> dict[str, Any]:
    """Look at every group of every dimension at the end of a quarter. Takes seconds to minutes."""
    months = stretch(quarter)
    looked_at: list[CountSeries] = []
    left_out: Counter[str] = Counter()
    for dimension in DIMENSIONS:
        for row in series(figure, dimension, months, moment):
            if sum(row.counts[-YEARS_LOOKED_AT:]) >= LEAST:
                looked_at.append(row)
            else:
                left_out[str(dimension)] += 1
    examination = trends.examine([row.for_trends for row in looked_at])
    return {
        "figure": figure,
        "quarter": quarter.code,
        "months": [month.code for month in months],
        "rate": examination.rate,
        "questions": examination.questions,
        "series": len(looked_at),
        "left_out": dict(left_out),
        "rows": [_row(row, finding) for row, finding in zip(looked_at, examination.findings, strict=True)],
    }


def _row(row: CountSeries, finding: trends.Finding) -> dict[str, Any]:
    return {
        "dimension": str(row.dimension),
        "key": row.key,
        "counts": list(row.counts),
        "totals": None if row.totals is None else list(row.totals),
        "exposure": None if row.exposed is None else list(row.exposed.amounts),
        "exposure_kind": None if row.exposed is None else row.exposed.kind,
        "exposure_is_whole": row.exposed is not None and row.exposed.is_whole,
        "finding": asdict(finding) | {"q_value": finding.q_value},
        "chart": _chart(row),
        "parts": _parts(row),
    }


def _chart(row: CountSeries) -> dict[str, Any] | None:
    baseline = len(row.counts) - IN_QUARTER
    if baseline < LEAST_BASELINE:
        return None
    if row.totals is not None:
        return asdict(trends.proportion_chart(row.counts, row.totals, baseline=baseline))
    return asdict(trends.count_chart(row.counts, exposure=row.exposure, baseline=baseline))


def _parts(row: CountSeries) -> list[dict[str, Any]]:
    """What happened to the group, and to those below it, in the stretch looked at."""
    zone = timezone.get_default_timezone()
    first = row.months[0].first

    def day(moment: datetime) -> str | None:
        at = moment.astimezone(zone).date()
        return at.isoformat() if first < at < row.months[-1].next.first else None

    members = {life.key: life for life in (*row.members, *([row.life] if row.life is not None else []))}
    found = [part for life in members.values() for part in _happened(life, day)]
    return sorted(found, key=lambda part: (part["on"], part["key"], part["what"]))


def _happened(life: Life, day: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if life.ended_at is not None and (on := day(life.ended_at)):
        found.append({"key": life.key, "what": "ended", "on": on, "successor": life.successor})
    for renaming in life.renamings:
        if on := day(renaming.at):
            names = {"before": dict(renaming.before), "after": dict(renaming.after)}
            found.append({"key": life.key, "what": "renamed", "on": on} | names)
    return found


def months_of(content: Mapping[str, Any]) -> Sequence[Period]:
    """The months of a kept content."""
    return [Period.parse(code) for code in content["months"]]
