"""Refusals at the form: who may not, who comes too late, who says too little. Nothing typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from complaints.models import ComplaintEvent, Note
from complaints.states import State
from tests.pages import assert_no_inline


@pytest.fixture
def c(w):
    return w.register(now=timezone.now())


def act(complaint, code):
    return reverse("admin:complaint_act", args=[complaint.pk, code])


def seen(client, address):
    form = client.get(address).context["form"]
    return {name: form[name].value() for name in ("seen_version", "seen_event")}


def text_of(response):
    return response.content.decode()


def test_the_wrong_person_is_told_why_and_who_may(w, c, as_person):
    response = as_person(w.quality).get(act(c, "accept"))
    assert response.status_code == 403
    assert_no_inline(response.content)
    assert "You may not take the act" in text_of(response)
    assert "Intake officer of the owning department (Customer service)" in text_of(response)
    posted = as_person(w.quality).post(act(c, "accept"), {"reason": "我的备注", "severity": "general"})
    assert posted.status_code == 403
    assert "我的备注" in text_of(posted)
    c.refresh_from_db()
    assert c.state == State.REGISTERED


def test_the_wrong_moment_is_told(w, c, as_person):
    response = as_person(w.handler).get(act(c, "close"))
    assert response.status_code == 403
    assert "is not possible while the case is “Registered”" in text_of(response)
    posted = as_person(w.handler).post(act(c, "dispatch"), {"request": "很长的要求"})
    assert posted.status_code == 409
    assert "很长的要求" in text_of(posted)


@pytest.mark.parametrize("code", ["register", "breach", "nonsense"])
def test_what_people_do_not_do_has_no_form(w, c, as_person, code):
    assert as_person(w.handler).get(act(c, code)).status_code == 404


def test_what_was_typed_survives(w, c, as_person):
    client = as_person(w.handler)
    address = act(c, "accept")
    response = client.post(address, seen(client, address) | {"severity": "urgent", "reason": "我的备注"})
    assert response.status_code == 422
    form = response.context["form"]
    assert set(form.errors) == {"category", "difficulty", "entitled", "proper"}
    assert (form["severity"].value(), form["reason"].value()) == ("urgent", "我的备注")
    assert "我的备注" in text_of(response)
    assert ComplaintEvent.objects.filter(complaint=c).count() == 1


def test_a_refusal_of_the_service_is_shown_at_the_form(w, c, as_person):
    client = as_person(w.handler)
    address = act(c, "log_communication")
    given = {
        "direction": "outgoing",
        "medium": "phone",
        "happened_at": "2099-01-01T10:00",
        "carries_decision": "on",
        "content": "一切照办",
    }
    response = client.post(address, seen(client, address) | given)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "The plan is not approved: no message may carry the decision yet."
    ]
    assert "一切照办" in text_of(response)


def test_files_are_chosen_again_and_the_page_says_so(w, c, as_person):
    client = as_person(w.handler)
    address = act(c, "attach_material")
    bad = SimpleUploadedFile("a.exe", b"MZ")
    response = client.post(address, seen(client, address) | {"file": bad, "title": "证据"})
    assert response.status_code == 422
    text = text_of(response)
    assert "Files of the kind “exe” cannot be kept" in text
    assert "Please choose the file again." in text
    assert "证据" in text
    assert not c.materials.exists()


def test_a_case_that_changed_meanwhile_is_looked_at_again(w, c, as_person):
    client = as_person(w.handler)
    address = act(c, "accept")
    before = seen(client, address)
    w.act(c, "convert", w.intake, now=timezone.now(), reason="只是建议")
    typed = {"category": w.category.pk, "severity": "general", "difficulty": "simple", "entitled": "on", "proper": "on"}
    refused = client.post(address, before | typed | {"reason": "我的备注"})
    assert refused.status_code == 409
    text = text_of(refused)
    assert "Somebody changed this case" in text
    assert "Convert between complaint and feedback" in text
    assert "我的备注" in text
    c.refresh_from_db()
    assert c.state == State.REGISTERED
    form = refused.context["form"]
    again = {name: form[name].value() for name in ("seen_version", "seen_event")}
    assert client.post(address, again | typed).status_code == 302


def test_a_form_without_what_was_seen_is_refused(w, c, as_person):
    client = as_person(w.handler)
    for seen_numbers in ({}, {"seen_version": "x", "seen_event": "1"}, {"seen_version": "1", "seen_event": "9" * 30}):
        response = client.post(act(c, "convert"), {"reason": "x"} | seen_numbers)
        assert response.status_code == 422
        assert "The form is incomplete." in text_of(response)


def test_sent_twice_is_done_once(w, c, as_person):
    client = as_person(w.handler)
    address = act(c, "take_note")
    sent = seen(client, address) | {"note_kind": "internal", "content": "记一笔"}
    assert client.post(address, sent).status_code == 302
    second = client.post(address, sent)
    assert second.status_code == 409
    assert "already recorded this" in text_of(second)
    assert Note.objects.filter(complaint=c).count() == 1
    form = second.context["form"]
    meant = sent | {name: form[name].value() for name in ("seen_version", "seen_event")}
    assert client.post(address, meant).status_code == 302
    assert Note.objects.filter(complaint=c).count() == 2


def test_a_step_forward_sent_twice_is_taken_once(w, c, as_person):
    client = as_person(w.handler)
    address = act(c, "accept")
    typed = {"category": w.category.pk, "severity": "general", "difficulty": "simple", "entitled": "on", "proper": "on"}
    sent = seen(client, address) | typed
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 409
    assert ComplaintEvent.objects.filter(complaint=c, act="accept").count() == 1


def test_rows_of_steps_come_back_with_what_is_wrong(w, c, as_person):
    now = timezone.now()
    given = {"category": w.category, "severity": "general", "difficulty": "simple", "entitled": True, "proper": True}
    w.act(c, "accept", w.handler, now=now, **given)
    w.act(c, "dispatch", w.handler, now=now, department=w.workshop, request="r")
    w.act(c, "acknowledge", w.liaison, now=now)
    w.act(c, "waive_determination", w.handler, now=now, reason="r")
    client = as_person(w.handler)
    address = act(c, "submit_plan")
    typed = {
        "remedies": ["repair"],
        "decision_kind": "agreement",
        "summary": "更换",
        "opinion": "同意",
        "steps-0-description": "上门",
        "steps-0-due_at": "2099-01-01T10:00",
        "steps-7-description": "回访",
        "steps-7-due_at": "",
    }
    response = client.post(address, seen(client, address) | typed)
    assert response.status_code == 422
    text = text_of(response)
    for words in ("上门", "回访", "2099-01-01T10:00"):
        assert words in text
    rows = response.context["form"].fields["steps"].row_forms("steps", response.context["form"]["steps"].value())
    assert [row.is_bound and bool(row.errors) for row in rows] == [False, True, False]
    empty = client.post(address, seen(client, address) | {"remedies": ["repair"]})
    assert "steps" in empty.context["form"].errors
    past = client.post(address, seen(client, address) | typed | {"steps-7-due_at": "2001-01-01T10:00"})
    assert "Step 2 is due in the past." in text_of(past)


def test_contact_data_are_shown_once_and_the_look_is_on_record(w, c, as_person):
    client = as_person(w.handler)
    address = act(c, "reveal_contact")
    assert client.post(address, seen(client, address) | {"reason": ""}).status_code == 422
    response = client.post(address, seen(client, address) | {"reason": "回电"})
    assert response.status_code == 200
    assert "13800001234" in text_of(response)
    assert "no-store" in response.headers["Cache-Control"]
    event = ComplaintEvent.objects.get(complaint=c, act="reveal_contact")
    assert (event.actor, event.reason) == (w.handler, "回电")
    assert "13800001234" not in str(dict(client.session.items()))
    for page in (address, reverse("admin:complaints_complaint_change", args=[c.pk])):
        assert "13800001234" not in text_of(client.get(page))


def test_who_may_not_know_the_name_may_not_ask_for_the_number(w, c, as_person):
    assert as_person(w.legal).get(act(c, "reveal_contact")).status_code == 403


def test_scripts_stand_beside_the_form(w, c, as_person):
    response = as_person(w.handler).get(act(c, "accept"))
    script = w.policy.rules.script("accept")
    assert response.context["say"] == [names["en"] for names in script.say]
    for names in (*script.say, *script.avoid):
        assert names["en"].split("'", maxsplit=1)[0] in text_of(response)


def test_another_complaint_is_found_only_where_one_may_see_it(w, c, as_person):
    client = as_person(w.handler)
    address = act(c, "link")
    response = client.post(address, seen(client, address) | {"other": "TS-2026-999999", "link_kind": "repeat"})
    assert response.context["form"].errors["other"] == ["There is no complaint “TS-2026-999999” that you may see."]
    assert client.get(f"{address}?other=TS-1").context["form"]["other"].value() == "TS-1"
