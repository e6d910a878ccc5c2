"""Legal holds: nothing of a case is deleted, whatever a retention period says, until counsel lifts them. (AC-2)"""

from accountability.models import LegalHold
from accountability.services.doing import Doing, effect
from complaints.services import workflow


@effect("place_hold")
def place_hold(doing: Doing) -> None:
    """The hold is recorded, and the complaint is told by the number of the investigation."""
    complaint = doing.complaint
    made = {"made_by": doing.by, "made_at": doing.now}
    doing.save(LegalHold(complaint=complaint, round=complaint.round, reason=doing.reason, **made))
    _tell_the_complaint(doing)


@effect("lift_hold")
def lift_hold(doing: Doing) -> None:
    """The hold that stands ends, with the reason."""
    hold = LegalHold.objects.select_for_update(of=("self",)).get(complaint=doing.complaint, lifted_at=None)
    hold.lifted_by, hold.lifted_at, hold.lift_reason = doing.by, doing.now, doing.reason
    doing.save(hold)
    _tell_the_complaint(doing)


def _tell_the_complaint(doing: Doing) -> None:
    """The act of the same name on the complaint, by whom and for the reason it is taken here."""
    if doing.by is None:
        raise LookupError("a legal hold is placed and lifted by somebody")
    workflow.perform(
        doing.complaint.pk,
        doing.act.code,
        by=doing.by,
        now=doing.now,
        given={"reason": doing.reason},
        vouched=doing.investigation.number,
    )
    doing.complaint.refresh_from_db(fields=["is_held", "version"])
    doing.inquiry.__dict__.pop("hold", None)
