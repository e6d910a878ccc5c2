"""Documents that went through a database: shuffled keys, asked for again and again."""

import json

import pytest

from complaints.policy_rules import document_digest, dump_policy, reading, rules_from_document
from complaints.working_time import Limit, Unit
from tests.policy_rules.documents import CODES, document


def shuffled(value):
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in sorted(value, reverse=True)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("code", CODES)
def test_a_shuffled_document_is_written_like_the_original(code):
    assert dump_policy(shuffled(document(code))) == dump_policy(document(code))
    assert document_digest(shuffled(document(code))) == document_digest(document(code))


def test_a_document_is_written_in_the_order_of_the_schema():
    lines = [
        line for line in dump_policy(shuffled(document("product"))).splitlines() if not line.startswith((" ", "-"))
    ]
    assert [line.partition(":")[0] for line in lines[:9]] == [
        "code",
        "kind",
        "names",
        "source",
        "calendar",
        "severities",
        "reminders",
        "ladder",
        "clocks",
    ]


def test_rules_do_not_follow_a_document_that_is_changed_afterwards():
    stored = document("product")
    before = rules_from_document(stored)
    stored["clocks"][0]["limits"]["general"] = "5 minutes"
    stored["names"]["en"] = "Other"
    assert before.names["en"] == "Product complaints"
    assert before.clocks[0].limit("general") == Limit(24, Unit.HOUR)
    assert rules_from_document(stored).clocks[0].limit("general") == Limit(5, Unit.MINUTE)


def test_the_same_content_gives_the_same_rules_without_reading_it_again():
    assert rules_from_document(document("product")) is rules_from_document(json.loads(json.dumps(document("product"))))


def test_what_is_kept_has_an_end(monkeypatch):
    monkeypatch.setattr(reading, "MOST_KEPT", 3)
    stored = document("feedback")
    for number in range(1, 8):
        stored["review_every_months"] = number
        assert rules_from_document(stored).review_every_months == number
        assert len(reading._kept) <= 3
