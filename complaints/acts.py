"""Everything that can be done with a complaint, as one table.

Each act names: from which states, to which state (none: it runs beside the case), who may, what must be there first
(`needs`, reported together), what the person gives (`asks`), and who is told. Clocks are not named here: a policy says
which acts start and stop them (DL-1). The table is read by the workflow service, the forms, the checklist on the case
page, and the tests. (WF-1, DESIGN §3)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.states import OPEN, UNARCHIVED, CaseRole, State

R = CaseRole
S = State


class AskKind(StrEnum):
    """What sort of thing a form field takes; forms map it to a widget, the service to a check."""

    TEXT = "text"
    LINE = "line"
    CHOICE = "choice"
    CHOICES = "choices"
    FLAG = "flag"
    CATEGORY = "category"
    DEPARTMENT = "department"
    PERSON = "person"
    MOMENT = "moment"
    DAY = "day"
    MONEY = "money"
    FILE = "file"
    STEPS = "steps"
    FILES = "files"
    TABLE = "table"
    COMPLAINT = "complaint"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a person gives with an act. `options` names where choices come from (an enum, or a policy list)."""

    name: str
    label: str | Promise
    kind: AskKind
    required: bool = True
    options: str = ""
    help: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done. `target` None leaves the state alone."""

    code: str
    label: str | Promise
    sources: frozenset[str]
    target: str | None
    roles: frozenset[str]
    asks: tuple[Ask, ...] = ()
    needs: tuple[str, ...] = ()
    tells: frozenset[str] = field(default_factory=frozenset)
    new_round: bool = False
    #: Nobody appointed takes this act; the system does, from its own services.
    by_system: bool = False

    def ask(self, name: str) -> Ask:
        """The ask of that name; KeyError if there is none."""
        for ask in self.asks:
            if ask.name == name:
                return ask
        raise KeyError(name)


REASON = Ask("reason", _("Reason"), AskKind.TEXT)
REMARK = Ask("reason", _("Remark"), AskKind.TEXT, required=False)

FRONT = frozenset({R.INTAKE, R.HANDLER})
FRONT_AND_HEAD = FRONT | {R.OWNER_HEAD}
CASEWORK = frozenset({R.HANDLER, R.OWNER_HEAD})
RESPONSIBLE = frozenset({R.LIAISON, R.RESPONSIBLE_HEAD})
APPROVERS = frozenset({R.OWNER_HEAD, R.EXECUTIVE})

SHEET = (
    Ask("department", _("Responsible department"), AskKind.DEPARTMENT),
    Ask("request", _("What is asked of the department"), AskKind.TEXT),
)
CLASSIFICATION = (
    Ask("category", _("Category"), AskKind.CATEGORY),
    Ask("severity", _("Severity"), AskKind.CHOICE, options="severity"),
    Ask("difficulty", _("Difficulty"), AskKind.CHOICE, options="difficulty"),
)


def _act(
    code: str,
    label: str | Promise,
    sources: Iterable[State],
    target: State | None,
    roles: Iterable[CaseRole],
    *,
    asks: tuple[Ask, ...] = (),
    needs: tuple[str, ...] = (),
    tells: Iterable[CaseRole] = (),
    new_round: bool = False,
    by_system: bool = False,
) -> Act:
    return Act(
        code,
        label,
        frozenset(sources),
        target,
        frozenset(roles),
        asks,
        needs,
        frozenset(tells),
        new_round,
        by_system,
    )


_TABLE = (
    # -- the main line ------------------------------------------------------------------------------------------------
    _act(
        "accept",
        pgettext_lazy("act", "Accept"),
        {S.REGISTERED},
        S.ACCEPTED,
        FRONT,
        asks=(
            *CLASSIFICATION,
            Ask("entitled", _("The complainant is entitled to complain"), AskKind.FLAG),
            Ask("proper", _("The respondent and the purpose are proper"), AskKind.FLAG),
            REMARK,
        ),
        needs=("truth_declared",),
        tells={R.OWNER_HEAD},
    ),
    _act(
        "decline",
        pgettext_lazy("act", "Decline"),
        {S.REGISTERED},
        S.DECLINED,
        FRONT,
        asks=(
            Ask("ground", _("Ground"), AskKind.CHOICE, options="refusal_ground"),
            REASON,
            Ask("alternative", _("Other way offered to the complainant"), AskKind.TEXT),
            Ask("told_by", _("Complainant told by"), AskKind.CHOICE, options="medium"),
        ),
    ),
    _act(
        "dispatch",
        pgettext_lazy("act", "Dispatch"),
        {S.ACCEPTED},
        S.DISPATCHED,
        FRONT,
        asks=SHEET,
        needs=("legal_consulted",),
        tells=RESPONSIBLE,
    ),
    _act(
        "redispatch",
        pgettext_lazy("act", "Dispatch to another department"),
        {S.DISPATCHED, S.INVESTIGATING},
        S.DISPATCHED,
        FRONT,
        asks=(*SHEET, REASON),
        tells=RESPONSIBLE,
    ),
    _act(
        "acknowledge",
        pgettext_lazy("act", "Acknowledge the contact sheet"),
        {S.DISPATCHED},
        S.INVESTIGATING,
        RESPONSIBLE,
        asks=(REMARK,),
        tells={R.HANDLER},
    ),
    _act(
        "return_sheet",
        pgettext_lazy("act", "Return the contact sheet"),
        {S.DISPATCHED, S.INVESTIGATING},
        S.ACCEPTED,
        RESPONSIBLE,
        asks=(REASON,),
        tells={R.HANDLER, R.OWNER_HEAD},
    ),
    _act(
        "determine",
        pgettext_lazy("act", "Determine responsibility"),
        {S.INVESTIGATING},
        S.DETERMINED,
        CASEWORK,
        asks=(
            Ask("outcome", _("Finding"), AskKind.CHOICE, options="outcome"),
            Ask("opinion", _("Facts found and responsibility"), AskKind.TEXT),
        ),
        needs=("sheet_replied", "formally_found"),
        tells=RESPONSIBLE,
    ),
    _act(
        "waive_determination",
        pgettext_lazy("act", "Go ahead without a determination"),
        {S.INVESTIGATING},
        S.DETERMINED,
        CASEWORK,
        asks=(REASON,),
        needs=("waiver_allowed", "formally_found"),
        tells=RESPONSIBLE,
    ),
    _act(
        "find_unfounded",
        pgettext_lazy("act", "Find unfounded"),
        {S.INVESTIGATING},
        S.COMPLETED,
        CASEWORK,
        asks=(Ask("opinion", _("Written opinion for the complainant"), AskKind.TEXT),),
        needs=("formally_found",),
        tells=RESPONSIBLE | {R.OWNER_HEAD},
    ),
    _act(
        "submit_plan",
        pgettext_lazy("act", "Submit the resolution plan"),
        {S.DETERMINED},
        S.APPROVING,
        {R.HANDLER, R.LIAISON},
        asks=(
            Ask("remedies", _("Remedies"), AskKind.CHOICES, options="remedy"),
            Ask("decision_kind", _("Kind of decision"), AskKind.CHOICE, options="decision_kind"),
            Ask("amount", _("Amount"), AskKind.MONEY, required=False),
            Ask("summary", _("Resolution"), AskKind.TEXT),
            Ask("opinion", _("Handling opinion, signed"), AskKind.TEXT),
            Ask("improvement", _("Improvement measures"), AskKind.TEXT, required=False),
            Ask("steps", _("Steps with owner and date"), AskKind.STEPS),
        ),
        tells=APPROVERS,
    ),
    _act(
        "approve_plan",
        pgettext_lazy("act", "Approve the plan"),
        {S.APPROVING},
        S.OFFERED,
        APPROVERS,
        asks=(Ask("opinion", _("Opinion"), AskKind.TEXT),),
        needs=("approval_level", "not_own_plan", "meeting_decided"),
        tells={R.HANDLER, R.LIAISON},
    ),
    _act(
        "reject_plan",
        pgettext_lazy("act", "Reject the plan"),
        {S.APPROVING},
        S.DETERMINED,
        APPROVERS,
        asks=(REASON,),
        needs=("approval_level", "not_own_plan"),
        tells={R.HANDLER, R.LIAISON},
    ),
    _act(
        "agree",
        pgettext_lazy("act", "Complainant agrees"),
        {S.OFFERED},
        S.IMPLEMENTING,
        FRONT,
        asks=(Ask("medium", _("By what means"), AskKind.CHOICE, options="medium"), REMARK),
        tells=RESPONSIBLE,
    ),
    _act(
        "disagree",
        pgettext_lazy("act", "Complainant disagrees"),
        {S.OFFERED},
        S.DETERMINED,
        FRONT,
        asks=(Ask("medium", _("By what means"), AskKind.CHOICE, options="medium"), REASON),
        tells=RESPONSIBLE | {R.HANDLER, R.OWNER_HEAD},
    ),
    _act(
        "complete",
        pgettext_lazy("act", "Report implementation complete"),
        {S.IMPLEMENTING},
        S.COMPLETED,
        {R.HANDLER, R.LIAISON},
        asks=(REMARK,),
        needs=("steps_done",),
        tells={R.HANDLER, R.INTAKE},
    ),
    _act(
        "give_feedback",
        pgettext_lazy("act", "Give feedback to the complainant"),
        {S.COMPLETED},
        S.RETURN_VISIT,
        FRONT,
        asks=(
            Ask("medium", _("By what means"), AskKind.CHOICE, options="medium"),
            Ask("content", _("What was solved, course of handling, who handled it, improvement"), AskKind.TEXT),
            Ask(
                "reason",
                _("Why not in writing"),
                AskKind.TEXT,
                required=False,
                help=_("Needed where the policy asks for a written reply and another means was used."),
            ),
        ),
        needs=("in_writing",),
        tells={R.OWNER_HEAD},
    ),
    _act(
        "close",
        pgettext_lazy("act", "Close"),
        {S.RETURN_VISIT},
        S.CLOSED,
        CASEWORK,
        asks=(REMARK,),
        needs=("result_confirmed", "grade_closes"),
        tells={R.LIAISON},
    ),
    _act(
        "continue_case",
        pgettext_lazy("act", "Continue in a new round"),
        {S.RETURN_VISIT},
        S.ACCEPTED,
        CASEWORK,
        asks=(REASON,),
        needs=("visit_recorded",),
        tells={R.OWNER_HEAD, R.RESPONSIBLE_HEAD},
        new_round=True,
    ),
    _act(
        "reopen",
        pgettext_lazy("act", "Reopen"),
        {S.CLOSED, S.DECLINED, S.WITHDRAWN},
        S.REGISTERED,
        FRONT_AND_HEAD,
        asks=(REASON,),
        tells={R.HANDLER, R.OWNER_HEAD},
        new_round=True,
    ),
    _act(
        "withdraw",
        pgettext_lazy("act", "Complainant withdraws"),
        OPEN,
        S.WITHDRAWN,
        FRONT,
        asks=(Ask("medium", _("By what means"), AskKind.CHOICE, options="medium"), REASON),
        tells=RESPONSIBLE | {R.HANDLER},
    ),
    _act(
        "archive",
        pgettext_lazy("act", "Archive"),
        {S.CLOSED, S.DECLINED, S.WITHDRAWN},
        S.ARCHIVED,
        FRONT | {R.QUALITY},
        needs=("no_open_escalation",),
    ),
    # -- beside the main line -----------------------------------------------------------------------------------------
    _act(
        "assign_handler",
        pgettext_lazy("act", "Assign the handler"),
        OPEN,
        None,
        FRONT_AND_HEAD,
        asks=(Ask("person", _("Handler"), AskKind.PERSON, options="handlers"), REMARK),
        tells={R.HANDLER},
    ),
    _act(
        "classify",
        pgettext_lazy("act", "Change the classification"),
        OPEN - {S.REGISTERED},
        None,
        FRONT_AND_HEAD,
        asks=(
            *CLASSIFICATION,
            Ask("further_categories", _("Further categories"), AskKind.CHOICES, required=False, options="category"),
            REASON,
        ),
        tells={R.OWNER_HEAD},
    ),
    _act(
        "declare_truth",
        pgettext_lazy("act", "Record the declaration of truth"),
        {S.REGISTERED},
        None,
        FRONT,
        asks=(Ask("medium", _("By what means"), AskKind.CHOICE, options="medium"), REMARK),
        needs=("truth_not_declared",),
    ),
    _act(
        "convert",
        pgettext_lazy("act", "Convert between complaint and feedback"),
        {S.REGISTERED, S.ACCEPTED},
        None,
        FRONT,
        asks=(REASON,),
    ),
    _act(
        "hand_over",
        pgettext_lazy("act", "Offer the case to another owning department"),
        OPEN,
        None,
        FRONT_AND_HEAD,
        asks=(Ask("department", _("New owning department"), AskKind.DEPARTMENT), REASON),
        needs=("no_open_handover",),
    ),
    _act(
        "accept_handover",
        pgettext_lazy("act", "Take the case over"),
        OPEN,
        None,
        {R.ADDRESSEE},
        asks=(REMARK,),
        needs=("open_handover",),
        tells={R.OWNER_HEAD},
    ),
    _act(
        "refuse_handover",
        pgettext_lazy("act", "Refuse to take the case over"),
        OPEN,
        None,
        {R.ADDRESSEE},
        asks=(REASON,),
        needs=("open_handover",),
        tells={R.HANDLER, R.OWNER_HEAD},
    ),
    _act(
        "add_respondent",
        pgettext_lazy("act", "Add a respondent"),
        OPEN,
        None,
        FRONT,
        asks=(
            Ask("party_kind", _("Kind of party"), AskKind.CHOICE, options="party_kind"),
            Ask("department", _("Department"), AskKind.DEPARTMENT, required=False),
            Ask("person", _("Person"), AskKind.PERSON, required=False, options="people"),
            Ask("name", _("Name"), AskKind.LINE, required=False),
        ),
    ),
    _act(
        "recuse",
        pgettext_lazy("act", "Record a recusal"),
        UNARCHIVED,
        None,
        FRONT | RESPONSIBLE | APPROVERS | {R.LEGAL, R.QUALITY},
        asks=(Ask("person", _("Person"), AskKind.PERSON, options="people"), REASON),
        tells={R.OWNER_HEAD},
    ),
    _act(
        "reply_sheet",
        pgettext_lazy("act", "Reply to the contact sheet"),
        {S.INVESTIGATING, S.DETERMINED},
        None,
        RESPONSIBLE,
        asks=(
            Ask("content", _("Reply"), AskKind.TEXT),
            Ask("proposal", _("Proposed resolution"), AskKind.TEXT, required=False),
        ),
        needs=("sheet_acknowledged",),
        tells={R.HANDLER},
    ),
    _act(
        "record_meeting",
        pgettext_lazy("act", "Record a meeting decision"),
        {S.DETERMINED, S.APPROVING},
        None,
        APPROVERS,
        asks=(
            Ask("held_on", _("Held on"), AskKind.DAY),
            Ask("participants", _("Participants"), AskKind.TEXT),
            Ask("by_consensus", _("By consensus"), AskKind.FLAG, required=False),
            Ask("votes", _("Votes"), AskKind.LINE, required=False, help=_("For, against, abstained.")),
            Ask("decision", _("Decision"), AskKind.CHOICE, options="meeting_decision"),
            Ask("minutes", _("Minutes"), AskKind.TEXT),
            Ask("notify_authority", _("Report to the authority in charge"), AskKind.FLAG, required=False),
        ),
        tells={R.HANDLER},
    ),
    _act(
        "complete_step",
        pgettext_lazy("act", "Report a step done"),
        {S.IMPLEMENTING},
        None,
        RESPONSIBLE | {R.HANDLER},
        asks=(
            Ask("row", _("Step"), AskKind.ROW, options="open_steps"),
            Ask("proof", _("What was done, and proof"), AskKind.TEXT),
        ),
    ),
    _act(
        "record_visit",
        pgettext_lazy("act", "Record the return visit"),
        {S.RETURN_VISIT},
        None,
        FRONT | {R.QUALITY},
        asks=(
            Ask("medium", _("By what means"), AskKind.CHOICE, options="medium"),
            Ask("grade", _("Satisfaction"), AskKind.CHOICE, options="grade"),
            Ask("confirmed", _("The complainant confirms the result"), AskKind.FLAG, required=False),
            Ask("comment", _("What the complainant says"), AskKind.TEXT, required=False),
        ),
        needs=("no_visit_yet",),
        tells=RESPONSIBLE | {R.HANDLER},
    ),
    _act(
        "log_communication",
        pgettext_lazy("act", "Log a communication"),
        UNARCHIVED,
        None,
        FRONT_AND_HEAD | {R.QUALITY},
        asks=(
            Ask("direction", _("Direction"), AskKind.CHOICE, options="direction"),
            Ask("medium", _("By what means"), AskKind.CHOICE, options="medium"),
            Ask("happened_at", _("When"), AskKind.MOMENT, required=False),
            Ask("reached", _("The complainant was reached"), AskKind.FLAG, required=False),
            Ask(
                "carries_decision",
                _("The message carries the handling decision"),
                AskKind.FLAG,
                required=False,
                help=_("Only possible once the plan is approved."),
            ),
            Ask("content", _("Content"), AskKind.TEXT),
        ),
        needs=("decision_final",),
    ),
    _act(
        "attach_material",
        pgettext_lazy("act", "Add a material"),
        UNARCHIVED,
        None,
        FRONT | RESPONSIBLE | {R.OWNER_HEAD, R.LEGAL},
        asks=(
            Ask("file", _("File"), AskKind.FILE),
            Ask("title", _("Title"), AskKind.LINE),
            Ask("original", _("This is an original"), AskKind.FLAG, required=False),
        ),
    ),
    _act(
        "pause",
        pgettext_lazy("act", "Pause the clocks"),
        OPEN,
        None,
        CASEWORK,
        asks=(Ask("pause_reason", _("Ground"), AskKind.CHOICE, options="pause_reason"), REASON),
        needs=("not_paused", "pause_left"),
        tells=RESPONSIBLE,
    ),
    _act(
        "resume",
        pgettext_lazy("act", "Resume the clocks"),
        OPEN,
        None,
        CASEWORK,
        asks=(REMARK,),
        needs=("paused",),
        tells=RESPONSIBLE,
    ),
    _act(
        "request_escalation",
        pgettext_lazy("act", "Complainant asks for higher management"),
        OPEN,
        None,
        FRONT,
        asks=(REASON,),
        needs=("no_requested_escalation",),
    ),
    _act(
        "answer_escalation",
        pgettext_lazy("act", "Answer the escalation"),
        UNARCHIVED,
        None,
        {R.ADDRESSEE},
        asks=(
            Ask("row", _("Escalation"), AskKind.ROW, options="open_escalations"),
            Ask("cause", _("Why it was late or not accepted"), AskKind.TEXT),
            Ask("improvement", _("Improvement measure"), AskKind.TEXT),
        ),
        tells={R.HANDLER, R.OWNER_HEAD},
    ),
    _act(
        "link",
        pgettext_lazy("act", "Link to another complaint"),
        UNARCHIVED,
        None,
        FRONT_AND_HEAD,
        asks=(
            Ask("other", _("Other complaint"), AskKind.COMPLAINT),
            Ask("link_kind", _("How they belong together"), AskKind.CHOICE, options="link_kind"),
            REMARK,
        ),
    ),
    _act(
        "take_note",
        pgettext_lazy("act", "Add a note or record"),
        UNARCHIVED,
        None,
        FRONT | RESPONSIBLE | APPROVERS | {R.LEGAL, R.QUALITY},
        asks=(
            Ask("note_kind", _("Kind"), AskKind.CHOICE, options="note_kind"),
            Ask("content", _("Content"), AskKind.TEXT),
        ),
    ),
    _act(
        "follow_up",
        pgettext_lazy("act", "Record a follow-up check"),
        {S.CLOSED},
        None,
        FRONT | {R.QUALITY},
        asks=(
            Ask("recurred", _("The matter has come up again"), AskKind.FLAG, required=False),
            Ask("content", _("Content"), AskKind.TEXT),
        ),
        tells={R.OWNER_HEAD},
    ),
    _act(
        "tick_emergency_item",
        pgettext_lazy("act", "Report an item of the emergency plan done"),
        OPEN,
        None,
        FRONT | RESPONSIBLE | APPROVERS,
        asks=(Ask("row", _("Item"), AskKind.ROW, options="open_emergency_items"), REMARK),
    ),
    _act(
        "reveal_contact",
        pgettext_lazy("act", "Show the complainant's contact data"),
        set(S),
        None,
        FRONT_AND_HEAD | {R.QUALITY, R.AUDITOR},
        asks=(REASON,),
    ),
    # -- by the system ------------------------------------------------------------------------------------------------
    _act("register", pgettext_lazy("act", "Register"), (), S.REGISTERED, (), tells={R.OWNER_HEAD}, by_system=True),
    _act("breach", pgettext_lazy("act", "Deadline missed"), UNARCHIVED, None, (), by_system=True),
    _act("escalate", pgettext_lazy("act", "Escalate"), UNARCHIVED, None, (), by_system=True),
    _act("recompute", pgettext_lazy("act", "Recompute deadlines"), UNARCHIVED, None, (), by_system=True),
    # -- by another part of the system, which vouches for who asked for it ---------------------------------------------
    _act(
        "open_investigation",
        pgettext_lazy("act", "Open a formal investigation"),
        {S.INVESTIGATING},
        None,
        (),
        tells={R.OWNER_HEAD},
        by_system=True,
    ),
    _act(
        "admit",
        pgettext_lazy("act", "Admit to the case"),
        UNARCHIVED,
        None,
        (),
        asks=(Ask("person", _("Person"), AskKind.PERSON, options="people"), REASON),
        by_system=True,
    ),
    _act(
        "release",
        pgettext_lazy("act", "End the admission to the case"),
        UNARCHIVED,
        None,
        (),
        asks=(Ask("person", _("Person"), AskKind.PERSON, options="people"), REASON),
        by_system=True,
    ),
    _act("place_hold", pgettext_lazy("act", "Place a legal hold"), set(S), None, (), asks=(REASON,), by_system=True),
    _act("lift_hold", pgettext_lazy("act", "Lift the legal hold"), set(S), None, (), asks=(REASON,), by_system=True),
)

ACTS: dict[str, Act] = {act.code: act for act in _TABLE}

#: Acts that only another part of the system takes, and acts that it may take besides people: it has checked who asked
#: for them by rules of its own, and names the document that says so.
ONLY_VOUCHED: frozenset[str] = frozenset({"open_investigation", "admit", "release", "place_hold", "lift_hold"})
VOUCHABLE: frozenset[str] = ONLY_VOUCHED | {"determine", "waive_determination", "find_unfounded", "recuse"}

#: What a clock of a policy may start and stop on.
EVENTS: frozenset[str] = frozenset(ACTS) - ONLY_VOUCHED - {"breach", "recompute", "reveal_contact"}


def sources(code: str) -> list[str]:
    """The states from which an act leaves, in the order of `State`, as django-fsm wants them."""
    return [state.value for state in State if state in ACTS[code].sources]
