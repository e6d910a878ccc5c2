"""The policies that ship with the product, as documents that a test may spoil."""

from copy import deepcopy
from functools import lru_cache

import pytest

from complaints.policy_rules import POLICY_FOLDER, PolicyFileError, parse_policy
from complaints.policy_rules.marked_yaml import write_yaml

CODES = [
    "consumer-law",
    "customer-service",
    "employee",
    "feedback",
    "handling-plan",
    "process-and-accountability",
    "product",
    "professional-firm",
]


@lru_cache
def text(code):
    return (POLICY_FOLDER / f"{code}.yaml").read_text(encoding="utf-8")


@lru_cache
def parsed(code):
    return parse_policy(text(code), f"{code}.yaml")


def rules(code):
    return parsed(code)[1]


def document(code="feedback"):
    return deepcopy(parsed(code)[0])


def refused(broken):
    """The problems of a document, or text, that must be refused."""
    source = broken if isinstance(broken, str) else write_yaml(broken)
    with pytest.raises(PolicyFileError) as caught:
        parse_policy(source, "broken.yaml")
    return caught.value.problems


def reasons(broken):
    """Where and why, without the line."""
    return [(problem.path, problem.reason) for problem in refused(broken)]
