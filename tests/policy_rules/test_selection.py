import pytest

from complaints.policy_rules import (
    CaseFacts,
    NoPolicyError,
    PolicyFileError,
    dump_selection,
    parse_selection,
    rule_from_conditions,
    select,
)
from complaints.states import Kind

RULES = (
    rule_from_conditions({"kind": ["feedback"]}, "feedback"),
    rule_from_conditions({"channel": ["web", "email"], "department": ["east"]}, "pilot", "until June"),
    rule_from_conditions({"category": ["service"]}, "customer-service"),
    rule_from_conditions({}, "handling-plan"),
)


@pytest.mark.parametrize(
    ("facts", "index"),
    [
        (CaseFacts("feedback", "web", "customer", (), ("east",)), 0),
        (CaseFacts("complaint", "web", "customer", (), ("shop", "east", "all")), 1),
        (CaseFacts("complaint", "phone", "customer", (), ("east",)), 3),
        (CaseFacts("complaint", "email", "customer", ("service-attitude", "service"), ("west",)), 2),
        (CaseFacts("complaint", "email", "customer", ("service-attitude",), ()), 3),
    ],
)
def test_the_first_rule_whose_conditions_all_hold_fires(facts, index):
    chosen = select(RULES, facts)
    assert (chosen.index, chosen.policy) == (index, RULES[index].policy)
    assert len(chosen.explain().splitlines()) == index + 1


def test_the_explanation_says_why_each_rule_did_not_fire():
    facts = CaseFacts("complaint", "phone", "customer", ("price-fraud", "price"))
    assert select(RULES, facts).explain().splitlines() == [
        "Rule 1 (feedback) does not apply: kind is complaint, not feedback.",
        "Rule 2 (pilot) does not apply: channel is phone, not email / web; department is not known, not east.",
        "Rule 3 (customer-service) does not apply: category is price-fraud, not service.",
        "Rule 4 (handling-plan) applies.",
    ]


def test_without_a_rule_for_the_rest_a_case_may_find_none():
    with pytest.raises(NoPolicyError):
        select(RULES[:3], CaseFacts("complaint", "phone", "customer"))


def test_rules_write_and_read_back():
    text = dump_selection(RULES)
    assert parse_selection(text, "s.yaml")[1] == RULES


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("rules: []\n", 1, "at least 1 entries"),
        ("rules:\n  - policy: product\n  - policy: product\n", 2, "can never fire"),
        ("rules:\n  - when: {kind: [complaint]}\n    policy: product\n", 2, "must have no condition"),
        ("rules:\n  - when: {}\n    policy: product\n", 2, "At least 1 key"),
        ("rules:\n  - when: {chanel: [web]}\n    policy: product\n  - policy: product\n", 2, "Did you mean 'channel'"),
        ("rules:\n  - when: {kind: [praise]}\n    policy: product\n  - policy: product\n", 2, "not possible here"),
        ("rules:\n  - policy: produkt\n", 2, "Did you mean 'product'?"),
        ("rules:\n  - policy: qqqqqq\n", 2, "There is no policy 'qqqqqq' in force."),
        ("rules:\n  - policy: feedback\n", 2, "governs feedback only"),
    ],
)
def test_mistakes_are_told(text, line, reason):
    with pytest.raises(PolicyFileError) as caught:
        parse_selection(text, "s.yaml", {"product": Kind.COMPLAINT, "feedback": Kind.FEEDBACK})
    assert (caught.value.problems[0].line, reason in str(caught.value)) == (line, True), str(caught.value)
