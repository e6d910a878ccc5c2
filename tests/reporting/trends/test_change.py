from typing import Any

import numpy as np
import pytest

from reporting import trends
from reporting.trends import Verdict
from reporting.trends.change import changes
from reporting.trends.dispersion import Dispersion
from tests.reporting.trends.synthetic import draw

#: By type what they find may be None; where it must not be, a test fails.
change_point: Any = trends.change_point

# Disasters in British coal mines a year, 1851 to 1961 (Jarrett 1979; Carlin, Gelfand and Smith 1992).
DISASTERS = [
    *(4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4, 2, 5, 2, 2, 3, 4, 2, 1),
    *(3, 2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1, 0, 3, 2, 2, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0),
    *(1, 1, 0, 2, 3, 3, 1, 1, 2, 1, 1, 1, 1, 2, 4, 2, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1),
]


def test_the_published_example():
    """The rate fell from about 3.1 to 0.9 a year, most likely with 1892, surely between 1884 and 1898."""
    found = change_point(DISASTERS)
    assert found.verdict == Verdict.FALL
    assert 1851 + found.index == 1892
    assert (found.before, found.after) == (pytest.approx(3.1, abs=0.05), pytest.approx(0.92, abs=0.05))
    assert 1884 <= 1851 + found.earliest <= 1851 + found.latest <= 1898
    assert found.p_value < 1e-8


@pytest.mark.parametrize("length", [12, 36])
def test_without_a_change_none_is_shown_too_often(length):
    rng = np.random.default_rng(1)
    counts = draw(rng, np.full((2000, length), 20.0), np.full((2000, length), 2.0)).astype(float)
    p_values, _ = changes(counts, np.ones_like(counts), Dispersion.of(2.0, 2000))
    for level in (0.1, 0.05, 0.01):
        error = np.sqrt(level * (1 - level) / 2000)
        assert level * 0.3 <= (p_values <= level).mean() <= level + 2 * error


def test_the_interval_of_the_date_covers():
    rng = np.random.default_rng(2)
    mean = np.where(np.arange(36) < 20, 12.0, 18.0)
    rows = draw(rng, np.tile(mean, (120, 1)), np.full((120, 36), 1.5))
    found = [change_point(row.tolist(), dispersion=1.5) for row in rows]
    covered = [change.earliest <= 20 <= change.latest for change in found if change.p_value <= 0.05]
    assert len(covered) > 80
    assert np.mean(covered) >= 0.94


def test_the_season_goes_into_the_exposure():
    season = [3.0, 1.0, 0.5, 1.0] * 4
    counts = [round(20 * factor) for factor in season]
    assert change_point(counts, exposure=season).p_value == 1
    lifted = [count * 2 if place >= 9 else count for place, count in enumerate(counts)]
    assert change_point(lifted, exposure=season).index == 9


@pytest.mark.parametrize("counts", [[], [5], [5, 6, 7]])
def test_too_short_to_have_two_levels(counts):
    assert change_point(counts) is None


@pytest.mark.parametrize("count", [0, 1, 1_000_000])
def test_what_is_constant_has_no_change(count):
    found = change_point([count] * 24)
    assert (found.p_value, found.ratio) == (1, 1 if count else None)
    assert found.verdict == (Verdict.NO_CHANGE_SHOWN if count > 1 else Verdict.TOO_FEW)


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="as many exposures"):
        change_point([1, 2, 3, 4], exposure=[1.0])
