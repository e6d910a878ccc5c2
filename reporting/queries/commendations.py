"""Who may be proposed for excellent handling in a quarter, by which facts. (RP-4)

Two rules, and nobody with more of any event than expected: fewer events than chance explains, or a case that a
concluded review of handling scored at FULL_MARKS or above, whose complainant was satisfied, with nothing overdue.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from complaints.models import User
from reporting.checklist import percent
from reporting.facts import Ending
from reporting.models import CaseFact, Examination, HandlingReview, SampledCase
from reporting.periods import Period
from reporting.queries.performance import examined
from reporting.queries.performance_measures import MEASURES
from reporting.tallies import SATISFIED, Dimension
from reporting.trends import Standing

#: A handling review counts as full marks, or nearly, from so many percent on.
FULL_MARKS = 95.0


@dataclass(frozen=True, slots=True)
class Praised:
    """A case handled excellently, with its score in percent."""

    complaint_id: int
    round: int
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person and what speaks for them: measures with fewer events than expected, and cases."""

    person: User
    #: By code: cases, observed, expected, ratio, q_value of the examination.
    fewer: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cases: tuple[Praised, ...] = ()


def candidates(quarter: Period) -> list[Candidate]:
    """Who meets a rule in a quarter that was examined: those with the most measures first, then with the most cases."""
    examination = examined(quarter)
    if examination is None or not examination.is_made:
        return []
    said = _handlers(examination)
    barred = {key for key, measures in said.items() if _with(measures, Standing.MORE)}
    fewer = {key: found for key, measures in said.items() if (found := _with(measures, Standing.FEWER))}
    cases = _praised(quarter)
    people = User.objects.in_bulk([int(key) for key in {*fewer, *map(str, cases)} - barred])
    offered = [
        Candidate(person, fewer.get(str(key), {}), tuple(cases.get(key, ())))
        for key, person in people.items()
        if person.is_active
    ]
    return sorted(offered, key=lambda one: (-len(one.fewer), -len(one.cases), one.person.pk))


def _handlers(examination: Examination) -> dict[str, Mapping[str, Any]]:
    rows = examination.content["units"].get(Dimension.HANDLER, ())
    return {row["key"]: row["measures"] for row in rows}


def _with(measures: Mapping[str, Any], standing: Standing) -> dict[str, dict[str, Any]]:
    """The measures of that standing, in their order, with the numbers that show it."""
    names = ("cases", "observed", "expected", "ratio", "q_value")
    return {
        measure.code: {name: measures[measure.code][name] for name in names}
        for measure in MEASURES
        if measure.code in measures and measures[measure.code]["standing"] == standing
    }


def _praised(quarter: Period) -> dict[int, list[Praised]]:
    """Cases of the quarter's concluded review that meet the second rule, by who handled them."""
    review = HandlingReview.objects.filter(quarter=quarter.code).exclude(concluded_at=None).first()
    sampled = list(SampledCase.objects.filter(review=review).exclude(scored_at=None)) if review is not None else []
    good = CaseFact.objects.filter(
        complaint__in=[case.complaint_id for case in sampled],
        ending=Ending.CLOSED,
        reopened_at=None,
        overdue=0,
        grade__in=sorted(SATISFIED),
        handler__isnull=False,
    )
    handlers = {(row.complaint_id, row.round): row.handler_id for row in good}
    found: dict[int, list[Praised]] = defaultdict(list)
    for case in sampled:
        handler, score = handlers.get((case.complaint_id, case.round)), percent(case.scores)
        if handler is not None and score is not None and score >= FULL_MARKS:
            found[handler].append(Praised(case.complaint_id, case.round, score))
    return found
