"""What `demo_data` leaves: the same for the same seed, nothing due any more, and cases that people can go on with."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test import TestCase, override_settings

from complaints.acts import ACTS
from complaints.demo.playing import NobodyError, Play
from complaints.demo.simulation import Simulation, generate
from complaints.demo.stories import DETERMINING
from complaints.models import (
    Complaint,
    Deadline,
    Department,
    Escalation,
    Notice,
    NumberSeries,
    PolicyVersion,
    User,
)
from complaints.services.doing import ActRefusedError
from complaints.services.sweep import sweep
from complaints.services.watchdog import watch
from complaints.states import OPEN, State
from tests.demo.conftest import NOW, command, lay_everything
from tests.demo.test_same_as_services import undone

COUNT = 150
SEED = 3
MAIN_LINE = [
    "accept", "dispatch", "acknowledge", "reply_sheet", "determine", "submit_plan", "approve_plan", "agree",
    "complete_step", "complete", "give_feedback", "record_visit", "close",
]  # fmt: skip


class TestMadeUpData(TestCase):
    """One set of made-up data, looked at from several sides."""

    @classmethod
    def setUpTestData(cls):
        lay_everything()
        generate(COUNT, SEED, NOW)

    def test_nothing_is_due_any_more_and_all_constraints_hold(self):
        connection.check_constraints()
        assert not Deadline.objects.filter(next_action_at__lt=NOW).exists()
        assert sweep(NOW).deadlines == 0
        assert watch(NOW) == []

    def test_every_state_policy_and_desk_has_something(self):
        assert set(Complaint.objects.values_list("state", flat=True)) >= OPEN | {State.CLOSED, State.ARCHIVED}
        governed = set(Complaint.objects.values_list("policy_version__policy__code", flat=True))
        formal = {row.policy.code for row in PolicyVersion.objects.all() if row.rules.determination.formal_for}
        assert governed | formal == set(PolicyVersion.objects.values_list("policy__code", flat=True))
        waiting = Escalation.objects.filter(answered_at=None)
        assert {"owner_head", "responsible_head", "executive"} <= set(waiting.values_list("role", flat=True))
        running = Deadline.objects.filter(met_at=None, cancelled_at=None)
        assert running.filter(due_at__lt=NOW).exists()
        assert running.filter(due_at__gt=NOW, due_at__lt=NOW + timedelta(days=1)).exists()
        assert Notice.objects.filter(read_at=None).exists()
        assert not Notice.objects.exclude(mail_status="sent").exists()

    def test_routes_lead_past_a_vacant_post_and_to_a_deputy(self):
        open_ones = Escalation.objects.filter(answered_at=None, role="responsible_head")
        addressees = dict(
            open_ones.values_list("complaint__responsible_department__code", "addressee__username").order_by(
                "opened_at"
            )
        )
        assert addressees["transport"] == "deputy"
        assert addressees["moulding"] == "production"
        ways = {step["why"] for route in open_ones.values_list("route", flat=True) for step in route}
        assert ways >= {"found", "deputy"}

    def test_numbers_follow_registration_without_gaps(self):
        for series in NumberSeries.objects.all():
            rows = Complaint.objects.filter(number__startswith=f"{series.code}-").order_by("registered_at", "id")
            numbers = list(rows.values_list("number", flat=True))
            assert numbers == [f"{series.code}-{place:06d}" for place in range(1, series.last + 1)]
        assert sum(NumberSeries.objects.values_list("last", flat=True)) == COUNT

    def test_keys_go_on_where_the_demonstration_ended(self):
        before = max(Notice.objects.values_list("pk", flat=True))
        person = User.objects.get(username="intake")
        assert Notice.objects.create(recipient=person, key="new", kind="new", created_at=NOW).pk > before

    def test_nobody_determined_what_asks_for_a_formal_investigation(self):
        determined = Complaint.objects.filter(findings__isnull=False).select_related("policy_version").distinct()
        assert determined.exists()
        assert [row.number for row in determined if row.policy_version.rules.determination.formal_for] == []
        assert not Complaint.objects.exclude(formal_round=None).exists()

    def test_people_go_on_with_every_open_case(self):
        """The next act of the main line, by the right person, through the service."""
        simulation, taken, refused = Simulation(SEED, NOW), 0, []
        tasks = tasks_again(simulation)
        for complaint in Complaint.objects.filter(state__in=OPEN):
            whole = whole_story(simulation, tasks[complaint.pk])
            play = Play(whole, simulation.cast, simulation.hours, NOW)
            play.resume(complaint.pk, NOW)
            done = set(complaint.events.filter(round=complaint.round).values_list("act", flat=True))
            step = next_step(whole.steps, complaint, done)
            if step is None or is_formal(complaint, step):
                continue
            try:
                play.take(step)
                taken += 1
            except (ActRefusedError, NobodyError) as error:
                refused.append((complaint.number, complaint.state, step.act, str(error)))
        assert refused == []
        assert taken >= 20


def tasks_again(simulation):
    """The tasks behind the complaints of the database."""
    first = min(Complaint.objects.values_list("pk", flat=True))
    return undone(lambda: {task.key: task for task in simulation.tasks(simulation.drawn(COUNT), first)})


def is_formal(complaint, step):
    """What comes next is a formal investigation, which apps above play."""
    return step.act in DETERMINING and complaint.severity in complaint.policy_version.rules.determination.formal_for


def whole_story(simulation, task):
    """The story of a complaint, gone on with where it stands still."""
    return simulation.teller.tell(replace(task.arrival, stops_in=""), task.number, task.key, task.earlier)


def next_step(steps, complaint, done):
    """The step of the story with the next act of the main line, if the story has it."""
    for act in MAIN_LINE:
        if complaint.state in ACTS[act].sources and (act not in done or act == "complete_step"):
            return next((step for step in steps if step.act == act), None)
    return None


@override_settings(DEBUG=False, DEMO=False)
@pytest.mark.django_db
def test_no_account_with_a_known_password_outside_a_demonstration():
    with pytest.raises(CommandError, match="DEMO"):
        command(complaints=1)
    assert not User.objects.exists()
    assert not Department.objects.exists()


@pytest.mark.django_db
def test_without_policies_it_says_what_to_load():
    with pytest.raises(CommandError, match="load_policies"):
        command(complaints=1)
