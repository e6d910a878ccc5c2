"""What must be there before an act: each a small named condition; all that is missing is reported at once. (WF-1)

A condition looks at the case, at who acts, and at what is given with the act; it returns a sentence that says what is
missing, or None. On the case page nothing is given yet (`given` is None): conditions about the form then hold back.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.acts import Act
from complaints.permissions import case_roles
from complaints.queries.case import Case
from complaints.states import ApprovalLevel, CaseRole, Medium, NoteKind, SheetStatus

Given = Mapping[str, Any] | None
Condition = Callable[[Case, Any, Given], str | None]

CONDITIONS: dict[str, Condition] = {}
#: What each condition stands for when it is met: the ticked line of a checklist.
MET: dict[str, str | Promise] = {}


def condition(code: str, met: str | Promise) -> Callable[[Condition], Condition]:
    """Register a condition under its code, with the line a checklist shows when it holds."""

    def register(function: Condition) -> Condition:
        CONDITIONS[code] = function
        MET[code] = met
        return function

    return register


def missing(case: Case, act: Act, standing: Any, given: Given) -> list[str]:
    """Everything that stands in the way of the act, in the order of the table; empty if nothing does."""
    found = [text for code in act.needs if (text := CONDITIONS[code](case, standing, given))]
    if given is not None:
        found += [
            _("“%(field)s” is missing.") % {"field": ask.label}
            for ask in act.asks
            if ask.required and given.get(ask.name) in (None, "", [], (), False)
        ]
    return found


def checklist(case: Case, act: Act, standing: Any) -> list[tuple[bool, str]]:
    """Each condition of the act with whether it is met, for the case page."""
    rows = []
    for code in act.needs:
        text = CONDITIONS[code](case, standing, None)
        rows.append((text is None, text or str(MET[code])))
    return rows


@condition("truth_declared", gettext_lazy("The complainant declared the content to be true, where the policy asks"))
def truth_declared(case: Case, standing: Any, given: Given) -> str | None:
    """IN-12."""
    if case.rules.acceptance.declaration_required and not case.complaint.is_truth_declared:
        return _("The complainant has not declared the content to be true.")
    return None


@condition("truth_not_declared", gettext_lazy("No declaration of truth is on record yet"))
def truth_not_declared(case: Case, standing: Any, given: Given) -> str | None:
    """IN-12."""
    return _("The declaration of truth is already on record.") if case.complaint.is_truth_declared else None


@condition("legal_consulted", gettext_lazy("Legal counsel was consulted, where the policy asks"))
def legal_consulted(case: Case, standing: Any, given: Given) -> str | None:
    """CL-6: before a major case is handed to a department."""
    if case.complaint.severity not in case.rules.legal_consultation_for:
        return None
    if any(note.kind == NoteKind.LEGAL_CONSULTATION for note in case.notes):
        return None
    return _("A legal consultation is not on record for this case.")


@condition("sheet_replied", gettext_lazy("The department replied to the contact sheet"))
def sheet_replied(case: Case, standing: Any, given: Given) -> str | None:
    """The responsible department is heard before responsibility is determined (AC-8)."""
    if case.sheet is not None and case.sheet.status == SheetStatus.REPLIED:
        return None
    return _("The responsible department has not replied to the contact sheet.")


@condition("sheet_acknowledged", gettext_lazy("The contact sheet is acknowledged"))
def sheet_acknowledged(case: Case, standing: Any, given: Given) -> str | None:
    """WF-2."""
    if case.sheet is not None and case.sheet.status in {SheetStatus.ACKNOWLEDGED, SheetStatus.REPLIED}:
        return None
    return _("There is no acknowledged contact sheet.")


@condition("waiver_allowed", gettext_lazy("The policy allows going ahead without a determination"))
def waiver_allowed(case: Case, standing: Any, given: Given) -> str | None:
    """WF-4; compulsory under some policies (S0)."""
    if case.rules.determination.compulsory:
        return _("This policy requires a determination of responsibility.")
    return None


@condition("formally_found", gettext_lazy("The formal investigation came to its end, where one is needed"))
def formally_found(case: Case, standing: Any, given: Given) -> str | None:
    """AC-6: where the policy asks for it, or an investigation is open, nothing but its outcome leads on."""
    complaint = case.complaint
    is_open = complaint.formal_round == complaint.round
    if case.vouched or not (is_open or complaint.severity in case.rules.determination.formal_for):
        return None
    if is_open:
        return _("A formal investigation is open: its outcome is recorded on its own page.")
    return _("This policy requires a formal investigation: open it first.")


@condition("approval_level", gettext_lazy("You are of the level that must approve"))
def approval_level(case: Case, standing: Any, given: Given) -> str | None:
    """WF-5."""
    roles = case_roles(standing, case)
    if CaseRole.EXECUTIVE in roles:
        return None
    if case.approval_level == ApprovalLevel.HEAD and CaseRole.OWNER_HEAD in roles:
        return None
    return _("A plan of this severity needs the decision of: %(level)s.") % {"level": case.approval_level.label}


@condition("not_own_plan", gettext_lazy("Somebody else made the plan"))
def not_own_plan(case: Case, standing: Any, given: Given) -> str | None:
    """Nobody approves what they proposed themselves."""
    if case.plan is not None and case.plan.made_by_id == standing.user_id:
        return _("You submitted this plan yourself; somebody else must decide on it.")
    return None


@condition("meeting_decided", gettext_lazy("A meeting decided in favour, where the policy asks"))
def meeting_decided(case: Case, standing: Any, given: Given) -> str | None:
    """WF-5: major and principle matters."""
    if case.complaint.severity not in case.rules.meeting_decision_for:
        return None
    made_at = case.plan.made_at if case.plan else None
    if any(m.is_approving and (made_at is None or m.made_at >= made_at) for m in case.meetings):
        return None
    return _("A meeting decision in favour of this plan is not on record.")


@condition("steps_done", gettext_lazy("All steps of the plan are done"))
def steps_done(case: Case, standing: Any, given: Given) -> str | None:
    """WF-8."""
    count = len(case.open_steps)
    if not count:
        return None
    return ngettext("%(count)d step of the plan is not done.", "%(count)d steps of the plan are not done.", count) % {
        "count": count
    }


@condition("in_writing", gettext_lazy("The reply is in writing, or the reason is given"))
def in_writing(case: Case, standing: Any, given: Given) -> str | None:
    """WF-9: in principle in writing."""
    if given is None or not case.rules.feedback.in_writing:
        return None
    if given.get("medium") in {Medium.LETTER, Medium.EMAIL} or given.get("reason"):
        return None
    return _("This policy asks for a written reply; say why it was not in writing.")


def _unreachable(case: Case) -> bool:
    """The policy's documented substitute for the complainant's word (WF-11)."""
    substitute = case.rules.closing.substitute
    return (
        substitute is not None
        and case.unreached_attempts >= substitute.attempts
        and case.unreached_days >= substitute.different_days
    )


@condition("visit_recorded", gettext_lazy("The return visit is on record"))
def visit_recorded(case: Case, standing: Any, given: Given) -> str | None:
    """WF-10."""
    return None if case.visit is not None else _("The return visit is not on record.")


@condition("no_visit_yet", gettext_lazy("No return visit is on record for this round"))
def no_visit_yet(case: Case, standing: Any, given: Given) -> str | None:
    """One survey per round."""
    return None if case.visit is None else _("The return visit of this round is already on record.")


@condition(
    "result_confirmed", gettext_lazy("The complainant confirmed the result, or could not be reached as documented")
)
def result_confirmed(case: Case, standing: Any, given: Given) -> str | None:
    """WF-11."""
    if not case.rules.closing.confirmation_required or (case.visit and case.visit.is_confirmed) or _unreachable(case):
        return None
    substitute = case.rules.closing.substitute
    if substitute is None:
        return _("The complainant has not confirmed the result.")
    return _(
        "The complainant has not confirmed the result, and there are no %(attempts)d attempts to reach them on "
        "%(days)d different days."
    ) % {"attempts": substitute.attempts, "days": substitute.different_days}


@condition("grade_closes", gettext_lazy("The grade of the return visit closes the case"))
def grade_closes(case: Case, standing: Any, given: Given) -> str | None:
    """WF-10: satisfied or very satisfied, or whatever the policy says."""
    if case.visit is None:
        return None if _unreachable(case) else _("The return visit is not on record.")
    if case.visit.grade in case.rules.closing.grades:
        return None
    return _("With the grade “%(grade)s” the case goes on.") % {"grade": case.visit.get_grade_display()}


@condition("no_open_escalation", gettext_lazy("Every escalation is answered"))
def no_open_escalation(case: Case, standing: Any, given: Given) -> str | None:
    """DL-5."""
    return None if not case.open_escalations else _("An escalation is not answered yet.")


@condition("no_requested_escalation", gettext_lazy("No request for higher management is open"))
def no_requested_escalation(case: Case, standing: Any, given: Given) -> str | None:
    """One request at a time."""
    if any(escalation.origin == "requested" for escalation in case.open_escalations):
        return _("A request for higher management already waits for an answer.")
    return None


@condition("open_handover", gettext_lazy("A handover is offered to your department"))
def open_handover(case: Case, standing: Any, given: Given) -> str | None:
    """IN-5."""
    handover = case.open_handover
    if handover is None:
        return _("No handover is offered.")
    if not any(held.department_id == handover.to_department_id for held in standing.held):
        return _("The handover is offered to %(department)s.") % {"department": handover.to_department}
    return None


@condition("no_open_handover", gettext_lazy("No handover waits for an answer"))
def no_open_handover(case: Case, standing: Any, given: Given) -> str | None:
    """IN-5."""
    return None if case.open_handover is None else _("A handover already waits for an answer.")


@condition("decision_final", gettext_lazy("The decision is final, if the message carries it"))
def decision_final(case: Case, standing: Any, given: Given) -> str | None:
    """WF-6: nothing of the handling opinion goes out before it is final."""
    if given is None or not given.get("carries_decision"):
        return None
    if case.plan is not None and case.plan.status in {"approved", "agreed"}:
        return None
    if case.finding is not None and case.finding.outcome == "unfounded":
        return None
    return _("The plan is not approved: no message may carry the decision yet.")


@condition("not_paused", gettext_lazy("The clocks run"))
def not_paused(case: Case, standing: Any, given: Given) -> str | None:
    """One pause at a time."""
    return None if case.open_pause is None else _("The clocks already stand still.")


@condition("paused", gettext_lazy("The clocks stand still"))
def paused(case: Case, standing: Any, given: Given) -> str | None:
    """There must be something to resume."""
    return None if case.open_pause is not None else _("The clocks are not paused.")


@condition("pause_left", gettext_lazy("The policy allows a pause"))
def pause_left(case: Case, standing: Any, given: Given) -> str | None:
    """DL-7: only for listed grounds. The cap is checked when the pause is made."""
    if not case.rules.pause_reasons:
        return _("This policy knows no ground for a pause.")
    return None
