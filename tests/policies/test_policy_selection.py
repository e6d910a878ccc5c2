"""Rules of selection as a whole: replaced, kept, loaded once."""

import pytest
from django.core.exceptions import PermissionDenied

from complaints.models import PolicySelection
from complaints.policy_rules import PolicyFileError, policy_files
from complaints.services.policies import SourceFile
from complaints.services.policy_selection import load_selection_once, replace_selection, selection_text
from tests.factories import NOW, UserFactory
from tests.policies.sources import SELECTION, everything, history_rows, load, preset

pytestmark = pytest.mark.django_db
ONE = SourceFile("one.yaml", "rules:\n  - when: {channel: [web]}\n    policy: employee\n  - policy: product\n")


@pytest.fixture
def loaded(registers):
    load(*(preset(path.stem) for path in policy_files()))


def replace(file, by=None):
    return replace_selection(file, by=by, reason="rules", now=NOW)


def test_rules_are_replaced_in_order(loaded):
    assert replace(SELECTION)
    assert replace(ONE)
    rows = PolicySelection.objects.select_related("policy")
    assert [(row.position, row.conditions, row.policy.code) for row in rows] == [
        (10, {"channel": ["web"]}, "employee"),
        (20, {}, "product"),
    ]
    assert {row.history_change_reason for row in PolicySelection.history.all()} == {"rules"}
    assert PolicySelection.history.filter(history_type="-").count() == 7


def test_the_same_rules_change_nothing(loaded):
    replace(SELECTION)
    before, rows = everything(), history_rows()
    assert not replace(SELECTION)
    assert not replace(SourceFile("text", selection_text()))
    assert (everything(), history_rows()) == (before, rows)


def test_rules_lead_only_to_policies_in_force(loaded):
    replace(ONE)
    before = everything()
    wrong = SourceFile("wrong.yaml", "rules:\n  - policy: consumer-law\n")
    with pytest.raises(PolicyFileError) as caught:
        replace(wrong)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [("wrong.yaml", 2)]
    assert everything() == before


def test_presets_are_loaded_only_where_there_never_were_rules(loaded):
    assert load_selection_once(SELECTION, by=None, reason="x", now=NOW)
    replace(ONE)
    assert not load_selection_once(SELECTION, by=None, reason="x", now=NOW)
    assert PolicySelection.objects.count() == 2


def test_only_administrators(loaded):
    with pytest.raises(PermissionDenied):
        replace(ONE, by=UserFactory())
