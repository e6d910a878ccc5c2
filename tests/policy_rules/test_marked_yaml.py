"""YAML is read plainly: what looks odd is refused or stays text, and never breaks the reader."""

import pytest

from complaints.policy_rules import PolicyFileError
from complaints.policy_rules.marked_yaml import MAXIMUM_CHARACTERS, MAXIMUM_DEPTH, read_marked, write_yaml


def read(text):
    return read_marked(text, "f.yaml")


def problem(text):
    with pytest.raises(PolicyFileError) as caught:
        read(text)
    return caught.value.problems[0]


def test_values_mean_what_they_look_like():
    text = """
a: 12
b: 1.50
c: true
d: on
e: 2026-01-01
f: 12:30
g: "12"
h: ~
i: 0x1F
j: 1e3
k: .nan
l: 012
m: Yes
n: |
  two
  lines
"""
    assert read(text).document == {
        "a": 12,
        "b": 1.5,
        "c": True,
        "d": "on",
        "e": "2026-01-01",
        "f": "12:30",
        "g": "12",
        "h": None,
        "i": "0x1F",
        "j": "1e3",
        "k": ".nan",
        "l": "012",
        "m": "Yes",
        "n": "two\nlines\n",
    }


def test_lines_are_kept_for_keys_and_values():
    marked = read("a:\n  b: 1\n  c:\n    - x\n    -\n      d: y\n")
    assert marked.lines == {
        (): 1,
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 3,
        ("a", "c", 0): 4,
        ("a", "c", 1): 6,
        ("a", "c", 1, "d"): 6,
    }
    assert marked.line(("a", "missing", "more")) == 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("a: 1\nb: [1,\n", 3, "not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
        ("a: &x 1\nb: *x\n", 1, "Anchors"),
        ("a: 1\nb: *x\n", 2, "Anchors"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "Tags"),
        ("a: 1\n? [x, y]\n: 2\n", 2, "A key must be text"),
        ("a: 1\nb: x\x00\n", 2, "not allowed"),
        ('a: 1\nb: "\\x00"\n', 2, "not allowed"),
        ('a: 1\nb: "\\ud800"\n', 2, "not allowed"),
        ('a: "\\UFFFFFFFF"\n', 1, "not valid YAML"),
        ("[" * (MAXIMUM_DEPTH + 1), 1, "nested too deeply"),
        ("[" * 100_000, 1, "nested too deeply"),
        ("a" * (MAXIMUM_CHARACTERS + 1), 1, "too large"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice; first in line 1"),
    ],
)
def test_what_is_refused(text, line, reason):
    found = problem(text)
    assert (found.line, reason in found.reason) == (line, True), found


@pytest.mark.parametrize(
    "value",
    [
        "",
        "true",
        "no",
        "12",
        "1.5",
        "~",
        "null",
        "2026-01-01",
        "12:30",
        " x ",
        "a: b",
        "# x",
        "- x",
        "两行\n文字\n",
        "no end of line\nhere",
        "trailing \nspace",
        "\n\nlead",
        "x\ty",
        "'quoted' \"both\"",
        "e\u2028f",
        "\ufeffbom",
        0.1,
        1.0,
        12345.678,
        -3,
        True,
        None,
        [],
        {},
    ],
    ids=repr,
)
def test_what_is_written_reads_back_the_same(value):
    document = {"key": value, "list": [value, {"inner": value}]}
    again = read(write_yaml(document)).document
    assert again == document
    assert type(again["key"]) is type(value)


def test_keys_keep_their_order():
    assert list(read(write_yaml({"z": 1, "a": 2, "m": 3})).document) == ["z", "a", "m"]
