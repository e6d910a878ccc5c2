"""The terms of a text, and where they stand. (RP-8)"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.terms import LONGEST, asked, marked, snippet, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("洗衣机漏水", {"洗衣", "衣机", "机漏", "漏水"}),
        ("洗衣机，漏水", {"洗衣", "衣机", "漏水"}),
        ("漏", {"漏"}),
        ("漏 水", {"漏", "水"}),
        ("ＸＱＧ１００ 洗衣机", {"xqg100", "洗衣", "衣机"}),
        ("Batteries, boxes & delays", {"battery", "box", "delay"}),
        ("bus status glass", {"bus", "status", "glass"}),
        ("XQG100洗衣", {"xqg100", "洗衣"}),
        ("", set()),
        ("，。!?", set()),
    ],
)
def test_what_is_asked(text, expected):
    assert set(asked(text)) == expected


def test_single_signs_are_kept_but_asked_only_alone():
    assert {term.text for term in terms("漏水")} == {"漏", "水", "漏水"}
    assert set(asked("漏水")) == {"漏水"}


@given(st.text(max_size=80))
def test_places_are_those_of_the_text(text):
    for term in terms(text):
        assert 0 <= term.start < term.end <= len(text)
        assert len(term.text) <= LONGEST
    assert "".join(piece.text for piece in marked(text, set(asked(text)))) == text


def test_a_snippet_shows_where_most_was_found():
    text = "前言。" * 60 + "滚筒洗衣机门封漏水，更换密封圈。" + "后记。" * 60
    pieces = snippet(text, set(asked("洗衣机 漏水")))
    assert [piece.text for piece in pieces if piece.is_hit] == ["洗衣机", "漏水"]
    assert (pieces[0].text, pieces[-1].text) == ("…", "…")
    assert sum(len(piece.text) for piece in pieces) <= 112
    assert [piece.text for piece in snippet("短的", set())] == ["短的"]
