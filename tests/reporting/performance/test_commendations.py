"""Who may be proposed, that two people are needed, who is told, and who reads it. (RP-4)"""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from complaints.models import Complaint, Notice
from complaints.services.refusal import ActRefusedError
from reporting.checklist import CODES
from reporting.models import CaseFact, Commendation, CommendedCase, Examination, HandlingReview, SampledCase, Subject
from reporting.queries.commendations import candidates
from reporting.services import commendations
from tests.factories import AppointmentFactory
from tests.pages import assert_proper
from tests.reporting.performance.conftest import NIGHT, QUARTER

pytestmark = pytest.mark.django_db

NOW = NIGHT + timedelta(hours=7)
LIST, PROPOSE, ONE, FILE = (
    f"admin:{name}" for name in ("commendations", "commendation_propose", "commendation", "commendations_file")
)


def propose(w, **values):
    given = {"quarter": QUARTER, "person": w.good_handler, "reason": "少逾期"} | values
    by = given.pop("by", w.quality)
    return commendations.propose(**given, by=by, now=NOW)


def decide(row, by, *, approves=True, reason=""):
    return commendations.decide(row, approves=approves, reason=reason, by=by, now=NOW)


@pytest.fixture
def scored(w):
    """A concluded review: full marks for cases of three handlers, one of which was overdue, and a poor one."""
    review = HandlingReview.objects.create(
        quarter=QUARTER.code,
        seed="1",
        frame=5,
        frame_sha256="0" * 64,
        checklist_edition=1,
        drawn_by=w.quality,
        drawn_at=NOW,
        findings="好",
        concluded_by=w.quality,
        concluded_at=NOW,
    )

    def case(handler, score, **condition):
        fact = CaseFact.objects.filter(handler=handler, **condition).order_by("pk")[0]
        return SampledCase.objects.create(
            review=review,
            position=review.cases.count() + 1,
            complaint_id=fact.complaint_id,
            round=1,
            scores=dict.fromkeys(CODES, score),
            scored_by=w.quality,
            scored_at=NOW,
        )

    return {
        "good": case(w.handler_1, "2", overdue=0),
        "overdue": case(w.handler_2, "2", overdue=1),
        "poor": case(w.handler_3, "1", overdue=0),
        "of the worse": case(w.other_handler, "2", overdue=0),
        "review": review,
    }


# --- Who meets the rules ---------------------------------------------------------------------------------------------


def test_fewer_events_than_expected_make_a_candidate(w):
    (found,) = candidates(QUARTER)
    assert (found.person, set(found.fewer), found.cases) == (w.good_handler, {"overdue"}, ())
    assert (found.fewer["overdue"]["observed"], found.fewer["overdue"]["cases"]) == (1, 100)


def test_excellent_cases_make_one_but_for_who_has_more_of_anything(w, scored):
    found = {one.person: [case.complaint_id for case in one.cases] for one in candidates(QUARTER)}
    assert found == {w.good_handler: [], w.handler_1: [scored["good"].complaint_id]}


@pytest.mark.parametrize(
    "changed",
    [{"grade": "neutral"}, {"reopened_at": NOW}, {"handler": None}, {"overdue": 1}],
    ids=lambda row: next(iter(row)),
)
def test_a_case_that_went_less_well_speaks_for_nobody(w, scored, changed):
    CaseFact.objects.filter(complaint=scored["good"].complaint_id).update(**changed)
    assert [one.person for one in candidates(QUARTER)] == [w.good_handler]


def test_scores_that_may_still_change_speak_for_nobody(w, scored):
    HandlingReview.objects.update(findings="", concluded_at=None, concluded_by=None)
    assert [one.person for one in candidates(QUARTER)] == [w.good_handler]


def test_without_an_examination_there_are_no_candidates(w, scored):
    Examination.objects.filter(subject=Subject.PERFORMANCE).delete()
    assert candidates(QUARTER) == []


# --- Proposing and deciding ------------------------------------------------------------------------------------------


