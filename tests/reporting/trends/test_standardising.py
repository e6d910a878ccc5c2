from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from reporting import trends
from reporting.trends import Standing, Stratum
from reporting.trends.discoveries import cautious

#: By type what they find may be None; where it must not be, a test fails.
standardise: Any = trends.standardise


def test_who_gets_the_hard_cases_is_not_worse():
    """Both have 10 % late in easy cases and 50 % in hard ones; the one has mostly hard ones."""
    strata = [
        Stratum("hard-working", "easy", 100, 10),
        Stratum("hard-working", "hard", 400, 200),
        Stratum("lucky", "easy", 400, 40),
        Stratum("lucky", "hard", 100, 50),
    ]
    found = standardise(strata)
    assert [(unit.unit, unit.observed, unit.expected, unit.ratio) for unit in found.units] == [
        ("hard-working", 210, pytest.approx(210), pytest.approx(1)),
        ("lucky", 90, pytest.approx(90), pytest.approx(1)),
    ]
    assert {unit.standing for unit in found.units} == {Standing.AS_EXPECTED}
    assert (found.p_value, found.spread) == (pytest.approx(1), 0)


def many(rng, extra=None, spread=0.0, units=30):
    strata = []
    for unit in range(units):
        factor = float(np.exp(rng.normal(0, spread))) * (extra or {}).get(unit, 1)
        for kind, chance in (("a", 0.1), ("b", 0.25)):
            cases = int(rng.integers(60, 200))
            strata.append(Stratum(f"unit {unit}", kind, cases, int(rng.binomial(cases, min(chance * factor, 1)))))
    return strata


def test_who_does_much_worse_is_found_and_nobody_else():
    found = standardise(many(np.random.default_rng(3), {7: 2.2, 12: 0.2}))
    assert {unit.unit: unit.standing for unit in found.units if unit.standing != Standing.AS_EXPECTED} == {
        "unit 7": Standing.MORE,
        "unit 12": Standing.FEWER,
    }
    assert found.p_value < 0.001
    assert all(unit.low < unit.ratio < unit.high for unit in found.units)


def test_among_units_that_are_alike_nobody_stands_out():
    rng = np.random.default_rng(4)
    found = [standardise(many(rng)) for _ in range(60)]
    assert sum(any(unit.standing != Standing.AS_EXPECTED for unit in one.units) for one in found) <= 6
    assert sum(one.p_value <= 0.05 for one in found) <= 7


def test_where_all_differ_the_funnel_is_wider():
    rng = np.random.default_rng(5)
    found = [standardise(many(rng, spread=0.3)) for _ in range(20)]
    assert np.mean([one.spread for one in found]) == pytest.approx(0.3, abs=0.08)
    assert sum(unit.standing != Standing.AS_EXPECTED for one in found for unit in one.units) <= 12
    assert all(one.p_value < 0.05 for one in found)


def test_with_one_kind_and_a_small_unit_the_interval_is_the_exact_one():
    found = standardise([Stratum("small", "a", 10, 4), Stratum("rest", "a", 9990, 1996)]).units[0]
    exact = binomtest(4, 10).proportion_ci(0.95, method="exact")
    assert (found.low * 0.2, found.high * 0.2) == pytest.approx((exact.low, exact.high), rel=5e-3)
    assert found.standing == Standing.TOO_FEW


@pytest.mark.parametrize(
    "strata",
    [
        [],
        [Stratum("a", "k", 0, 0)],
        [Stratum("a", "k", 5, 5), Stratum("b", "k", 5, 5)],
        [Stratum("a", "k", 5, 0), Stratum("b", "k", 5, 0)],
        [Stratum("alone", "k", 50, 10)],
    ],
)
def test_where_nothing_can_be_told_nobody_is_named(strata):
    assert {unit.standing for unit in standardise(strata).units} <= {Standing.TOO_FEW, Standing.AS_EXPECTED}


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="lie between"):
        standardise([Stratum("a", "k", 1, 2)])


def test_several_events_are_named_at_one_rate():
    """With many questions a unit needs more to be named; what others hold is compared with and not asked about."""
    rng = np.random.default_rng(6)
    questions = {f"event {number}": many(rng, {7: 1.5} if number == 0 else None) for number in range(6)}
    asked = {f"unit {unit}" for unit in range(20)}
    found = trends.standardise_together(questions, asked)
    assert {code: [unit.unit for unit in one.units] for code, one in found.items()} == {
        code: [f"unit {unit}" for unit in range(20)] for code in questions
    }
    together = [unit.p_value for one in found.values() for unit in one.units]
    assert [unit.q_value for one in found.values() for unit in one.units] == list(cautious(together))
    for code, strata in questions.items():
        alone = {unit.unit: unit for unit in standardise(strata).units}
        for unit in found[code].units:
            assert (unit.expected, unit.p_value) == (alone[unit.unit].expected, alone[unit.unit].p_value)
    assert trends.standardise_together({}, set()) == {}
    assert trends.standardise_together({"event": questions["event 0"]}, set())["event"].units == ()


def test_levels_of_a_tree_expect_the_same_of_what_is_the_same():
    """However the other cases are divided, the expected number of a unit depends on its own mix and on all."""
    rng = np.random.default_rng(7)
    strata = many(rng, units=12)
    merged = [Stratum(f"group {int(one.unit.split()[1]) // 4}", one.kind, one.cases, one.events) for one in strata]
    found = trends.standardise_together({"low": strata, "high": merged}, {one.unit for one in strata + merged})
    for group in found["high"].units:
        number = int(group.unit.split()[1])
        parts = [unit for unit in found["low"].units if int(unit.unit.split()[1]) // 4 == number]
        assert group.expected == pytest.approx(sum(unit.expected for unit in parts))
        assert group.observed == sum(unit.observed for unit in parts)
