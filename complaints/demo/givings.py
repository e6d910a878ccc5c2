"""What steps give that depends on the case as it stands when they are taken. None: the step does not happen."""

from typing import Any

from complaints.demo import texts
from complaints.demo.lines import Given


def some_handler(play: Any) -> Given:
    """A handler of the owning department who need not keep away."""
    handlers = [person for person in play.handlers() if person.pk not in play.case.recused_people]
    return {"person": play.rng.choice(handlers), "reason": ""}


def other_handler(play: Any) -> Given:
    """Another handler, who declares an interest."""
    others = [person for person in play.handlers() if person.pk != play.complaint.handler_id]
    return {"person": play.rng.choice(others), "reason": "与投诉人有亲属关系，申请回避。"}


def resumption(play: Any) -> Given | None:
    """A pause whose cap has passed needs nobody to end it."""
    return {"reason": play.rng.choice(texts.RESUMES)} if play.case.open_pause else None


def request(play: Any) -> Given | None:
    """One request at a time."""
    if any(escalation.origin == "requested" for escalation in play.case.open_escalations):
        return None
    return {"reason": play.rng.choice(texts.ESCALATION_REQUESTS)}


def next_item(play: Any) -> Given | None:
    """The next open item of the emergency plan, if there is one."""
    items = play.case.open_emergency_items
    return {"row": str(items[0].pk), "reason": play.rng.choice(texts.EMERGENCY_REMARKS)} if items else None


def next_step(play: Any) -> Given | None:
    """The next open step of the plan, if there is one."""
    steps = play.case.open_steps
    return {"row": str(steps[0].pk), "proof": play.rng.choice(texts.PROOFS)} if steps else None
