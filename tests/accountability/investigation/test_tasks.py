"""Tasks: given to members, ended by whom they concern, watched by ordinary clocks of the real sweep. (AC-1, DL-3)"""

from datetime import timedelta

import pytest

from accountability.models import Membership, Task
from complaints.models import Deadline, DeadlineStep, Escalation, Notice
from complaints.queries.notice_texts import notice_text
from complaints.services import deadlines
from complaints.services import workflow as cases
from complaints.services.doing import ActRefusedError
from complaints.services.sweep import sweep
from tests.accountability.inquiry_world import opened

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SECRET = "约谈仓库主管王强"


def staffed():
    """Lead and a member have declared; every other clock of the case is out of the way."""
    iw = opened().declared()
    iw.act("appoint", iw.w.handler, person=iw.personnel)
    iw.act("declare_interests", iw.personnel, declaration="no_interest")
    for deadline in Deadline.objects.filter(complaint=iw.c, met_at=None, cancelled_at=None):
        deadlines.end(deadline, iw.now, met=False, by=None, reason="test")
    return iw


#: Built once for all tests of this file.
BUILD = staffed


def give(iw, person, by=None, *, days=10, description=SECRET):
    iw.act("add_task", by or iw.lead, description=description, person=person, due_at=iw.now + days * DAY)
    return Task.objects.latest("pk")


def refused(iw, code, by, **given):
    with pytest.raises(ActRefusedError) as caught:
        iw.act(code, by, **given)
    return caught.value.reasons


def clock(task):
    return Deadline.objects.get(subject=f"task:{task.pk}")


