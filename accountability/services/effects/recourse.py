"""Claiming back from suppliers and partners what a determination laid on them. (AC-5)"""

from django.utils.translation import gettext as _

from accountability.models import Assignment, Contract, Recourse
from accountability.services.doing import Doing, effect


@effect("claim_recourse")
def claim_recourse(doing: Doing) -> None:
    """Claim an amount from an outside party that bears a share; one open claim for each."""
    assignment = doing.row(Assignment, determination=doing.subject, share__gt=0)
    outside = assignment.charge.party.outside
    if outside is None:
        doing.refuse(_("Recourse is for suppliers and partners."))
    if doing.given["amount"] <= 0:
        doing.refuse(_("Name an amount."))
    if assignment.recourses.filter(settled_at=None).exists():
        doing.refuse(_("A claim on this party waits to be settled."))
    contract = Contract.objects.filter(pk=doing.given.get("contract") or 0, outside=outside).first()
    if doing.given.get("contract") and contract is None:
        doing.refuse(_("The contract is with somebody else."))
    recourse = doing.save(
        Recourse(
            assignment=assignment,
            outside=outside,
            contract=contract,
            amount_claimed=doing.given["amount"],
            claimed_at=doing.now,
            claimed_by=doing.by,
            remark=doing.text("reason"),
        )
    )
    doing.detail |= {"recourse": recourse.pk, "amount": str(recourse.amount_claimed)}


@effect("settle_recourse")
def settle_recourse(doing: Doing) -> None:
    """What came of a claim: at most what was claimed, perhaps nothing."""
    recourse = doing.row(Recourse, settled_at=None, assignment__determination=doing.subject)
    if doing.given["amount"] > recourse.amount_claimed:
        doing.refuse(_("More than was claimed cannot be recovered."))
    recourse.amount_recovered = doing.given["amount"]
    recourse.settled_at, recourse.settled_by = doing.now, doing.by
    recourse.remark = "\n".join(part for part in (recourse.remark, doing.reason) if part)
    doing.save(recourse)
    doing.detail |= {"recourse": recourse.pk, "amount": str(recourse.amount_recovered)}
