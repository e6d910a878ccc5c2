"""Who may read figures, and who works on reports. (RP-1, RP-4, AU-4)"""

from typing import Any

from complaints.states import Role

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
