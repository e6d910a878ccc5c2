import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from reporting.trends import hold

chances = st.lists(st.floats(0, 1), min_size=1, max_size=30)

# Benjamini and Hochberg (1995), table 1: thrombolysis with rt-PA and APSAC.
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000),
]


def test_the_published_example_has_four_discoveries():
    q_values = hold(PUBLISHED)
    assert [p for p, q in zip(PUBLISHED, q_values, strict=True) if q <= 0.05] == PUBLISHED[:4]
    assert q_values[3] == pytest.approx(0.0095 * 15 / 4)


def test_without_assumptions_fewer_are_found():
    assert sum(q <= 0.05 for q in hold(PUBLISHED, method="by")) == 3


@settings(deadline=None, derandomize=True, max_examples=60)
@given(chances)
def test_a_q_value_is_never_under_its_p_value_and_keeps_the_order(p_values):
    q_values = hold(p_values)
    assert all(q >= p - 1e-12 for p, q in zip(p_values, q_values, strict=True))
    in_order = [q for _, q in sorted(zip(p_values, q_values, strict=True))]
    assert in_order == sorted(in_order)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(chances)
def test_one_family_and_equal_weights_change_nothing(p_values):
    count = len(p_values)
    assert hold(p_values, families=["all"] * count, weights=[3.0] * count) == pytest.approx(hold(p_values))


def test_families_share_the_rate_by_their_size():
    q_values = hold([0.01, 0.5, 0.01], families=["a", "b", "b"])
    assert q_values == pytest.approx((0.01 * 3, 0.5 * 3 / 2, 0.01 * 2 * 3 / 2))


def test_weights_give_a_question_more_of_the_rate():
    light, heavy = hold([0.01, 0.01], weights=[1, 3])
    assert (light, heavy) == pytest.approx((0.02, 0.02 / 1.5))


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_values": [1.1]},
        {"p_values": [float("nan")]},
        {"p_values": [0.1], "families": []},
        {"p_values": [0.1], "weights": [0]},
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match="p values"):
        hold(**wrong)


def test_nothing_asked_nothing_found():
    assert hold([]) == ()


@pytest.mark.parametrize("planted", [0, 60])
def test_the_rate_holds_where_the_same_cases_are_cut_in_three_ways(planted):
    """Series of one dimension are parts of the cases; those of another are the same cases, differently divided."""
    rng = np.random.default_rng(20)
    shares = []
    families = [name for name in "abc" for _ in range(40)]
    for _ in range(400):
        cut = rng.normal(size=(40, 3)) * 0.6 + rng.normal(size=(40, 1)) * 0.8
        cut[: planted // 3] += 3.5
        p_values = norm.sf(cut.T.ravel())
        found = np.array(hold(p_values.tolist(), families=families)) <= 0.05
        is_planted = np.tile(np.arange(40) < planted // 3, 3)
        shares.append((found & ~is_planted).sum() / max(found.sum(), 1))
    assert np.mean(shares) <= 0.05
