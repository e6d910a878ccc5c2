"""Finding, plan, approval, agreement, implementation. (WF-3 … WF-8, WF-16)"""

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Communication, Finding, MeetingDecision, Plan, PlanStatus, PlanStep
from complaints.services import deadlines
from complaints.services.doing import Doing, effect
from complaints.states import CaseRole, Direction, Outcome


@effect("determine")
def determine(doing: Doing) -> None:
    """Record what was found and who is responsible."""
    doing.make(Finding, outcome=doing.given["outcome"], opinion=doing.given["opinion"])
    doing.detail["outcome"] = doing.given["outcome"]


@effect("waive_determination")
def waive_determination(doing: Doing) -> None:
    """Go ahead without one, for a recorded reason (WF-4)."""
    doing.make(Finding, is_waived=True, waiver_reason=doing.reason)


@effect("find_unfounded")
def find_unfounded(doing: Doing) -> None:
    """The written opinion goes to the complainant with the feedback (WF-3)."""
    doing.make(Finding, outcome=Outcome.UNFOUNDED, opinion=doing.given["opinion"])
    doing.detail["outcome"] = Outcome.UNFOUNDED.value


@effect("submit_plan")
def submit_plan(doing: Doing) -> None:
    """A plan with steps, and the signed handling opinion (WF-4, WF-5)."""
    given = doing.given
    before = Plan.objects.filter(complaint=doing.complaint).count()
    plan = doing.make(
        Plan,
        number=f"{doing.complaint.number}-C{before + 1:02d}",
        remedies=list(given["remedies"]),
        decision_kind=given["decision_kind"],
        amount=given.get("amount"),
        summary=given["summary"],
        opinion=given["opinion"],
        improvement=given.get("improvement") or "",
        approval_level=doing.case.approval_level,
    )
    for position, step in enumerate(given["steps"], start=1):
        if step["due_at"] <= doing.now:
            doing.refuse(_("Step %(position)d is due in the past.") % {"position": position})
        doing.save(
            PlanStep(
                plan=plan,
                position=position,
                description=step["description"],
                owner=step.get("owner"),
                due_at=step["due_at"],
            )
        )
    doing.case.__dict__.pop("plan", None)
    doing.detail["plan"] = plan.number


def _decide(doing: Doing, status: PlanStatus, opinion: str) -> None:
    plan: Any = doing.case.plan
    plan.status, plan.decided_by, plan.decided_at, plan.decision_opinion = status, doing.by, doing.now, opinion
    doing.save(plan)
    doing.detail["plan"] = plan.number


@effect("approve_plan")
def approve_plan(doing: Doing) -> None:
    """From now on it may be offered (WF-6)."""
    _decide(doing, PlanStatus.APPROVED, doing.given["opinion"])


@effect("reject_plan")
def reject_plan(doing: Doing) -> None:
    """Another plan is needed."""
    _decide(doing, PlanStatus.REJECTED, doing.reason)
    doing.case.__dict__.pop("plan", None)


@effect("record_meeting")
def record_meeting(doing: Doing) -> None:
    """Participants, votes, minutes (WF-5)."""
    given = doing.given
    if given["held_on"] > timezone.localdate(doing.now):
        doing.refuse(_("The meeting lies in the future."))
    doing.make(
        MeetingDecision,
        held_on=given["held_on"],
        participants=given["participants"],
        by_consensus=bool(given.get("by_consensus")),
        votes=given.get("votes") or "",
        is_approving=given["decision"] == "yes",
        minutes=given["minutes"],
        notify_authority=bool(given.get("notify_authority")),
    )
    doing.case.__dict__.pop("meetings", None)
    doing.detail["decision"] = given["decision"]


def _answered(doing: Doing, status: PlanStatus) -> Plan:
    plan: Plan = cast("Plan", doing.case.plan)
    plan.status, plan.answered_at = status, doing.now
    doing.save(plan)
    doing.make(
        Communication,
        direction=Direction.INCOMING,
        medium=doing.given["medium"],
        happened_at=doing.now,
        act=doing.act.code,
        content=doing.reason or str(doing.act.label),
    )
    doing.detail["plan"] = plan.number
    return plan


@effect("agree")
def agree(doing: Doing) -> None:
    """Implementation begins: each step is a deadline like any other (WF-7, WF-8)."""
    plan = _answered(doing, PlanStatus.AGREED)

    def start_steps() -> None:
        for step in plan.steps.all():
            deadlines.start_step(doing.case, step, doing.now, by=doing.by)

    doing.afterwards.append(start_steps)


@effect("disagree")
def disagree(doing: Doing) -> None:
    """Back to the responsible department with the reason (WF-7)."""
    _answered(doing, PlanStatus.REFUSED)
    doing.case.__dict__.pop("plan", None)


@effect("complete_step")
def complete_step(doing: Doing) -> None:
    """One step is done, with proof."""
    wanted = int(doing.given["row"])
    step = next((step for step in doing.case.open_steps if step.pk == wanted), None)
    if step is None:
        doing.refuse(_("This step is not open."))
        return
    step.done_at, step.done_by, step.proof = doing.now, doing.by, doing.given["proof"]
    doing.save(step)
    for deadline in doing.case.running:
        if deadline.plan_step_id == step.pk:
            deadlines.end(deadline, doing.now, met=True, by=doing.by, reason=doing.act.code)
    for name in ("open_steps", "running"):
        doing.case.__dict__.pop(name, None)
    doing.detail["step"] = step.position
    if not doing.case.open_steps:
        doing.tells |= {CaseRole.HANDLER}
