"""Every kind of mistake is found, with its place and a reason; all of a file at once."""

import json

import pytest
from django.utils.translation import override

from complaints.policy_rules import POLICY_FOLDER, Known, PolicyFileError, parse_policy, rules_from_document
from complaints.policy_rules.schema import KINDS, SENTENCES, SHAPES, SPECIAL
from complaints.states import ComplainantKind, Grade, Kind, Severity
from tests.policy_rules.documents import document, reasons, refused, text

SCHEMA = json.loads((POLICY_FOLDER / "schema.json").read_text(encoding="utf-8"))
LETTER_PARTS = ("en", "zh-hans", "zh-hant")


def spoilt(**changes):
    """The feedback policy with some values changed; keys lead downwards by double underscores."""
    broken = document()
    for key, value in changes.items():
        *way, last = (int(step) if step.isdigit() else step for step in key.split("__"))
        target = broken
        for step in way:
            target = target[step]
        if value is ...:
            del target[last]
        else:
            target[last] = value
    return broken


NAMES = {"en": "x", "zh-hans": "x", "zh-hant": "x"}

CASES = [
    ({"kind": ...}, "", "The key 'kind' is missing."),
    ({"colour": "red"}, "colour", "The key 'colour' is unknown."),
    ({"clocks__0__start_on": []}, "clocks[review].start_on", "Did you mean 'starts_on'?"),
    ({"kind": "complain"}, "kind", "'complain' is not possible here. Possible: complaint, feedback."),
    ({"names": "Feedback"}, "names", "Keys with values are expected here."),
    ({"names__zh-hant": ...}, "names", "The key 'zh-hant' is missing."),
    ({"names__en": "  "}, "names.en", "The text is empty."),
    ({"names__en": 12}, "names.en", "Text is expected here"),
    ({"code": "Feed Back"}, "code", "'Feed Back' is not a code"),
    ({"code": "feedback\n"}, "code", "is not a code"),
    ({"reminders": 50}, "reminders", "A list is expected here."),
    ({"reminders": [50, 100]}, "reminders[2]", "at most 99"),
    ({"reminders": [0]}, "reminders[1]", "at least 1"),
    ({"reminders": [50, 50]}, "reminders[2]", "must rise"),
    ({"reminders": [80, 50]}, "reminders[2]", "must rise"),
    ({"reminders": ["50"]}, "reminders[1]", "A whole number is expected"),
    ({"ladder": []}, "ladder", "at least 1 entries"),
    ({"ladder__1__after": "2 weeks"}, "ladder[2].after", "'2 weeks' is not a length of time"),
    ({"ladder__0__after": "4 working days"}, "ladder[2].after", "must not come earlier"),
    ({"ladder__1": {"role": "handler", "after": "0 hours"}}, "ladder[2]", "'handler' twice"),
    ({"ladder__0__role": "boss"}, "ladder[1].role", "'boss' is not possible here"),
    ({"step_clock": {"reminders": [9, 3]}}, "step_clock.reminders[2]", "must rise"),
    ({"clocks": []}, "clocks", "at least 1 entries"),
    ({"clocks__0__stops_on": []}, "clocks[review].stops_on", "at least 1 entries"),
    ({"clocks__0__stops_on": ["accept", "accept"]}, "clocks[review].stops_on", "names something twice"),
    ({"clocks__0__stops_on": ["acept", "decline"]}, "clocks[review].stops_on[1]", "Did you mean 'accept'?"),
    ({"clocks__0__stops_on": ["remind"]}, "clocks[review].stops_on[1]", "no act 'remind' that a clock can follow"),
    ({"clocks__0__cancels_on": ["accept", "withdraw"]}, "clocks[review].cancels_on[1]", "both in stops_on and in"),
    ({"clocks__0__starts_on": ["register", "accept"]}, "clocks[review].stops_on[1]", "both in starts_on and in"),
    ({"clocks__0__cancels_on": []}, "clocks[review].stops_on", "by 'withdraw'"),
    ({"clocks__0__stops_on": ["accept"]}, "clocks[review].stops_on", "by 'decline'"),
    ({"clocks__2__cancels_on": ["withdraw"]}, "clocks[return_visit].stops_on", "by 'continue_case'"),
    ({"clocks__0__limits": {}}, "clocks[review].limits", "At least 1 key"),
    ({"clocks__0__limits__general": "-1 hours"}, "clocks[review].limits.general", "'-1 hours' is not a length"),
    ({"clocks__0__limits__severe": "1 day"}, "clocks[review].limits.severe", "The key 'severe' is unknown"),
    ({"clocks__0__owner": "auditor"}, "clocks[review].owner", "'auditor' is not possible here"),
    ({"clocks__0__pauses": ["testing"]}, "clocks[review].pauses[1]", "no pause reason 'testing'"),
    ({"clocks__1__code": "review"}, "clocks[review].code", "'review' stands here twice"),
    ({"clocks__0__code": "plan_step"}, "clocks[plan_step].code", "is taken"),
    ({"clocks__0__code": "follow_up_1"}, "clocks[follow_up_1].code", "is taken"),
    ({"clocks__1__pauses": []}, "pause_reasons[awaiting_complainant].code", "No clock pauses for"),
    ({"pause_reasons__0__cap": "at once"}, "pause_reasons[awaiting_complainant].cap", "longer than nothing"),
    ({"escalation__answer_within": "0 hours"}, "escalation.answer_within", "more than nothing"),
    ({"escalation__requested_to": "handler"}, "escalation.requested_to", "'handler' is not possible here"),
    ({"severities__0__code": "urgent"}, "severities[urgent].code", "'general' belongs here"),
    ({"severities__1": ...}, "severities", "at least 3 entries"),
    ({"approval__major": ...}, "approval", "The key 'major' is missing."),
    ({"acceptance__refusal_grounds__0__code": "other"}, "acceptance.refusal_grounds", "'out_of_scope' is missing"),
    (
        {"acceptance__refusal_grounds__1__code": "out_of_scope"},
        "acceptance.refusal_grounds[out_of_scope].code",
        "twice",
    ),
    ({"acceptance__signed_required": True}, "acceptance.anonymous_allowed", "signed and anonymous"),
    ({"acceptance__confidential": "yes"}, "acceptance.confidential", "true or false is expected"),
    (
        {"acceptance__receivers": [{"code": c, "names": NAMES, "channels": ["web"]} for c in ("a", "b")]},
        "acceptance.receivers[b].channels[1]",
        "The channel 'web' already leads to 'a'.",
    ),
    ({"closing__grades": ["satisfied"]}, "closing.grades", "A better grade than these is missing"),
    ({"closing__grades": ["fine"]}, "closing.grades[1]", "'fine' is not possible here"),
    ({"closing__substitute__different_days": 2}, "closing.substitute.different_days", "more different days"),
    ({"supervision_for": ["major"]}, "supervision_for", "needs the items of an emergency plan"),
    ({"emergency_plan": [{"code": "a", "names": NAMES}]}, "emergency_plan", "would never begin"),
    ({"follow_ups": ["30 days", "30 days"]}, "follow_ups[2]", "must come later"),
    ({"follow_ups": ["at once"]}, "follow_ups[1]", "must come later"),
    ({"scripts__aprove_plan": {"say": [NAMES]}}, "scripts.aprove_plan", "Did you mean 'approve_plan'?"),
    ({"scripts__accept": {}}, "scripts.accept", "At least 1 key"),
    ({"letters__0": ...}, "letters", "The letter 'acknowledgement' is missing."),
    ({"letters__0__body__en": "Dear {complainant"}, "letters[acknowledgement].body.en", "The braces do not close"),
    ({"letters__0__body__en": "{number:>9}"}, "letters[acknowledgement].body.en", "other than a name"),
    ({"letters__0__body__en": "{complainant.name}"}, "letters[acknowledgement].body.en", "other than a name"),
    ({"letters__0__body__en": "{numbr}"}, "letters[acknowledgement].body.en", "Did you mean 'number'?"),
    ({"letters__0__body__en": "nothing"}, "letters[acknowledgement].body", "do not use the same placeholders"),
    ({"letters__3__carries_decision": False}, "letters[decision].carries_decision", "({outcome})"),
    ({"targets": {"timely_response": 101}}, "targets.timely_response", "at most 100"),
    ({"targets": {"cycle_days": 0}}, "targets.cycle_days", "greater than 0"),
    ({"review_every_months": 6.5}, "review_every_months", "A whole number is expected"),
]


