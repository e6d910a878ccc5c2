"""Registering through the form: elements, the policy's own questions, possible duplicates, and what is refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint, PolicySelection
from tests import world
from tests.factories import PolicyVersionFactory
from tests.pages import assert_no_inline, assert_proper


def address():
    return reverse("admin:register")


def moment(**ago):
    return (timezone.localtime() - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M")


def typed(w, **more):
    return {
        "channel": w.channel.pk,
        "first_contact_department": w.service.pk,
        "received_at": moment(minutes=5),
        "kind": "complaint",
        "complainant_kind": "customer",
        "complainant_name": "李四",
        "complainant_phone": "139 0000 5678",
        "subject": "空调不制冷",
        "severity": "general",
    } | more


def text_of(response):
    return response.content.decode()


def govern(w, code, **conditions):
    version = PolicyVersionFactory(policy__code=code)
    PolicySelection.objects.update(position=99)
    PolicySelection.objects.create(position=1, policy=version.policy, conditions=conditions)
    return version


def test_everything_that_can_be_told(w, as_person):
    client = as_person(w.intake)
    assert_proper(client.get(address()))
    more = {
        "complainant_email": "li@example.org",
        "complainant_address": "某路 1 号",
        "content": "装好第二天就不制冷",
        "demand": "换新",
        "category": w.category.pk,
        "severity": "urgent",
        "occurred_on": "2026-01-02",
        "order_number": "DD-9",
        "product": "空调",
        "respondents-0-kind": "department",
        "respondents-0-department": w.workshop.pk,
        "respondents-3-kind": "supplier",
        "respondents-3-name": "某供应商",
        "respondents-4-kind": "department",
        "originals": [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")],
    }
    response = client.post(address(), typed(w, **more))
    assert response.status_code == 302, response.context["form"].errors
    c = Complaint.objects.get()
    assert response.url == reverse("admin:complaints_complaint_change", args=[c.pk])
    assert (c.complainant.name, c.complainant.phone, c.registered_by) == ("李四", "139 0000 5678", w.intake)
    assert (c.subject, c.severity, c.category, c.order_number) == ("空调不制冷", "urgent", w.category, "DD-9")
    assert {str(row) for row in c.respondents.all()} == {str(w.workshop), "某供应商"}
    assert sorted(c.materials.values_list("file_name", "is_original")) == [("a.txt", True), ("b.txt", True)]
    page = client.get(response.url)
    assert_proper(page)
    assert f"Registered under the number {c.number}. Next step: “Accept”." in text_of(page)


def test_only_for_ones_own_department(w, as_person):
    for person in (w.quality, w.liaison, w.auditor):
        assert as_person(person).get(address()).status_code == 403
    client = as_person(w.workshop_head)
    assert list(client.get(address()).context["form"].fields["first_contact_department"].queryset) == [w.workshop]
    response = client.post(address(), typed(w))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"first_contact_department"}


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(w, as_person):
    client = as_person(w.intake)
    wrong = {
        "subject": "",
        "content": "写了很久的内容",
        "received_at": "2099-01-01T10:00",
        "complainant_email": "no",
        "respondents-0-kind": "supplier",
        "respondents-0-name": "写过的供应商",
    }
    response = client.post(address(), typed(w, **wrong))
    assert response.status_code == 422
    assert_no_inline(response.content)
    assert set(response.context["form"].errors) == {"subject", "complainant_email"}
    for words in ("写了很久的内容", "写过的供应商", "2099-01-01T10:00"):
        assert words in text_of(response)
    late = client.post(address(), typed(w, received_at="2099-01-01T10:00"))
    assert set(late.context["form"].errors) == {"received_at"}
    before = client.post(address(), typed(w, received_at="2026-01-01T10:00", occurred_on="2026-01-02"))
    assert set(before.context["form"].errors) == {"occurred_on"}
    assert not Complaint.objects.exists()


def test_a_bad_file_keeps_everything_from_being_written(w, as_person):
    sent = typed(w, originals=[SimpleUploadedFile("good.txt", b"x"), SimpleUploadedFile("bad.exe", b"MZ")])
    response = as_person(w.intake).post(address(), sent)
    assert response.status_code == 422
    assert "Files of the kind “exe” cannot be kept" in text_of(response)
    assert "Please choose the files again." in text_of(response)
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("reason", "same"),
    [
        ("same phone number", {"complainant_phone": "13800001234"}),
        ("same name", {"complainant_name": "张三"}),
        ("same e-mail address", {"complainant_email": "ZHANG@example.org"}),
        ("same order number", {"order_number": "dd-1"}),
        ("similar subject", {"subject": "洗衣机漏水了"}),
    ],
)
def test_what_may_be_the_same_is_shown_before_anything_is_written(w, as_person, reason, same):
    c = w.register(now=timezone.now(), order_number="DD-1", complainant_email="zhang@example.org")
    client = as_person(w.intake)
    hint = client.post(address(), typed(w, **same))
    assert hint.status_code == 200
    assert_no_inline(hint.content)
    assert c.number in text_of(hint)
    assert reason in text_of(hint)
    assert "Register anyway" in text_of(hint)
    assert Complaint.objects.count() == 1
    assert "张三" not in text_of(hint).replace('value="张三"', "")
    again = client.post(address(), typed(w, **same) | {"seen": hint.context["seen"]})
    assert again.status_code == 302
    new = Complaint.objects.latest("pk")
    page = text_of(client.get(again.url))
    assert f"{reverse('admin:complaint_act', args=[new.pk, 'link'])}?other={c.number}" in page


def test_nothing_is_hinted_of_cases_one_may_not_see(w, as_person):
    w.register(now=timezone.now())
    same = typed(w, complainant_phone="13800001234", first_contact_department=w.workshop.pk)
    assert as_person(w.workshop_head).post(address(), same).status_code == 302


def test_sent_twice_is_noticed(w, as_person):
    client = as_person(w.intake)
    assert client.post(address(), typed(w)).status_code == 302
    second = client.post(address(), typed(w))
    assert second.status_code == 200
    assert second.context["attempt"].is_hint_new
    assert Complaint.objects.count() == 1


def test_employees_are_asked_for_grounds_and_declaration(w, as_person):
    version = govern(w, "employee", complainant_kind=["employee"])
    client = as_person(w.intake)
    employee = typed(w, complainant_kind="employee", complainant_name="王五")
    first = client.post(address(), employee)
    assert first.status_code == 200
    assert_no_inline(first.content)
    text = text_of(first)
    assert "This complaint is governed by" in text
    assert set(first.context["attempt"].particulars.fields) == {"grounds", "receiver", "is_truth_declared"}
    assert not Complaint.objects.exists()
    assert "errorlist" not in text
    shown = employee | {"governed_by": version.pk}
    without = client.post(address(), shown)
    assert without.status_code == 422
    assert set(without.context["attempt"].particulars.errors) == {"grounds"}
    rules = version.rules.acceptance
    receiver = next(option.code for option in rules.receivers if not option.channels)
    full = shown | {"grounds": [rules.grounds[0].code], "receiver": receiver, "is_truth_declared": "on"}
    # What is wrong elsewhere does not lose what was chosen in the block.
    kept = text_of(client.post(address(), full | {"subject": ""}))
    assert f'value="{rules.grounds[0].code}"' in kept
    assert "checked" in kept
    assert client.post(address(), full).status_code == 302
    c = Complaint.objects.get()
    assert (c.policy_version, c.grounds, c.receiver) == (version, [rules.grounds[0].code], receiver)
    assert c.is_truth_declared
    assert c.is_confidential


def test_a_channel_that_leads_to_a_receiver_leaves_no_choice(w, as_person):
    version = govern(w, "employee")
    led = next(option for option in version.rules.acceptance.receivers if option.channels)
    type(w.channel).objects.filter(pk=w.channel.pk).update(code=min(led.channels))
    response = as_person(w.intake).post(address(), typed(w))
    assert "receiver" not in response.context["attempt"].particulars.fields


def test_a_signed_complaint_needs_a_name(w, as_person):
    version = govern(w, "employee")
    sent = typed(w, complainant_name="", governed_by=version.pk, grounds=[version.rules.acceptance.grounds[0].code])
    response = as_person(w.intake).post(address(), sent)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"complainant_name"}


def test_anonymous_only_where_the_policy_takes_it(as_person, db):
    seen = {}
    w = world.build()
    for code in ("product", "employee", "feedback", "handling-plan", "consumer-law"):
        version = govern_anew(code)
        acceptance = version.rules.acceptance
        sent = typed(w, complainant_kind="anonymous", complainant_name="", complainant_phone="", subject=f"{code}的事")
        sent |= {"governed_by": version.pk, "grounds": [option.code for option in acceptance.grounds[:1]]}
        sent["kind"] = "feedback" if code == "feedback" else "complaint"
        response = as_person(w.intake).post(address(), sent)
        if acceptance.anonymous_allowed:
            assert response.status_code == 302
        else:
            assert response.status_code == 422
            assert "complainant_kind" in response.context["form"].errors
        seen[code] = acceptance.anonymous_allowed
    assert set(seen.values()) == {True, False}


def govern_anew(code):
    version = PolicyVersionFactory(policy__code=code)
    PolicySelection.objects.all().delete()
    PolicySelection.objects.create(position=1, policy=version.policy)
    return version


def test_without_a_policy_nothing_is_registered(w, as_person):
    PolicySelection.objects.all().delete()
    response = as_person(w.intake).post(address(), typed(w))
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    assert not Complaint.objects.exists()
