"""What a comparison of a report says, and the sentence made of it. (RP-1, RP-2, RP-3)"""

from collections import Counter
from datetime import UTC, datetime

import pytest

from reporting import trends
from reporting.definitions import DEFINITIONS
from reporting.queries.reports import comparing, sentences
from reporting.queries.reports.cells import kept_change
from reporting.queries.reports.comparing import Against, Change, Pair, compared, held
from reporting.queries.reports.naming import LANGUAGES, in_all_languages
from reporting.queries.reports.targets import Policy, answered
from reporting.tallies import Dimension, Tally
from reporting.trends import Verdict

NOW = datetime(2026, 4, 10, tzinfo=UTC)
DAYS = (90, 90)


def pair(before, after, history=(), *, is_ended=False):
    return Pair(
        Dimension.CATEGORY, "7", Against.PREVIOUS, before, after, DAYS, history, [90] * len(history), is_ended=is_ended
    )


def received(count):
    return Tally(received=count)


def graded(satisfied, whole):
    return Tally(grades=Counter({"satisfied": satisfied, "dissatisfied": whole - satisfied}))


def handled(hours, count):
    return Tally(handled=Counter({hours + step: count // 10 for step in range(10)}))


@pytest.mark.parametrize(
    ("before", "after", "history", "verdict"),
    [
        (100, 190, [98, 105, 101, 96, 103, 99], Verdict.RISE),
        (190, 100, [188, 195, 191, 186, 193, 189], Verdict.FALL),
        (100, 106, [98, 105, 101, 96, 103, 99], Verdict.NO_CHANGE_SHOWN),
        (2, 4, [3, 2, 1, 3, 2, 4], Verdict.TOO_FEW),
        (0, 9, [0, 0, 0, 0], Verdict.BEGAN),
    ],
)
def test_counts(before, after, history, verdict):
    change = compared(pair(received(before), received(after), history), "received", NOW)
    assert change.verdict == verdict
    assert (change.ratio is None) == (verdict == Verdict.BEGAN)


def test_what_is_no_longer_recorded_is_no_fall():
    change = compared(pair(received(90), received(0), [88, 93], is_ended=True), "received", NOW)
    assert (change.verdict, change.p_value) == (Verdict.ENDED, None)
    in_use = compared(pair(received(90), received(0), [88, 93]), "received", NOW)
    assert in_use.verdict == Verdict.FALL


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((60, 100), (85, 100), Verdict.RISE),
        ((85, 100), (60, 100), Verdict.FALL),
        ((80, 100), (82, 100), Verdict.NO_CHANGE_SHOWN),
        ((3, 4), (2, 5), Verdict.TOO_FEW),
        ((0, 0), (2, 5), Verdict.TOO_FEW),
        ((100, 100), (100, 100), Verdict.NO_CHANGE_SHOWN),
        ((0, 100), (100, 100), Verdict.RISE),
    ],
)
def test_shares(before, after, verdict):
    change = compared(pair(graded(*before), graded(*after)), "satisfaction", NOW)
    assert change.verdict == verdict
    if change.difference is not None:
        assert change.low <= change.difference <= change.high  # type: ignore[operator] # known here


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (handled(10, 100), handled(60, 100), Verdict.RISE),
        (handled(60, 100), handled(10, 100), Verdict.FALL),
        (handled(10, 100), handled(10, 100), Verdict.NO_CHANGE_SHOWN),
        (handled(10, 10), handled(12, 10), Verdict.TOO_FEW),
        (handled(10, 10), Tally(), Verdict.TOO_FEW),
    ],
)
def test_handling_times(before, after, verdict):
    assert compared(pair(before, after), "cycle_median", NOW).verdict == verdict


