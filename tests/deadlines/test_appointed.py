"""Clocks that another part of the system appoints for one person. (AC-1, DL-3)"""

from datetime import timedelta

import pytest
from django.utils import translation

from complaints.models import Admission, Deadline, Notice
from complaints.models.standing import standing_of
from complaints.queries import desk, lists
from complaints.queries.case import Case
from complaints.queries.case_clocks import clock_lines
from complaints.services import appointed, calendar_changes, deadlines, workflow
from complaints.services.sweep import sweep
from complaints.services.watchdog import watch
from complaints.states import State
from tests import world
from tests.complaints.walking import Walk
from tests.deadlines.cases import DAY, HOUR, MINUTE, escalations, planned, recorded, told
from tests.factories import AbsenceFactory, names

pytestmark = pytest.mark.django_db
WHAT = names("调查任务", "Task of the investigation")


@pytest.fixture
def walk():
    """Under investigation, every clock of the policy out of the way."""
    walk = Walk(world.build()).to(State.INVESTIGATING)
    for deadline in Case(walk.c, walk.now).running:
        deadlines.end(deadline, walk.now, met=False, by=None, reason="test")
    return walk


def begin(walk, owner=None, *, at=None, **values):
    given = {"subject": "task:1", "owner": owner, "names": WHAT, "due_at": walk.now + 10 * DAY, "by": walk.w.handler}
    return appointed.start(Case(walk.c, at or walk.now), **(given | values))


def test_reminders_come_at_the_shares_of_the_policy_and_the_ladder_climbs_on_the_owner_s_side(walk):
    deadline = begin(walk, walk.w.quality)
    assert [(kind, role, at - walk.now) for _position, kind, role, at in planned(deadline)] == [
        ("reminder", "investigator", 5 * DAY),
        ("reminder", "investigator", 8 * DAY),
        ("overdue", "investigator", 10 * DAY),
        ("overdue", "handler", 10 * DAY),
        # The policy names the responsible department: that is what is looked into.
        ("escalation", "owner_head", 11 * DAY),
        ("escalation", "executive", 12 * DAY),
    ]


def test_the_owner_is_told_then_the_handler_then_heads(walk):
    deadline = begin(walk, walk.w.quality)
    sweep(walk.now + 5 * DAY)
    assert told(walk.c, "reminder") == ["quality"]
    sweep(deadline.due_at)
    assert told(walk.c, "overdue") == ["handler", "quality"]
    sweep(deadline.due_at + DAY)
    sweep(deadline.due_at + 2 * DAY)
    assert escalations(walk.c) == [("owner_head", "head"), ("executive", "executive")]
    assert told(walk.c, "escalate") == ["executive", "head"]
    deadline.refresh_from_db()
    assert deadline.breached_at == deadline.due_at
    assert recorded(deadline) == planned(deadline)


def test_without_owner_the_handler_is_asked(walk):
    begin(walk)
    sweep(walk.now + 8 * DAY)
    assert told(walk.c, "reminder") == ["handler", "handler"]


@pytest.mark.parametrize(
    ("answers", "admitted", "expected"), [(False, False, "legal"), (False, True, "handler"), (True, False, "legal")]
)
def test_who_stands_in_is_told_instead_unless_the_owner_was_admitted_in_person(walk, answers, admitted, expected):
    begin(walk, walk.w.quality, answers=answers)
    if admitted:
        Admission.objects.create(complaint=walk.c, person=walk.w.quality, reason="x", admitted_at=walk.now)
    AbsenceFactory(person=walk.w.quality, deputy=walk.w.legal, starts_at=walk.now, ends_at=walk.now + 6 * DAY)
    sweep(walk.now + 5 * DAY)
    assert [notice.recipient.username for notice in Notice.objects.filter(kind="reminder")] == [expected]


@pytest.mark.parametrize("how", ["person", "department", "gone"])
def test_an_owner_who_must_keep_away_or_is_gone_is_told_nothing(walk, how):
    w = walk.w
    owner = w.warehouse_liaison
    begin(walk, owner)
    if how == "gone":
        owner.is_active = False
        owner.save()
    elif how == "person":
        workflow.perform(walk.c.pk, "recuse", by=w.head, now=walk.now, given={"person": owner, "reason": "亲属"})
    else:
        given = {"party_kind": "department", "department": w.warehouse}
        workflow.perform(walk.c.pk, "add_respondent", by=w.handler, now=walk.now, given=given)
    sweep(walk.now + 5 * DAY)
    assert told(walk.c, "reminder") == ["handler"]


def test_a_party_that_is_heard_is_asked_although_it_keeps_away_and_reads_no_more_than_the_number(walk):
    w = walk.w
    given = {"person": w.warehouse_liaison, "reason": "当事人"}
    workflow.perform(walk.c.pk, "recuse", by=w.head, now=walk.now, given=given)
    deadline = begin(walk, w.warehouse_liaison, answers=True)
    sweep(walk.now + 5 * DAY)
    notice = Notice.objects.get(kind="reminder")
    assert (notice.recipient, notice.complaint) == (w.warehouse_liaison, None)
    assert notice.detail["number"] == walk.c.number
    assert walk.c.subject not in str(notice.detail)
    sweep(deadline.due_at)
    rows = Notice.objects.filter(kind="overdue").values_list("recipient__username", "complaint")
    assert set(rows) == {("warehouse_liaison", None), ("handler", walk.c.pk)}


