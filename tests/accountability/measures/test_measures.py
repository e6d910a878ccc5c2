"""A measure from its plan to its effect, and everything in between that can go wrong. (AC-9, RP-11)"""

from datetime import timedelta

import pytest
from django.utils import translation

from accountability.models import EffectCheck, InquiryEvent, Measure
from accountability.services import measure_clocks, workflow
from accountability.services.effects.measures import demand
from accountability.states import Effect, MeasureKind, MeasureStatus
from complaints.models import Complaint, Notice
from complaints.queries.notice_texts import notice_text
from complaints.services.doing import ActRefusedError
from complaints.states import Role
from tests.accountability import inquiry_world
from tests.accountability.inquiry_world import kind_of, person

pytestmark = pytest.mark.django_db

#: Built once for all tests of this file.
BUILD = inquiry_world.opened


def plan(iw, **values):
    given = {
        "kind": "corrective",
        "title": "检修装配线",
        "description": "更换密封圈工装并复检",
        "department": iw.w.workshop,
        "person": iw.w.workshop_head,
        "due_at": iw.now + timedelta(days=10),
        "effect_scope": "category",
    } | values
    iw.act("plan_measure", iw.w.handler, **given)
    return Measure.objects.latest("id")


def take(iw, measure, code, by, **given):
    return iw.act(code, by, on=measure, **given)


def refused(call):
    with pytest.raises(ActRefusedError) as refusal:
        call()
    return refusal.value


def done(iw, measure):
    take(iw, measure, "report_done", iw.w.workshop_head, proof="照片与复检记录")
    return measure


def verified(iw, measure):
    done(iw, measure)
    take(iw, measure, "verify", iw.w.quality, effect_due_at=iw.now + timedelta(days=90))
    return measure


def similar(iw, count, received_at):
    """So many further complaints of the same category, received at one moment."""
    for _ in range(count):
        case = iw.w.register()
        Complaint.objects.filter(pk=case.pk).update(received_at=received_at, category=iw.c.category)


def test_a_measure_is_planned_done_verified_and_found_effective(iw):
    similar(iw, 30, iw.now - timedelta(days=30))
    measure = verified(iw, plan(iw))
    assert measure.number.startswith("ZG-")
    iw.later(days=365)
    take(iw, measure, "find_effective", iw.w.quality, judgement="未再发生")
    check = EffectCheck.objects.get()
    assert (check.before_count, check.after_count, check.effect) == (31, 0, Effect.FEWER)
    assert check.high is not None
    assert check.high < 1
    assert measure.status == MeasureStatus.EFFECTIVE
    acts = list(InquiryEvent.objects.filter(subject=f"measure:{measure.pk}").values_list("act", flat=True))
    assert acts == ["report_done", "verify", "find_effective"]
    assert list(measure.history.order_by("history_id").values_list("status", flat=True)) == [
        "planned",
        "done",
        "verified",
        "effective",
    ]


def test_a_measure_without_effect_begins_again_with_its_figures_on_record(iw):
    measure = verified(iw, plan(iw))
    iw.later(days=60)
    similar(iw, 12, iw.now - timedelta(days=1))
    refusal = refused(lambda: take(iw, measure, "find_effective", iw.w.quality, judgement="我觉得好了"))
    assert refusal.reasons == ["There are more such complaints than before: the measure cannot be called effective."]
    assert not EffectCheck.objects.exists()
    take(iw, measure, "find_ineffective", iw.w.quality, due_at=iw.now + timedelta(days=5), judgement="仍有发生")
    assert EffectCheck.objects.get().effect == Effect.MORE
    assert (measure.status, measure.reopened, measure.proof, measure.done_at) == (MeasureStatus.PLANNED, 1, "", None)


def test_too_few_complaints_are_said_to_be_too_few(iw):
    measure = verified(iw, plan(iw))
    iw.later(days=30)
    take(iw, measure, "find_effective", iw.w.quality, judgement="数量太少，先看半年")
    assert EffectCheck.objects.get().effect == Effect.TOO_FEW


def test_whoever_owns_or_did_it_does_not_verify_it(iw):
    both = person("quality_owner", Role.QUALITY, iw.w.workshop)
    measure = plan(iw, person=both)
    take(iw, measure, "report_done", both, proof="完成")
    later = iw.now + timedelta(days=90)
    refusal = refused(lambda: take(iw, measure, "verify", both, effect_due_at=later))
    assert refusal.reasons == ["You carried this measure out: somebody else judges it."]
    take(iw, measure, "verify", iw.w.quality, effect_due_at=later)


