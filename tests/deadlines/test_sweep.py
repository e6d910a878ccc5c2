from datetime import timedelta

import pytest

from complaints.models import Appointment, Deadline, DeadlineStep, Escalation, Notice
from complaints.services.sweep import Swept, sweep
from tests import world
from tests.deadlines.cases import CLASSIFIED, DAY, HOUR, MINUTE, clock, escalations, events, planned, recorded, told
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return world.build()


def test_nothing_is_due_before_its_moment(w):
    deadline = clock(w.register(), "initial_review")
    assert sweep(deadline.next_action_at - MINUTE) == Swept()
    assert not DeadlineStep.objects.exists()


def test_a_reminder_goes_to_who_must_act(w):
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    assert deadline.next_action_at == NOW + 12 * HOUR
    assert sweep(deadline.next_action_at) == Swept(deadlines=1, reminders=1)
    deadline.refresh_from_db()
    assert recorded(deadline) == planned(deadline)[:1]
    assert deadline.next_action_at == NOW + 0.8 * DAY
    assert told(complaint, "reminder") == ["intake"]
    assert deadline.breached_at is None
    assert not events(complaint, "breach")


def test_at_due_the_deadline_is_breached_and_the_ladder_begins(w):
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    at = deadline.due_at + MINUTE
    swept = sweep(at)
    deadline.refresh_from_db()
    assert (swept.reminders, swept.overdue, swept.escalations, swept.found_late) == (2, 2, 0, 2)
    assert deadline.breached_at == deadline.due_at
    assert told(complaint, "overdue") == ["intake"]
    (event,) = events(complaint, "breach")
    assert (event.at, event.recorded_at, event.actor_id, event.from_state) == (deadline.due_at, at, None, "registered")
    assert event.detail["found_late"] is False
    change = deadline.history.latest("history_id")
    assert (change.history_type, change.breached_at, change.history_change_reason) == ("~", deadline.due_at, "breach")


def test_escalations_climb_the_ladder_each_with_an_answer_that_is_due(w):
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    sweep(deadline.due_at + DAY)
    assert escalations(complaint) == [("owner_head", "head")]
    escalation = Escalation.objects.get()
    answer = Deadline.objects.get(escalation=escalation)
    assert (answer.clock, answer.due_at) == ("escalation_answer", escalation.opened_at + DAY)
    assert escalation.step is not None
    assert (escalation.origin, escalation.step.position) == ("overdue", 4)
    assert escalation.route[-1]["why"] == "found"
    assert escalation.history.count() == answer.history.count() == 1
    assert told(complaint, "escalate") == ["head"]
    (event,) = events(complaint, "escalate")
    assert (event.detail["escalation"], event.detail["to"]) == (escalation.pk, w.head.pk)


def test_the_ladder_and_the_silence_of_the_head_ask_one_person_once(w):
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    sweep(deadline.due_at + DAY)
    at = deadline.due_at + 2 * DAY
    swept = sweep(at)
    assert escalations(complaint) == [("owner_head", "head"), ("executive", "executive")]
    assert (swept.escalations, swept.joined) == (1, 1)
    assert told(complaint, "escalate") == ["executive", "head"]
    opened = Escalation.objects.get(addressee=w.executive)
    assert [event.detail.get("joined") for event in events(complaint, "escalate")] == [None, None, opened.pk]
    assert DeadlineStep.objects.filter(recorded_at=at, kind="escalation").count() == 2
    # Unanswered, it goes on up: here to nobody, which the administrators are told.
    sweep(at + DAY)
    assert told(complaint, "unheard") == ["administrator", "executive"]


def test_rungs_of_one_deadline_that_lead_to_one_person_ask_once_until_the_answer_is_overdue(w):
    complaint = w.register()
    Appointment.objects.filter(person=w.head).delete()
    deadline = clock(complaint, "initial_review")
    sweep(deadline.due_at + DAY)
    sweep(deadline.due_at + 2 * DAY - MINUTE)
    assert escalations(complaint) == [("owner_head", "executive")]
    # The answer is overdue by now, and whatever its silence brings: the rung asks anew.
    assert sweep(deadline.due_at + 2 * DAY).joined == 0
    assert escalations(complaint) == [("owner_head", "executive"), ("executive", "executive")]


def test_one_deadline_joins_nothing_of_another(w):
    complaints = [w.register(), w.register()]
    assert sweep(clock(complaints[0], "initial_review").due_at + DAY).joined == 0
    assert [escalations(complaint) for complaint in complaints] == [[("owner_head", "head")]] * 2


def test_sweeping_again_changes_nothing(w):
    complaint = w.register()
    at = clock(complaint, "initial_review").due_at + 3 * DAY
    sweep(at)
    before = [model.objects.count() for model in (DeadlineStep, Escalation, Notice, Deadline)]
    assert sweep(at) == Swept()
    assert [model.objects.count() for model in (DeadlineStep, Escalation, Notice, Deadline)] == before


def test_after_an_outage_everything_is_recorded_in_order_and_marked_late(w):
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    back = deadline.due_at + 3 * DAY
    sweep(back)
    deadline.refresh_from_db()
    assert recorded(deadline) == planned(deadline)
    assert deadline.next_action_at is None
    assert set(DeadlineStep.objects.filter(deadline=deadline).values_list("is_found_late", "recorded_at")) == {
        (True, back)
    }
    assert set(Escalation.objects.values_list("is_found_late", "opened_at")) == {(True, back)}
    assert all(event.detail["found_late"] for event in events(complaint, "escalate") + events(complaint, "breach"))
    assert {escalation.addressee.username for escalation in Escalation.objects.all()} == {"head", "executive"}


def test_batches_do_not_bound_a_sweep(w):
    for _ in range(7):
        w.register()
    assert sweep(NOW + 12 * HOUR, batch_size=2).deadlines == 7


def test_what_ended_is_left_alone(w):
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    w.act(complaint, "accept", w.handler, now=NOW + HOUR, category=w.category, **CLASSIFIED)
    sweep(deadline.due_at + timedelta(days=30))
    assert not DeadlineStep.objects.filter(deadline=deadline).exists()


def test_a_late_act_before_any_sweep_leaves_the_breach_on_record(w):
    complaint = w.register()
    deadline = clock(complaint, "initial_review")
    at = deadline.due_at + HOUR
    w.act(complaint, "accept", w.handler, now=at, category=w.category, **CLASSIFIED)
    deadline.refresh_from_db()
    assert (deadline.met_at, deadline.breached_at) == (at, deadline.due_at)
    (event,) = events(complaint, "breach")
    assert (event.at, event.recorded_at, event.detail["found_late"]) == (deadline.due_at, at, True)
    assert sweep(at).deadlines == 0
