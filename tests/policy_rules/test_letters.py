import pytest

from complaints.policy_rules import PLACEHOLDERS, LetterTemplate, fill
from complaints.policy_rules.letters import DECISION_PLACEHOLDERS, LetterTextError, placeholders_in


def test_values_are_put_in_as_they_are():
    assert fill("{{x}} {number}: {subject}", {"number": "{1}", "subject": "a {b} %s"}) == "{x} {1}: a {b} %s"


def test_a_missing_value_is_named():
    with pytest.raises(KeyError, match="due_on"):
        fill("{due_on}", {})


def test_the_language_asked_for_is_used():
    texts = {"en": "Dear {complainant}", "zh-hans": "尊敬的{complainant}", "zh-hant": "尊敬的{complainant}"}
    letter = LetterTemplate("x", texts, texts, texts, carries_decision=False)
    assert letter.render({"complainant": "王"}, "en") == ("Dear 王", "Dear 王")
    assert letter.render({"complainant": "王"}, "zh-hans") == ("尊敬的王", "尊敬的王")
    assert letter.placeholders() == {"complainant"}


@pytest.mark.parametrize("text", ["{", "}", "{}", "{0}", "{a b}", "{a!r}", "{a:x}", "{a.b}", "{a[0]}", "{a{b}}"])
def test_only_names_stand_between_braces(text):
    with pytest.raises(LetterTextError):
        placeholders_in(text)


def test_decision_placeholders_are_placeholders():
    assert DECISION_PLACEHOLDERS < PLACEHOLDERS