def told(iw, kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_a_task_has_an_ordinary_clock_of_its_owner(iw):
    task = give(iw, iw.personnel)
    deadline = clock(task)
    assert (deadline.owner, deadline.due_at, deadline.owner_role) == (iw.personnel, task.due_at, "investigator")
    assert (deadline.complaint, deadline.round, deadline.started_at) == (iw.c, 1, iw.now)
    assert deadline.names == {
        "zh-hans": deadline.names["zh-hans"],
        "zh-hant": deadline.names["zh-hant"],
        "en": f"Task 1 of the investigation {iw.investigation.number}",
    }
    assert iw.investigation.number in deadline.names["zh-hans"]


def test_it_reminds_its_owner_and_climbs(iw):
    task = give(iw, iw.personnel)
    began = iw.now
    sweep(began + 5 * DAY)
    assert told(iw, "reminder") == ["personnel"]
    sweep(began + 8 * DAY)
    assert told(iw, "reminder") == ["personnel", "personnel"]
    sweep(task.due_at)
    assert told(iw, "overdue") == ["handler", "personnel"]
    assert clock(task).breached_at == task.due_at
    sweep(task.due_at + DAY)
    assert set(Escalation.objects.values_list("role", "addressee__username")) == {("owner_head", "head")}
    sweep(task.due_at + 2 * DAY)
    assert set(Escalation.objects.values_list("role", "addressee__username")) == {
        ("owner_head", "head"),
        ("executive", "executive"),
    }
    assert DeadlineStep.objects.filter(deadline=clock(task)).count() == 6


def test_what_the_task_is_about_is_in_no_notice(iw):
    task = give(iw, iw.personnel)
    sweep(task.due_at + 3 * DAY)
    notices = Notice.objects.filter(kind__in=("reminder", "overdue", "escalate"))
    assert notices.count() > 4
    for notice in notices:
        text = notice_text(notice)
        assert SECRET not in text.body + text.subject + str(notice.detail)


def test_its_owner_ends_it_and_the_clock_is_met(iw):
    task = give(iw, iw.personnel)
    iw.act("end_task", iw.personnel, row=str(task.pk), result="已约谈")
    task.refresh_from_db()
    assert (task.status, task.result, task.ended_by, task.ended_at) == ("done", "已约谈", iw.personnel, iw.now)
    assert (clock(task).met_at, clock(task).breached_at) == (iw.now, None)
    assert sweep(task.due_at + 9 * DAY).deadlines == 0


def test_late_is_late(iw):
    task = give(iw, iw.personnel, days=1)
    iw.later(days=2)
    iw.act("end_task", iw.lead, row=str(task.pk), result="已约谈")
    assert (clock(task).met_at, clock(task).breached_at) == (iw.now, task.due_at)


def test_the_lead_or_the_handler_drops_it(iw):
    for by in (iw.lead, iw.w.handler):
        task = give(iw, iw.personnel)
        iw.act("end_task", by, row=str(task.pk), is_dropped=True, result="不再需要")
        task.refresh_from_db()
        assert (task.status, clock(task).cancelled_at, clock(task).met_at) == ("dropped", iw.now, None)
        assert Notice.objects.filter(recipient=iw.personnel, kind="inquiry.end_task").exists()
        Notice.objects.filter(kind="inquiry.end_task").delete()


def test_what_is_refused(iw):
    task = give(iw, iw.lead)
    assert refused(iw, "end_task", iw.personnel, row=str(task.pk), result="x") == [
        "The task is lead's: only they, the lead or the handler end it."
    ]
    own = give(iw, iw.personnel)
    assert refused(iw, "end_task", iw.personnel, row=str(own.pk), is_dropped=True, result="x") == [
        "Only the lead or the handler drops a task."
    ]
    given = {"description": "x", "due_at": iw.now + DAY}
    assert refused(iw, "add_task", iw.lead, person=iw.w.legal, **given) == [
        "legal is not of the group, or has not declared interests yet."
    ]
    iw.act("appoint", iw.w.handler, person=iw.w.legal)
    assert refused(iw, "add_task", iw.lead, person=iw.w.legal, **given) == [
        "legal is not of the group, or has not declared interests yet."
    ]
    assert refused(iw, "add_task", iw.lead, description="x", person=iw.personnel, due_at=iw.now) == [
        "The date lies in the past."
    ]
    iw.act("end_task", iw.lead, row=str(task.pk), result="x")
    reasons = refused(iw, "end_task", iw.lead, row=str(task.pk), result="x")
    assert reasons == [f"“{task.pk}” is not one of the choices of “Task”."]


def test_a_member_gives_no_tasks(iw):
    with pytest.raises(ActRefusedError) as caught:
        give(iw, iw.lead, by=iw.personnel)
    assert caught.value.code == "not_allowed"


# -- the owner leaves -------------------------------------------------------------------------------------------------


def test_tasks_of_who_leaves_go_to_the_lead(iw):
    task, done = give(iw, iw.personnel), give(iw, iw.personnel)
    iw.act("end_task", iw.personnel, row=str(done.pk), result="x")
    row = str(Membership.objects.get(person=iw.personnel, left_at=None).pk)
    iw.act("dismiss", iw.w.handler, row=row, reason="调岗")
    task.refresh_from_db()
    done.refresh_from_db()
    assert (task.owner, clock(task).owner, done.owner) == (iw.lead, iw.lead, iw.personnel)
    sweep(task.due_at)
    assert set(told(iw, "reminder")) == {"lead"}
    assert set(told(iw, "overdue")) == {"lead", "handler"}


def test_the_same_where_the_owner_is_recused_on_the_complaint_itself(iw):
    task = give(iw, iw.personnel)
    cases.perform(iw.c.pk, "recuse", by=iw.w.head, now=iw.now, given={"person": iw.personnel, "reason": "亲属"})
    task.refresh_from_db()
    assert (task.owner, clock(task).owner) == (iw.lead, iw.lead)


def test_while_nobody_leads_the_handler_is_asked_and_the_next_lead_takes_over(iw):
    mine, other = give(iw, iw.lead), give(iw, iw.personnel)
    cases.perform(iw.c.pk, "recuse", by=iw.w.head, now=iw.now, given={"person": iw.lead, "reason": "亲属"})
    mine.refresh_from_db()
    assert (mine.owner, clock(mine).owner, clock(other).owner) == (iw.lead, None, iw.personnel)
    sweep(iw.now + 5 * DAY)
    assert told(iw, "reminder") == ["handler", "personnel"]
    iw.later(days=5)
    iw.act("appoint", iw.w.head, person=iw.w.legal, is_lead=True)
    mine.refresh_from_db()
    assert mine.owner == iw.lead  # the new lead has not declared
    iw.act("declare_interests", iw.w.legal, declaration="no_interest")
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.owner, clock(mine).owner, other.owner) == (iw.w.legal, iw.w.legal, iw.personnel)


def test_the_clock_keeps_its_date_when_the_case_is_paused_or_grows_more_serious(iw):
    task = give(iw, iw.personnel)
    given = {"category": iw.w.category, "severity": "urgent", "difficulty": "simple", "reason": "升级"}
    cases.perform(iw.c.pk, "classify", by=iw.w.handler, now=iw.now, given=given)
    given = {"pause_reason": "awaiting_complainant", "reason": "等材料"}
    cases.perform(iw.c.pk, "pause", by=iw.w.handler, now=iw.now, given=given)
    assert (clock(task).due_at, clock(task).is_running) == (task.due_at, True)
