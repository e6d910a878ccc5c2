"""Past clocks under another limit, where the time went, and the review that keeps both. (RP-10)"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from complaints.models import Calendar, Deadline, PolicyVersion
from complaints.services.refusal import ActRefusedError
from complaints.states import Severity
from complaints.working_time import Limit, Unit
from reporting.models import PolicyReview
from reporting.periods import Period
from reporting.queries.policy_reviews import is_due, last_half
from reporting.queries.what_if import Change, Replayed, bottleneck, replay, stages, verdicts
from reporting.services import facts, policy_reviews
from tests import factories, world
from tests.complaints.walking import Walk

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Asia/Shanghai")
#: A Tuesday morning of the half-year under review.
THEN = datetime(2026, 3, 3, 9, tzinfo=ZONE)
LATER = datetime(2026, 8, 3, 9, tzinfo=ZONE)
HALF = Period.parse("2026H1")
GENERAL = Severity.GENERAL


@pytest.fixture
def w():
    return world.build("handling-plan")


@pytest.fixture
def window():
    return dict(zip(("start", "end"), HALF.bounds(ZONE), strict=True))


def dispatched(w, after, *, at=THEN, **elements):
    """A complaint received at a moment and dispatched so long after, which has two hours for it."""
    complaint = w.register(now=at, **elements)
    w.act(
        complaint,
        "accept",
        w.handler,
        now=at + after - timedelta(minutes=5),
        category=w.category,
        severity=complaint.severity,
        difficulty="simple",
        entitled=True,
        proper=True,
    )
    w.act(complaint, "dispatch", w.handler, now=at + after, department=w.workshop, request="请核查")
    return complaint


def counts(rows):
    return {row.severity: (row.count, row.late, row.would_be_late, row.newly_late, row.no_longer_late) for row in rows}


def asked(w, limit, window, *, now=LATER, calendar=None, severity=GENERAL):
    change = Change({severity: limit} if limit else {}, calendar)
    return replay(w.policy.policy_id, "dispatch", change, **window, now=now)


def test_a_longer_limit_forgives_and_a_shorter_one_finds(w, window):
    for after in (1 * HOUR, 3 * HOUR, 5 * HOUR):
        dispatched(w, after)
    assert counts(asked(w, None, window)) == {GENERAL: (3, 2, 2, 0, 0)}
    assert counts(asked(w, Limit(4, Unit.HOUR), window)) == {GENERAL: (3, 2, 1, 0, 1)}
    assert counts(asked(w, Limit(30, Unit.MINUTE), window)) == {GENERAL: (3, 2, 3, 1, 0)}
    assert counts(asked(w, Limit(3, Unit.HOUR), window)) == {GENERAL: (3, 2, 1, 0, 1)}, "met when due is in time"


def test_other_severities_and_other_times_stay_as_they_were(w, window):
    dispatched(w, 3 * HOUR)
    dispatched(w, 3 * HOUR, severity="urgent")
    dispatched(w, 3 * HOUR, at=window["end"])
    dispatched(w, 3 * HOUR, at=window["start"])
    found = counts(asked(w, Limit(4, Unit.HOUR), window))
    assert found == {GENERAL: (2, 2, 0, 0, 2), Severity.URGENT: (1, 1, 1, 0, 0)}


def test_called_off_clocks_do_not_count_and_open_ones_are_undecided_until_due(w, window):
    withdrawn = w.register(now=THEN)
    w.act(withdrawn, "withdraw", w.intake, now=THEN + HOUR, medium="phone", reason="不投诉了")
    w.register(now=THEN)
    (row,) = asked(w, Limit(4, Unit.HOUR), window, now=THEN + 3 * HOUR)
    assert (row.count, row.undecided) == (0, 1), "overdue by the limit there was, not by the other one"
    assert asked(w, Limit(4, Unit.HOUR), window) == [Replayed(GENERAL, count=1, late=1, would_be_late=1)]


def test_under_another_calendar(w, window):
    """Under a calendar without a Tuesday, working hours of that day do not run."""
    closed = factories.CalendarFactory(code="other", week={"2": [["09:00", "17:00"]]})
    dispatched(w, 3 * HOUR)
    as_it_is = asked(w, Limit(2, Unit.WORKING_HOUR), window)
    elsewhere = asked(w, Limit(2, Unit.WORKING_HOUR), window, calendar=closed)
    assert counts(as_it_is) == {GENERAL: (1, 1, 1, 0, 0)}
    assert counts(elsewhere) == {GENERAL: (1, 1, 0, 0, 1)}


def test_without_a_change_every_clock_is_judged_as_it_was(w, window):
    """Running a clock again from its own limit, calendar and pauses gives the due moment on record."""
    for after in (1 * HOUR, 2 * HOUR, 26 * HOUR):
        dispatched(w, after)
    for deadline in Deadline.objects.filter(clock="dispatch"):
        assert deadline.limit_amount is not None
        limit = Limit(deadline.limit_amount, Unit(deadline.limit_unit))
        same = Change({GENERAL: limit})
        found = [
            verdict
            for verdict in verdicts(w.policy.policy_id, "dispatch", same, **window, now=LATER)
            if verdict.complaint_id == deadline.complaint_id
        ]
        assert [verdict.was_late for verdict in found] == [verdict.would_be_late for verdict in found] != []


def test_where_the_time_went(w, window):
    Walk(w, now=THEN).to("closed")
    facts.refresh(LATER)
    found = stages(w.policy.policy_id, **window)
    assert [row.code for row in found] == [
        "intake",
        "dispatch",
        "acknowledgement",
        "investigation",
        "plan",
        "consent",
        "implementation",
        "feedback",
        "return_visit",
    ]
    assert sum(row.share for row in found) == pytest.approx(100)
    longest = bottleneck(found)
    assert longest is not None
    assert longest.share == max(row.share for row in found)
    assert bottleneck([]) is None


# -- the review itself ------------------------------------------------------------------------------------------------


@pytest.fixture
def review(w):
    dispatched(w, 3 * HOUR)
    return policy_reviews.begin(w.policy.policy, HALF, by=w.quality, now=LATER)


def test_a_review_keeps_figures_questions_and_decision(w, review):
    assert review.figures["figures"]["received"][0] == 1
    assert [row["late"] for row in review.figures["clocks"] if row["code"] == "dispatch"] == [1]
    calendar = Calendar.objects.first()
    answer = policy_reviews.ask(review, "dispatch", {"general": "4 hours"}, None, by=w.quality, now=LATER)
    policy_reviews.ask(review, "dispatch", {}, calendar, by=w.quality, now=LATER)
    review.refresh_from_db()
    assert [(row["limits"], row["calendar"]) for row in review.replays] == [({"general": "4 hours"}, ""), ({}, "cn")]
    assert answer["rows"][0]["no_longer_late"] == 1
    done = policy_reviews.conclude(
        review, findings="分派时限偏紧", decision="change", version=w.policy, by=w.quality, now=LATER
    )
    assert (done.version, done.concluded_by, done.is_concluded) == (w.policy, w.quality, True)
    assert [row.history_user for row in PolicyReview.history.filter(id=review.pk)] == [w.quality] * 4


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda w, review: policy_reviews.begin(w.policy.policy, HALF, by=w.quality, now=LATER), "exists"),
        (
            lambda w, review: policy_reviews.begin(w.policy.policy, HALF.shifted(1), by=w.quality, now=LATER),
            "not_over",
        ),
        (lambda w, review: policy_reviews.begin(w.policy.policy, HALF, by=w.head, now=LATER), "not_allowed"),
        (
            lambda w, review: policy_reviews.ask(review, "no_such", {}, None, by=w.quality, now=LATER),
            "missing",
        ),
        (
            lambda w, review: policy_reviews.ask(review, "dispatch", {}, None, by=w.quality, now=LATER),
            "missing",
        ),
        (
            lambda w, review: policy_reviews.ask(
                review, "dispatch", {"general": "soon"}, None, by=w.quality, now=LATER
            ),
            "missing",
        ),
        (
            lambda w, review: policy_reviews.conclude(
                review, findings=" ", decision="keep", version=None, by=w.quality, now=LATER
            ),
            "missing",
        ),
        (
            lambda w, review: policy_reviews.conclude(
                review, findings="x", decision="change", version=None, by=w.quality, now=LATER
            ),
            "missing",
        ),
    ],
)
def test_what_is_refused_changes_nothing(w, review, change, code):
    with pytest.raises(ActRefusedError) as refusal:
        change(w, review)
    assert refusal.value.code == code
    review.refresh_from_db()
    assert (review.replays, review.is_concluded, PolicyReview.objects.count()) == ([], False, 1)


def test_a_concluded_review_stays(w, review):
    policy_reviews.conclude(review, findings="合适", decision="keep", version=None, by=w.quality, now=LATER)
    with pytest.raises(ActRefusedError):
        policy_reviews.ask(review, "dispatch", {"general": "4 hours"}, None, by=w.quality, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyReview.objects.filter(pk=review.pk).update(findings="")


def test_due_every_half_year_once_the_policy_was_in_force(w):
    assert last_half(LATER) == HALF
    assert is_due(w.policy.policy, LATER) == (w.policy.valid_from < HALF.bounds(ZONE)[1])
    PolicyVersion.objects.filter(pk=w.policy.pk).update(valid_from=LATER)
    assert not is_due(w.policy.policy, LATER)


def test_pages_begin_ask_and_conclude(w):
    dispatched(w, 3 * HOUR)
    client = Client()
    client.force_login(w.quality)
    half = last_half(LATER).code
    policy = w.policy.policy
    page = client.post(reverse("admin:policy_reviews"), {"policy": policy.pk, "half": "2001H1"})
    assert page.status_code == 422, "not one of those offered"
    review = policy_reviews.begin(policy, Period.parse(half), by=w.quality, now=LATER)
    address = reverse("admin:policy_review", args=[review.pk])
    assert client.post(address, {"form": "ask", "clock": "dispatch", "limit_general": "soon"}).status_code == 422
    assert client.post(address, {"form": "ask", "clock": "dispatch", "limit_general": "4 hours"}).status_code == 302
    assert client.post(address, {"form": "conclude", "findings": "", "decision": "keep"}).status_code == 422
    assert client.post(address, {"form": "conclude", "findings": "合适", "decision": "keep"}).status_code == 302
    page = client.get(address)
    assert "合适" in page.content.decode()
    client.force_login(w.executive)
    assert client.get(address).status_code == 200
    assert client.post(address, {"form": "ask", "clock": "dispatch"}).status_code == 403
    client.force_login(w.handler)
    assert client.get(address).status_code == 403
