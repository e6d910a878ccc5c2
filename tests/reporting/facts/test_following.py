"""Facts follow what happens: refreshed after every act, made anew, or asked for as of any moment, they are the same.

(RP-1, RP-6)
"""

from datetime import timedelta

import pytest
from django.db import connection

from complaints import triggers
from complaints.models import ComplaintEvent, Deadline
from complaints.services.calendar_changes import follow_calendars
from complaints.services.sweep import sweep
from complaints.states import State
from reporting import staleness
from reporting.models import CaseFact, Cell, FactsState, LiabilityFact, StaleCase, StaleQuarter
from reporting.services import facts as services
from tests import world
from tests.accountability.determination.determining import determining
from tests.factories import NOW, CategoryFactory
from tests.reporting.facts.remembering import (
    Memory,
    RememberedWalk,
    assert_up_to_date,
    facts_from_records,
    kept,
    kept_facts,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def fact(walk, number=1):
    return CaseFact.objects.get(complaint=walk.c, round=number)


def eventful(w):
    """A case with all that facts tell apart: pauses, other classes, returned sheets, refused offers, four rounds."""
    walk = RememberedWalk(w)
    walk.to(State.ACCEPTED).later(hours=3)
    other = CategoryFactory()
    walk.act("classify", w.handler, category=other, severity="urgent", difficulty="complex", reason="重新评估")
    grounds = list(w.policy.rules.pause_reasons)
    if grounds:
        walk.later(hours=2).act("pause", w.handler, pause_reason=grounds[0], reason="送检")
        walk.later(days=1).act("resume", w.handler)
    walk.to(State.DISPATCHED)
    walk.act("return_sheet", w.liaison, reason="非本部门")
    walk.act("dispatch", w.handler, department=w.warehouse, request="请核查")
    walk.act("redispatch", w.handler, department=w.workshop, request="请核查", reason="生产问题")
    walk.later(days=9)
    sweep(walk.now)
    walk.memory.note(walk.now)
    walk.to(State.OFFERED)
    walk.act("disagree", w.handler, medium="phone", reason="嫌少")
    walk.to(State.RETURN_VISIT)
    if "dissatisfied" not in w.policy.rules.closing.grades:
        visitor = w.handler if walk.c.is_confidential else w.intake
        walk.act("record_visit", visitor, medium="phone", grade="dissatisfied", confirmed=False)
        walk.act("continue_case", w.handler, reason="客户不满意")
    walk.to(State.CLOSED).later(days=40)
    walk.act("reopen", w.handler, reason="再次漏水")
    walk.to(State.INVESTIGATING)
    walk.act("withdraw", w.handler, medium="phone", reason="已自行解决")
    walk.later(days=100).act("reopen", w.handler, reason="又漏了")
    walk.to(State.ACCEPTED)
    if grounds:
        walk.act("pause", w.handler, pause_reason=grounds[0], reason="等候")
    return walk


@pytest.mark.parametrize("policy", ["product", "consumer-law", "employee"])
def test_an_eventful_case_leaves_the_same_facts_whichever_way_they_are_made(policy):
    walk = eventful(world.build(policy))
    assert_up_to_date(walk.now)
    walk.memory.assert_recomputed()
    rounds = list(CaseFact.objects.order_by("round"))
    has_continued = len(rounds) == 4
    endings = ["continued"] * has_continued + ["closed", "withdrawn", ""]
    assert [row.ending for row in rounds] == endings
    assert (rounds[0].returns, rounds[0].refusals, rounds[0].severity, rounds[0].difficulty) == (
        1,
        1,
        "urgent",
        "complex",
    )
    assert (rounds[0].overdue > 0, rounds[0].escalations > 0) == (policy != "consumer-law", policy == "product")
    assert [row.reopened_at is not None for row in rounds] == [False] * has_continued + [True, True, False]


@pytest.mark.parametrize("severity", ["general", "major"])
def test_the_main_line_reaches_every_moment(severity):
    walk = RememberedWalk(world.build("product"), severity).to(State.ARCHIVED)
    assert_up_to_date(walk.now)
    walk.memory.assert_recomputed()
    row = fact(walk)
    moments = [
        row.received_at,
        row.accepted_at,
        row.dispatched_at,
        row.acknowledged_at,
        row.determined_at,
        row.plan_approved_at,
        row.agreed_at,
        row.completed_at,
        row.feedback_at,
        row.ended_at,
    ]
    assert moments == sorted(moments)
    assert len(set(moments)) == 10
    assert (row.ending, row.grade, row.outcome, row.reopened_at) == ("closed", "satisfied", "founded", None)
    assert row.cycle_hours == 1
    assert row.response_met_at is not None


def test_what_is_found_anew_stands_in_the_place_of_what_was_found():
    """A determination is final, then corrected: who bears how much at each moment is what was in force then."""
    iw = determining()
    memory = Memory()
    memory.note(iw.now)
    old = iw.finalised()
    memory.note(iw.now)
    first = list(LiabilityFact.objects.order_by("-share").values_list("share", "final_at"))
    iw.later(days=20)
    one, two = iw.charges
    iw.corrected(old, [iw.row(one, "secondary", "40"), iw.row(two, "primary", "60")])
    memory.note(iw.now)
    second = list(LiabilityFact.objects.order_by("-share").values_list("share", "final_at"))
    assert [int(share) for share, _at in first] == [70, 30]
    assert [int(share) for share, _at in second] == [60, 40]
    assert first[0][1] < second[0][1]
    row = CaseFact.objects.get()
    assert (row.supplier_id, row.liable_department_id) == (iw.maker.outside_id, iw.w.workshop.pk)
    assert_up_to_date(iw.now)
    memory.assert_recomputed()


def test_a_calendar_that_changes_moves_what_is_promised():
    w = world.build("product")
    walk = RememberedWalk(w).to(State.ACCEPTED)
    before = fact(walk).response_due_at
    calendar = walk.c.calendar
    calendar.week = {str(day): [["09:00", "10:00"]] if day < 5 else [] for day in range(7)}
    calendar.edition += 1
    calendar.save()
    walk.later(minutes=5)
    assert follow_calendars(walk.now) == 1
    walk.memory.note(walk.now)
    moved = ComplaintEvent.objects.filter(act="recompute").exists()
    assert moved
    assert_up_to_date(walk.now)
    walk.memory.assert_recomputed()
    assert before is not None


def test_cases_of_the_past_that_are_imported_count_where_they_happened():
    """Known from the import on, counted in the period they came in."""
    w = world.build("product")
    memory = Memory()
    memory.note(NOW)
    long_ago = NOW - timedelta(days=400)
    w.register(now=NOW, received_at=long_ago, source="ledger", external_id="1")
    memory.note(NOW + HOUR)
    assert facts_from_records(NOW - timedelta(seconds=1)) == ([], [])
    row = CaseFact.objects.get()
    assert row.received_at == long_ago
    assert set(Cell.objects.values_list("first__year", flat=True)) == {long_ago.year}
    assert_up_to_date(NOW + HOUR)


def test_many_cases_in_small_batches(monkeypatch):
    """Whatever the size of batches, nothing is left out and nothing counted twice."""
    w = world.build("product")
    walks = [RememberedWalk(w, now=NOW + number * 40 * HOUR).to(State.ACCEPTED) for number in range(7)]
    now = walks[-1].now
    assert_up_to_date(now)
    expected = kept()
    for taken, batch in ((1, 1), (3, 2), (1000, 1000)):
        monkeypatch.setattr(services, "TAKEN", taken)
        monkeypatch.setattr(services, "BATCH", batch)
        StaleCase.objects.bulk_create([StaleCase(complaint_id=walk.c.pk) for walk in walks for _again in range(2)])
        services.refresh(now)
        assert not StaleCase.objects.exists()
        assert kept() == expected
        services.rebuild(now)
        assert kept() == expected


def test_what_happened_is_noted_by_triggers_in_the_same_transaction():
    w = world.build("product")
    services.refresh(NOW)
    complaint = w.register()
    assert set(StaleCase.objects.values_list("complaint_id", flat=True)) == {complaint.pk}
    services.refresh(NOW)
    w.act(complaint, "decline", w.intake, **_declined(w))
    assert set(StaleCase.objects.values_list("complaint_id", flat=True)) == {complaint.pk}


def _declined(w):
    ground = w.policy.rules.acceptance.refusal_grounds[0].code
    return {"ground": ground, "reason": "不属受理范围", "alternative": "请联系厂家", "told_by": "phone"}


def test_the_triggers_are_there_and_are_made_again():
    assert _triggers() == {f"stale_{table}" for table in staleness.EVENTS}
    triggers.drop(connection)
    assert _triggers() == set()
    triggers.create(connection)
    triggers.create(connection)
    assert _triggers() == {f"stale_{table}" for table in staleness.EVENTS}


def _triggers():
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'stale_%%'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'stale_%%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query.replace("%%", "%"))
        return {name for (name,) in cursor.fetchall()}


class KilledError(BaseException):
    """The process is gone."""


def test_killed_between_facts_and_cells_the_next_run_counts(monkeypatch):
    walk = RememberedWalk(world.build("product")).to(State.ACCEPTED)
    expected_facts = facts_from_records()
    CaseFact.objects.all().delete()
    StaleCase.objects.create(complaint_id=walk.c.pk)

    def killed():
        raise KilledError

    before = FactsState.objects.get().counted_at
    with monkeypatch.context() as patch:
        patch.setattr(services, "count_stale", killed)
        with pytest.raises(KilledError):
            services.refresh(walk.now + HOUR)
    assert kept_facts() == expected_facts
    assert StaleQuarter.objects.exists()
    state = FactsState.objects.get()
    assert (state.known_at, state.counted_at) == (walk.now + HOUR, before)
    done = services.refresh(walk.now + 2 * HOUR)
    assert (done.cases, done.quarters) == (0, 1)
    assert FactsState.objects.get().counted_at == walk.now + 2 * HOUR
    assert_up_to_date(walk.now + 2 * HOUR)


def test_nothing_new_costs_nothing():
    walk = RememberedWalk(world.build("product")).to(State.ACCEPTED)
    before = kept()
    done = services.refresh(walk.now + HOUR)
    assert (done.cases, done.quarters) == (0, 0)
    assert kept() == before


def test_a_case_that_left_a_group_is_counted_in_the_other_only():
    """The quarter that a case was in before is counted anew too."""
    w = world.build("product")
    walk = RememberedWalk(w).to(State.ACCEPTED)
    other = CategoryFactory()
    walk.act("classify", w.handler, category=other, severity="general", difficulty="simple", reason="改类")
    by_category = Cell.objects.filter(span="quarter", dimension="category").values_list("key", "begun")
    assert dict(by_category) == {str(other.pk): 1}
    assert Deadline.objects.filter(complaint=walk.c).exists()
