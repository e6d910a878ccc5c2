"""Measures that come due: their owner is reminded, and what stays undone goes up the line. (AC-9, DL-3)

A measure outlives its complaint, and some have none, so it is no clock of a case. Nothing is remembered but the notices
themselves: one for each person, measure, date and rung, however often this runs, on however many machines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from accountability.models import Measure
from accountability.states import MeasureStatus
from complaints.models import Notice
from complaints.queries.organisation import Organisation
from complaints.services import notices
from complaints.states import Role

#: Before the date the owner is reminded; after it the department's head and then the executive above it are told.
REMINDER = timedelta(days=3)
HEAD = timedelta(days=1)
EXECUTIVE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Rung:
    """Something that falls due on a measure."""

    code: str
    after: timedelta
    role: str = ""


RUNGS = (
    Rung("remind_measure", -REMINDER),
    Rung("overdue_measure", timedelta(0)),
    Rung("overdue_measure_head", HEAD, Role.HEAD),
    Rung("overdue_measure_executive", EXECUTIVE, Role.EXECUTIVE),
)


def watch_measures(now: datetime) -> int:
    """Tell everybody who is to be told by `now` of measures not done, and quality of effects to be checked.

    Returns how many notices were new.
    """
    organisation, before = Organisation(now), Notice.objects.filter(kind__in=_kinds()).count()
    due = Measure.objects.filter(status=MeasureStatus.PLANNED, due_at__lte=now + REMINDER)
    for measure in due.select_related("department").iterator():
        for rung in RUNGS:
            if measure.due_at + rung.after <= now:
                _tell(_people(measure, rung, organisation), measure, rung.code, measure.due_at, now)
    checks = Measure.objects.filter(status=MeasureStatus.VERIFIED, effect_due_at__lte=now)
    for measure in checks.iterator():
        if measure.effect_due_at is not None:
            _tell(organisation.everywhere(Role.QUALITY), measure, "check_effect", measure.effect_due_at, now)
    return Notice.objects.filter(kind__in=_kinds()).count() - before


def _kinds() -> list[str]:
    return [f"inquiry.{rung.code}" for rung in RUNGS] + ["inquiry.check_effect"]


def _people(measure: Measure, rung: Rung, organisation: Organisation) -> list[int]:
    """The owner or who stands in; then the nearest living holder of the role above the department."""
    if not rung.role:
        there = organisation.present(measure.owner_id)
        if there is not None:
            return [there]
        return list(_nearest(measure, Role.HEAD, organisation)) or organisation.administrators()
    return list(_nearest(measure, rung.role, organisation)) or organisation.administrators()


def _nearest(measure: Measure, role: str, organisation: Organisation) -> Iterator[int]:
    for department in [measure.department_id, *measure.department.ancestor_ids]:
        people = [organisation.present(person) for person in organisation.holders(role, department)]
        found = [person for person in people if person is not None]
        if found:
            yield from found
            return


def _tell(people: list[int], measure: Measure, code: str, moment: datetime, now: datetime) -> None:
    notices.tell(
        sorted(set(people)),
        complaint_id=None,
        key=f"measure:{measure.pk}:{code}:{moment:%Y%m%d%H%M}"[:80],
        kind=f"inquiry.{code}",
        detail={"number": measure.number, "subject": f"measure:{measure.pk}", "due_at": moment.isoformat()},
        now=now,
    )
