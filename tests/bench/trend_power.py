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

from reporting.trends import Group, Series, Verdict, examine, scan
from reporting.trends.discoveries import RATE
from tests.reporting.trends.synthetic import GROWING, MIXED, POISSON, Mix, as_series, days, draw, quarters

SERIES, QUARTERS, PLANTED = 200, 12, 40
MIXES = {"poisson": POISSON, "mixed": MIXED, "growing": GROWING}
CHANGES = ((20, 1.5), (100, 1.3))
#: The first quarter of twelve that is changed: the last one alone, the last year, the last half.
SINCE = (11, 8, 6)
GROUPS, NIGHTS, HISTORIES = 100, 100, (60, 760)

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
