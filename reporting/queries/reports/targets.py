"""The figures that policies set themselves, and whether they are met. (RP-3)

A share meets its target if the whole of its interval does, misses it if none of it does; between the two it cannot be
told. The gain in satisfaction is relative: 35 % over a baseline of 60 % asks for 81 %.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from complaints.models import PolicyVersion
from complaints.policy_rules.rules import Target
from reporting.models import SatisfactionBaseline
from reporting.queries.reports.cells import Cell, cell, mean_interval, plain
from reporting.tallies import Tally

#: The figure each target is about.
FIGURES: Mapping[Target, str] = {
    Target.TIMELY_RESPONSE: "timely_response",
    Target.RESOLUTION: "resolution",
    Target.SATISFACTION: "satisfaction",
    Target.SATISFACTION_GAIN: "satisfaction",
    Target.CYCLE_DAYS: "cycle_mean",
}
HOURS_A_DAY = 24


class Answer(StrEnum):
    """Whether a target is met."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"
    #: Nothing was counted.
    NOTHING = "nothing"
    NO_BASELINE = "no_baseline"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy version with targets."""

    key: str
    names: dict[str, str]
    version: int
    targets: dict[str, float]


def policies_at(moment: datetime) -> list[Policy]:
    """The versions in force at a moment that set targets, one a policy, by code."""
    rows = PolicyVersion.objects.filter(valid_from__lte=moment).select_related("policy").order_by("valid_from", "id")
    latest = {version.policy_id: version for version in rows}
    return [
        Policy(
            str(version.policy_id),
            dict(version.rules.names),
            version.number,
            {str(target): float(goal) for target, goal in version.rules.targets.items()},
        )
        for version in sorted(latest.values(), key=lambda row: row.policy.code)
        if version.rules.targets
    ]


def baseline_at(moment: datetime) -> float | None:
    """The satisfaction that gains were measured against at a moment, in percent."""
    row = SatisfactionBaseline.objects.filter(entered_at__lte=moment).order_by("entered_at", "id").last()
    return None if row is None else float(row.percent)


def answered(policy: Policy, tally: Tally, moment: datetime, baseline: float | None) -> Iterator[Cell]:
    """Each target of a policy with its figure."""
    own = policy.targets.get(Target.SATISFACTION_BASELINE, baseline)
    for target, code in FIGURES.items():
        goal = policy.targets.get(target)
        if goal is None:
            continue
        found = cell(code, tally, moment)
        row: Cell = {"key": policy.key, "target": str(target), "figure": code, "goal": goal, **found}
        if target == Target.CYCLE_DAYS:
            yield row | _days(goal, found, tally)
        elif target == Target.SATISFACTION_GAIN:
            yield row | _gain(goal, found, own)
        else:
            yield row | {"level": goal, "answer": str(_answer(found, goal))}


def _answer(found: Mapping[str, Any], level: float) -> Answer:
    if found.get("low") is None:
        return Answer.NOTHING
    if found["low"] >= level:
        return Answer.MET
    return Answer.NOT_MET if found["high"] < level else Answer.CANNOT_TELL


def _gain(goal: float, found: Mapping[str, Any], baseline: float | None) -> Cell:
    if not baseline:
        return {"answer": str(Answer.NO_BASELINE)}
    level = baseline * (1 + goal / 100)
    gain = None if found["value"] is None else plain(100 * (found["value"] / baseline - 1))
    return {"baseline": plain(baseline), "level": plain(level), "gain": gain, "answer": str(_answer(found, level))}


def _days(goal: float, found: Mapping[str, Any], tally: Tally) -> Cell:
    """Handling time may be at most the target: the interval has to lie under it."""
    low, high = mean_interval(tally.finished)
    if found["value"] is None:
        answer = Answer.NOTHING
    elif low is None or high is None:
        answer = Answer.CANNOT_TELL
    elif high <= goal * HOURS_A_DAY:
        answer = Answer.MET
    else:
        answer = Answer.NOT_MET if low > goal * HOURS_A_DAY else Answer.CANNOT_TELL
    return {"level": plain(goal * HOURS_A_DAY), "low": plain(low), "high": plain(high), "answer": str(answer)}
