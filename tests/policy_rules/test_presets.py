"""The presets say what the source documents and REQUIREMENTS §4 say."""

from itertools import pairwise

import pytest

from complaints.acts import ACTS, EVENTS
from complaints.localised import localise
from complaints.policy_rules import (
    CATEGORY_FILE,
    CHANNEL_FILE,
    FOLLOW_UP,
    SELECTION_FILE,
    CaseFacts,
    RecusalRule,
    Rung,
    dump_policy,
    parse_categories,
    parse_channels,
    parse_policy,
    parse_selection,
    policy_files,
    rules_from_document,
    select,
)
from complaints.states import ApprovalLevel, CaseRole, Grade, Kind, Severity
from complaints.working_time import Limit, Unit
from tests.policy_rules.documents import CODES, document, parsed, rules, text

GENERAL, URGENT, MAJOR = Severity
EVERY = frozenset(Severity)
BEST_TWO = {Grade.VERY_SATISFIED, Grade.SATISFIED}

#: policy, clock: starts on, stops on, limits (general, urgent, major)
CLOCKS = [
    ("handling-plan", "dispatch", "register", "dispatch", ("2 hour", "2 hour", None)),
    ("handling-plan", "first_response", "register", "log_communication", (None, "30 minute", "30 minute")),
    ("handling-plan", "special_handling", "register", "dispatch", (None, None, "30 minute")),
    ("handling-plan", "feedback", "complete", "give_feedback", ("24 hour",) * 3),
    ("handling-plan", "return_visit", "complete", "record_visit", ("72 hour",) * 3),
    ("process-and-accountability", "dispatch", "register", "dispatch", ("2 hour", "2 hour", None)),
    ("process-and-accountability", "first_response", "register", "log_communication", (None, "30 minute", "30 minute")),
    ("process-and-accountability", "feedback", "complete", "give_feedback", ("24 hour",) * 3),
    ("process-and-accountability", "return_visit", "complete", "record_visit", ("72 hour",) * 3),
    ("product", "initial_review", "register", "accept", ("24 hour",) * 3),
    ("product", "initial_review", "register", "decline", ("24 hour",) * 3),
    ("product", "department", "dispatch", "submit_plan", ("3 working_day",) * 3),
    ("customer-service", "answer", "register", "agree", ("5 working_day",) * 3),
    ("customer-service", "answer", "register", "disagree", ("5 working_day",) * 3),
    ("customer-service", "department", "dispatch", "reply_sheet", ("3 working_day",) * 3),
    ("customer-service", "department", "disagree", "reply_sheet", ("3 working_day",) * 3),
    ("customer-service", "return_visit", "complete", "record_visit", ("5 working_day",) * 3),
    ("professional-firm", "handling", "register", "agree", ("15 day",) * 3),
    ("employee", "decision", "register", "approve_plan", ("15 day",) * 3),
    ("employee", "mailbox_investigation", "register", "acknowledge", ("3 working_day",) * 3),
    ("consumer-law", "acceptance", "register", "accept", ("7 working_day",) * 3),
    ("consumer-law", "mediation", "accept", "agree", ("45 working_day",) * 3),
    ("consumer-law", "notice", "complete", "give_feedback", ("7 working_day",) * 3),
    ("consumer-law", "responsibility_dispute", "return_sheet", "dispatch", ("7 working_day",) * 3),
]


def limit(written):
    amount, unit = written.split()
    return Limit(int(amount), Unit(unit))


def test_all_presets_are_there():
    assert [path.stem for path in policy_files()] == CODES
    assert [parsed(code)[1].code for code in CODES] == CODES


@pytest.mark.parametrize(("policy", "clock", "start", "stop", "limits"), CLOCKS)
def test_limits_are_those_of_the_documents(policy, clock, start, stop, limits):
    found = rules(policy).clock(clock)
    assert start in found.starts_on
    assert stop in found.stops_on
    expected = {code: limit(text) for code, text in zip(Severity, limits, strict=True) if text}
    assert dict(found.limits) == expected


@pytest.mark.parametrize("code", CODES)
def test_text_and_document_give_the_same_rules(code):
    written, found = parsed(code)
    assert rules_from_document(written) == found
    assert parse_policy(dump_policy(written), "again.yaml") == (written, found)


@pytest.mark.parametrize("code", CODES)
def test_every_clock_can_be_reminded_of_and_goes_up(code):
    found = rules(code)
    for clock in found.clocks:
        assert clock.starts_on <= EVENTS
        assert clock.stops_on | clock.cancels_on <= EVENTS | {FOLLOW_UP}
        assert clock.ladder
        assert "withdraw" in clock.cancels_on or clock.series == FOLLOW_UP
    if found.kind == Kind.COMPLAINT:
        tops = {clock.ladder[-1].role for clock in found.clocks} | {found.step_clock.ladder[-1].role}
        assert tops == {CaseRole.EXECUTIVE}


