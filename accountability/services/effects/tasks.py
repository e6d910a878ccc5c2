"""Tasks of an investigation: given to members, watched by ordinary clocks. (AC-1, DL-3)"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.models import Membership, Task
from accountability.services.clock_names import names_of
from accountability.services.doing import Doing, effect
from accountability.states import Declaration, InquiryRole, TaskStatus
from complaints.services import appointed
from complaints.states import CaseRole

NAME = gettext_lazy("Task %(position)d of the investigation %(number)s")
#: Who may drop a task, and end one that is somebody else's.
IN_CHARGE = frozenset({InquiryRole.LEAD, CaseRole.HANDLER})


def subject_of(task: Task) -> str:
    """What the clock of a task is for."""
    return f"task:{task.pk}"


@effect("add_task")
def add_task(doing: Doing) -> None:
    """Give a member something to do by a moment; reminders and ladder are those of the policy."""
    person, due_at = doing.given["person"], doing.given["due_at"]
    if due_at <= doing.now:
        doing.refuse(_("The date lies in the past."))
    if person.pk not in _declared(doing):
        doing.refuse(_("%(person)s is not of the group, or has not declared interests yet.") % {"person": person})
    before = doing.investigation.tasks.count()
    task = doing.add(Task, description=doing.text("description"), owner=person, due_at=due_at)
    appointed.start(
        doing.inquiry,
        subject=subject_of(task),
        owner=person,
        names=names_of(NAME, position=before + 1, number=doing.investigation.number),
        due_at=due_at,
        by=doing.by,
    )
    _forget(doing)
    doing.detail |= {"task": task.pk, "person": person.pk}


@effect("end_task")
def end_task(doing: Doing) -> None:
    """Done, by its owner or who leads; or dropped, by who leads. Late is late: the breach is on record."""
    task = doing.row(Task, investigation=doing.investigation, status=TaskStatus.OPEN)
    in_charge, dropped = bool(doing.roles & IN_CHARGE), bool(doing.given.get("is_dropped"))
    if not in_charge and task.owner_id != doing.standing.user_id:
        doing.refuse(_("The task is %(person)s's: only they, the lead or the handler end it.") % {"person": task.owner})
    if not in_charge and dropped:
        doing.refuse(_("Only the lead or the handler drops a task."))
    _end(doing, task, TaskStatus.DROPPED if dropped else TaskStatus.DONE, doing.text("result"))
    doing.detail |= {"task": task.pk, "status": task.status}
    doing.people_told.add(task.owner_id)


def drop_all(doing: Doing, reason: str) -> None:
    """Drop whatever is still open: the investigation is over."""
    for task in Task.objects.filter(investigation=doing.investigation, status=TaskStatus.OPEN):
        _end(doing, task, TaskStatus.DROPPED, reason)


def _end(doing: Doing, task: Task, status: TaskStatus, result: str) -> None:
    task.status, task.result = status, result
    task.ended_by, task.ended_at = doing.by, doing.now
    doing.save(task)
    appointed.end(doing.inquiry, subject_of(task), met=status == TaskStatus.DONE, by=doing.by, reason=doing.act.code)
    _forget(doing)


def hand_on(doing: Doing) -> None:
    """Open tasks of people who are not of the group any more go to the lead, clocks and all.

    While nobody leads, they wait, and their clocks ask the handler.
    """
    lead, declared = doing.inquiry.lead, _declared(doing)
    waiting = Task.objects.filter(investigation=doing.investigation, status=TaskStatus.OPEN)
    orphans = list(waiting.exclude(owner__in=declared))
    if not orphans:
        return
    taker = lead.person if lead is not None and lead.person_id in declared else None
    for task in orphans:
        if taker is not None:
            task.owner = taker
            doing.save(task)
        to = appointed.Owner(taker)
        appointed.move(doing.inquiry, subject_of(task), by=doing.by, reason=doing.act.code, to=to)
    if taker is not None:
        doing.people_told.add(taker.pk)
        doing.detail["tasks_handed_on"] = [task.pk for task in orphans]
    _forget(doing)


def _declared(doing: Doing) -> set[int]:
    rows: list[Membership] = doing.inquiry.members
    return {row.person_id for row in rows if row.declaration == Declaration.NO_INTEREST}


def _forget(doing: Doing) -> None:
    doing.inquiry.__dict__.pop("tasks", None)