def test_changes_are_held_over_everything_looked_at():
    """One p value of 4 % is a change alone and none among a hundred; a strong one stays."""
    weak = Change(Dimension.CATEGORY, "w", "received", Against.PREVIOUS, 10, 20, Verdict.RISE, 0.04)
    strong = Change(Dimension.CATEGORY, "s", "received", Against.PREVIOUS, 10, 90, Verdict.RISE, 1e-9)
    quiet = [
        Change(Dimension.CATEGORY, str(n), "received", Against.PREVIOUS, 10, 10, Verdict.NO_CHANGE_SHOWN, 0.5)
        for n in range(98)
    ]
    assert held([weak])[0].verdict == Verdict.RISE
    found = held([weak, strong, *quiet])
    assert [change.verdict for change in found[:2]] == [Verdict.NO_CHANGE_SHOWN, Verdict.RISE]
    assert (found[1].q_value or 1) <= comparing.RATE < (found[0].q_value or 0)


# --- Targets ---------------------------------------------------------------------------------------------------------


def answer(tally, baseline=None, **asked):
    (row,) = answered(Policy("1", {"en": "P"}, 1, asked), tally, NOW, baseline)
    return row


@pytest.mark.parametrize(
    ("in_time", "late", "expected"),
    [(1000, 2, "met"), (900, 100, "not_met"), (50, 0, "cannot_tell"), (98, 2, "cannot_tell"), (0, 0, "nothing")],
)
def test_shares_against_their_target(in_time, late, expected):
    row = answer(Tally(in_time=in_time, too_late=late), timely_response=98.0)
    assert (row["answer"], row["goal"], row["level"]) == (expected, 98.0, 98.0)
    if in_time:
        wilson = trends.proportion(in_time, in_time + late)
        assert (row["low"], row["high"]) == (round(100 * (wilson.low or 0), 4), round(100 * (wilson.high or 0), 4))


def test_the_gain_in_satisfaction_is_relative_to_the_baseline():
    assert answer(graded(90, 100), satisfaction_gain=35.0)["answer"] == "no_baseline"
    row = answer(graded(900, 1000), baseline=60.0, satisfaction_gain=35.0)
    assert (row["level"], row["gain"], row["answer"]) == (81.0, 50.0, "met")
    assert answer(graded(700, 1000), baseline=60.0, satisfaction_gain=35.0)["answer"] == "not_met"
    own = answer(graded(900, 1000), baseline=60.0, satisfaction_gain=35.0, satisfaction_baseline=80.0)
    assert (own["level"], own["answer"]) == (108.0, "not_met")


def test_handling_time_is_to_stay_under_its_target():
    quick = Tally(closed=40, finished=Counter({20: 20, 30: 20}))
    assert [answer(quick, cycle_days=days)["answer"] for days in (2, 0.9, 25 / 24)] == ["met", "not_met", "cannot_tell"]
    assert answer(Tally(), cycle_days=2)["answer"] == "nothing"
    assert answer(Tally(closed=1, finished=Counter({5: 1})), cycle_days=2)["answer"] == "cannot_tell"


# --- Sentences -------------------------------------------------------------------------------------------------------


def content(**figures):
    """As much of a content as sentences need."""
    definitions = [
        {"code": row.code, "label": in_all_languages(lambda row=row: str(row.label)), "unit": str(row.unit)}  # type: ignore[misc]
        for row in DEFINITIONS.values()
    ]
    group = {"key": "7", "keys": ["7"], "names": {"en": "Leaks", "zh-hans": "漏水", "zh-hant": "漏水"}}
    empty = {"value": 0}
    rows = [
        {"code": code, "quarter": empty, "previous": empty, "year_ago": {"value": None},
         "changes": {"previous": {"verdict": "too_few"}}}
        for code in DEFINITIONS
    ]  # fmt: skip
    return {
        "definitions": definitions,
        "groups": {"category": [group]},
        "parties": {},
        "policies": [{"key": "1", "names": {"en": "Plan", "zh-hans": "方案", "zh-hant": "方案"}}],
        "periods": {"previous": {"code": "2025Q4"}, "year_ago": {"code": "2025Q1"}},
        "figures": {
            "key_figures": rows,
            "open_at_end": {"count": 3},
            "targets": [],
            "unresolved": {"handled": 0, "continued": 0, "came_up_again": 0},
            "examined": {"comparisons": 54, "changes": 1, "rate": 0.05},
            "by": {"category": []},
            "areas": {"rows": [], "is_uneven": False, "total": 0},
            "causes": {"rows": []},
            "responsibility": [],
            "measures": [],
        }
        | figures,
    }


