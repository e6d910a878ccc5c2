"""Going back over the process: what should have happened at each step, and what did. (AC-4)"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accountability.models import Party, ProcessStep, StepEvidence
from accountability.services.doing import Doing, effect
from accountability.states import Deviation
from complaints.services import records


@effect("add_process_step")
def add_process_step(doing: Doing) -> None:
    """The next step of the process, with who answers for it and what it rests on."""
    given = doing.given
    party = doing.row(Party, "party", investigation=doing.investigation) if given.get("party") else None
    last = doing.investigation.process_steps.aggregate(last=Max("position"))["last"] or 0
    step = ProcessStep(
        investigation=doing.investigation,
        position=last + 1,
        name=given["name"],
        party=party,
        expected=given["expected"],
        expected_at=given.get("expected_at"),
        made_by=doing.by,
        made_at=doing.now,
    )
    _say(doing, step)


@effect("revise_process_step")
def revise_process_step(doing: Doing) -> None:
    """What became known of a step since; what should have happened stays as it was put down."""
    step = doing.row(ProcessStep, investigation=doing.investigation)
    _say(doing, step)


def _say(doing: Doing, step: ProcessStep) -> None:
    given = doing.given
    step.actual, step.actual_at = doing.text("actual"), given.get("actual_at")
    step.deviation, step.remark = Deviation(given["deviation"]), doing.text("remark")
    problem = _contradiction(step.deviation, step.expected_at, step.actual_at, step.actual)
    if problem is not None:
        doing.refuse(problem)
    if step.actual_at is not None and step.actual_at > doing.now:
        doing.refuse(_("What happened cannot lie in the future."))
    doing.save(step)
    if given.get("evidence") is not None:
        _rest_on(doing, step, given["evidence"])
    doing.detail |= {"step": step.pk, "position": step.position, "deviation": step.deviation}
    doing.inquiry.__dict__.pop("process_steps", None)


def _contradiction(deviation: str, expected_at: datetime | None, actual_at: datetime | None, actual: str) -> str | None:
    """What is said of the deviation against the moments beside it."""
    if deviation == Deviation.OMITTED and actual_at is not None:
        return _("A step that was not done has no moment at which it happened.")
    if deviation == Deviation.LATE and None not in (expected_at, actual_at) and actual_at <= expected_at:  # type: ignore[operator]
        return _("By its moments the step was not late.")
    if deviation in {Deviation.NONE, Deviation.LATE, Deviation.WRONG} and not actual.strip():
        return _("Say what happened.")
    return None


def _rest_on(doing: Doing, step: ProcessStep, wanted: Iterable[Any]) -> None:
    """The evidence of a step becomes exactly what is named."""
    keys = {int(key) for key in wanted}
    rows = {row.evidence_id: row for row in StepEvidence.objects.filter(step=step)}
    new = [StepEvidence(step=step, evidence_id=key) for key in sorted(keys - rows.keys())]
    records.save_all(StepEvidence, new, by=doing.by, reason=doing.act.code, now=doing.now)
    for key in sorted(rows.keys() - keys):
        records.delete(rows[key], by=doing.by, reason=doing.act.code, now=doing.now)
