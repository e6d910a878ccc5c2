"""How often trends and warnings err, and what they find.

    python -m tests.bench.trend_power --seed 2026 --repetitions 120

One JSON object a line. Quiet series have no change planted, so every discovery among them is false: `discovered` is
the share of repetitions with one at all, which is the false discovery rate of quiet data. Of 200 series with a change
planted in 40, `found` is the share of these that is named a rise, `false` the share of the names given that is wrong;
`alone` is the share that the one question of the past would find at 5 %, were only one series looked at. Needs no
database.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from reporting.trends import Group, Series, Standing, Stratum, Verdict, examine, scan, standardise_together
from reporting.trends.discoveries import RATE
from tests.reporting.trends.synthetic import GROWING, MIXED, POISSON, Mix, as_series, days, draw, quarters

SERIES, QUARTERS, PLANTED = 200, 12, 40
MIXES = {"poisson": POISSON, "mixed": MIXED, "growing": GROWING}
CHANGES = ((20, 1.5), (100, 1.3))
#: The first quarter of twelve that is changed: the last one alone, the last year, the last half.
SINCE = (11, 8, 6)
GROUPS, NIGHTS, HISTORIES = 100, 100, (60, 760)
#: Units and their cases in a quarter; events looked at, and kinds of cases.
TEAMS = ((10, 60), (30, 60), (30, 200))
EVENTS, KINDS = 6, 6
NAMED = {Standing.MORE, Standing.FEWER}

Make = Callable[[np.random.Generator], list[Series]]


def sliced(rng: np.random.Generator) -> list[Series]:
    """The same cases by category, department and product: shares of one number that varies as a whole."""
    totals = draw(rng, np.full(QUARTERS, 9000.0), np.full(QUARTERS, 4.0))
    series: list[Series] = []
    for dimension, kinds in (("category", 80), ("department", 60), ("product", 60)):
        shares = rng.dirichlet(np.full(kinds, 0.8))
        series += as_series(rng.multinomial(totals, shares).T, dimension=dimension)
    return series


def quiet(make: Make, seed: int, repetitions: int) -> dict[str, Any]:
    """Discoveries where there is nothing to discover."""
    found = [len(examine(make(rng), intervals=False).changes) for rng in np.random.default_rng(seed).spawn(repetitions)]
    return {"discovered": float(np.mean(np.array(found) > 0)), "discoveries": sum(found)}


def planted(change: tuple[int, float], since: int, mix: Mix, seed: int, repetitions: int) -> dict[str, Any]:
    """What is found of changes planted, and what else."""
    level, lift = change
    is_planted = np.arange(SERIES) < PLANTED
    lifted = np.where(is_planted[:, None] & (np.arange(QUARTERS) >= since), lift, 1.0)
    found, false, alone = [], [], []
    for rng in np.random.default_rng(seed).spawn(repetitions):
        counts = quarters(rng, replace(mix, levels=(level,)), SERIES, QUARTERS, lifted=lifted)
        findings = examine(as_series(counts), intervals=False).findings
        is_named = np.array([finding.verdict in {Verdict.RISE, Verdict.FALL} for finding in findings])
        found.append(is_named[is_planted].mean())
        single = [finding.past.p_value if finding.past else 1.0 for finding in findings]
        alone.append((np.array(single)[is_planted] <= RATE).mean())
        false.append((is_named & ~is_planted).sum() / max(is_named.sum(), 1))
    return {"found": float(np.mean(found)), "false": float(np.mean(false)), "alone": float(np.mean(alone))}


def nights(history: int, seed: int, repetitions: int) -> dict[str, Any]:
    """False alarms a night."""
    alarms, stated = [], 0.0
    for rng in np.random.default_rng(seed).spawn(max(repetitions // 20, 1)):
        rows = days(rng, GROUPS, history + NIGHTS)
        for night in range(history, history + NIGHTS):
            groups = [Group(str(key), "product", row[: night + 1].tolist()) for key, row in enumerate(rows)]
            seen = scan(groups)
            alarms.append(len(seen.clusters))
            stated = seen.false_alarms
    return {"a_night": float(np.mean(alarms)), "stated": stated, "nights": len(alarms)}


def performance(units: int, cases: int, seed: int, repetitions: int, doubled: int = 0) -> dict[str, Any]:
    """How often anybody is named for six events, and which share of events of units with twice the chances.

    Each unit has its own mix of six kinds of cases; the events of one case hang together (gamma frailty).
    """
    worse, named, false, found = {str(unit) for unit in range(doubled)}, 0, [], []
    for rng in np.random.default_rng(seed).spawn(repetitions):
        questions: dict[str, list[Stratum]] = {str(event): [] for event in range(EVENTS)}
        mixes = rng.dirichlet(np.full(KINDS, 1.5), units)
        for unit, kind in np.ndindex(units, KINDS):
            count = round(cases * float(mixes[unit, kind]))
            frailty = rng.gamma(3.0, 1 / 3.0, count)
            for event, strata in questions.items():
                chance = (0.05 + 0.03 * int(event)) * (1 + 0.4 * kind) / 2 * (2 if str(unit) in worse else 1)
                events = int((rng.random(count) < np.minimum(chance * frailty, 0.95)).sum())
                strata.append(Stratum(str(unit), str(kind), count, events))
        answers = standardise_together(questions, {str(unit) for unit in range(units)})
        said = [row.unit for answer in answers.values() for row in answer.units if row.standing in NAMED]
        named += bool(said)
        found.append(sum(unit in worse for unit in said) / max(EVENTS * doubled, 1))
        false.append(sum(unit not in worse for unit in said) / max(len(said), 1))
    return {"named": named / repetitions, "found": float(np.mean(found)), "false": float(np.mean(false))}


def measurements(seed: int, repetitions: int) -> Iterator[dict[str, Any]]:
    """Everything, one after the other."""
    for name, mix in MIXES.items():
        yield {"name": f"quiet, {name}"} | quiet(
            lambda rng, mix=mix: as_series(quarters(rng, mix, SERIES, QUARTERS)),  # type: ignore[misc]
            seed,
            repetitions,
        )
    yield {"name": "quiet, sliced"} | quiet(sliced, seed, repetitions)
    for change in CHANGES:
        level, lift = change
        for since in SINCE:
            for name in ("poisson", "mixed"):
                which = f"{lift - 1:+.0%} at {level} in the last {QUARTERS - since} of {QUARTERS}, {name}"
                yield {"name": which} | planted(change, since, MIXES[name], seed, max(repetitions // 4, 1))
    for units, cases in TEAMS:
        for doubled in (0, 2):
            name = f"performance of {units} with {cases} cases each, {doubled} with twice the chances"
            yield {"name": name} | performance(units, cases, seed, repetitions, doubled)
    for history in HISTORIES:
        yield {"name": f"quiet nights after {history} days"} | nights(history, seed, repetitions)


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.trend_power", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--repetitions", type=int, default=120)
    arguments = parser.parse_args()
    begin = time.perf_counter()
    for measured in measurements(arguments.seed, arguments.repetitions):
        seconds = round(time.perf_counter() - begin, 1)
        rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in measured.items()}
        print(json.dumps(rounded | {"rate": RATE, "seconds": seconds}, ensure_ascii=False), flush=True)  # noqa: T201
        begin = time.perf_counter()


if __name__ == "__main__":
    main()
