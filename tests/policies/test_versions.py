"""Drafting, changing, bringing into force, postponing, discarding."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from complaints.models import Calendar, Policy, PolicyVersion
from complaints.policy_rules import PolicyFileError
from complaints.queries.governing import Governing
from complaints.services import policies
from complaints.services.policies import PolicyError
from tests.factories import NOW, ComplaintFactory, UserFactory
from tests.policies.sources import changed, load, preset

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def admin(db):
    return UserFactory(is_superuser=True)


@pytest.fixture
def first(registers):
    return load(preset("product"))[0].version


@pytest.fixture
def draft(first, admin):
    return policies.draft_version(first.pk, by=admin, note="for spring", now=NOW)


def test_a_draft_begins_as_a_copy(first, draft, admin):
    assert (draft.number, draft.document, draft.valid_from) == (2, first.document, None)
    assert (draft.note, draft.created_by, draft.created_at) == ("for spring", admin, NOW)


def test_a_draft_takes_another_text_and_history_keeps_both(draft, admin):
    policies.change_draft(draft.pk, changed("product").text, by=admin, reason="shorter review", now=NOW)
    kept = PolicyVersion.objects.get(pk=draft.pk)
    assert kept.rules.review_every_months == 16
    assert [row.history_change_reason for row in kept.history.all()] == ["shorter review", "for spring"]
    assert [row.document["review_every_months"] for row in kept.history.all()] == [16, 6]


def test_a_wrong_text_is_refused_and_nothing_changes(draft, admin):
    with pytest.raises(PolicyFileError, match="line 1"):
        policies.change_draft(draft.pk, "nonsense: [", by=admin, reason="x", now=NOW)
    with pytest.raises(PolicyFileError, match="code cannot change"):
        policies.change_draft(draft.pk, preset("employee").text, by=admin, reason="x", now=NOW)
    assert draft.history.count() == 1


@pytest.mark.parametrize("state", ["in force", "waiting", "governing"])
def test_what_is_no_draft_never_changes(state, first, draft, admin):
    version = first
    if state == "waiting":
        version = policies.activate(draft.pk, valid_from=NOW + DAY, by=admin, reason="agreed", now=NOW)
    if state == "governing":
        version = draft
        ComplaintFactory(policy_version=draft)
    before = PolicyVersion.objects.get(pk=version.pk)
    with pytest.raises(PolicyError, match="never changes"):
        policies.change_draft(version.pk, changed("product").text, by=admin, reason="x", now=NOW)
    with pytest.raises(PolicyError, match="never changes"):
        policies.discard_draft(version.pk, by=admin, reason="x", now=NOW)
    after = PolicyVersion.objects.get(pk=version.pk)
    assert (after.document, after.digest, after.valid_from) == (before.document, before.digest, before.valid_from)


def test_a_version_governs_from_its_moment_on(first, draft, admin):
    policies.activate(draft.pk, valid_from=NOW + DAY, by=admin, reason="agreed", now=NOW)
    assert Governing(NOW).versions["product"] == first
    assert Governing(NOW + DAY).versions["product"] == draft


def test_the_name_of_the_policy_follows_the_version_in_force(draft, admin):
    text = changed("product", "names: {en: Product complaints,", "names: {en: Complaints on products,").text
    policies.change_draft(draft.pk, text, by=admin, reason="x", now=NOW)
    policies.activate(draft.pk, valid_from=NOW + DAY, by=admin, reason="agreed", now=NOW + DAY)
    assert Policy.objects.get().names["en"] == "Complaints on products"


def test_a_waiting_version_can_be_moved_and_taken_back(draft, admin):
    policies.activate(draft.pk, valid_from=NOW + DAY, by=admin, reason="agreed", now=NOW)
    moved = policies.activate(draft.pk, valid_from=NOW + 2 * DAY, by=admin, reason="later", now=NOW)
    assert moved.valid_from == NOW + 2 * DAY
    assert policies.postpone(draft.pk, by=admin, reason="not yet", now=NOW).valid_from is None
    assert policies.is_draft(PolicyVersion.objects.get(pk=draft.pk))
    with pytest.raises(PolicyError, match="not waiting"):
        policies.postpone(draft.pk, by=admin, reason="again", now=NOW)


@pytest.mark.parametrize(
    ("offset", "reason", "why"),
    [
        (-DAY, "agreed", "begins now or later"),
        (timedelta(0), "agreed", "begins at the same moment"),
        (DAY, "  ", "Give a reason"),
    ],
)
def test_what_cannot_come_into_force(offset, reason, why, draft, admin):
    with pytest.raises(PolicyError, match=why):
        policies.activate(draft.pk, valid_from=NOW + offset, by=admin, reason=reason, now=NOW)
    assert PolicyVersion.objects.get(pk=draft.pk).valid_from is None


def test_a_version_in_force_cannot_be_moved(first, draft, admin):
    policies.activate(draft.pk, valid_from=NOW + DAY, by=admin, reason="agreed", now=NOW)
    with pytest.raises(PolicyError, match="in force already"):
        policies.activate(first.pk, valid_from=NOW + DAY, by=admin, reason="x", now=NOW)


def test_only_the_first_version_and_only_unused_may_reach_into_the_past(first, admin):
    early = NOW - 1000 * DAY
    assert policies.activate(first.pk, valid_from=early, by=admin, reason="old cases", now=NOW).valid_from == early
    ComplaintFactory(policy_version=first)
    with pytest.raises(PolicyError, match="in force already"):
        policies.activate(first.pk, valid_from=early - DAY, by=admin, reason="older", now=NOW)


def test_a_lawyer_must_confirm_where_the_policy_says_so(registers, admin):
    version = load(preset("consumer-law"))[0].version
    with pytest.raises(PolicyError) as caught:
        policies.activate(version.pk, valid_from=NOW, by=admin, reason="x", now=NOW)
    assert caught.value.field == "is_legally_confirmed"
    confirmed = policies.activate(
        version.pk, valid_from=NOW, by=admin, reason="confirmed by counsel", now=NOW, is_legally_confirmed=True
    )
    assert confirmed.valid_from == NOW


def test_a_draft_whose_calendar_is_gone_does_not_come_into_force(draft, admin):
    Calendar.objects.update(code="other")
    with pytest.raises(PolicyError, match="no working calendar 'cn'"):
        policies.activate(draft.pk, valid_from=NOW + DAY, by=admin, reason="x", now=NOW)


def test_a_discarded_draft_leaves_history_and_its_number(first, draft, admin):
    policies.discard_draft(draft.pk, by=admin, reason="not wanted", now=NOW)
    last = PolicyVersion.history.latest()
    assert (last.history_type, last.history_change_reason, last.number) == ("-", "not wanted", 2)
    assert policies.draft_version(first.pk, by=admin, note="", now=NOW).number == 3


def test_only_administrators(draft):
    person: Any = UserFactory()
    attempts = [
        lambda: policies.draft_version(draft.pk, by=person, note="", now=NOW),
        lambda: policies.change_draft(draft.pk, "", by=person, reason="", now=NOW),
        lambda: policies.discard_draft(draft.pk, by=person, reason="", now=NOW),
        lambda: policies.activate(draft.pk, valid_from=NOW + DAY, by=person, reason="x", now=NOW),
        lambda: policies.postpone(draft.pk, by=person, reason="x", now=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