def test_the_facts_are_kept_as_they_were(w, scored):
    row = propose(w, person=w.handler_1)
    assert row.grounds == {"fewer": {}}
    assert list(row.cases.values_list("complaint", "round", "score")) == [(scored["good"].complaint_id, 1, 100)]
    other = propose(w)
    Examination.objects.all().delete()
    other.refresh_from_db()
    assert other.grounds["fewer"]["overdue"]["observed"] == 1
    assert other.history.get().history_user == w.quality
    assert CommendedCase.history.get().complaint_id == scored["good"].complaint_id


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": "executive"}, "not_allowed"),
        ({"by": "head"}, "not_allowed"),
        ({"by": "good_handler"}, "not_allowed"),
        ({"reason": " "}, "missing"),
        ({"person": "handler"}, "no_candidate"),
        ({"person": "other_handler"}, "no_candidate"),
        ({"quarter": QUARTER.previous}, "no_candidate"),
    ],
)
def test_what_is_refused_changes_nothing(w, given, code):
    values = {name: w.people.get(value, value) if isinstance(value, str) else value for name, value in given.items()}
    with pytest.raises(ActRefusedError) as refusal:
        propose(w, **values)
    assert refusal.value.code == code
    assert not Commendation.objects.exists()
    assert not Notice.objects.filter(kind=commendations.PROPOSED).exists()


def test_nobody_proposes_themselves(w):
    AppointmentFactory(person=w.good_handler, role="quality", department=w.root)
    with pytest.raises(ActRefusedError) as refusal:
        propose(w, by=w.good_handler)
    assert refusal.value.code == "oneself"


def test_once_a_quarter_unless_it_was_refused(w):
    first = propose(w)
    with pytest.raises(ActRefusedError) as refusal:
        propose(w)
    assert refusal.value.code == "exists"
    decide(first, w.executive, approves=False, reason="样本太少")
    assert propose(w).pk != first.pk


def test_another_person_decides_and_a_refusal_says_why(w):
    row = propose(w)
    for name in ("quality", "head", "auditor", "good_handler"):
        with pytest.raises(ActRefusedError) as refusal:
            decide(row, w.people[name])
        assert refusal.value.code == "not_allowed"
    AppointmentFactory(person=w.quality, role="executive", department=w.root)
    AppointmentFactory(person=w.good_handler, role="executive", department=w.root)
    for person in (w.quality, w.good_handler):
        with pytest.raises(ActRefusedError) as refusal:
            decide(row, person)
        assert refusal.value.code == "same_person"
    with pytest.raises(ActRefusedError) as refusal:
        decide(row, w.executive, approves=False, reason="  ")
    assert refusal.value.code == "missing"
    decided = decide(row, w.executive)
    assert (decided.state, decided.decided_by, decided.decided_at) == ("approved", w.executive, NOW)
    with pytest.raises(ActRefusedError) as refusal:
        decide(row, w.executive, approves=False, reason="再想想")
    assert refusal.value.code == "wrong_state"
    assert [change.state for change in row.history.order_by("history_id")] == ["proposed", "approved"]


