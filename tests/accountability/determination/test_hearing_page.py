"""What a party reads, and what never reaches it. (AC-8)"""

from dataclasses import asdict
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accountability.acts import Subject
from accountability.models import Hearing
from accountability.queries.hearing_page import HearingPage, said_to
from accountability.queries.inquiry import load
from complaints.models.standing import standing_of
from tests.accountability.determination.determining import determining, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def iw():
    made = determining()
    secret = made.evidence(title="顾客证言 张三", is_restricted=True)
    other = made.allegation("其他人的指控")
    made.charges.append(made.charge(made.maker, other))
    one, two, three = made.charges
    made.approved(
        [
            made.row(one, "primary", "70", reason="供应商的理由", conduct_text="供应商的行为"),
            made.row(two, "secondary", "30", evidence=[made.cited.pk, secret.pk]),
            made.row(three, "sole", reason="另一个理由"),
        ]
    )
    return made


def page_for(iw, person):
    """The page of the workshop's hearing as somebody sees it."""
    hearing = iw.hearing(iw.workshop)
    return HearingPage(load(Subject.HEARING, hearing, iw.now), standing_of(person, iw.now))


def test_a_party_reads_what_concerns_it(iw):
    page: Any = page_for(iw, iw.w.liaison).said
    assert [asdict(row) for row in page.borne] == [
        {
            "allegation": "交付的洗衣机漏水",
            "finding": "Founded",
            "share_kind": "Secondary responsibility",
            "share": page.borne[0].share,
            "causation": "Direct",
            "conduct": "Act",
            "conduct_text": "装配时未拧紧",
            "duty": "作业指导书第三条",
            "clauses": (),
            "reason": "有出库单为证",
            "evidence": ("出库单",),
            "restricted": 1,
        }
    ]
    assert (page.number, page.complaint, page.is_open, page.objection) == (
        iw.version.number,
        iw.c.number,
        True,
        None,
    )


def test_nothing_leads_to_other_parties_members_or_the_complainant(iw):
    """Everything the page holds, written out, contains none of their names and nothing said of others."""
    text = repr(page_for(iw, iw.w.liaison).said)
    hidden = [
        "某供应商",
        "供应商的理由",
        "另一个理由",
        "其他人的指控",
        "张三",
        "70",
        "lead",
        "member",
        "legal",
        "'head'",
    ]
    assert [word for word in hidden if word in text] == []


def test_it_knows_who_answers_for_the_party_and_whether_it_still_may(iw):
    people = (
        iw.lead,
        iw.member,
        iw.w.handler,
        iw.w.head,
        iw.w.executive,
        iw.w.liaison,
        iw.w.workshop_head,
        iw.w.nobody,
    )
    answering = {person for person in people if page_for(iw, person).is_party}
    assert answering == {iw.w.liaison, iw.w.workshop_head}
    page = page_for(iw, iw.w.liaison)
    assert (page.is_open, page.is_late) == (True, False)
    assert {choice.act.code for choice in page.choices} == {"accept_determination", "object"}
    in_days(iw, 60)
    assert page_for(iw, iw.w.liaison).is_late
    iw.act("accept_determination", iw.w.liaison, on=iw.hearing(iw.workshop))
    page = page_for(iw, iw.w.liaison)
    assert (page.is_open, page.is_late, page.choices) == (False, False, [])


def test_who_answers_and_who_does_not(iw):
    hearing = iw.hearing(iw.workshop)
    others = (iw.lead, iw.member, iw.w.handler, iw.w.head, iw.w.executive, iw.w.warehouse_head, iw.w.nobody)
    assert {person for person in others if Hearing.objects.concerning(person, iw.now).exists()} == set()
    for person in (iw.w.liaison, iw.w.workshop_head):
        assert set(Hearing.objects.concerning(person, iw.now)) == {hearing}


def test_the_party_reads_what_became_of_its_objection(iw):
    objection = iw.objected()
    iw.act("dismiss_objection", iw.w.executive, on=objection, reason="比例与原因力相当")
    page: Any = page_for(iw, iw.w.workshop_head).said
    assert (page.objection.grounds, page.objection.status, page.objection.decision_reason) == (
        "比例过高",
        "Dismissed",
        "比例与原因力相当",
    )
    assert "executive" not in repr(page)


def test_the_page_costs_the_same_with_one_allegation_and_with_two(iw):
    counts = []
    for party in (iw.workshop, iw.maker):
        hearing = Hearing.objects.get(pk=iw.hearing(party).pk)
        with CaptureQueriesContext(connection) as captured:
            page = said_to(hearing)
        counts.append((len(page.borne), len(captured)))
    assert counts[0][0] < counts[1][0]
    assert counts[0][1] == counts[1][1]
