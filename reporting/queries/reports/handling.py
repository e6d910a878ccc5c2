"""The quality review of handling, as a report keeps it: the sample of its quarter as scored by its moment. (RP-12)"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reporting.checklist import BEST, CODES, Score, percent, points
from reporting.models import HandlingReview, SampledCase
from reporting.queries.case_facts import facts_of
from reporting.queries.reports.cells import Cell, plain
from reporting.queries.reports.counting import Stretch
from reporting.queries.reports.measures import rows_as_of

#: From so many scored cases on a department is named with its mean.
ENOUGH = 5
_REVIEW = ("quarter", "frame", "drawn_at", "concluded_at")
_CASE = ("position", "complaint_id", "round", "scores", "scored_at")


def handling_review_of(stretch: Stretch, as_of: datetime) -> Cell:
    """How many cases were drawn and scored, what they reached with its interval, by item and by department."""
    drawn, frame, is_concluded = _sample(stretch.quarter.code, as_of)
    scored = [row for row in drawn if row["scored_at"] is not None]
    values = _values(scored)
    low, high = _interval(values, frame)
    earlier = _values(_sample(stretch.quarter.previous.code, as_of)[0])
    return {
        "frame": frame,
        "drawn": len(drawn),
        "scored": len(scored),
        "is_concluded": is_concluded,
        "percent": plain(_mean(values)),
        "low": plain(low),
        "high": plain(high),
        "least": plain(min(values, default=None)),
        "most": plain(max(values, default=None)),
        "previous": {"scored": len(earlier), "percent": plain(_mean(earlier))},
        "items": _items(scored),
        **_departments(scored, as_of),
    }


def _sample(quarter: str, as_of: datetime) -> tuple[list[dict[str, Any]], int, bool]:
    """The cases drawn of a quarter as they stood at the moment, what they were drawn from, whether it was concluded."""
    reviews = [(key, row) for key, row in rows_as_of(HandlingReview, as_of, *_REVIEW) if row["quarter"] == quarter]
    if not reviews:
        return [], 0, False
    key, review = reviews[-1]
    cases = [row for _key, row in rows_as_of(SampledCase, as_of, *_CASE, review=key)]
    return cases, review["frame"], review["concluded_at"] is not None


def _values(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """What part of what could be reached each scored case reached, in percent."""
    found = (percent(row["scores"]) for row in rows if row["scored_at"] is not None)
    return [value for value in found if value is not None]


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _interval(values: Sequence[float], frame: int) -> tuple[float | None, float | None]:
    """The 95 % interval (Student) of the mean of all cases drawn from, who are no more than `frame`."""
    count, mean = len(values), _mean(values)
    if count <= 1 or mean is None:
        return None, None
    from scipy.stats import t  # noqa: PLC0415 - takes seconds: only who builds a report waits

    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    unseen = max(1 - count / frame, 0.0) if frame else 1.0
    half = float(t.isf(0.025, count - 1)) * math.sqrt(variance / count * unseen)
    return max(mean - half, 0.0), min(mean + half, 100.0)


def _items(rows: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """Each item of the checklist: to how many cases it applied, how often it was not or only partly met."""
    found = []
    for code in dict.fromkeys((*CODES, *(code for row in rows for code in sorted(row["scores"])))):
        given = Counter(row["scores"][code] for row in rows if code in row["scores"])
        reached = points(given.elements())
        if reached:
            found.append(
                {
                    "code": code,
                    "applies": len(reached),
                    "not_met": given[Score.NOT_MET],
                    "partly": given[Score.PARTLY],
                    "percent": plain(100 * sum(reached) / (BEST * len(reached))),
                }
            )
    return found


def _departments(rows: Sequence[Mapping[str, Any]], as_of: datetime) -> Cell:
    """Means by responsible department, as cases stood at the moment; those with too few cases together, unnamed."""
    places = {
        (fact.complaint_id, fact.round): str(fact.responsible_department_id or "")
        for facts, _liabilities in facts_of(sorted({row["complaint_id"] for row in rows}), as_of)
        for fact in facts
    }
    grouped: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        grouped[places.get((row["complaint_id"], row["round"]), "")] += _values([row])
    enough = {key: values for key, values in grouped.items() if len(values) >= ENOUGH}
    return {
        "departments": [
            {"department": key, "cases": len(values), "percent": plain(_mean(values))}
            for key, values in sorted(enough.items())
        ],
        "too_few": sum(len(values) for key, values in grouped.items() if key not in enough),
    }
