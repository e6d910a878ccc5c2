"""Policies in the administration: drafted, corrected, brought into force; rules of selection tried and edited."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models import Policy, PolicySelection, PolicyVersion
from complaints.policy_rules import dump_policy
from complaints.states import Kind, Role
from tests.factories import (
    CalendarFactory,
    CategoryFactory,
    ChannelFactory,
    ComplaintFactory,
    DepartmentFactory,
    PolicyFactory,
    PolicySelectionFactory,
    PolicyVersionFactory,
    appointed,
    names,
    policy_document,
)
from tests.pages import assert_proper


@pytest.fixture
def version(db):
    CalendarFactory()
    for code in ("hotline", "web-site", "store"):
        ChannelFactory(code=code)
    return PolicyVersionFactory()


@pytest.fixture
def draft(version):
    return PolicyVersionFactory(number=2, valid_from=None)


def page(part, version):
    return reverse(f"admin:policy_{part}", args=[version.pk])


def test_a_new_version_begins_with_the_text_of_an_old_one(as_administrator, administrator, version):
    response = as_administrator.post(page("draft", version))
    made = PolicyVersion.objects.get(number=2)
    assert response.headers["Location"] == page("text", made)
    assert (made.document, made.valid_from, made.created_by) == (version.document, None, administrator)


def test_a_mistake_is_shown_with_its_line_and_key(as_administrator, draft):
    lines = dump_policy(draft.document).splitlines()
    place = next(number for number, line in enumerate(lines, 1) if "compulsory" in line)
    lines[place - 1] = "  compulsory: perhaps"
    response = as_administrator.post(page("text", draft), {"text": "\r\n".join(lines), "why": "tests"})
    assert_proper(response)
    (problem,) = response.context["problems"]
    assert (problem.line, problem.path) == (place, "determination.compulsory")
    assert f">{place}<" in response.content.decode()
    assert PolicyVersion.objects.get(pk=draft.pk).document == draft.document


def test_a_correct_text_is_kept(as_administrator, draft):
    document = draft.document | {"review_every_months": 3}
    given = {"text": dump_policy(document), "note": "more often", "why": "tests"}
    assert as_administrator.post(page("text", draft), given).status_code == 302
    draft.refresh_from_db()
    assert (draft.document["review_every_months"], draft.note) == (3, "more often")


def test_a_version_in_force_is_not_edited(as_administrator, version):
    given = {"text": dump_policy(version.document | {"review_every_months": 3}), "why": "tests"}
    response = as_administrator.post(page("text", version), given)
    assert "never changes" in response.content.decode()
    version.refresh_from_db()
    assert version.history.count() == 1


def test_a_draft_comes_into_force_from_a_moment(as_administrator, draft):
    moment = timezone.localtime(timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    given = {"valid_from": moment.strftime("%Y-%m-%dT%H:%M"), "reason": "decided"}
    assert as_administrator.post(page("activate", draft), given).status_code == 302
    draft.refresh_from_db()
    assert draft.valid_from == moment
    shown = as_administrator.get(reverse("admin:complaints_policyversion_change", args=[draft.pk]))
    assert "To come into force" in shown.content.decode()


def test_not_in_the_past(as_administrator, draft):
    response = as_administrator.post(page("activate", draft), {"valid_from": "2021-01-01T00:00", "reason": "x"})
    assert "valid_from" in response.context["form"].errors
    draft.refresh_from_db()
    assert draft.valid_from is None


def test_a_draft_is_thrown_away_with_a_reason_only(as_administrator, draft):
    as_administrator.post(page("discard", draft), {"reason": " "})
    assert PolicyVersion.objects.filter(pk=draft.pk).exists()
    as_administrator.post(page("discard", draft), {"reason": "not needed"})
    assert not PolicyVersion.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
@pytest.mark.parametrize("part", ["draft", "text", "activate", "discard", "postpone"])
def test_only_administrators_act(role, part, logged_in, draft):
    assert logged_in(appointed(role)).post(page(part, draft), {"reason": "x"}).status_code == 403
    assert PolicyVersion.objects.count() == 2


@pytest.mark.parametrize("part", ["draft", "discard", "postpone"])
def test_acts_are_posted(part, as_administrator, draft):
    assert as_administrator.get(page(part, draft)).status_code == 403


def test_a_version_is_read_by_whoever_works_under_it(logged_in, version):
    ComplaintFactory(policy_version=version)
    response = logged_in(appointed(Role.LIAISON)).get(
        reverse("admin:complaints_policyversion_change", args=[version.pk])
    )
    assert_proper(response)
    text = response.content.decode()
    assert all(part in text for part in ("Initial review", "24 hours", "Executive", "governs complaints", "In force"))
    assert "Edit the text" not in text


def test_two_versions_are_compared(as_auditor, version):
    newer = PolicyVersionFactory(number=2, valid_from=None, document=version.document | {"review_every_months": 3})
    response = as_auditor.get(page("compare", newer))
    assert_proper(response)
    changed = {(line.kind, line.text) for line in response.context["lines"] if line.kind in {"added", "removed"}}
    assert changed == {("added", "+review_every_months: 3"), ("removed", "-review_every_months: 6")}


def test_a_policy_file_is_taken_in(as_administrator, version):
    document = policy_document("product") | {"code": "pilot"}
    given = {"text": dump_policy(document), "why": "pilot"}
    assert as_administrator.post(reverse("admin:policy_load"), given).status_code == 302
    assert Policy.objects.filter(code="pilot").exists()


def test_a_wrong_policy_file_changes_nothing(as_administrator, version):
    response = as_administrator.post(reverse("admin:policy_load"), {"text": "code: [", "why": "x"})
    assert response.context["problems"]
    assert set(Policy.objects.values_list("code", flat=True)) == {"product"}


class TestSelection:
    """Which rule fires, and why the others did not. (DL-8)"""

    @pytest.fixture
    def rules(self, version):
        feedback = PolicyFactory(code="feedback", names=names("意见反馈", "Feedback"))
        PolicyVersionFactory(policy=feedback)
        PolicySelectionFactory(position=10, policy=feedback, conditions={"kind": ["feedback"]})
        self.pilot = DepartmentFactory(code="pilot", names=names("试点部", "Pilot department"))
        self.top = CategoryFactory(code="goods")
        conditions = {"category": ["goods"], "department": ["pilot"]}
        PolicySelectionFactory(position=20, policy=feedback, conditions=conditions)
        PolicySelectionFactory(position=30, policy=version.policy)
        self.case = {
            "kind": Kind.COMPLAINT,
            "channel": ChannelFactory(code="hotline").pk,
            "complainant_kind": "customer",
            "category": CategoryFactory(parent=self.top).pk,
            "first_contact_department": DepartmentFactory(parent=self.pilot).pk,
        }

    def tried(self, client, **given):
        response = client.get(reverse("admin:complaints_policyselection_changelist"), self.case | given)
        assert_proper(response)
        return response.context["tried"]

    def test_a_rule_holds_for_what_lies_below(self, as_auditor, rules):
        tried = self.tried(as_auditor)
        assert tried.version.policy.code == "feedback"
        assert len(tried.lines) == 2
        assert tried.lines[0] == "Rule 1 (Feedback) does not apply: kind is Complaint, not Feedback or suggestion."
        assert tried.lines[1] == "Rule 2 (Feedback) applies."

    def test_the_last_rule_takes_the_rest(self, as_auditor, rules):
        other = DepartmentFactory(names=names("别处", "Elsewhere"))
        tried = self.tried(as_auditor, first_contact_department=other.pk, category="")
        assert tried.version.policy.code == "product"
        assert "category is not known, not" in tried.lines[1]
        assert "department is Elsewhere, not Pilot department" in tried.lines[1]

    def test_without_rules_the_page_says_so(self, as_auditor, version):
        self.case = {
            "kind": Kind.COMPLAINT,
            "channel": ChannelFactory(code="hotline").pk,
            "complainant_kind": "customer",
            "first_contact_department": DepartmentFactory().pk,
        }
        tried = self.tried(as_auditor)
        assert (tried.version, bool(tried.problem)) == (None, True)

    def test_the_rules_are_edited_as_one_text(self, as_administrator, version):
        PolicySelectionFactory(policy=version.policy)
        address = reverse("admin:policy_selection_edit")
        text = "rules:\n- when: {channel: [hotline]}\n  policy: product\n  note: pilot\n- policy: product\n"
        assert as_administrator.post(address, {"text": text, "why": "pilot"}).status_code == 302
        rows = PolicySelection.objects.order_by("position").values_list("conditions", "note")
        assert list(rows) == [({"channel": ["hotline"]}, "pilot"), ({}, "")]
        response = as_administrator.post(address, {"text": "rules:\n- policy: nonsense\n", "why": "x"})
        assert "nonsense" in response.content.decode()
        assert PolicySelection.objects.count() == 2

    def test_only_administrators_edit_them(self, as_auditor, version):
        assert as_auditor.get(reverse("admin:policy_selection_edit")).status_code == 403
