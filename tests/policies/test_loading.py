"""Loading policy files: all or none, twice is once, what is in use never changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from complaints.models import Policy, PolicyVersion
from complaints.policy_rules import PolicyFileError
from complaints.services.policies import Change, SourceFile, activate, change_draft, document_text, draft_version
from tests.factories import NOW, ComplaintFactory, UserFactory
from tests.policies.sources import changed, everything, history_rows, load, preset

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def test_a_new_policy_comes_into_force_at_once(registers):
    (result,) = load(preset("product"))
    assert (result.change, result.version.number, result.version.valid_from) == (Change.NEW, 1, NOW)
    policy = Policy.objects.get()
    assert (policy.code, policy.names["zh-hans"]) == ("product", "产品投诉处理制度")
    assert {row.history_change_reason for row in PolicyVersion.history.all()} == {"loaded"}


def test_loading_the_same_again_changes_nothing(registers):
    files = [preset("product"), preset("employee"), preset("consumer-law")]
    load(*files)
    before, rows = everything(), history_rows()
    assert {result.change for result in load(*files, now=LATER)} == {Change.UNCHANGED}
    assert (everything(), history_rows()) == (before, rows)


def test_what_needs_a_lawyers_word_stays_a_draft(registers):
    (result,) = load(preset("consumer-law"), valid_from=LATER)
    assert (result.change, result.version.valid_from) == (Change.NEW, None)


def test_a_changed_file_makes_a_new_version_and_leaves_the_old_alone(registers):
    (old,) = load(preset("product"))
    (new,) = load(changed("product"), now=LATER)
    assert (new.change, new.version.number, new.version.valid_from) == (Change.VERSION, 2, None)
    kept = PolicyVersion.objects.get(number=1)
    assert (kept.document, kept.digest, kept.valid_from) == (old.version.document, old.version.digest, NOW)


def test_a_new_version_can_be_put_into_force_from_a_moment(registers):
    load(preset("product"))
    (new,) = load(changed("product"), now=LATER, valid_from=LATER + timedelta(days=7))
    assert (new.version.number, new.version.valid_from) == (2, LATER + timedelta(days=7))


def test_an_unused_draft_is_updated(registers):
    load(preset("product"))
    load(changed("product"))
    (again,) = load(changed("product", new="review_every_months: 2"), now=LATER)
    assert (again.change, again.version.number) == (Change.UPDATED, 2)
    assert again.version.rules.review_every_months == 26
    assert PolicyVersion.objects.count() == 2
    assert PolicyVersion.history.filter(number=2).count() == 2


def test_a_draft_that_governs_a_complaint_is_not_updated(registers):
    (first,) = load(preset("consumer-law"))
    ComplaintFactory(policy_version=first.version)
    (second,) = load(changed("consumer-law"))
    assert (second.change, second.version.number) == (Change.VERSION, 2)


def test_going_back_to_an_earlier_file_is_a_change(registers):
    load(preset("product"))
    load(changed("product"), now=LATER, valid_from=LATER)
    (third,) = load(preset("product"), now=LATER + timedelta(days=1))
    assert (third.change, third.version.number) == (Change.VERSION, 3)


def test_what_an_administrator_changed_is_not_undone_by_loading_the_same_file_again(registers):
    admin: Any = UserFactory(is_superuser=True)
    (first,) = load(preset("product"))
    draft = draft_version(first.version.pk, by=admin, note="shorter", now=LATER)
    change_draft(draft.pk, changed("product").text, by=admin, reason="shorter", now=LATER)
    activate(draft.pk, valid_from=LATER, by=admin, reason="agreed", now=LATER)
    before, rows = everything(), history_rows()
    (again,) = load(preset("product"), now=LATER + timedelta(days=1))
    assert again.change == Change.UNCHANGED
    assert (everything(), history_rows()) == (before, rows)


def test_a_draft_of_somebody_is_not_overwritten_by_a_file(registers):
    admin: Any = UserFactory(is_superuser=True)
    (first,) = load(preset("product"))
    draft = draft_version(first.version.pk, by=admin, note="mine", now=NOW)
    change_draft(draft.pk, changed("product", new="review_every_months: 3").text, by=admin, reason="mine", now=NOW)
    mine = PolicyVersion.objects.get(pk=draft.pk)
    (new,) = load(changed("product"), now=LATER)
    assert (new.change, new.version.number) == (Change.VERSION, 3)
    assert PolicyVersion.objects.get(pk=draft.pk).document == mine.document


def test_one_wrong_file_keeps_all_out_and_all_mistakes_are_told(registers):
    wrong = SourceFile("a.yaml", preset("product").text.replace("kind: complaint", "kind: complain"))
    other = SourceFile("b.yaml", preset("employee").text.replace("calendar: cn", "calendar: mars"))
    with pytest.raises(PolicyFileError) as caught:
        load(preset("handling-plan"), wrong, other)
    assert [(problem.file, problem.path) for problem in caught.value.problems] == [
        ("a.yaml", "kind"),
        ("b.yaml", "calendar"),
    ]
    assert all(problem.line > 1 for problem in caught.value.problems)
    assert not Policy.objects.exists()
    assert not Policy.history.exists()


def test_two_files_cannot_hold_the_same_policy(registers):
    with pytest.raises(PolicyFileError, match=r"already in product\.yaml"):
        load(preset("product"), SourceFile("again.yaml", preset("product").text))


def test_a_policy_never_changes_what_it_governs(registers):
    load(preset("feedback"))
    with pytest.raises(PolicyFileError, match="cannot change"):
        load(SourceFile("f.yaml", preset("feedback").text.replace("kind: feedback", "kind: complaint")))


def test_only_administrators_load(registers):
    with pytest.raises(PermissionDenied):
        load(preset("product"), by=UserFactory())
    (result,) = load(preset("product"), by=UserFactory(is_superuser=True, display_name="管理员"))
    assert result.version.created_by.display_name == "管理员"
    assert PolicyVersion.history.latest().history_user_name == "管理员"


def test_a_version_reads_back_as_the_file_it_came_from(registers):
    (result,) = load(preset("product"))
    stored = PolicyVersion.objects.get(pk=result.version.pk)
    (again,) = load(SourceFile("again.yaml", document_text(stored)), now=LATER)
    assert again.change == Change.UNCHANGED