@pytest.mark.parametrize(("changes", "path", "reason"), CASES, ids=[str(number) for number in range(len(CASES))])
def test_each_mistake_is_told_with_its_place(changes, path, reason):
    found = reasons(spoilt(**changes))
    assert path in [place for place, _why in found]
    assert any(place == path and reason in why for place, why in found), found


def test_all_mistakes_of_a_file_come_together_with_their_lines():
    lines = text("feedback").splitlines()
    changed = [
        line.replace("owner: intake", "owner: intke").replace("kind: feedback", "kind: feedbak") for line in lines
    ]
    changed += ["colour: red"]
    found = refused("\n".join(changed))
    expected = [number for number, (old, new) in enumerate(zip(lines, changed, strict=False), 1) if old != new]
    assert [problem.line for problem in found] == [*expected, len(changed)]
    assert {problem.file for problem in found} == {"broken.yaml"}


def test_a_mistake_of_meaning_does_not_wait_for_those_of_form():
    broken = spoilt(kind="complain", reminders=[80, 50], clocks__0__owner="boss", clocks__1__stops_on=["nothing"])
    assert {path for path, _why in reasons(broken)} == {
        "kind",
        "reminders[2]",
        "clocks[review].owner",
        "clocks[reply].stops_on[1]",
    }