def test_the_database_refuses_what_the_service_would(w):
    row = propose(w)
    decided = {"state": "approved", "decided_at": NOW}
    for values in (
        {**decided, "decided_by": w.quality},
        {**decided, "decided_by": w.good_handler},
        {"state": "approved"},
        {**decided, "state": "refused", "decided_by": w.executive},
        {"proposed_by": w.good_handler},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Commendation.objects.filter(pk=row.pk).update(**values)


def test_executives_are_told_then_who_proposed_and_who_is_commended(w):
    told: dict[str, set] = {kind: set() for kind in (commendations.PROPOSED, commendations.DECIDED)}
    row = propose(w)
    decide(row, w.executive)
    for notice in Notice.objects.filter(kind__in=told):
        told[notice.kind].add(notice.recipient)
        assert notice.detail == {"number": QUARTER.code, "commendation": row.pk}
    assert told == {
        commendations.PROPOSED: {w.executive},
        commendations.DECIDED: {w.quality, w.good_handler},
    }


def test_a_refusal_is_told_to_who_proposed_only(w):
    decide(propose(w), w.executive, approves=False, reason="样本太少")
    decided = Notice.objects.filter(kind=commendations.DECIDED)
    assert {notice.recipient for notice in decided} == {w.quality}


def test_the_notice_leads_to_the_page_for_who_may_see_it(w, client):
    row = propose(w)
    notice = Notice.objects.get(kind=commendations.PROPOSED)
    client.force_login(w.executive)
    answer = client.get(reverse("admin:notices"), headers={"accept-language": "en"})
    assert "proposed for excellent handling in 2026Q1" in answer.text
    opened = client.get(reverse("admin:notice", args=[notice.pk]))
    assert opened.headers["Location"] == reverse(ONE, args=[row.pk])


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_from_the_list_to_the_decision(w, client, scored):
    Complaint.objects.filter(pk=scored["good"].complaint_id).update(is_confidential=True)
    client.force_login(w.quality)
    page = client.get(reverse(LIST, query={"period": QUARTER.code}), headers={"accept-language": "en"})
    assert_proper(page)
    assert [line["candidate"].person for line in page.context["offered"]] == [w.good_handler, w.handler_1]
    address = reverse(PROPOSE, query={"period": QUARTER.code, "person": w.handler_1.pk})
    form = client.get(address, headers={"accept-language": "en"})
    assert_proper(form)
    assert "nearly full marks, a satisfied complainant and nothing overdue: 1." in form.text
    assert "1 more that you may not open" in form.text
    assert client.post(address, {"reason": ""}).status_code == 422
    made = client.post(address, {"reason": "办得好，零逾期"})
    row = Commendation.objects.get()
    assert made.headers["Location"] == reverse(ONE, args=[row.pk])
    again = client.get(reverse(LIST, query={"period": QUARTER.code}))
    assert [line["candidate"].person for line in again.context["offered"]] == [w.good_handler]
    one = reverse(ONE, args=[row.pk])
    assert client.get(one).context["form"] is None
    behind = client.get(client.get(one).context["performance"])
    assert behind.context["unit"].group.key == str(w.handler_1.pk), "their figures lead to the cases"
    assert client.post(one, {"decision": "approved"}).status_code == 403
    client.force_login(w.executive)
    assert_proper(client.get(one))
    assert client.post(one, {"decision": "refused", "reason": ""}).status_code == 422
    assert client.post(one, {"decision": "approved"}).status_code == 302
    assert client.get(one).context["form"] is None


def test_only_candidates_have_a_form(w, client):
    client.force_login(w.quality)
    for person in (w.handler.pk, 0, "x", ""):
        address = reverse(PROPOSE, query={"period": QUARTER.code, "person": person})
        assert client.get(address).status_code == 404
    client.force_login(w.executive)
    assert client.get(reverse(PROPOSE)).status_code == 403


def listed(client, person):
    """Who somebody finds on the list, and in the file."""
    client.force_login(person)
    page = client.get(reverse(LIST, query={"period": QUARTER.code}))
    assert_proper(page)
    file = b"".join(client.get(reverse(FILE, query={"format": "csv"}))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))[1:]
    assert [row[1] for row in rows] == [str(row.person) for row in page.context["rows"]]
    return [row.person.username for row in page.context["rows"]]


def test_proposals_are_for_readers_what_was_approved_also_for_those_concerned(w, client):
    row = propose(w)
    concerned = ("head", "good_handler", "handler", "workshop_head")
    for name in ("quality", "executive", "auditor"):
        assert listed(client, w.people[name]) == ["good_handler"]
    for name in concerned:
        assert listed(client, w.people[name]) == []
        assert client.get(reverse(ONE, args=[row.pk])).status_code == 404
    decide(row, w.executive)
    found = {name: listed(client, w.people[name]) for name in concerned}
    assert found == {"head": ["good_handler"], "good_handler": ["good_handler"], "handler": [], "workshop_head": []}
    for name, status in {"head": 200, "good_handler": 200, "handler": 404, "workshop_head": 404, "intake": 403}.items():
        client.force_login(w.people[name])
        assert client.get(reverse(ONE, args=[row.pk])).status_code == status
