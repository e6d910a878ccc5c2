"""Who may read figures, and who works on reports. (RP-1, RP-4, AU-4)"""

from typing import Any

from complaints.permissions import case_roles
from complaints.states import CaseRole, Role

#: They read the figures of the whole organisation; these name no complainant.
READERS = (Role.QUALITY, Role.EXECUTIVE, Role.AUDITOR)


def may_read_figures(standing: Any) -> bool:
    """Figures of the whole organisation: the quality department, executives and auditors."""
    return bool(standing.has(*READERS))


def may_monitor(standing: Any) -> bool:
    """The present state of the cases the person may see: also heads, handlers and intake officers, of theirs."""
    return bool(standing.has(*READERS, Role.HEAD, Role.HANDLER, Role.INTAKE, Role.LIAISON, Role.LEGAL))


def may_work_on_reports(standing: Any) -> bool:
    """Build and review reports, answer warnings, draw samples, publish case studies: the quality department."""
    return bool(standing.has(Role.QUALITY))


def may_read_reports(standing: Any) -> bool:
    """Quarterly reports, drafts too: who reads figures, and heads, who may review them (RP-1)."""
    return bool(standing.has(*READERS, Role.HEAD))


def may_review_reports(standing: Any) -> bool:
    """Review a report that another person built: the quality department, or a head."""
    return bool(standing.has(Role.QUALITY, Role.HEAD))


def may_sign_reports(standing: Any) -> bool:
    """Sign off and publish a report: an executive."""
    return bool(standing.has(Role.EXECUTIVE))


def may_read_warnings(standing: Any) -> bool:
    """Early warnings: who reads figures, and heads those of their departments (RP-7)."""
    return bool(standing.has(*READERS, Role.HEAD))


def may_acknowledge_warning(standing: Any, warning: Any) -> bool:
    """Take note of a warning: the quality department, and the head of the department concerned or of one above."""
    if may_work_on_reports(standing):
        return True
    return warning.department is not None and any(
        warning.department.path.startswith(path) for path in standing.paths(Role.HEAD)
    )


def may_explain_warning(standing: Any, warning: Any) -> bool:
    """Say why a cluster is none, or is known: the quality department, never the department concerned for itself."""
    return may_work_on_reports(standing)


def may_record_exposure(standing: Any) -> bool:
    """Record how much was sold or served: the quality department (RP-2)."""
    return bool(standing.has(Role.QUALITY))


def may_open_performance(standing: Any) -> bool:
    """How departments and handlers did: who reads figures, heads of theirs, handlers of their own (RP-4)."""
    return bool(standing.has(*READERS, Role.HEAD, Role.HANDLER))


def may_propose_commendation(standing: Any) -> bool:
    """Propose somebody for excellent handling: the quality department (RP-4)."""
    return bool(standing.has(Role.QUALITY))


def may_decide_commendation(standing: Any) -> bool:
    """Decide on a proposal of another person: an executive (RP-4)."""
    return bool(standing.has(Role.EXECUTIVE))


# --- Cost (RP-13) ----------------------------------------------------------------------------------------------------

#: Towards a case, these work on it.
_WORKING = frozenset(
    {
        CaseRole.INTAKE,
        CaseRole.HANDLER,
        CaseRole.OWNER_HEAD,
        CaseRole.LIAISON,
        CaseRole.RESPONSIBLE_HEAD,
        CaseRole.EXECUTIVE,
        CaseRole.QUALITY,
        CaseRole.LEGAL,
    }
)


def may_read_costs(standing: Any) -> bool:
    """What complaints cost: who reads figures, and heads that of their departments."""
    return bool(standing.has(*READERS, Role.HEAD))


def may_enter_costs(standing: Any) -> bool:
    """Enter hourly rates, budgets and spending: the quality department."""
    return bool(standing.has(Role.QUALITY))


def may_record_hours(standing: Any, case: Any) -> bool:
    """Record time worked on a case: whoever works on it by a role towards it."""
    return bool(case_roles(standing, case, _WORKING))


def may_record_hours_of(standing: Any, member: Any) -> bool:
    """Record the time of a person of that standing: one's own, and as head that of members of the department."""
    if member.user_id == standing.user_id:
        return True
    paths = standing.paths(Role.HEAD)
    return any(path.startswith(above) for path in member.own_paths for above in paths)


def may_withdraw_hours(standing: Any, entry: Any) -> bool:
    """Withdraw recorded time: whose it is, who entered it, a head above, the quality department."""
    if standing.user_id in {entry.person_id, entry.entered_by_id} or standing.has(Role.QUALITY):
        return True
    return any(entry.department.path.startswith(path) for path in standing.paths(Role.HEAD))
