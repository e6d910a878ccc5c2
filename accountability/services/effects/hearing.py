"""What a party answers to a determination, or does not. (AC-8)"""

from accountability.services import hearings
from accountability.services.doing import Doing, effect
from accountability.states import HearingStatus
from complaints.services import appointed


@effect("accept_determination")
def accept_determination(doing: Doing) -> None:
    """The party accepts, with or without a word."""
    hearings.answer(doing, doing.subject, HearingStatus.ACCEPTED, doing.text("answer"))


@effect("object")
def object_to(doing: Doing) -> None:
    """The party disputes: somebody who stands above both departments decides."""
    hearings.answer(doing, doing.subject, HearingStatus.OBJECTED, doing.given["grounds"])


@effect("record_answer")
def record_answer(doing: Doing) -> None:
    """What a party without an account said, and by what means."""
    status = HearingStatus.OBJECTED if doing.given.get("is_objection") else HearingStatus.ACCEPTED
    hearings.answer(doing, doing.subject, status, doing.given["answer"], medium=doing.given["medium"])
    doing.detail["medium"] = doing.given["medium"]


@effect("extend")
def extend(doing: Doing) -> None:
    """More time: the clock and its reminders follow."""
    hearing = doing.subject
    doing.detail |= {"old": hearing.due_at.isoformat(), "new": doing.given["due_at"].isoformat()}
    hearing.due_at = doing.given["due_at"]
    appointed.move(doing.inquiry, hearings.subject_of(hearing), by=doing.by, reason=doing.reason, due_at=hearing.due_at)


@effect("fall_silent")
def fall_silent(doing: Doing) -> None:
    """The time is over and nobody answered: taken as accepted, by the system, on record."""
    hearing = doing.subject
    if hearing.due_at > doing.now:
        doing.refuse("not due")
    hearing.answered_at = doing.now
    doing.detail["due_at"] = hearing.due_at.isoformat()
    appointed.end(doing.inquiry, hearings.subject_of(hearing), met=False, by=None, reason=doing.act.code)
    hearings.tell_when_all_are_heard(doing, hearing.determination)
