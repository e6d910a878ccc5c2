"""The group of an investigation: who comes, who declares what, who leaves and why. (AC-1, WF-13)

Nobody investigates who must keep away. Permissions refuse them from the moment that is on record; what is done here
takes them off the list, ends what they may read, and hands their tasks on.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accountability.models import Membership
from accountability.queries.eligibility import kept_away, serves
from accountability.services.doing import Doing, effect
from accountability.services.effects.tasks import hand_on
from accountability.states import Declaration
from complaints.acts import ACTS
from complaints.models import Admission
from complaints.services import workflow as cases


@effect("appoint")
def appoint(doing: Doing) -> None:
    """Name a person for the group, or make a member its lead. The lead before stays a member."""
    put_out(doing)
    person, leads = doing.given["person"], bool(doing.given.get("is_lead"))
    department = doing.given.get("department")
    _check(doing, person, department)
    member = doing.inquiry.member(person.pk)
    if member is not None and (member.is_lead or not leads):
        doing.refuse(_("%(person)s is of the group already.") % {"person": person})
    if leads:
        _step_back(doing)
    if member is None:
        member = doing.add(Membership, person=person, is_lead=leads, department=department)
    else:
        member.is_lead = True
        member.department = department or member.department
        doing.save(member)
    forget(doing)
    doing.detail |= {"person": person.pk, "is_lead": leads}
    doing.people_told.add(person.pk)
    hand_on(doing)


def _check(doing: Doing, person: Any, department: Any) -> None:
    if not person.is_active or kept_away(doing.inquiry, {person.pk}):
        doing.refuse(_("%(person)s must keep away from this case.") % {"person": person})
    if department is not None and not serves(person, department, doing.inquiry):
        doing.refuse(_("%(person)s holds no post in %(department)s.") % {"person": person, "department": department})


def _step_back(doing: Doing) -> None:
    lead = doing.inquiry.lead
    if lead is not None:
        lead.is_lead = False
        doing.save(lead)
        doing.detail["lead_before"] = lead.person_id


@effect("declare_interests")
def declare_interests(doing: Doing) -> None:
    """None: the person reads the complaint from now on. An interest: the person keeps away from it from now on.

    Keeping away from the complaint holds for whoever stands in for the person too. (WF-13)
    """
    member = doing.inquiry.member(doing.standing.user_id)
    if member is None:
        raise LookupError(doing.standing.user_id)  # permissions know members alone
    interest = doing.text("interest").strip()
    if doing.given["declaration"] == Declaration.NO_INTEREST:
        if interest:
            doing.refuse(_("An interest is named: declare that you have one, or leave the field empty."))
        _admit(doing, member)
        return
    if not interest:
        doing.refuse(_("Say which interest you have in the matter."))
    member.declaration, member.interest, member.declared_at = Declaration.INTEREST, interest, doing.now
    _leave(doing, member, _("Declared an interest in the matter"))
    keep_away(doing, member.person, interest)
    doing.detail |= {"declaration": Declaration.INTEREST.value, "lead": member.is_lead}


def _admit(doing: Doing, member: Membership) -> None:
    member.declaration, member.declared_at = Declaration.NO_INTEREST, doing.now
    doing.save(member)
    given = {"person": member.person, "reason": doing.investigation.number}
    cases.perform(
        doing.complaint.pk, "admit", by=member.person, now=doing.now, given=given, vouched=doing.investigation.number
    )
    doing.detail["declaration"] = Declaration.NO_INTEREST.value
    hand_on(doing)


@effect("dismiss")
def dismiss(doing: Doing) -> None:
    """Let a member go; tasks go to the lead. There is always a lead: another one is appointed first."""
    member = doing.row(Membership, investigation=doing.investigation, left_at=None)
    if member.is_lead:
        doing.refuse(_("The group needs a lead: appoint another one first, then dismiss this one."))
    _leave(doing, member, doing.reason)
    doing.detail["person"] = member.person_id
    doing.people_told.add(member.person_id)


def put_out(doing: Doing, reason: str = "") -> list[int]:
    """Take everybody off the list who must keep away by now. Returns their ids."""
    forget(doing)
    staying = {row.pk for row in doing.inquiry.members}
    leaving = [row for row in doing.inquiry.appointed if row.pk not in staying]
    for member in leaving:
        _leave(doing, member, reason or _("Must keep away from the case"))
    if leaving:
        doing.detail["put_out"] = [member.person_id for member in leaving]
    return [member.person_id for member in leaving]


def disband(doing: Doing, reason: str) -> None:
    """Everybody leaves: there is nothing to be found out any more."""
    for member in doing.inquiry.appointed:
        _leave(doing, member, reason)


def _leave(doing: Doing, member: Membership, reason: str) -> None:
    member.left_at, member.left_reason = doing.now, reason
    doing.save(member)
    release(doing, [member.person_id])
    forget(doing)
    hand_on(doing)


def release(doing: Doing, people: Iterable[int]) -> None:
    """End what these people may read of the complaint beyond their office, unless another group of it needs them."""
    if doing.complaint.state not in ACTS["release"].sources:
        return
    others = Membership.objects.filter(
        investigation__complaint=doing.complaint, declaration=Declaration.NO_INTEREST, left_at=None
    )
    rows = Admission.objects.filter(complaint=doing.complaint, person__in=people, ended_at=None)
    for admission in rows.exclude(person__in=others.values("person")).select_related("person"):
        cases.perform(
            doing.complaint.pk,
            "release",
            by=doing.person,
            now=doing.now,
            given={"person": admission.person, "reason": doing.investigation.number},
            vouched=doing.investigation.number,
        )


def keep_away(doing: Doing, person: Any, reason: str) -> None:
    """Record on the complaint that the person must keep away from it."""
    cases.perform(
        doing.complaint.pk,
        "recuse",
        by=doing.person,
        now=doing.now,
        given={"person": person, "reason": reason},
        vouched=doing.investigation.number,
    )
    forget(doing)
    doing.complaint.refresh_from_db(fields=["handler", "supervisor"])


def forget(doing: Doing) -> None:
    """Let what is known of people be read again."""
    for name in ("appointed", "members", "parties", "recusals"):
        doing.inquiry.__dict__.pop(name, None)