def test_quality_sends_back_what_is_not_done(iw):
    measure = done(iw, plan(iw))
    take(iw, measure, "send_measure_back", iw.w.quality, due_at=iw.now + timedelta(days=3), reason="照片不清楚")
    assert (measure.status, measure.reopened) == (MeasureStatus.PLANNED, 1)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("verify", {"effect_due_at": None}),
        ("send_measure_back", {"due_at": None, "reason": "x"}),
    ],
)
def test_dates_in_the_past_are_refused(iw, code, given):
    measure = done(iw, plan(iw))
    given = {name: iw.now - timedelta(days=1) if value is None else value for name, value in given.items()}
    assert refused(lambda: take(iw, measure, code, iw.w.quality, **given)).code == "missing"
    measure.refresh_from_db()
    assert measure.status == MeasureStatus.DONE


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"effect_scope": "cause"}, "Name the root cause whose complaints are to be counted."),
        ({"effect_scope": "product"}, "The complaint names no product whose complaints could be counted."),
    ],
)
def test_a_plan_says_which_complaints_count_for_its_effect(iw, wrong, sentence):
    assert refused(lambda: plan(iw, **wrong)).reasons == [sentence]
    assert not Measure.objects.exists()


def test_others_neither_see_nor_change_a_measure(iw):
    measure = plan(iw)
    stranger = iw.w.nobody
    assert refused(lambda: take(iw, measure, "report_done", stranger, proof="x")).code == "not_visible"
    refusal = refused(lambda: take(iw, measure, "report_done", iw.w.quality, proof="x"))
    assert refusal.code == "not_allowed"
    seen = {who: Measure.objects.visible_to(getattr(iw.w, who)).exists() for who in iw.w.people}
    assert {who for who, sees in seen.items() if sees} >= {"workshop_head", "quality", "auditor", "handler", "head"}
    assert not seen["nobody"]
    assert not seen["warehouse_liaison"]


def test_a_measure_passes_to_another_owner_who_is_told(iw):
    measure = plan(iw)
    take(iw, measure, "pass_on", iw.w.workshop_head, person=iw.w.liaison, reason="由联络人跟进")
    assert measure.owner == iw.w.liaison
    assert Notice.objects.filter(recipient=iw.w.liaison, kind="inquiry.pass_on").count() == 1


def test_quality_demands_a_measure_without_any_complaint(iw):
    values = {
        "now": iw.now,
        "origin": "2026 年第一季度报告",
        "kind": MeasureKind.PREVENTIVE,
        "title": "供应商抽检",
        "description": "密封圈逐批抽检",
        "department": iw.w.workshop,
        "owner": iw.w.workshop_head,
        "due_at": iw.now + timedelta(days=30),
    }
    assert refused(lambda: demand(by=iw.w.handler, **values)).code == "not_allowed"
    assert refused(lambda: demand(by=iw.w.quality, **values | {"origin": " "})).code == "missing"
    measure = demand(by=iw.w.quality, **values)
    workflow.perform(
        kind_of(measure), measure.pk, "report_done", by=iw.w.workshop_head, now=iw.now, given={"proof": "x"}
    )
    assert Measure.objects.get().status == MeasureStatus.DONE


def test_what_stays_undone_goes_up_the_line_once(iw):
    measure = plan(iw, person=iw.w.liaison, due_at=iw.now + timedelta(days=10))

    def told(moment):
        measure_clocks.watch_measures(moment)
        measure_clocks.watch_measures(moment)
        found = Notice.objects.filter(kind__contains="_measure").exclude(kind="inquiry.plan_measure")
        return [(n.kind.removeprefix("inquiry."), n.recipient.username) for n in found.order_by("id")]

    first = ("remind_measure", "liaison")
    assert told(measure.due_at - timedelta(days=4)) == []
    assert told(measure.due_at - timedelta(days=2)) == [first]
    late = [first, ("overdue_measure", "liaison"), ("overdue_measure_head", "workshop_head")]
    assert told(measure.due_at + timedelta(days=1)) == late
    assert told(measure.due_at + timedelta(days=9)) == [*late, ("overdue_measure_executive", "executive")]
    assert told(measure.due_at + timedelta(days=10)) == [*late, ("overdue_measure_executive", "executive")]


def test_quality_is_reminded_of_an_effect_to_be_checked(iw):
    measure = verified(iw, plan(iw))
    assert measure_clocks.watch_measures(measure.effect_due_at - timedelta(days=1)) == 0
    assert measure_clocks.watch_measures(measure.effect_due_at) == 1
    assert measure_clocks.watch_measures(measure.effect_due_at) == 0
    assert Notice.objects.get(kind="inquiry.check_effect").recipient == iw.w.quality


def test_every_notice_of_a_measure_says_what_it_is_about_in_the_language_of_the_reader(iw):
    measure = plan(iw, due_at=iw.now + timedelta(days=1))
    measure_clocks.watch_measures(iw.now + timedelta(days=30))
    for notice in Notice.objects.filter(kind__startswith="inquiry.", detail__subject=f"measure:{measure.pk}"):
        with translation.override("zh-hans"):
            text = notice_text(notice)
        assert "整改措施" in text.title
        assert measure.number in text.subject
