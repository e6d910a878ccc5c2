"""What makes a hundred, and what does not. (AC-6)"""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accountability.shares import (
    HUNDRED,
    PROBLEMS,
    Part,
    check,
    equal_parts,
    exact,
    explain_rounding,
    rounded_up,
    total,
)
from accountability.states import Share


def parts(*given):
    return [Part(f"P{place}", kind, Decimal(share)) for place, (kind, share) in enumerate(given, start=1)]


def codes(*given):
    return {problem.code for problem in check(parts(*given))}


SOUND = [
    [],
    [("none", "0")],
    [("sole", "100")],
    [("sole", "100.00"), ("none", "0"), ("none", "0")],
    [("primary", "70"), ("secondary", "30")],
    [("primary", "50"), ("secondary", "50")],
    [("primary", "99.99"), ("secondary", "0.01")],
    [("secondary", "33.33"), ("primary", "33.34"), ("secondary", "33.33")],
    [("equal", "50"), ("equal", "50")],
    [("equal", "33.34"), ("equal", "33.33"), ("equal", "33.33")],
    [("equal", "33.33"), ("equal", "33.34"), ("equal", "33.33"), ("none", "0")],
]


@pytest.mark.parametrize("given", SOUND)
def test_sound_shares(given):
    assert codes(*given) == set()


UNSOUND = [
    ([("none", "1"), ("sole", "100")], {"none_bears", "not_hundred"}),
    ([("primary", "100"), ("secondary", "0")], {"bears_nothing"}),
    ([("sole", "90")], {"sole_not_whole", "not_hundred"}),
    ([("sole", "100"), ("secondary", "10")], {"sole_with_others", "not_hundred"}),
    ([("sole", "60"), ("secondary", "40")], {"sole_with_others", "sole_not_whole"}),
    ([("primary", "50"), ("primary", "50")], {"two_primaries"}),
    ([("primary", "100")], {"primary_alone"}),
    ([("secondary", "100")], {"secondary_alone"}),
    ([("secondary", "60"), ("secondary", "40")], {"no_primary"}),
    ([("equal", "100")], {"equal_alone"}),
    ([("equal", "50"), ("primary", "50")], {"equal_mixed"}),
    ([("equal", "30"), ("equal", "30"), ("secondary", "40")], {"equal_mixed", "no_primary"}),
    ([("equal", "60"), ("equal", "40")], {"equal_not_equal"}),
    ([("equal", "33.33"), ("equal", "33.33"), ("equal", "33.33")], {"equal_not_equal", "not_hundred"}),
    ([("primary", "40"), ("secondary", "60")], {"above_primary"}),
    ([("primary", "60"), ("secondary", "39.99")], {"not_hundred"}),
    ([("primary", "60.005"), ("secondary", "39.995")], {"not_exact"}),
    ([("primary", "-1"), ("secondary", "101")], {"not_exact"}),
]


@pytest.mark.parametrize(("given", "expected"), UNSOUND)
def test_unsound_shares_are_named(given, expected):
    assert codes(*given) == expected


def test_every_problem_has_a_case():
    assert {code for _given, expected in UNSOUND for code in expected} == set(PROBLEMS)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("33.34", "33.34"),
        (" 5 ", "5.00"),
        (0, "0.00"),
        (Decimal(100), "100.00"),
        ("33.340", "33.34"),
        ("33.345", None),
        ("100.01", None),
        ("-0.01", None),
        ("abc", None),
        ("", None),
        (None, None),
        (33.34, None),
        (True, None),
        ("NaN", None),
        ("1e9", None),
        ("Infinity", None),
    ],
)
def test_only_exact_percentages_are_taken(given, expected):
    assert exact(given) == (None if expected is None else Decimal(expected))


def test_equal_shares_of_three_and_seven():
    assert equal_parts(3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert equal_parts(7) == [Decimal("14.29")] * 4 + [Decimal("14.28")] * 3
    assert equal_parts(0) == []
    assert rounded_up(equal_parts(7)) == [0, 1, 2, 3]
    assert rounded_up(equal_parts(4)) == []


def test_the_document_says_where_the_rounding_went():
    with translation.override("en"):
        text = explain_rounding(parts(("equal", "33.34"), ("equal", "33.33"), ("equal", "33.33"), ("none", "0")))
        assert "33.34 / 33.33 / 33.33" in text
        assert "3 parties" in text
        assert "P1" in text
        assert "P2" not in text
        assert explain_rounding(parts(("equal", "50"), ("equal", "50"))) == ""
        assert explain_rounding(parts(("primary", "70"), ("secondary", "30"))) == ""


@given(st.integers(min_value=2, max_value=300))
def test_equal_parts_are_equal_and_whole(count):
    shares = equal_parts(count)
    assert sum(shares) == HUNDRED
    assert max(shares) - min(shares) <= Decimal("0.01")
    assert shares == sorted(shares, reverse=True)
    assert codes(*[("equal", share) for share in shares]) == set()


KINDS = st.sampled_from(Share.values)
SHARES = st.integers(min_value=0, max_value=10000).map(lambda hundredths: Decimal(hundredths) / 100)


@given(st.lists(st.tuples(KINDS, SHARES), max_size=6))
def test_whatever_passes_is_one_of_the_four_ways_to_share(given):
    made = parts(*given)
    if check(made):
        return
    bearing = [part for part in made if part.bears]
    kinds = [part.kind for part in bearing]
    assert total(made) == (HUNDRED if bearing else 0)
    lead = [part for part in bearing if part.kind in {Share.SOLE, Share.PRIMARY}]
    ways = {
        "nobody": not kinds,
        "sole": kinds == [Share.SOLE],
        "primary": sorted(kinds) == sorted([Share.PRIMARY, *[Share.SECONDARY] * (len(kinds) - 1)]) and len(kinds) > 1,
        "equal": len(kinds) > 1 and set(kinds) == {Share.EQUAL},
    }
    assert sum(ways.values()) == 1
    assert len(lead) == (1 if ways["sole"] or ways["primary"] else 0)
    assert all(part.share <= lead[0].share for part in bearing) if lead else True


@given(st.lists(st.integers(min_value=1, max_value=9999), min_size=1, max_size=5))
def test_a_primary_with_the_rest_of_a_hundred_is_sound(hundredths):
    """Any split in which the rest is the largest share is accepted, to the last hundredth."""
    rest = 10000 - sum(hundredths)
    made = [("primary", Decimal(rest) / 100), *(("secondary", Decimal(part) / 100) for part in hundredths)]
    assert (codes(*made) == set()) == (rest >= max(hundredths))
