"""How an investigation begins, from the page of its complaint: each test from a case of its own. (AC-1)"""

import pytest
from django.urls import reverse

from accountability.models import Investigation
from tests.accountability import inquiry_world
from tests.accountability.pages.asking import send, shown
from tests.pages import assert_proper

pytestmark = pytest.mark.django_db


class TestBeginning:
    def begin(self, client, person, complaint, name="investigation_open", **given):
        client.force_login(person)
        return client.post(reverse(f"admin:{name}", args=[complaint.pk]), given)

    def test_the_handler_opens_it_from_the_page_of_the_case(self, client, clock):
        iw = inquiry_world.investigating()
        client.force_login(iw.w.handler)
        case = client.get(reverse("admin:complaints_complaint_change", args=[iw.c.pk]))
        assert_proper(case)
        assert reverse("admin:investigation_open", args=[iw.c.pk]) in case.content.decode()
        assert_proper(client.get(reverse("admin:investigation_open", args=[iw.c.pk])))
        answer = self.begin(client, iw.w.handler, iw.c, lead="lead", scope="查明", is_joint="on")
        made = Investigation.objects.get(complaint=iw.c)
        assert answer.headers["Location"] == reverse("admin:investigation", args=[made.pk])
        assert (made.scope, made.is_joint, made.memberships.get().person) == ("查明", True, iw.lead)
        case = shown(client.get(reverse("admin:complaints_complaint_change", args=[iw.c.pk])))
        assert made.number in case

    @pytest.mark.parametrize("name", ["liaison", "quality", "intake"])
    def test_others_are_told_why_not(self, client, name):
        iw = inquiry_world.investigating()
        client.force_login(iw.w.people[name])
        answer = client.get(reverse("admin:investigation_open", args=[iw.c.pk]))
        assert_proper(answer, 403)
        assert "You may not open an investigation of this case." in shown(answer)
        assert self.begin(client, iw.w.people[name], iw.c, lead="lead").status_code == 409
        assert not Investigation.objects.exists()

    def test_a_second_one_is_refused(self, client, iw):
        answer = self.begin(client, iw.w.handler, iw.c, lead="member")
        assert_proper(answer, 409)
        assert Investigation.objects.count() == 1

    def test_a_form_without_a_lead_keeps_what_was_typed(self, client):
        iw = inquiry_world.investigating()
        answer = self.begin(client, iw.w.handler, iw.c, lead="", scope="查明经过")
        assert_proper(answer, 422)
        assert "查明经过" in answer.content.decode()

    def test_doing_without_is_proposed_and_approved_by_another(self, client):
        iw = inquiry_world.investigating("customer-service")
        answer = self.begin(client, iw.w.handler, iw.c, "investigation_waive", reason="事实清楚")
        made = Investigation.objects.get(complaint=iw.c)
        assert answer.status_code == 302
        assert made.status == "waiver_proposed"
        answer = send(client, iw.w.head, made, "approve_waiver", opinion="同意")
        assert answer.status_code == 302
        made.refresh_from_db()
        assert made.status == "waived"