def test_a_clock_is_moved_to_another_date_and_another_owner(walk):
    begin(walk, walk.w.quality)
    sweep(walk.now + 5 * DAY)
    case = Case(walk.c, walk.now + 6 * DAY)
    due_at = walk.now + 20 * DAY
    moved = appointed.move(
        case, "task:1", by=walk.w.handler, reason="延期", due_at=due_at, to=appointed.Owner(walk.w.legal)
    )
    assert moved is not None
    moved.refresh_from_db()
    assert (moved.due_at, moved.owner, moved.next_action_at) == (due_at, walk.w.legal, walk.now + 16 * DAY)
    assert moved.history.first().history_change_reason == "延期"
    sweep(walk.now + 16 * DAY)
    assert told(walk.c, "reminder") == ["legal", "quality"]


@pytest.mark.parametrize(("met", "late"), [(True, False), (True, True), (False, False)])
def test_a_clock_ends_once(walk, met, late):
    deadline = begin(walk, walk.w.quality)
    at = deadline.due_at + HOUR if late else deadline.due_at - HOUR
    case = Case(walk.c, at)
    assert appointed.end(case, "task:1", met=met, by=walk.w.quality, reason="end_task") is not None
    assert appointed.end(case, "task:1", met=met, by=walk.w.quality, reason="end_task") is None
    assert appointed.move(case, "task:1", by=walk.w.quality, reason="x", due_at=at + DAY) is None
    deadline.refresh_from_db()
    assert deadline.met_at == (at if met else None)
    assert deadline.cancelled_at == (None if met else at)
    assert deadline.breached_at == (deadline.due_at if late else None)
    assert deadline.next_action_at is None


def test_acts_pauses_and_severity_leave_its_date_alone(walk):
    deadline = begin(walk, walk.w.quality)
    given = {"category": walk.w.category, "severity": "major", "difficulty": "simple", "reason": "伤人"}
    workflow.perform(walk.c.pk, "classify", by=walk.w.handler, now=walk.now + MINUTE, given=given)
    given = {"pause_reason": "awaiting_complainant", "reason": "等待材料"}
    workflow.perform(walk.c.pk, "pause", by=walk.w.handler, now=walk.now + 2 * MINUTE, given=given)
    before = deadline.due_at
    deadline.refresh_from_db()
    assert (deadline.due_at, deadline.is_running) == (before, True)


def test_the_ladder_follows_the_calendar_and_the_date_does_not(walk):
    deadline = begin(walk, walk.w.quality)
    calendar = walk.c.calendar
    calendar.edition += 1
    calendar.save()
    calendar_changes.follow_calendars(walk.now + HOUR)
    before = deadline.due_at
    deadline.refresh_from_db()
    assert (deadline.due_at, deadline.calendar_edition) == (before, calendar.edition)
    assert calendar_changes.follow_calendars(walk.now + HOUR) == 0


def test_at_the_end_of_the_case_it_is_cancelled_unless_it_outlives_the_case(walk):
    task, other = begin(walk, walk.w.quality), begin(walk, walk.w.quality, subject="hearing:1", outlives=True)
    given = {"medium": "phone", "reason": "不再追究"}
    workflow.perform(walk.c.pk, "withdraw", by=walk.w.handler, now=walk.now + HOUR, given=given)
    task.refresh_from_db()
    other.refresh_from_db()
    assert (task.cancelled_at, other.cancelled_at) == (walk.now + HOUR, None)
    assert "runs_on_ended_case" not in {finding.code for finding in watch(walk.now + 2 * HOUR)}


def test_several_run_beside_each_other_one_for_each_subject(walk):
    begin(walk, walk.w.quality)
    begin(walk, walk.w.quality, subject="task:2")
    case = Case(walk.c, walk.now)
    assert {deadline.subject for deadline in case.running} == {"task:1", "task:2"}


def test_it_stands_on_the_desk_of_its_owner_and_in_the_lines_of_the_case(walk):
    deadline = begin(walk, walk.w.quality)
    at = deadline.due_at + timedelta(hours=1)

    def overdue(person):
        reader = desk.Reader(standing_of(person, at), at)
        return desk.cases(reader, desk.BLOCKS["overdue"]).count()

    assert [overdue(person) for person in (walk.w.quality, walk.w.handler, walk.w.legal)] == [1, 1, 0]
    with translation.override("en"):
        (line,) = clock_lines(Case(walk.c, at), list(Deadline.objects.filter(pk=deadline.pk)))
    assert (line.status, line.limit, line.pauses) == ("overdue", "Date set by hand", ())
    assert lists.Rows([walk.c], at).clock(walk.c) is not None
