"""Parties without an account: whoever investigates reads whom to inform, what to record, and by when. (AC-8)"""

from django.urls import reverse
from django.utils import timezone

from complaints.models import Appointment, Notice, User
from complaints.queries.notice_texts import notice_text
from complaints.states import Role
from tests.accountability.determination.determining import determining
from tests.accountability.inquiry_world import person
from tests.accountability.pages.asking import shown
from tests.pages import assert_proper

#: Built once for all tests of this file.
BUILD = determining


def told_to_inform(client, iw, reader):
    """Parties that the page of the investigation tells the reader to inform; None if they do not see the page."""
    client.force_login(reader)
    answer = client.get(reverse("admin:investigation", args=[iw.investigation.pk]))
    if answer.status_code != 200:
        return None
    assert_proper(answer)
    text = answer.content.decode()
    return [row.party for row in answer.context["hearings"]] if 'id="to-inform"' in text else []


def test_the_lead_and_the_handler_are_told_whom_to_inform_and_by_when(client, iw):
    assert told_to_inform(client, iw, iw.lead) == []
    iw.approved()
    found = {user.username: told_to_inform(client, iw, user) for user in [*iw.w.people.values(), iw.lead, iw.member]}
    assert {name for name, parties in found.items() if parties} == {"lead", "handler"}
    assert found["lead"] == found["handler"] == [iw.maker]
    client.force_login(iw.lead)
    page = client.get(reverse("admin:investigation", args=[iw.investigation.pk]))
    hearing = iw.hearing(iw.maker)
    assert f"Record its answer by: {timezone.localtime(hearing.due_at):%Y-%m-%d %H:%M}" in shown(page)
    for code in ("record_answer", "extend"):
        assert f'href="{reverse("admin:hearing_act", args=[hearing.pk, code])}"' in page.content.decode()
    iw.act("record_answer", iw.lead, on=hearing, medium="phone", answer="无异议")
    assert told_to_inform(client, iw, iw.lead) == []


def test_a_department_where_nobody_is_left_is_informed_too(client, iw):
    iw.approved()
    Appointment.objects.filter(person__in=[iw.w.liaison, iw.w.workshop_head]).delete()
    User.objects.filter(pk__in=[iw.w.liaison.pk, iw.w.workshop_head.pk]).update(is_active=False)
    assert set(told_to_inform(client, iw, iw.lead)) == {iw.maker, iw.workshop}
    person("successor", Role.LIAISON, iw.w.workshop)
    assert told_to_inform(client, iw, iw.lead) == [iw.maker]


def test_the_notice_of_the_lead_says_what_is_theirs_to_do_and_that_of_a_party_what_is_its_own(iw):
    iw.approved()
    kinds = dict(
        Notice.objects.filter(kind__in=["inquiry.approve", "inquiry.put_to_parties"]).values_list("recipient", "kind")
    )
    assert kinds == {
        iw.lead.pk: "inquiry.put_to_parties",
        iw.w.liaison.pk: "inquiry.approve",
        iw.w.workshop_head.pk: "inquiry.approve",
    }
    due = notice_text(Notice.objects.get(kind="inquiry.put_to_parties")).body.partition("The parties answer by ")[2]
    text = notice_text(Notice.objects.get(kind="inquiry.approve", recipient=iw.w.liaison)).body
    assert due.partition(". Please")[0]
    assert f"please answer by {due.partition('. Please')[0]}." in text