def test_a_duplicate_key_is_refused_with_both_lines():
    (problem,) = refused(text("feedback") + "calendar: cn\n")
    assert problem.path == "calendar"
    assert problem.line == len(text("feedback").splitlines()) + 1
    assert f"first in line {text('feedback').splitlines().index('calendar: cn') + 1}" in problem.reason


def test_a_stored_document_is_refused_without_lines():
    with pytest.raises(PolicyFileError) as caught:
        rules_from_document(spoilt(kind="complain"), "feedback v3")
    assert str(caught.value) == "feedback v3, kind: 'complain' is not possible here. Possible: complaint, feedback."


def test_problems_read_as_one_line_each():
    with pytest.raises(PolicyFileError) as caught:
        parse_policy("kind: [", "a.yaml")
    assert str(caught.value).startswith("a.yaml, line 1: This is not valid YAML: ")
    with override("zh-hans"):
        assert str(caught.value)


def test_the_schema_lists_what_the_product_knows():
    selection = SCHEMA["$defs"]["selection"]["properties"]["rules"]["items"]["properties"]["when"]["properties"]
    assert SCHEMA["$defs"]["severity"]["enum"] == Severity.values
    assert SCHEMA["properties"]["kind"]["enum"] == selection["kind"]["items"]["enum"] == Kind.values
    assert SCHEMA["properties"]["closing"]["properties"]["grades"]["items"]["enum"] == Grade.values
    assert selection["complainant_kind"]["items"]["enum"] == ComplainantKind.values


def test_every_word_of_the_schema_has_a_sentence():
    spoken = {"required", "type", "pattern", *SENTENCES, *SPECIAL}
    silent = {"$schema", "$ref", "$defs", "title", "description", "properties", "items", "additionalProperties"}
    found: set[str] = set()
    kinds: set[str] = set()
    shapes: set[str] = set()

    def look(schema):
        found.update(schema)
        kinds.update({schema["type"]} if isinstance(schema.get("type"), str) else ())
        shapes.update({schema["title"]} if "pattern" in schema else ())
        for below in (*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()):
            look(below)
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                look(schema[key])

    look(SCHEMA)
    assert found <= spoken | silent
    assert kinds == set(KINDS)
    assert shapes == set(SHAPES)


def test_every_key_of_the_schema_is_described():
    missing = []

    def look(schema, path):
        if (
            "description" not in schema
            and "$ref" not in schema
            and "enum" not in schema
            and schema.get("type") != "integer"
        ):
            missing.append(path)
        for key, below in schema.get("properties", {}).items():
            look(below, f"{path}.{key}")

    look(SCHEMA, "")
    for name, definition in SCHEMA["$defs"].items():
        look(definition, name)
    assert missing == []


def test_calendars_and_channels_must_exist_where_they_are_known():
    source = text("employee").replace("calendar: cn", "calendar: cm")
    with pytest.raises(PolicyFileError) as caught:
        parse_policy(source, "employee.yaml", Known({"cn"}, {"general-manager-mailboks", "web"}))
    lines = source.splitlines()
    assert [(problem.path, lines[problem.line - 1].strip()) for problem in caught.value.problems] == [
        ("calendar", "calendar: cm"),
        ("clocks[mailbox_investigation].channels[1]", "channels: [general-manager-mailbox]"),
        ("acceptance.receivers[general_manager].channels[1]", "channels: [general-manager-mailbox]"),
    ]
    assert "Did you mean 'general-manager-mailboks'?" in str(caught.value)
    assert parse_policy(text("employee"), "employee.yaml", Known({"cn"}, {"general-manager-mailbox"}))
