"""The page that demands a measure: filled in by a link, sent, and sent with everything wrong with it. (AC-9, RP-11)"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accountability.models import InquiryEvent, Measure, RootCause
from complaints.models import Absence, Notice
from tests import world
from tests.accountability.pages.asking import shown
from tests.factories import CategoryFactory
from tests.pages import assert_proper

ORIGIN = "2026Q3 · 3.2"


@pytest.fixture
def w(db):
    """An organisation; no complaint is needed."""
    return world.build()


@pytest.fixture
def at():
    return reverse("admin:measure_demand")


@pytest.fixture
def cause(db):
    return RootCause.objects.create(code="packing", names={"en": "Packing"}, path="/1/")


@pytest.fixture
def due(clock):
    return timezone.localtime(clock.now + timedelta(days=30)).replace(second=0, microsecond=0)


@pytest.fixture
def given(w, due):
    """Everything that must be said."""
    return {
        "origin": ORIGIN,
        "kind": "preventive",
        "title": "更换运输包装",
        "description": "改用蜂窝纸板",
        "department": w.workshop.pk,
        "person": str(w.workshop_head),
        "due_at": f"{due:%Y-%m-%dT%H:%M}",
        "effect_scope": "department",
        "seen": 0,
    }


@pytest.fixture
def quality(client, w):
    client.force_login(w.quality)
    return client


def test_only_the_quality_department_is_offered_the_page_and_gets_it(client, w, at):
    offered, opened = set(), set()
    for name, user in w.people.items():
        client.force_login(user)
        listed = client.get(reverse("admin:measures"))
        if listed.status_code == 200 and f'href="{at}"' in listed.content.decode():
            offered.add(name)
        if client.get(at).status_code == 200:
            opened.add(name)
    assert offered == opened == {"quality"}


def test_who_stands_in_for_quality_demands_in_their_name(client, w, at, given, clock):
    away = {"starts_at": clock.now - timedelta(days=1), "ends_at": clock.now + timedelta(days=9)}
    Absence.objects.create(person=w.quality, deputy=w.liaison, **away)
    client.force_login(w.liaison)
    assert client.post(at, given).status_code == 302
    event = InquiryEvent.objects.get(act="demand_measure")
    assert (event.actor, event.on_behalf_of, event.actor_role) == (w.liaison, w.quality, "quality")


def test_it_is_recorded_and_its_page_follows(quality, w, at, given, due):
    answer = quality.post(at, given)
    measure = Measure.objects.get()
    assert answer.headers["Location"] == reverse("admin:measure", args=[measure.pk])
    kept = {name: getattr(measure, name) for name in ("origin", "kind", "title", "description", "effect_scope")}
    assert kept == {name: given[name] for name in kept}
    assert (measure.department, measure.owner, measure.due_at) == (w.workshop, w.workshop_head, due)
    assert (measure.complaint, measure.made_by, measure.made_at) == (None, w.quality, timezone.now())
    page = quality.get(answer.headers["Location"])
    assert_proper(page)
    assert ORIGIN in shown(page)
    assert f"Recorded as {measure.number}." in shown(page)


def test_the_owner_is_told_and_led_to_the_measure(client, quality, w, at, given):
    quality.post(at, given)
    notice = Notice.objects.get(kind="inquiry.demand_measure")
    assert notice.recipient == w.workshop_head
    client.force_login(w.workshop_head)
    answer = client.get(reverse("admin:notice", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("admin:measure", args=[Measure.objects.get().pk])


def test_a_link_fills_in_what_it_knows(quality, w, at, cause):
    category = CategoryFactory(code="transport")
    asked = {
        "origin": ORIGIN,
        "kind": "corrective",
        "title": "更换运输包装",
        "description": "改用<b>蜂窝纸板</b>",
        "department": w.workshop.code,
        "cause": cause.code,
        "effect_scope": "cause",
        "effect_category": category.code,
        "effect_product": "热水器",
    }
    answer = quality.get(at, asked)
    assert_proper(answer)
    form = answer.context["form"]
    chosen = {"department": w.workshop.pk, "cause": cause.pk, "effect_category": category.pk}
    assert {name: form[name].value() for name in asked} == asked | chosen
    assert form.notes == []
    assert "<b>蜂窝纸板" not in answer.content.decode()
    for key in (w.workshop.pk, cause.pk, category.pk):
        assert f'<option value="{key}" selected>' in answer.content.decode()


def test_what_a_link_names_and_nobody_can_choose_is_said(quality, w, at, cause):
    RootCause.objects.filter(pk=cause.pk).update(is_active=False)
    asked = {"kind": "no such", "department": "no-such", "cause": "packing", "effect_scope": "\x00", "title": "措施"}
    answer = quality.get(at, asked)
    assert_proper(answer)
    form = answer.context["form"]
    assert {name: form[name].value() for name in asked} == {
        "kind": None,
        "department": None,
        "cause": None,
        "effect_scope": "department",
        "title": "措施",
    }
    assert form.notes == [
        "“Kind”: the link names “no such”, which cannot be chosen here.",
        "“Complaints counted for its effect”: the link names “\x00”, which cannot be chosen here.",
        "“Department”: the link names “no-such”, which cannot be chosen here.",
        "“Root cause”: the link names “packing”, which cannot be chosen here.",
    ]


REQUIRED = ["This field is required."]
NO_CHOICE = ["Select a valid choice. That choice is not one of the available choices."]
PAST = ["The date lies in the past."]
COUNTED = ["Say which complaints are to be counted for its effect."]
#: What is sent, and what is said of it.
WRONG = (
    ({"origin": " "}, {"origin": REQUIRED}),
    ({"title": "长" * 201}, {"title": ["Ensure this value has at most 200 characters (it has 201)."]}),
    ({"title": "a\x00b"}, {"title": ["Null characters are not allowed."]}),
    ({"kind": "x"}, {"kind": ["Select a valid choice. x is not one of the available choices."]}),
    ({"department": "9" * 30}, {"department": NO_CHOICE}),
    ({"department": "\x00"}, {"department": ["Null characters are not allowed."]}),
    ({"person": "没有这个人"}, {"person": ["There is nobody of this name who can be chosen here."]}),
    ({"due_at": "明天"}, {"due_at": ["Enter a valid date/time."]}),
    ({"due_at": "2020-01-01T00:00"}, {"due_at": PAST}),
    ({"effect_scope": "cause"}, {"cause": COUNTED}),
    ({"effect_scope": "category"}, {"effect_category": COUNTED}),
    ({"effect_scope": "product", "effect_product": " "}, {"effect_product": COUNTED}),
    ({"effect_scope": "product", "due_at": "2020-01-01T00:00"}, {"due_at": PAST, "effect_product": COUNTED}),
)


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(quality, at, given):
    for wrong, found in WRONG:
        sent = given | wrong
        answer = quality.post(at, sent)
        assert_proper(answer, 422)
        form = answer.context["form"]
        assert form.errors == found, wrong
        assert {name: form[name].value() for name in sent} == {name: str(value) for name, value in sent.items()}
    assert not Measure.objects.exists()
    assert not InquiryEvent.objects.exists()
    assert not Notice.objects.exists()


def test_a_button_pressed_twice_makes_one_measure(quality, at, given):
    assert quality.post(at, given).status_code == 302
    answer = quality.post(at, given)
    assert_proper(answer, 409)
    assert "You have already recorded this" in shown(answer)
    assert Measure.objects.count() == 1
    form = answer.context["form"]
    assert quality.post(at, given | {"seen": form["seen"].value()}).status_code == 302
    assert quality.post(at, given | {"title": "另一件"}).status_code == 302
    assert Measure.objects.count() == 3


def test_it_is_found_by_the_line_of_the_report(quality, at, given):
    quality.post(at, given)
    quality.post(at, given | {"origin": "2026Q3 · 3.3", "title": "另一件"})
    assert list(Measure.objects.filter(origin=ORIGIN).values_list("title", flat=True)) == ["更换运输包装"]
    page = quality.get(reverse("admin:measures"), {"q": ORIGIN}).context["page"]
    assert [row.title for row in page] == ["更换运输包装"]
