from typing import Any

import numpy as np
import pytest

from reporting import trends
from tests.reporting.trends.synthetic import draw

#: By type what they find may be None; where it must not be, a test fails.
seasons: Any = trends.seasons


def test_a_strong_season_is_found_nearly_whole():
    rng = np.random.default_rng(1)
    true = 1 + 0.5 * np.cos(2 * np.pi * np.arange(12) / 12)
    found = seasons(draw(rng, np.tile(100 * true, 3), np.ones(36)).tolist())
    assert found.p_value < 1e-6
    assert found.years == 3
    assert np.mean(found.factors) == pytest.approx(1)
    assert found.factors == pytest.approx(true, abs=0.12)


def test_chance_is_no_season():
    rng = np.random.default_rng(2)
    found = [seasons(draw(rng, np.full(36, 10.0), np.full(36, 1.5)).tolist()) for _ in range(60)]
    assert np.mean([one.p_value <= 0.05 for one in found]) <= 0.1
    assert np.mean([np.std(one.factors) for one in found]) < 0.1  # averages of three months alone scatter by 0.22


@pytest.mark.parametrize("counts", [[], [5], [0] * 36, [4] * 15, [1_000_000] * 36])
def test_nothing_to_learn_from(counts):
    found = seasons(counts)
    assert found.factors == pytest.approx((1.0,) * 12)
    assert found.p_value is None or found.p_value > 0.5


def test_exposure_is_no_season():
    sold = [100.0, 200.0, 400.0, 100.0] * 4
    found = seasons([round(value / 4) for value in sold], per_year=4, exposure=sold)
    assert found.factors == pytest.approx((1.0,) * 4, abs=0.01)
    with pytest.raises(ValueError, match="as many exposures"):
        seasons([1, 2], exposure=[1.0])
