import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.trends import vital_few


def test_the_vital_few_make_up_the_share():
    found = vital_few({"d": 5, "a": 50, "c": 5, "b": 40})
    assert [(row.key, row.cumulative, row.is_vital) for row in found.rows] == [
        ("a", 0.5, True),
        ("b", 0.9, True),
        ("c", 0.95, False),
        ("d", 1.0, False),
    ]
    assert found.is_uneven


def test_equal_counts_have_no_vital_few_worth_naming():
    assert not vital_few({"a": 20, "b": 22, "c": 19}).is_uneven
    assert not vital_few({"a": 3, "b": 0, "c": 0}).is_uneven  # too few to tell
    assert not vital_few({"a": 1000}).is_uneven


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.dictionaries(st.text(max_size=3), st.integers(0, 1_000_000), max_size=12))
def test_nothing_is_lost(counts):
    found = vital_few(counts)
    assert {row.key: row.count for row in found.rows} == counts
    assert found.total == sum(counts.values())
    assert all(first.count >= second.count for first, second in zip(found.rows, found.rows[1:], strict=False))
    if found.total:
        assert found.rows[-1].cumulative == 1
        assert sum(row.count for row in found.rows if row.is_vital) >= 0.8 * found.total


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        vital_few({"a": -1})