def told(given, code, language="en"):
    (found,) = [row["texts"][language] for row in sentences.in_all_languages(given) if row["code"] == code]
    return found


#: What each verdict has to say, and must not.
SAID = {
    "rise": (["150", "100", "+50 %", "+20 % to +80 %", "beyond chance", "rise"], ["No change", "Too few"]),
    "fall": (["150", "100", "beyond chance", "fall"], ["No change", "Too few"]),
    "no_change_shown": (["150", "100", "No change shown", "within chance"], ["beyond chance", "Too few"]),
    "too_few": (["150", "100", "Too few"], ["beyond chance", "No change", "rise", "fall"]),
    "ended": (["no longer recorded", "no improvement"], ["beyond chance"]),
    "began": (["not recorded before", "no rise"], ["beyond chance"]),
}


@pytest.mark.parametrize("verdict", SAID)
def test_each_verdict_has_its_sentence(verdict):
    change = Change("all", "", "received", "previous", 100, 150, verdict, 0.2, 0.3, 1.5, None, 1.2, 1.8)
    rows = content()["figures"]["key_figures"]
    rows[0] |= {"quarter": {"value": 150}, "previous": {"value": 100}, "changes": {"previous": kept_change(change)}}
    given = content(key_figures=rows)
    text = told(given, f"received.previous.{verdict}")
    present, absent = SAID[verdict]
    assert [part for part in present if part not in text] == []
    assert [part for part in absent if part in text] == []
    assert "2025Q4" in text


def test_what_would_be_a_change_alone_says_so():
    change = Change("all", "", "received", "previous", 100, 150, "no_change_shown", 0.01, 0.2, 1.5, None, 1.1, 2.0)
    rows = content()["figures"]["key_figures"]
    rows[0] |= {"quarter": {"value": 150}, "previous": {"value": 100}, "changes": {"previous": kept_change(change)}}
    text = told(content(key_figures=rows), "received.previous.no_change_shown")
    assert "taken alone" in text
    assert "within chance" not in text


@pytest.mark.parametrize(
    ("answer_code", "part"),
    [("met", ": met"), ("not_met", ": not met"), ("cannot_tell", "cannot be told"), ("nothing", "0 cases")],
)
def test_each_answer_to_a_target_has_its_sentence(answer_code, part):
    row = {"key": "1", "target": "timely_response", "figure": "timely_response", "goal": 98.0, "level": 98.0,
           "answer": answer_code, "value": 98.5, "part": 985, "whole": 1000, "low": 97.5, "high": 99.1}  # fmt: skip
    text = told(content(targets=[row]), f"target.timely_response.{answer_code}")
    assert part in text
    assert "98 %" in text
    if answer_code != "nothing":
        assert "985 of 1,000" in text
        assert "97.5 % to 99.1 %" in text


def test_the_surest_changes_of_groups_come_first_and_only_changes():
    def row(key, verdict, q_value):
        change = {"verdict": verdict, "ratio": 2.0, "low": 1.5, "high": 2.5, "p_value": q_value / 3, "q_value": q_value}
        return {"key": key, "figures": {"received": {"value": 20}}, "previous": 10, "year_ago": 9,
                "changes": {"received": {"previous": change}}}  # fmt: skip

    rows = [row("7", "rise", 0.04), row("8", "fall", 0.001), row("9", "no_change_shown", 0.4)]
    found = [line["code"] for line in sentences.in_all_languages(content(by={"category": rows}))]
    assert [code for code in found if code.startswith("category")] == [
        "category.8.previous.fall",
        "category.7.previous.rise",
    ]
    assert "Leaks" in told(content(by={"category": rows}), "category.7.previous.rise")


def test_every_sentence_is_in_every_language_with_the_same_figures():
    rows = sentences.in_all_languages(content())
    for line in rows:
        digits = {language: [sign for sign in line["texts"][language] if sign.isdigit()] for language in LANGUAGES}
        assert sorted(digits["en"]) == sorted(digits["zh-hans"]) == sorted(digits["zh-hant"])
