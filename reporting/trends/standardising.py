"""Fair performance: observed against expected, given who gets which cases. (RP-4)

Indirect standardisation: what would be expected of a unit if each kind of case (severity × difficulty) had, in its
hands, the chance it has over all units. Units are then compared by observed over expected in a funnel (Spiegelhalter
2005); where all of them differ more than chance, by a spread that is usual between units, the funnel is as much wider
(additive random effects, DerSimonian and Laird 1986), so that only those far from their like stand out.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import betaincinv
from scipy.stats import chi2, norm
from scipy.stats.mstats import winsorize

from reporting.trends.discoveries import RATE, cautious
from reporting.trends.dispersion import LEAST, Floats
from reporting.trends.findings import Standardised, Standardising, Standing, Stratum

CONFIDENCE = 0.95
#: With fewer events than this expected, one case more or less decides.
ENOUGH_EXPECTED = 5.0
OUTERMOST = 0.1


def standardise(strata: Sequence[Stratum]) -> Standardising:
    """Units side by side, in the order they first occur: events against those expected of their mix of cases.

    `standing` goes by the q value over all units (5 %); a unit of which fewer than ENOUGH_EXPECTED events, or as few
    cases without the event, are expected has too few. Shared cases of one unit and kind may be given in several
    strata. Raises ValueError if events are not between none and the number of cases.
    """
    if any(not 0 <= one.events <= one.cases for one in strata):
        raise ValueError("events lie between none and the number of cases")
    units = list(dict.fromkeys(one.unit for one in strata))
    if not units:
        return Standardising((), 1.0, 0.0)
    cases, observed, expected, variance = _sums(strata, units)
    distance = (observed - expected) / np.sqrt(np.maximum(variance, LEAST))
    distance[variance <= 0] = 0.0
    told = int((variance > 0).sum())
    p_all = float(chi2.sf((distance**2).sum(), max(told - 1, 1))) if told > 1 else 1.0
    spread = _spread(observed, expected, variance)
    # In ratios: chance, and the spread between units on top of it.
    error = np.sqrt(variance / np.maximum(expected, LEAST) ** 2 + spread**2)
    ratio = np.where(expected > 0, observed / np.maximum(expected, LEAST), 1.0)
    p_values = np.where(variance > 0, 2 * norm.sf(np.abs(ratio - 1) / np.maximum(error, LEAST)), 1.0)
    q_values = cautious(list(np.minimum(p_values, 1.0)))
    far = norm.isf((1 - CONFIDENCE) / 2)
    rows = []
    for row, unit in enumerate(units):
        low, high = _interval(observed[row], expected[row], variance[row])
        rows.append(
            Standardised(
                unit=unit,
                cases=int(cases[row]),
                observed=int(observed[row]),
                expected=float(expected[row]),
                ratio=float(ratio[row]) if expected[row] > 0 else None,
                low=low,
                high=high,
                funnel_low=float(max(1 - far * error[row], 0.0)),
                funnel_high=float(1 + far * error[row]),
                p_value=float(min(p_values[row], 1.0)),
                q_value=q_values[row],
                standing=_standing(q_values[row], ratio[row], min(expected[row], cases[row] - expected[row])),
            )
        )
    return Standardising(tuple(rows), p_all, float(spread))


def standardise_together(
    questions: Mapping[str, Sequence[Stratum]], units: Collection[str]
) -> dict[str, Standardising]:
    """Several events, each standardised by itself, named at one rate: q values and standings go by all of them (5 %).

    `units` are those that are asked about and found again in the answers; what others hold only makes up what they are
    compared with. Raises ValueError as `standardise` does.
    """
    found = {question: standardise(strata) for question, strata in questions.items()}
    asked = {question: [unit for unit in one.units if unit.unit in units] for question, one in found.items()}
    q_values = iter(cautious([unit.p_value for rows in asked.values() for unit in rows]))
    return {
        question: replace(found[question], units=tuple(_held(unit, next(q_values)) for unit in rows))
        for question, rows in asked.items()
    }


def _held(unit: Standardised, q_value: float) -> Standardised:
    told = min(unit.expected, unit.cases - unit.expected)
    return replace(unit, q_value=q_value, standing=_standing(q_value, unit.ratio or 0.0, told))


def _sums(strata: Sequence[Stratum], units: Sequence[str]) -> tuple[Floats, Floats, Floats, Floats]:
    """Of each unit: cases, observed events, expected ones, and their variance."""
    kinds: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in strata:
        cases, events = kinds[one.kind]
        kinds[one.kind] = cases + one.cases, events + one.events
    place = {unit: row for row, unit in enumerate(units)}
    sums = np.zeros((4, len(units)))
    own: dict[tuple[str, str], int] = defaultdict(int)
    for one in strata:
        own[one.unit, one.kind] += one.cases
        sums[1, place[one.unit]] += one.events
    for (unit, kind), cases in own.items():
        total, events = kinds[kind]
        if not total:
            continue
        chance = events / total
        # A unit is part of what it is compared with: hypergeometric, not binomial.
        others = (total - cases) / max(total - 1, 1)
        sums[:, place[unit]] += (cases, 0, cases * chance, cases * chance * (1 - chance) * others)
    return sums[0], sums[1], sums[2], sums[3]


def _spread(observed: Floats, expected: Floats, variance: Floats) -> float:
    """The standard deviation of ratios beyond chance (DerSimonian and Laird 1986).

    The outermost tenth on either side counts as what lies next to it: whom the funnel is to find, does not widen it.
    """
    told = (variance > 0) & (expected > 0)
    if told.sum() < 2:  # noqa: PLR2004 - one is not spread
        return 0.0
    ratio = observed[told] / expected[told]
    weight = expected[told] ** 2 / variance[told]
    distance = np.asarray(winsorize((ratio - 1) * np.sqrt(weight), limits=(OUTERMOST, OUTERMOST)))
    beyond = (distance**2).sum() - (told.sum() - 1)
    return float(np.sqrt(max(beyond / (weight.sum() - (weight**2).sum() / weight.sum()), 0.0)))


def _interval(observed: float, expected: float, variance: float) -> tuple[float | None, float | None]:
    """Exact interval of the observed share, brought to the ratio; with the expected number taken as known.

    The variance says how many cases of even chance the mix is worth: `expected` = n × p, `variance` = n × p × (1 - p).
    """
    if expected <= 0 or variance <= 0:
        return None, None
    chance = min(max(1 - variance / expected, 0.0), 1 - LEAST)
    worth = max(expected / chance if chance > 0 else np.inf, observed)
    if not np.isfinite(worth) or worth > 1e12:  # noqa: PLR2004 - as good as Poisson
        worth = 1e12
    tail = (1 - CONFIDENCE) / 2
    low = float(betaincinv(observed, worth - observed + 1, tail)) if observed > 0 else 0.0
    high = float(betaincinv(observed + 1, max(worth - observed, LEAST), 1 - tail))
    return low * worth / expected, high * worth / expected


def _standing(q_value: float, ratio: float, told: float) -> Standing:
    if q_value <= RATE and told >= ENOUGH_EXPECTED:
        return Standing.MORE if ratio > 1 else Standing.FEWER
    return Standing.AS_EXPECTED if told >= ENOUGH_EXPECTED else Standing.TOO_FEW
