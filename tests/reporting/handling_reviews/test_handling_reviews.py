"""A sample anybody can draw again, scored by people who may, and what the scores come to. (RP-12)"""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from complaints.models.registers import registers
from complaints.services.refusal import ActRefusedError
from reporting.checklist import CODES, percent
from reporting.models import HandlingReview, SampledCase
from reporting.periods import Period
from reporting.queries.handling_reviews import closed_in, digest_of, draw, results
from reporting.services import facts, handling_reviews
from tests import world
from tests.complaints.walking import Walk

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
THEN = datetime(2026, 3, 3, 9, tzinfo=ZONE)
LATER = datetime(2026, 4, 2, 9, tzinfo=ZONE)
QUARTER = Period.parse("2026Q1")
ALL_MET = dict.fromkeys(CODES, "2")


@pytest.fixture
def w():
    return world.build("handling-plan")


@pytest.fixture
def closed(w):
    """Three cases closed in the quarter; one still open, one confidential."""
    cases = [Walk(w, now=THEN + timedelta(days=number)).to("closed").c for number in range(3)]
    w.register(now=THEN)
    hidden = Walk(w, now=THEN).to("closed").c
    Complaint.objects.filter(pk=hidden.pk).update(is_confidential=True)
    facts.refresh(LATER)
    return cases


@pytest.fixture
def review(w, closed):
    return handling_reviews.begin(QUARTER, 2, by=w.quality, now=LATER, seed="abc")


def scored(w, case, scores, **values):
    return handling_reviews.score(case, scores, "", **{"by": w.quality, "now": LATER} | values)


def test_anybody_with_the_seed_draws_the_same(w, closed, review):
    frame = closed_in(QUARTER, w.quality, LATER)
    assert frame == [(complaint.pk, 1) for complaint in closed]
    assert (review.frame, review.frame_sha256) == (3, digest_of(frame))
    drawn = list(review.cases.order_by("position").values_list("complaint", "round"))
    assert drawn == draw(reversed(frame), 2, "abc")


def test_every_case_is_as_likely_as_any_other():
    """Over many seeds each of ten cases is among the three drawn as often as chance has it (±5 standard deviations)."""
    cases = [(number, 1) for number in range(10)]
    seeds = 4000
    drawn = Counter(case for seed in range(seeds) for case in draw(cases, 3, str(seed)))
    deviation = (seeds * 0.3 * 0.7) ** 0.5
    assert all(abs(drawn[case] - seeds * 0.3) < 5 * deviation for case in cases)


def test_scores_come_to_means_of_cases_items_and_departments(w, review):
    first, second = review.cases.all()
    scored(w, first, ALL_MET)
    scored(w, second, ALL_MET | {"lesson": "0", "evidence": "na"})
    cases = list(review.cases.all())
    found = results(cases, registers().departments)
    assert found.whole.cases == 2
    assert found.whole.percent == pytest.approx((100 + 100 * 16 / 18) / 2)
    by_item = {str(row.label): (row.cases, row.percent) for row in found.by_item}
    assert by_item[str(found.by_item[CODES.index("lesson")].label)] == (2, 50)
    assert by_item[str(found.by_item[CODES.index("evidence")].label)] == (1, 100)
    assert [(row.label, row.cases) for row in found.departments] == [(w.workshop, 2)]
    assert percent({}) is None


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (lambda w, r: handling_reviews.begin(QUARTER, 2, by=w.quality, now=LATER), "exists"),
        (lambda w, r: handling_reviews.begin(QUARTER.next, 2, by=w.quality, now=LATER), "not_over"),
        (lambda w, r: handling_reviews.begin(QUARTER.previous, 2, by=w.quality, now=LATER), "nothing"),
        (lambda w, r: handling_reviews.begin(QUARTER.previous, 0, by=w.quality, now=LATER), "missing"),
        (lambda w, r: handling_reviews.begin(QUARTER.previous, 2, by=w.head, now=LATER), "not_allowed"),
        (lambda w, r: scored(w, r.cases.first(), ALL_MET, by=w.auditor), "not_allowed"),
        (lambda w, r: scored(w, r.cases.first(), {"lesson": "2"}), "missing"),
        (lambda w, r: scored(w, r.cases.first(), ALL_MET | {"lesson": "3"}), "missing"),
        (lambda w, r: scored(w, r.cases.first(), dict.fromkeys(CODES, "na")), "missing"),
        (lambda w, r: handling_reviews.conclude(r, "好", by=w.quality, now=LATER), "missing"),
    ],
)
def test_what_is_refused_changes_nothing(w, review, refused, code):
    with pytest.raises(ActRefusedError) as refusal:
        refused(w, review)
    assert refusal.value.code == code
    assert HandlingReview.objects.count() == 1
    assert not SampledCase.objects.exclude(scored_at=None).exists()


def test_nobody_scores_what_they_handled_or_may_not_open(w, review):
    case = review.cases.first()
    Complaint.objects.filter(pk=case.complaint_id).update(handler=w.quality)
    with pytest.raises(ActRefusedError):
        scored(w, case, ALL_MET)
    Complaint.objects.filter(pk=case.complaint_id).update(handler=w.handler, is_confidential=True)
    with pytest.raises(ActRefusedError):
        scored(w, case, ALL_MET)


def test_pages_draw_score_and_conclude(w, closed):
    client = Client()
    client.force_login(w.quality)
    review = handling_reviews.begin(QUARTER, 2, by=w.quality, now=LATER)
    page = reverse("admin:handling_review", args=[review.pk])
    assert client.post(page, {"findings": "好"}).status_code == 422, "not scored yet"
    for case in review.cases.all():
        address = reverse("admin:handling_score", args=[case.pk])
        assert client.post(address, {"comment": "忘了打分"}).status_code == 422
        assert client.post(address, ALL_MET | {"comment": "规范"}).status_code == 302
    assert client.post(page, {"findings": "总体规范"}).status_code == 302
    content = client.get(page).content.decode()
    assert "总体规范" in content
    assert client.post(page, {"findings": "再改"}).status_code == 422
    client.force_login(w.executive)
    assert client.get(page).status_code == 200
    assert client.get(reverse("admin:handling_score", args=[review.cases.get(position=1).pk])).status_code == 403
    assert client.get(reverse("admin:handling_reviews")).context["lines"][0]["percent"] == 100
