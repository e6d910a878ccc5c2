"""Feedback, return visit, closing, withdrawal, follow-up. (WF-9 … WF-12)"""

from complaints.models import Communication, FollowUp, ReturnVisit
from complaints.services.doing import Doing, effect
from complaints.states import Direction


def _communication(doing: Doing, direction: Direction, content: str, *, carries_decision: bool = False) -> None:
    doing.make(
        Communication,
        direction=direction,
        medium=doing.given["medium"],
        happened_at=doing.now,
        act=doing.act.code,
        carries_decision=carries_decision,
        content=content,
    )


@effect("give_feedback")
def give_feedback(doing: Doing) -> None:
    """Tell the complainant the result (WF-9). The state shows that plan or opinion is final."""
    _communication(doing, Direction.OUTGOING, doing.given["content"], carries_decision=True)


@effect("record_visit")
def record_visit(doing: Doing) -> None:
    """Grade and confirmation, once per round (WF-10)."""
    given = doing.given
    doing.make(
        ReturnVisit,
        medium=given["medium"],
        grade=given["grade"],
        is_confirmed=bool(given.get("confirmed")),
        comment=given.get("comment") or "",
    )
    _communication(doing, Direction.INCOMING, given.get("comment") or str(doing.act.label))
    doing.case.__dict__.pop("visit", None)
    doing.detail["grade"] = given["grade"]
    doing.detail["confirmed"] = bool(given.get("confirmed"))


@effect("withdraw")
def withdraw(doing: Doing) -> None:
    """The complainant gives it up (WF-12)."""
    _communication(doing, Direction.INCOMING, doing.reason)


@effect("follow_up")
def follow_up(doing: Doing) -> None:
    """Has it come up again? (WF-12)"""
    doing.make(FollowUp, has_recurred=bool(doing.given.get("recurred")), content=doing.given["content"])
    doing.detail["recurred"] = bool(doing.given.get("recurred"))
