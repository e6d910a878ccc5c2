"""Lists, the desk and notices: only what the person may see, at a cost that does not grow with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accountability.acts import ACTS, BEGINNINGS
from accountability.admin.notice_texts import ASIDE, ASKED, DUE
from accountability.models import Hearing, Investigation, Measure, Membership
from accountability.services.discipline import report_offence
from accountability.states import Offence
from complaints.models import Complaint, Notice
from complaints.queries.notice_texts import TEMPLATES, notice_text
from tests.accountability.determination.determining import determining
from tests.accountability.pages.asking import shown
from tests.pages import assert_proper

#: Built once for all tests of this file.
BUILD = determining


def more_investigations(iw, count):
    """As many again, of complaints like the first."""
    for number in range(count):
        complaint = Complaint.objects.get(pk=iw.c.pk)
        complaint.pk, complaint.number = None, f"TS-2026-9{Complaint.objects.count():05}"
        complaint.save()
        made = Investigation.objects.create(
            complaint=complaint, round=1, number=f"{complaint.number}-DC1", made_at=iw.now, made_by=iw.lead
        )
        Membership.objects.create(
            investigation=made,
            person=iw.lead,
            is_lead=True,
            declaration="no_interest",
            declared_at=iw.now,
            made_at=iw.now,
        )
        made.tasks.create(description=f"查{number}", owner=iw.lead, due_at=iw.now, made_at=iw.now)


def more_measures(iw, count):
    for number in range(count):
        Measure.objects.create(
            number=f"ZG-{Measure.objects.count():05}",
            complaint=iw.c,
            kind="corrective",
            title=f"措施{number}",
            description="更换纸箱",
            department=iw.w.workshop,
            owner=iw.w.workshop_head,
            due_at=iw.now,
            made_at=iw.now,
        )


def more_records(iw, count):
    for _number in range(count):
        report_offence(
            iw.c.pk, by=iw.w.handler, now=iw.now, offence=Offence.LEAK, facts="外传", person=iw.w.warehouse_head
        )


def cost(client, at):
    with CaptureQueriesContext(connection) as found:
        assert_proper(client.get(at))
    return len(found)


@pytest.mark.parametrize(
    ("name", "reader", "more"),
    [
        ("investigations", "quality", more_investigations),
        ("measures", "quality", more_measures),
        ("discipline_records", "auditor", more_records),
        ("index", "quality", more_measures),
    ],
)
def test_a_list_costs_the_same_with_one_row_and_with_twenty(client, iw, name, reader, more):
    client.force_login(iw.w.people[reader])
    at = reverse(f"admin:{name}")
    more(iw, 1)
    client.get(at)
    few = cost(client, at)
    more(iw, 19)
    assert cost(client, at) == few


class TestInvestigations:
    def test_everybody_finds_what_they_may_see(self, client, iw):
        found = {}
        for name in ("handler", "head", "executive", "quality", "legal", "auditor", "liaison", "intake"):
            client.force_login(iw.w.people[name])
            answer = client.get(reverse("admin:investigations"))
            assert_proper(answer)
            found[name] = iw.investigation.number in answer.content.decode()
        assert {name for name, is_there in found.items() if not is_there} == {"liaison", "intake"}

    def test_it_is_narrowed_by_status_severity_department_and_words(self, client, iw):
        client.force_login(iw.w.quality)
        at = reverse("admin:investigations")

        def numbers(**asked):
            return [row.investigation.number for row in client.get(at, asked).context["rows"]]

        own = [iw.investigation.number]
        assert numbers(status="open", severity=iw.c.severity, department=iw.w.service.pk) == own
        assert numbers(q=iw.c.number) == own
        assert numbers(q="lead") == own
        assert numbers(status="concluded") == []
        assert numbers(status="no such status") == []
        assert numbers(q="另一件事") == []
        assert numbers(whose="mine") == []

    def test_who_is_named_finds_the_call_to_declare(self, client, iw):
        iw.act("appoint", iw.w.handler, person=iw.w.warehouse_liaison)
        client.force_login(iw.w.warehouse_liaison)
        for at in (reverse("admin:investigations"), "/"):
            answer = client.get(at)
            assert_proper(answer)
            assert iw.investigation.number in answer.content.decode()
            assert iw.c.subject not in answer.content.decode()


class TestDesk:
    def waiting(self, client, person):
        client.force_login(person)
        text = client.get("/").content.decode()
        return {code for code in CODES if f'id="block-{code}"' in text}

    def test_each_waits_for_whom_it_concerns(self, client, iw):
        iw.act("add_task", iw.lead, description="调取记录", person=iw.member, due_at=iw.now + timedelta(days=3))
        version = iw.submitted()
        assert self.waiting(client, iw.member) == {"tasks"}
        assert self.waiting(client, iw.w.head) == {"approvals"}
        assert self.waiting(client, iw.lead) == set()
        iw.act("approve", iw.w.head, on=version, opinion="同意")
        assert self.waiting(client, iw.w.liaison) == {"hearings"}
        assert self.waiting(client, iw.w.warehouse_liaison) == set()
        objection = iw.objected(version)
        assert self.waiting(client, objection.superior) == {"objections"}
        assert self.waiting(client, iw.w.liaison) == set()

    def test_quality_verifies_and_the_owner_carries_out(self, client, iw):
        more_measures(iw, 1)
        assert self.waiting(client, iw.w.workshop_head) == {"measures"}
        Measure.objects.update(status="done", done_at=iw.now, done_by=iw.w.workshop_head, proof="验收单")
        assert self.waiting(client, iw.w.quality) == {"to_verify"}
        assert self.waiting(client, iw.w.workshop_head) == set()

    def test_the_menu_counts_what_is_to_be_answered(self, client, iw):
        iw.approved()
        client.force_login(iw.w.liaison)
        text = shown(client.get("/notices/"))
        assert "Hearings 1" in text
        assert Hearing.objects.concerning(iw.w.liaison, iw.now).filter(status="open").count() == 1


CODES = (
    "hearings",
    "objections",
    "named",
    "tasks",
    "approvals",
    "waivers",
    "measures",
    "to_verify",
    "to_check",
    "discipline",
)


class TestNotices:
    def test_every_act_that_tells_has_a_text(self):
        telling = {act.code for act in ACTS.values() if act.tells} | set(BEGINNINGS)
        assert {code for code in telling if f"inquiry.{code}"[:40] not in TEMPLATES} == set()
        assert set(ASKED) <= {*ACTS, *BEGINNINGS, *DUE, *ASIDE}

    def test_a_party_is_told_and_the_notice_leads_to_its_hearing(self, client, iw, settings):
        settings.SITE_URL = "https://tousu.example.com"
        iw.approved()
        notice = Notice.objects.filter(recipient=iw.w.liaison, kind="inquiry.approve").get()
        text = notice_text(notice)
        assert f"[{iw.c.number}]" in text.subject
        assert "Silence counts as acceptance" in text.body
        assert f"{settings.SITE_URL}{reverse('admin:notice', args=[notice.pk])}" in text.body
        assert [word for word in (iw.c.subject, "某供应商", "70", "30.00") if word in text.body] == []
        client.force_login(iw.w.liaison)
        answer = client.get(reverse("admin:notice", args=[notice.pk]))
        assert answer.headers["Location"] == reverse("admin:hearing", args=[iw.hearing(iw.workshop).pk])
        page = client.get(reverse("admin:notices"))
        assert_proper(page)
        assert reverse("admin:notice", args=[notice.pk]) in page.content.decode()

    def test_the_group_is_led_to_the_subject_and_who_no_longer_sees_it_to_the_notices(self, client, iw):
        version = iw.submitted()
        notice = Notice.objects.filter(recipient=iw.w.head, kind="inquiry.submit").get()
        client.force_login(iw.w.head)
        answer = client.get(reverse("admin:notice", args=[notice.pk]))
        assert answer.headers["Location"] == reverse("admin:determination", args=[version.pk])
        Notice.objects.filter(pk=notice.pk).update(recipient=iw.w.warehouse_head)
        client.force_login(iw.w.warehouse_head)
        answer = client.get(reverse("admin:notice", args=[notice.pk]))
        assert answer.headers["Location"] == reverse("admin:notices")
