"""Drawing a sample, and what its scores come to. (RP-12)"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from reporting.checklist import BEST, ITEMS, percent, points
from reporting.facts import Ending
from reporting.models import CaseFact, SampledCase
from reporting.periods import Period

#: A case: complaint and round.
Case = tuple[int, int]


def closed_in(quarter: Period, person: Any, now: datetime) -> list[Case]:
    """The rounds closed in the quarter that the person may open and did not handle, in the order of their keys."""
    start, end = quarter.bounds(timezone.get_default_timezone())
    rows = CaseFact.objects.visible_to(person, now).filter(ending=Ending.CLOSED, ended_at__gte=start, ended_at__lt=end)
    return list(rows.order_by("complaint", "round").values_list("complaint", "round"))


def draw(cases: Iterable[Case], size: int, seed: str) -> list[Case]:
    """A simple random sample: the first by a digest of seed and case. The same for everybody who has the seed."""

    def place(case: Case) -> str:
        return hashlib.sha256(f"{seed}:{case[0]}/{case[1]}".encode()).hexdigest()

    return sorted(cases, key=place)[:size]


def digest_of(cases: Sequence[Case]) -> str:
    """What shows that the same cases were drawn from."""
    return hashlib.sha256("\n".join(f"{complaint}/{round_}" for complaint, round_ in cases).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Result:
    """What part of what could be reached was reached, over so many cases; None if none was scored."""

    label: Any
    cases: int
    percent: float | None


@dataclass(frozen=True, slots=True)
class Results:
    """A sample as a whole, by item, and by responsible department."""

    whole: Result
    by_item: list[Result]
    departments: list[Result]


def results(cases: Sequence[SampledCase], departments: Any) -> Results:
    """Mean scores: of cases, each with the same weight; of items over the cases to which they apply."""
    scored = [case for case in cases if case.scored_at is not None]
    values = [(case, value) for case in scored if (value := percent(case.scores)) is not None]
    by_department: dict[Any, list[float]] = defaultdict(list)
    facts = {
        (row.complaint_id, row.round): row.responsible_department_id
        for row in CaseFact.objects.filter(complaint__in=[case.complaint_id for case in scored])
    }
    for case, value in values:
        by_department[facts.get((case.complaint_id, case.round))].append(value)
    items = []
    for item in ITEMS:
        given = points(case.scores[item.code] for case in scored)
        items.append(Result(item.label, len(given), 100 * sum(given) / (BEST * len(given)) if given else None))
    return Results(
        Result("", len(scored), _mean([value for _case, value in values])),
        items,
        [
            Result(departments[key] if key else "", len(found), _mean(found))
            for key, found in sorted(by_department.items(), key=lambda pair: -len(pair[1]))
        ],
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
