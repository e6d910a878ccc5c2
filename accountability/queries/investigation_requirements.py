"""What must be there before an act of an investigation. (AC-1, AC-7, WF-13)"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.queries.eligibility import held_roles
from accountability.states import Declaration
from complaints.punctuation import listed
from complaints.queries.requirements import Given, condition
from complaints.states import ENDED, Role, Severity


@condition("not_own_waiver", gettext_lazy("Somebody else proposed to do without an investigation"))
def not_own_waiver(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Nobody approves what they, or somebody they stand in for, proposed (AC-1)."""
    if inquiry.investigation.made_by_id in standing.people:
        return _("You proposed this yourself; somebody else must decide on it.")
    return None


@condition("has_lead", gettext_lazy("The group has a lead who declared to have no interest"))
def has_lead(inquiry: Any, standing: Any, given: Given) -> str | None:
    """AC-1."""
    if inquiry.lead is None:
        return _("Nobody leads the investigation: appoint a lead first.")
    if inquiry.lead.declaration != Declaration.NO_INTEREST:
        return _("The lead has not declared interests yet.")
    return None


@condition("case_has_moved_on", gettext_lazy("The case ended or went on to another round without this investigation"))
def case_has_moved_on(inquiry: Any, standing: Any, given: Given) -> str | None:
    """While the round is under investigation, only its outcome ends the investigation (WF-4)."""
    if inquiry.complaint.state in ENDED or inquiry.complaint.round != inquiry.investigation.round:
        return None
    return _("The case still waits for the outcome of this investigation.")


@condition("joint_group", gettext_lazy("The joint group of a major case has members for law and quality"))
def joint_group(inquiry: Any, standing: Any, given: Given) -> str | None:
    """A joint group is made for what one department cannot judge alone (AC-1)."""
    if not inquiry.investigation.is_joint or inquiry.complaint.severity != Severity.MAJOR:
        return None
    declared = [row.person_id for row in inquiry.members if row.declaration == Declaration.NO_INTEREST]
    held = held_roles(declared, inquiry)
    lacking = [role.label for role in (Role.LEGAL, Role.QUALITY) if role not in held]
    if not lacking:
        return None
    return _("The joint group of a major case has no member of: %(roles)s.") % {"roles": listed(lacking)}