@pytest.mark.parametrize("code", [code for code in CODES if code not in {"consumer-law", "feedback"}])
def test_reminders_come_at_half_and_at_four_fifths(code):
    found = rules(code)
    assert {clock.reminders for clock in found.clocks} - {()} == {(50, 80)}
    assert found.step_clock.reminders == found.escalation.reminders == (50, 80)


@pytest.mark.parametrize("code", CODES)
def test_an_escalated_case_is_answered_within_24_hours(code):
    assert rules(code).escalation.answer_within == Limit(24, Unit.HOUR)


def test_three_level_response_of_the_handling_plan():
    found = rules("handling-plan")
    ladder = (
        Rung(CaseRole.HANDLER, Limit(0, Unit.MINUTE)),
        Rung(CaseRole.OWNER_HEAD, Limit(24, Unit.HOUR)),
        Rung(CaseRole.EXECUTIVE, Limit(48, Unit.HOUR)),
    )
    assert found.clock("feedback").ladder == ladder
    assert [rung.role for rung in found.clock("department").ladder] == ["handler", "responsible_head", "executive"]
    assert {rung.after.amount for rung in found.clock("special_handling").ladder} == {0}
    assert found.supervision_for == {MAJOR}
    assert len(found.emergency_plan) == 9
    assert found.targets == {"timely_response": 98, "resolution": 90, "satisfaction_gain": 35}


def test_accountability_is_compulsory_only_where_its_document_says_so():
    assert {code for code in CODES if rules(code).determination.compulsory} == {"process-and-accountability"}
    formal = {code: rules(code).determination.formal_for for code in CODES if rules(code).determination.formal_for}
    assert formal == {"process-and-accountability": EVERY}


def test_a_formal_investigation_has_time_to_hear_the_parties():
    for code in CODES:
        found = rules(code)
        for severity in found.determination.formal_for:
            limit, hearing = found.clock("determination").limit(severity), found.determination.hearing
            assert limit.unit == hearing.unit == Unit.WORKING_DAY
            assert limit.amount >= 2 * hearing.amount


def test_product_policy():
    found = rules("product")
    assert found.escalation.requested_to == CaseRole.EXECUTIVE
    assert found.closing.confirmation_required
    assert found.review_every_months == 6
    assert "alternative" in found.letter("out_of_scope").placeholders()


def test_customer_service_policy():
    found = rules("customer-service")
    assert found.closing.grades == BEST_TWO
    assert not found.closing.confirmation_required
    assert localise(found.severity_name("urgent"), "zh-hans") == "重要"
    assert localise(found.severity_name("urgent"), "en") == "Important"
    assert found.clock("answer").pauses == {"awaiting_complainant"}
    assert found.letter("unfounded").carries_decision


def test_professional_firm_policy():
    found = rules("professional-firm")
    assert found.meeting_decision_for == {URGENT, MAJOR}
    assert found.respondent_department == RecusalRule.EXCLUDED
    assert found.feedback.in_writing
    receivers = {
        channel: found.receiver_for(channel).code
        for channel in ("letter", "phone", "store", "authority", "third-party")
    }
    assert receivers == {
        "letter": "front_desk",
        "phone": "designated_officer_by_desk",
        "store": "designated_officer_by_desk",
        "authority": "designated_officer",
        "third-party": "designated_officer",
    }


def test_employee_policy():
    found = rules("employee")
    acceptance = found.acceptance
    assert [localise(ground.names, "zh-hans")[:5] for ground in acceptance.grounds] == [f"2.1.{n}" for n in range(1, 8)]
    assert acceptance.declaration_required
    assert acceptance.confidential
    assert acceptance.signed_required
    assert not acceptance.anonymous_allowed
    assert found.respondent_department == RecusalRule.EXCLUDED
    assert {receiver.code for receiver in acceptance.receivers} == {
        "superior",
        "next_superior",
        "human_resources",
        "general_manager",
    }
    mailbox = found.clock("mailbox_investigation")
    assert mailbox.applies("general", "general-manager-mailbox")
    assert not mailbox.applies("general", "letter")
    heads = {rung.role for clock in found.clocks for rung in clock.ladder} | {r.role for r in found.step_clock.ladder}
    assert CaseRole.RESPONSIBLE_HEAD not in heads


def test_consumer_law_policy():
    found = rules("consumer-law")
    assert found.legal_note is not None
    assert found.acceptance.closed_list
    assert len(found.acceptance.refusal_grounds) == 6
    assert found.clock("mediation").pauses == {"testing", "recusal"}
    assert found.clock("responsibility_dispute").ladder == (Rung(CaseRole.EXECUTIVE, Limit(0, Unit.MINUTE)),)


def test_feedback_policy_is_the_only_one_for_feedback():
    assert {code for code in CODES if rules(code).kind == Kind.FEEDBACK} == {"feedback"}


