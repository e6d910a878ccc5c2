"""Whatever people do and whenever somebody sweeps: what always holds of every deadline (DL-4)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from complaints.models import Complaint, Deadline, DeadlineStep, Escalation
from complaints.queries.calendars import working_calendar
from complaints.services import deadlines
from complaints.services.calendar_changes import follow_calendars
from complaints.services.doing import ActRefusedError
from complaints.services.sweep import sweep
from complaints.services.watchdog import watch
from complaints.working_time import Limit, Unit
from tests import world
from tests.deadlines.cases import CLASSIFIED, HOUR, planned, recorded
from tests.factories import NOW

pytestmark = pytest.mark.django_db

JUMPS = st.sampled_from([timedelta(minutes=1), HOUR, 5 * HOUR, 13 * HOUR, timedelta(days=2), timedelta(days=6)])
DEEDS = st.sampled_from(
    [
        *("sweep", "sweep", "sweep", "accept", "dispatch", "acknowledge", "return_sheet", "pause", "resume"),
        *("classify general", "classify urgent", "classify major", "request_escalation", "answer", "withdraw"),
        *("reopen", "calendar"),
    ]
)


class Laws(TestCase):
    """One complaint, driven at random; what cannot be done at the moment is refused and changes nothing."""

    def setUp(self):
        self.w = world.build()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(JUMPS, DEEDS), min_size=1, max_size=14))
    def test_laws(self, course):
        complaint, at = self.w.register(), NOW
        for jump, deed in course:
            at += jump
            try:
                self.do(deed, complaint, at)
            except ActRefusedError:
                complaint.refresh_from_db()
            self.check(complaint, at)
        sweep(at)
        self.check(complaint, at, swept=True)

    def do(self, deed, complaint, at):
        w, act = self.w, self.w.act
        name, _, severity = deed.partition(" ")
        if name == "sweep":
            sweep(at)
        elif name == "calendar":
            calendar = complaint.calendar
            calendar.edition += 1
            calendar.save()
            follow_calendars(at)
            complaint.refresh_from_db()
        elif name == "accept":
            act(complaint, "accept", w.handler, now=at, category=w.category, **CLASSIFIED)
        elif name == "dispatch":
            act(complaint, "dispatch", w.handler, now=at, department=w.workshop, request="请核查")
        elif name in {"acknowledge", "return_sheet"}:
            act(complaint, name, w.liaison, now=at, reason="不属本部门")
        elif name == "pause":
            act(complaint, "pause", w.handler, now=at, pause_reason="awaiting_complainant", reason="等材料")
        elif name == "classify":
            given = {"category": w.category, "difficulty": "simple", "severity": severity, "reason": "重新定级"}
            act(complaint, "classify", w.handler, now=at, **given)
        elif name == "answer":
            row = Escalation.objects.filter(complaint=complaint, answered_at=None).first()
            if row is not None:
                given = {"row": str(row.pk), "cause": "人手不足", "improvement": "加派人手"}
                act(complaint, "answer_escalation", row.addressee, now=at, **given)
        else:
            act(complaint, name, w.handler, now=at, reason="投诉人要求", medium="phone")

    def check(self, complaint, at, *, swept=False):
        for deadline in Deadline.objects.filter(complaint=complaint):
            done = recorded(deadline)
            positions = [position for position, *_ in done]
            assert len(positions) == len(set(positions)), "each position at most once"
            ended = deadline.met_at or deadline.cancelled_at
            rows = DeadlineStep.objects.filter(deadline=deadline)
            if ended:
                assert deadline.next_action_at is None
                assert not rows.filter(recorded_at__gt=ended).exists(), "nothing after the end"
                continue
            left = [step for step in planned(deadline) if step[0] not in positions]
            assert deadline.next_action_at == min((step[3] for step in left), default=None)
            for recorded_at in set(rows.values_list("recorded_at", flat=True)):
                moments = list(rows.filter(recorded_at=recorded_at).order_by("id").values_list("planned_at", flat=True))
                assert moments == sorted(moments), "steps in order"
            assert self.due_from_what_is_stored(complaint, deadline) == deadline.due_at
            if swept:
                assert all(step[3] > at for step in left)
                assert (deadline.breached_at is not None) or deadline.due_at > at
        if swept:
            assert not {finding.code for finding in watch(at)} - {"mail_waits"}
        rungs = DeadlineStep.objects.filter(kind="escalation", deadline__complaint=complaint)
        assert Escalation.objects.filter(step__in=rungs).count() <= rungs.count()

    def due_from_what_is_stored(self, complaint, deadline):
        """Start, limit, pauses and calendar give the due moment, without the policy's help but for what pauses."""
        calendar = working_calendar(complaint.calendar)
        limit = Limit(deadline.limit_amount, Unit(deadline.limit_unit))
        pauses = []
        if deadline.escalation_id is None:
            rules = Complaint.objects.get(pk=complaint.pk).policy_version.rules
            pauses = deadlines.intervals(complaint.pauses.all(), rules.clock(deadline.clock).pauses)
        return calendar.add(deadline.started_at, limit, pauses).due_at
