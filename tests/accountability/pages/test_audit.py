"""The business record as auditors read it: all of what they may see, narrowed down, and never changed. (AU-3, AU-4)"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accountability.models import InquiryEvent
from accountability.services.discipline import report_offence
from accountability.services.effects.measures import demand
from accountability.states import MeasureKind, Offence
from complaints.models import Recusal
from complaints.states import Role
from tests.accountability.determination.determining import determining
from tests.accountability.inquiry_world import person
from tests.accountability.pages.asking import shown
from tests.factories import NOW
from tests.pages import assert_proper

#: Built once for all tests of this file.
BUILD = determining

LIST = "admin:accountability_inquiryevent_changelist"


def offence(iw, whom=None):
    whom = whom or iw.w.warehouse_head
    return report_offence(iw.c.pk, by=iw.w.handler, now=iw.now, offence=Offence.LEAK, facts="外传", person=whom)


def demanded(iw, title="逐批抽检"):
    return demand(
        by=iw.w.quality,
        now=iw.now,
        origin="2026Q3 · 3.2",
        kind=MeasureKind.PREVENTIVE,
        title=title,
        description="密封圈",
        department=iw.w.workshop,
        owner=iw.w.workshop_head,
        due_at=iw.now + timedelta(days=30),
    )


@pytest.fixture
def auditor(client, iw):
    client.force_login(iw.w.auditor)
    return client


def listed(client, **asked):
    answer = client.get(reverse(LIST), asked)
    assert_proper(answer)
    return [row["event"].act for row in answer.context["rows"]]


def test_every_act_is_there_the_latest_first(auditor, iw):
    iw.objected(iw.approved())
    offence(iw)
    demanded(iw)
    everything = InquiryEvent.objects.order_by("-recorded_at", "-id")
    assert listed(auditor) == list(everything.values_list("act", flat=True))
    text = shown(auditor.get(reverse(LIST)))
    for words in (iw.investigation.number, iw.c.number, "逐批抽检"):
        assert words in text


def test_it_is_narrowed_by_number_person_act_and_day(auditor, iw):
    offence(iw)
    demanded(iw)
    everything = listed(auditor)
    assert listed(auditor, number=iw.c.number) == [act for act in everything if act != "demand_measure"]
    assert listed(auditor, number="没有") == []
    assert listed(auditor, person=iw.w.quality.username) == ["demand_measure"]
    assert listed(auditor, act="report_offence") == ["report_offence"]
    assert listed(auditor, act="report_offence", person=iw.w.quality.username) == []
    day = f"{NOW:%Y-%m-%d}"
    assert listed(auditor, since=day, until=day) == everything
    assert listed(auditor, until=f"{NOW - timedelta(days=2):%Y-%m-%d}") == []
    assert listed(auditor, since=f"{NOW + timedelta(days=2):%Y-%m-%d}") == []
    assert listed(auditor, act="no such act", since="gestern") == everything


def test_every_act_can_be_looked_for(auditor, iw):
    offered = auditor.get(reverse(LIST)).context["form"].fields["act"]
    taken = set(InquiryEvent.objects.values_list("act", flat=True))
    assert all(offered.valid_value(code) for code in taken | {"demand_measure", "fall_silent", "carry_out"})


def test_an_event_shows_all_it_keeps_and_where_it_belongs(auditor, iw):
    objection = iw.objected(iw.approved())
    for event in InquiryEvent.objects.all():
        answer = auditor.get(reverse("admin:accountability_inquiryevent_change", args=[event.pk]))
        assert_proper(answer)
        text = shown(answer)
        assert iw.c.number in text
        assert event.actor_name in text
        assert event.reason in text
        assert all(key in text for key in event.detail)
    event = InquiryEvent.objects.get(act="object")
    text = auditor.get(reverse("admin:accountability_inquiryevent_change", args=[event.pk])).content.decode()
    assert f'href="{reverse("admin:hearing", args=[objection.hearing.pk])}"' in text


@pytest.mark.parametrize("key", ["0", "9" * 30, "x", "٣", "1'"])
def test_there_is_no_page_of_what_is_not_there(auditor, key):
    assert auditor.get(reverse("admin:accountability_inquiryevent_change", args=[key])).status_code == 404


def test_nobody_else_reads_it(client, iw):
    event = InquiryEvent.objects.earliest("id")
    addresses = [reverse(LIST), reverse("admin:accountability_inquiryevent_change", args=[event.pk])]
    found = set()
    for name, user in iw.w.people.items():
        client.force_login(user)
        answers = {client.get(at).status_code for at in addresses}
        in_menu = reverse(LIST) in client.get("/notices/").content.decode()
        if in_menu or answers & {200}:
            assert (in_menu, answers) == (True, {200})
            found.add(name)
    assert found == {"auditor"}


def test_an_auditor_reads_nothing_of_what_concerns_them(client, iw):
    """Recused from the complaint, or reported to human resources: those events are not there, however asked for."""
    offence(iw)
    demanded(iw)
    recused = person("recused", Role.AUDITOR, iw.w.root)
    Recusal.objects.create(complaint=iw.c, person=recused, reason="亲属", recorded_at=iw.now)
    reported = person("reported", Role.AUDITOR, iw.w.root)
    record = offence(iw, reported)
    own = InquiryEvent.objects.get(subject=f"discipline:{record.pk}")

    client.force_login(recused)
    assert listed(client) == ["demand_measure"]
    assert listed(client, number=iw.c.number) == []

    client.force_login(reported)
    everything = InquiryEvent.objects.exclude(pk=own.pk).order_by("-recorded_at", "-id")
    assert listed(client) == list(everything.values_list("act", flat=True))
    assert client.get(reverse("admin:accountability_inquiryevent_change", args=[own.pk])).status_code == 404


def test_what_somebody_may_see_of_events_follows_what_they_may_see_of_the_things(iw):
    """The queryset itself, for everybody: discipline for human resources, measures for owners, evidence as it is."""
    iw.act("register_evidence", iw.member, **restricted(iw))
    piece = iw.investigation.evidence.latest("id")
    iw.act("seal", iw.lead, on=piece, reason="密封")
    record, measure, hidden = offence(iw), demanded(iw), f"evidence:{piece.pk}"
    offences, measures = f"discipline:{record.pk}", f"measure:{measure.pk}"
    found = {
        name: set(InquiryEvent.objects.visible_to(user, iw.now).values_list("subject", flat=True))
        for name, user in iw.w.people.items()
    }
    assert offences not in found["legal"] | found["head"] | found["liaison"]
    assert offences in found["handler"]  # who recorded it
    owners = {"workshop_head", "liaison", "executive"}
    assert {name for name, subjects in found.items() if measures in subjects} == owners | {"quality", "auditor"}
    own = f"investigation:{iw.investigation.pk}"
    assert {name for name, subjects in found.items() if own in subjects} >= {"handler", "head", "quality", "auditor"}
    assert not found["nobody"] | found["intake"]
    readers = {name for name, subjects in found.items() if own in subjects}
    assert {name for name in readers if hidden not in found[name]} == {"head", "executive"}


def restricted(iw):
    return {
        "kind": "written",
        "title": "密件",
        "shows": "内容",
        "source": "仓库",
        "holder": "仓库",
        "collected_at": iw.now,
        "is_restricted": True,
    }


def test_a_page_costs_the_same_with_few_and_with_many(auditor, iw):
    iw.objected(iw.approved())
    at = reverse(LIST)
    auditor.get(at)

    def cost():
        with CaptureQueriesContext(connection) as found:
            assert_proper(auditor.get(at))
        return len(found)

    offence(iw)
    demanded(iw)
    few = cost()
    for number in range(10):
        offence(iw)
        demanded(iw, f"抽检{number}")
    assert cost() == few