@pytest.mark.parametrize("code", CODES)
def test_every_severity_has_an_approval(code):
    found = rules(code)
    assert set(found.approval) == EVERY
    assert found.approval[MAJOR] == ApprovalLevel.EXECUTIVE


@pytest.mark.parametrize("code", CODES)
def test_letters_can_be_made_in_every_language(code):
    for letter in rules(code).letters:
        values = {name: f"<{name}>" for name in letter.placeholders()}
        for language in ("en", "zh-hans", "zh-hant"):
            subject, body = letter.render(values, language)
            assert "{" not in subject + body
            assert "<number>" in subject + body


@pytest.mark.parametrize("code", CODES)
def test_scripts_stand_beside_acts(code):
    assert set(rules(code).scripts) <= set(ACTS)


@pytest.mark.parametrize("path", [*policy_files(), SELECTION_FILE, CHANNEL_FILE, CATEGORY_FILE], ids=lambda p: p.stem)
def test_chinese_text_has_chinese_punctuation(path):
    wrong = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if "zh-han" in line
        for before, after in pairwise(line)
        if (before in ",;:(" and "一" <= after <= "鿿")
        or (after in ",;)" and "一" <= before <= "鿿" and "{" not in line)
    ]
    assert wrong == []


def test_follow_up_checks_form_a_series():
    found = rules("handling-plan")
    checks = [clock for clock in found.clocks if clock.series == FOLLOW_UP]
    assert [clock.code for clock in checks] == ["follow_up_1", "follow_up_2"]
    assert [clock.limit("general") for clock in checks] == [Limit(30, Unit.DAY), Limit(90, Unit.DAY)]
    assert {(clock.starts_on, clock.stops_on, clock.cancels_on) for clock in checks} == {
        (frozenset({"close"}), frozenset({"follow_up"}), frozenset({"reopen", "archive"}))
    }
    assert localise(checks[1].names, "zh-hans") == "第2次跟踪检查"


def test_channels_and_categories():
    channels = parse_channels(CHANNEL_FILE.read_text(encoding="utf-8"), CHANNEL_FILE.name)
    assert [channel.code for channel in channels] == [
        "phone",
        "web",
        "chat",
        "email",
        "social-media",
        "store",
        "letter",
        "third-party",
        "authority",
        "general-manager-mailbox",
    ]
    assert {channel.code for channel in channels if channel.arrives_by_itself} == {"web", "email"}
    categories = parse_categories(CATEGORY_FILE.read_text(encoding="utf-8"), CATEGORY_FILE.name)
    assert [category.code for category in categories if category.parent is None] == [
        "product-quality",
        "service",
        "delivery",
        "after-sales",
        "price",
        "contract",
        "process-compliance",
        "rights-protection",
        "internal-management",
        "other",
    ]
    seen: set[str | None] = {None}
    for category in categories:
        assert category.parent in seen
        seen.add(category.code)


def test_presets_name_only_channels_and_categories_that_exist():
    channels = {c.code for c in parse_channels(CHANNEL_FILE.read_text(encoding="utf-8"), "")}
    categories = {c.code for c in parse_categories(CATEGORY_FILE.read_text(encoding="utf-8"), "")}
    for code in CODES:
        found = rules(code)
        assert {name for clock in found.clocks for name in clock.channels} <= channels
        assert {name for receiver in found.acceptance.receivers for name in receiver.channels} <= channels
    written, selection = parse_selection(SELECTION_FILE.read_text(encoding="utf-8"), "selection.yaml")
    assert written["rules"][-1].keys() == {"policy", "note"}
    for rule in selection:
        assert rule.conditions.get("channel", frozenset()) <= channels
        assert rule.conditions.get("category", frozenset()) <= categories


@pytest.mark.parametrize(
    ("facts", "policy"),
    [
        (CaseFacts("feedback", "web", "customer"), "feedback"),
        (CaseFacts("complaint", "letter", "employee"), "employee"),
        (CaseFacts("complaint", "phone", "customer", ("product-safety", "product-quality")), "product"),
        (CaseFacts("complaint", "phone", "customer", ("service-attitude", "service")), "customer-service"),
        (CaseFacts("complaint", "phone", "customer", ("contract-breach", "contract")), "process-and-accountability"),
        (CaseFacts("complaint", "phone", "customer", ("other",)), "handling-plan"),
        (CaseFacts("complaint", "phone", "customer"), "handling-plan"),
    ],
)
def test_selection_of_the_presets(facts, policy):
    kinds = {code: rules(code).kind for code in CODES}
    _document, selection = parse_selection(SELECTION_FILE.read_text(encoding="utf-8"), "selection.yaml", kinds)
    assert select(selection, facts).policy == policy


def test_presets_are_plain_for_people():
    assert all("\t" not in text(code) for code in CODES)
    assert document()["code"] == "feedback"
