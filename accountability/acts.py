"""Everything that can be done in an inquiry, as one table, like `complaints.acts`. (AC-1 … AC-13)

An act is done on a subject: an investigation, a piece of evidence, a determination, a hearing, an objection, a measure,
a discipline record. `sources` and `target` are states of that subject. Roles mix those towards the complaint
(`CaseRole`) with those towards the inquiry (`InquiryRole`). The table is read by the service, the forms, the checklists
and the tests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accountability.states import (
    DeterminationStatus,
    DisciplineStatus,
    EvidenceStatus,
    HearingStatus,
    InquiryRole,
    InvestigationStatus,
    MeasureStatus,
    ObjectionStatus,
)
from complaints.acts import REASON, REMARK, Act, Ask, AskKind
from complaints.states import CaseRole

C = CaseRole
R = InquiryRole
I = InvestigationStatus  # noqa: E741 - the table reads by columns
E = EvidenceStatus
D = DeterminationStatus
H = HearingStatus
O = ObjectionStatus  # noqa: E741
M = MeasureStatus
P = DisciplineStatus


class Subject(StrEnum):
    """What an act is done on."""

    INVESTIGATION = "investigation"
    EVIDENCE = "evidence"
    DETERMINATION = "determination"
    HEARING = "hearing"
    OBJECTION = "objection"
    MEASURE = "measure"
    DISCIPLINE = "discipline"


@dataclass(frozen=True, slots=True)
class InquiryAct(Act):
    """One thing that can be done on a subject of an inquiry."""

    subject: Subject = Subject.INVESTIGATION
    #: The complaint must still be under investigation in the round of the inquiry.
    in_round: bool = False
    #: What to do instead, by the state of the subject in which the act is asked for in vain.
    instead: tuple[tuple[str, str | Promise], ...] = ()


GROUP = frozenset({R.LEAD, R.MEMBER})
LEADING = frozenset({R.LEAD, C.HANDLER})
DECIDING = frozenset({C.OWNER_HEAD, C.EXECUTIVE})
REVIEWING = frozenset({R.LEAD, R.MEMBER, C.LEGAL, C.QUALITY})

EVIDENCE = (
    Ask("kind", _("Kind"), AskKind.CHOICE, options="evidence_kind"),
    Ask("title", _("Title"), AskKind.LINE),
    Ask("shows", _("What it shows"), AskKind.TEXT),
    Ask("source", _("From whom or where"), AskKind.LINE),
    Ask("collected_at", _("Collected at"), AskKind.MOMENT),
    Ask("collected_place", _("Collected where"), AskKind.LINE, required=False),
    Ask("holder", _("Kept by"), AskKind.LINE, required=False, help=_("Where a physical piece or an original lies.")),
    Ask("is_copy", _("A copy, not the original"), AskKind.FLAG, required=False),
    Ask(
        "is_restricted",
        _("Restricted"),
        AskKind.FLAG,
        required=False,
        help=_("Only the group and reviewers see it, and every look at it is on record."),
    ),
    Ask("files", _("Files"), AskKind.FILES, required=False),
)
OUTSIDE = (
    Ask("kind", _("Kind"), AskKind.CHOICE, options="opinion_kind"),
    Ask("expert", _("Name"), AskKind.LINE),
    Ask("agency", _("Agency"), AskKind.LINE, required=False),
    Ask("qualification", _("Qualification"), AskKind.LINE, required=False),
    Ask("question", _("Question"), AskKind.TEXT),
    Ask("due_at", _("Due"), AskKind.MOMENT, required=False),
)
#: What is charged, and whom, is settled once it is determined.
ANOTHER_ROUND = (
    (
        I.CONCLUDED,
        _(
            "A correction answers the charges that were determined. To hold somebody else responsible, have the "
            "complaint reopened: the new round has an investigation of its own."
        ),
    ),
)


def _act(  # noqa: PLR0917 - rows of a table
    subject: Subject,
    code: str,
    label: str | Promise,
    sources: Iterable[str],
    target: str | None,
    roles: Iterable[str],
    *,
    asks: tuple[Ask, ...] = (),
    needs: tuple[str, ...] = (),
    tells: Iterable[str] = (),
    in_round: bool = False,
    by_system: bool = False,
    instead: tuple[tuple[str, str | Promise], ...] = (),
) -> InquiryAct:
    return InquiryAct(
        code,
        label,
        frozenset(sources),
        target,
        frozenset(roles),
        asks,
        needs,
        frozenset(tells),
        by_system=by_system,
        subject=subject,
        in_round=in_round,
        instead=instead,
    )


S = Subject
_INVESTIGATION = (
    _act(
        S.INVESTIGATION,
        "approve_waiver",
        pgettext_lazy("act", "Approve doing without an investigation"),
        {I.WAIVER_PROPOSED},
        I.WAIVED,
        DECIDING,
        asks=(Ask("opinion", _("Opinion"), AskKind.TEXT),),
        needs=("not_own_waiver",),
        tells={C.HANDLER},
        in_round=True,
    ),
    _act(
        S.INVESTIGATION,
        "refuse_waiver",
        pgettext_lazy("act", "Have it investigated"),
        {I.WAIVER_PROPOSED},
        I.OPEN,
        DECIDING,
        asks=(REASON,),
        tells={C.HANDLER},
        in_round=True,
    ),
    _act(
        S.INVESTIGATION,
        "appoint",
        pgettext_lazy("act", "Appoint to the group"),
        {I.OPEN, I.CONCLUDED},
        None,
        LEADING | DECIDING,
        asks=(
            Ask("person", _("Person"), AskKind.PERSON, options="investigators"),
            Ask("is_lead", _("Leads the investigation"), AskKind.FLAG, required=False),
            Ask("department", _("For the department"), AskKind.DEPARTMENT, required=False),
            REMARK,
        ),
        needs=("not_archived",),
        tells={R.NAMED},
    ),
    _act(
        S.INVESTIGATION,
        "declare_interests",
        pgettext_lazy("act", "Declare interests"),
        {I.OPEN, I.CONCLUDED},
        None,
        {R.NAMED},
        asks=(
            Ask("declaration", _("Declaration"), AskKind.CHOICE, options="declaration"),
            Ask(
                "interest",
                _("Which interest"),
                AskKind.TEXT,
                required=False,
                help=_("Kinship, own interest, earlier part in the matter, or anything else that may sway judgement."),
            ),
        ),
        needs=("not_archived",),
        tells={R.LEAD, C.HANDLER},
    ),
    _act(
        S.INVESTIGATION,
        "dismiss",
        pgettext_lazy("act", "Dismiss from the group"),
        {I.OPEN, I.CONCLUDED},
        None,
        LEADING | DECIDING,
        asks=(Ask("row", _("Member"), AskKind.ROW, options="members"), REASON),
    ),
    _act(
        S.INVESTIGATION,
        "set_plan",
        pgettext_lazy("act", "Set the plan"),
        {I.OPEN},
        None,
        LEADING,
        asks=(
            Ask("scope", _("What is to be found out"), AskKind.TEXT),
            Ask("plan", _("Plan of the investigation"), AskKind.TEXT),
            Ask("methods", _("Methods"), AskKind.CHOICES, options="method"),
        ),
    ),
    _act(
        S.INVESTIGATION,
        "add_task",
        pgettext_lazy("act", "Give a task"),
        {I.OPEN},
        None,
        LEADING,
        asks=(
            Ask("description", _("What"), AskKind.TEXT),
            Ask("person", _("Owner"), AskKind.PERSON, options="group"),
            Ask("due_at", _("Due"), AskKind.MOMENT),
        ),
        needs=("has_lead",),
        tells={R.MEMBER},
    ),
    _act(
        S.INVESTIGATION,
        "end_task",
        pgettext_lazy("act", "End a task"),
        {I.OPEN},
        None,
        GROUP | LEADING,
        asks=(
            Ask("row", _("Task"), AskKind.ROW, options="open_tasks"),
            Ask("is_dropped", _("Dropped, not done"), AskKind.FLAG, required=False),
            Ask("result", _("Result"), AskKind.TEXT),
        ),
    ),
    _act(
        S.INVESTIGATION,
        "add_party",
        pgettext_lazy("act", "Name a party"),
        {I.OPEN},
        None,
        LEADING,
        asks=(
            Ask("kind", _("Kind of the party"), AskKind.CHOICE, options="party_kind"),
            Ask("department", _("Department"), AskKind.DEPARTMENT, required=False),
            Ask("person", _("Person"), AskKind.PERSON, required=False, options="people"),
            Ask("name", _("Name"), AskKind.LINE, required=False, help=_("An employee without an account.")),
            Ask("outside", _("Supplier or partner"), AskKind.CHOICE, required=False, options="outside"),
        ),
        needs=("not_archived",),
        instead=ANOTHER_ROUND,
    ),
    _act(
        S.INVESTIGATION,
        "add_allegation",
        pgettext_lazy("act", "Record an allegation"),
        {I.OPEN},
        None,
        LEADING,
        asks=(
            Ask("text", _("Allegation"), AskKind.TEXT),
            Ask("category", _("Category investigated"), AskKind.CATEGORY, required=False),
            Ask("parties", _("Against whom"), AskKind.CHOICES, options="parties"),
        ),
        needs=("charges_open",),
        instead=ANOTHER_ROUND,
    ),
    _act(
        S.INVESTIGATION,
        "charge",
        pgettext_lazy("act", "Extend an allegation to a party"),
        {I.OPEN},
        None,
        LEADING,
        asks=(
            Ask("allegation", _("Allegation"), AskKind.ROW, options="allegations"),
            Ask("party", _("Party"), AskKind.ROW, options="parties"),
        ),
        needs=("charges_open",),
        instead=ANOTHER_ROUND,
    ),
    _act(
        S.INVESTIGATION,
        "find",
        pgettext_lazy("act", "Record a finding"),
        {I.OPEN},
        None,
        {R.LEAD},
        asks=(
            Ask("row", _("Charge"), AskKind.ROW, options="charges"),
            Ask("finding", _("Finding"), AskKind.CHOICE, options="finding"),
            Ask("reason", _("Reason"), AskKind.TEXT),
        ),
        needs=("charges_open",),
        instead=ANOTHER_ROUND,
    ),
    _act(
        S.INVESTIGATION,
        "evaluate",
        pgettext_lazy("act", "Evaluate the merits"),
        {I.OPEN},
        None,
        LEADING | {C.LEGAL, C.QUALITY},
        asks=(
            Ask("legality", _("Lawful and proper"), AskKind.CHOICE, options="merit"),
            Ask("legality_reason", _("Why"), AskKind.TEXT, required=False),
            Ask("severity", _("As serious as classified"), AskKind.CHOICE, options="merit"),
            Ask("severity_reason", _("Why"), AskKind.TEXT, required=False),
            Ask("tractable", _("Can be handled"), AskKind.CHOICE, options="merit"),
            Ask("tractable_reason", _("Why"), AskKind.TEXT, required=False),
            Ask("lessons", _("Lessons"), AskKind.TEXT, required=False),
        ),
    ),
    _act(
        S.INVESTIGATION,
        "register_evidence",
        pgettext_lazy("act", "Register evidence"),
        {I.OPEN},
        None,
        GROUP | LEADING,
        asks=EVIDENCE,
    ),
    _act(
        S.INVESTIGATION,
        "add_fact",
        pgettext_lazy("act", "Name a fact to be proved"),
        {I.OPEN},
        None,
        GROUP | LEADING,
        asks=(
            Ask("statement", _("Fact to be proved"), AskKind.TEXT),
            Ask("allegation", _("Allegation"), AskKind.ROW, required=False, options="allegations"),
        ),
    ),
    _act(
        S.INVESTIGATION,
        "fill_matrix",
        pgettext_lazy("act", "Fill in the evidence matrix"),
        {I.OPEN},
        None,
        GROUP,
        asks=(Ask("cells", _("Cells"), AskKind.TABLE, help=_("Fact, evidence, what it says, remark.")),),
    ),
    _act(
        S.INVESTIGATION,
        "settle_fact",
        pgettext_lazy("act", "Settle a fact"),
        {I.OPEN},
        None,
        {R.LEAD},
        asks=(
            Ask("row", _("Fact"), AskKind.ROW, options="facts"),
            Ask("status", _("What the evidence came to"), AskKind.CHOICE, options="fact_status"),
            Ask("reason", _("Reason"), AskKind.TEXT),
        ),
    ),
    _act(
        S.INVESTIGATION,
        "add_process_step",
        pgettext_lazy("act", "Add a step of the process"),
        {I.OPEN},
        None,
        GROUP | LEADING,
        asks=(
            Ask("name", _("Step of the process"), AskKind.LINE),
            Ask("party", _("Responsible party"), AskKind.ROW, required=False, options="parties"),
            Ask("expected", _("What should have happened"), AskKind.TEXT),
            Ask("expected_at", _("When it should have"), AskKind.MOMENT, required=False),
            Ask("actual", _("What happened"), AskKind.TEXT, required=False),
            Ask("actual_at", _("When it happened"), AskKind.MOMENT, required=False),
            Ask("deviation", _("Deviation"), AskKind.CHOICE, options="deviation"),
            Ask("remark", _("Remark"), AskKind.TEXT, required=False),
            Ask("evidence", _("Evidence"), AskKind.CHOICES, required=False, options="evidence_held"),
        ),
    ),
    _act(
        S.INVESTIGATION,
        "revise_process_step",
        pgettext_lazy("act", "Complete a step of the process"),
        {I.OPEN},
        None,
        GROUP | LEADING,
        asks=(
            Ask("row", _("Step of the process"), AskKind.ROW, options="process_steps"),
            Ask("actual", _("What happened"), AskKind.TEXT),
            Ask("actual_at", _("When it happened"), AskKind.MOMENT, required=False),
            Ask("deviation", _("Deviation"), AskKind.CHOICE, options="deviation"),
            Ask("remark", _("Remark"), AskKind.TEXT, required=False),
            Ask("evidence", _("Evidence"), AskKind.CHOICES, required=False, options="evidence_held"),
        ),
    ),
    _act(
        S.INVESTIGATION,
        "ask_outside",
        pgettext_lazy("act", "Ask for an opinion from outside"),
        {I.OPEN},
        None,
        LEADING | DECIDING,
        asks=OUTSIDE,
    ),
    _act(
        S.INVESTIGATION,
        "record_opinion",
        pgettext_lazy("act", "Record an opinion from outside"),
        {I.OPEN, I.CONCLUDED},
        None,
        LEADING | DECIDING,
        asks=(
            Ask("row", _("Opinion"), AskKind.ROW, options="open_opinions"),
            Ask("opinion", _("Opinion"), AskKind.TEXT),
            Ask("is_independent", _("Independence declared"), AskKind.FLAG),
            Ask("interest", _("Relation to the parties"), AskKind.TEXT, required=False),
            Ask("files", _("Files"), AskKind.FILES, required=False),
        ),
    ),
    _act(
        S.INVESTIGATION,
        "conclude_findings",
        pgettext_lazy("act", "Write the findings"),
        {I.OPEN},
        None,
        {R.LEAD},
        asks=(Ask("findings", _("Findings"), AskKind.TEXT),),
    ),
    _act(
        S.INVESTIGATION,
        "draft",
        pgettext_lazy("act", "Draft the determination"),
        {I.OPEN},
        None,
        {R.LEAD},
        needs=("has_charges", "no_determination_in_work", "joint_group"),
        in_round=True,
    ),
    _act(
        S.INVESTIGATION,
        "place_hold",
        pgettext_lazy("act", "Place a legal hold"),
        set(I),
        None,
        {C.LEGAL, *DECIDING},
        asks=(REASON,),
        needs=("no_hold",),
    ),
    _act(
        S.INVESTIGATION,
        "lift_hold",
        pgettext_lazy("act", "Lift the legal hold"),
        set(I),
        None,
        {C.LEGAL},
        asks=(REASON,),
        needs=("hold_stands",),
    ),
    _act(
        S.INVESTIGATION,
        "plan_measure",
        pgettext_lazy("act", "Plan a measure"),
        {I.OPEN, I.CONCLUDED, I.WAIVED},
        None,
        LEADING | DECIDING | {C.QUALITY},
        asks=(
            Ask("kind", _("Kind"), AskKind.CHOICE, options="measure_kind"),
            Ask("title", _("Measure"), AskKind.LINE),
            Ask("description", _("What is to be done"), AskKind.TEXT),
            Ask("cause", _("Root cause"), AskKind.CHOICE, required=False, options="root_cause"),
            Ask("department", _("Department"), AskKind.DEPARTMENT, options="any"),
            Ask("person", _("Owner"), AskKind.PERSON, options="people"),
            Ask("due_at", _("Due"), AskKind.MOMENT),
            Ask("effect_scope", _("Complaints counted for its effect"), AskKind.CHOICE, options="effect_scope"),
        ),
        tells={R.OWNER},
    ),
    _act(
        S.INVESTIGATION,
        "discontinue",
        pgettext_lazy("act", "Discontinue the investigation"),
        {I.OPEN, I.WAIVER_PROPOSED},
        I.DISCONTINUED,
        DECIDING | {C.HANDLER},
        asks=(REASON,),
        needs=("case_has_moved_on",),
        tells={R.LEAD, R.MEMBER},
    ),
)

_EVIDENCE = (
    _act(
        S.EVIDENCE,
        "hand_over",
        pgettext_lazy("act", "Hand over"),
        {E.HELD},
        None,
        GROUP | LEADING,
        asks=(
            Ask("to", _("To whom"), AskKind.LINE),
            Ask("place", _("Where"), AskKind.LINE, required=False),
            REMARK,
        ),
    ),
    _act(
        S.EVIDENCE,
        "copy",
        pgettext_lazy("act", "Record a copy"),
        {E.HELD},
        None,
        GROUP | LEADING,
        asks=(Ask("to", _("For whom"), AskKind.LINE), REASON),
        needs=("not_sealed",),
    ),
    _act(
        S.EVIDENCE,
        "seal",
        pgettext_lazy("act", "Seal"),
        {E.HELD},
        None,
        GROUP | LEADING,
        asks=(REASON,),
        needs=("not_sealed",),
    ),
    _act(
        S.EVIDENCE,
        "unseal",
        pgettext_lazy("act", "Break the seal"),
        {E.HELD},
        None,
        {R.LEAD, C.LEGAL},
        asks=(REASON,),
        needs=("sealed",),
    ),
    _act(
        S.EVIDENCE,
        "review",
        pgettext_lazy("act", "Review the evidence"),
        {E.HELD},
        None,
        REVIEWING,
        asks=(
            Ask("authenticity", _("Authenticity"), AskKind.CHOICE, options="judgement"),
            Ask("legality", _("Legality"), AskKind.CHOICE, options="judgement"),
            Ask("relevance", _("Relevance"), AskKind.CHOICE, options="judgement"),
            Ask("weight", _("Weight"), AskKind.CHOICE, options="weight"),
            Ask("opinion", _("Opinion"), AskKind.TEXT),
        ),
        needs=("inquiry_open", "not_collector", "not_cited_by_final"),
    ),
    _act(
        S.EVIDENCE,
        "withdraw_evidence",
        pgettext_lazy("act", "Withdraw the evidence"),
        {E.HELD},
        E.WITHDRAWN,
        {R.LEAD, C.LEGAL},
        asks=(REASON,),
        needs=("inquiry_open", "not_cited"),
        tells={R.LEAD},
    ),
    _act(
        S.EVIDENCE,
        "supersede",
        pgettext_lazy("act", "Supersede by another piece"),
        {E.HELD},
        E.SUPERSEDED,
        GROUP | LEADING,
        asks=(*EVIDENCE, REASON),
        needs=("inquiry_open", "not_cited"),
    ),
)

_DETERMINATION = (
    _act(
        S.DETERMINATION,
        "write",
        pgettext_lazy("act", "Write the determination"),
        {D.DRAFT},
        None,
        {R.LEAD},
        asks=(
            Ask("outcome", _("Finding"), AskKind.CHOICE, options="overall_outcome"),
            Ask("facts", _("Facts found"), AskKind.TEXT),
            Ask("reasoning", _("Reasoning"), AskKind.TEXT),
            Ask("causes", _("Root causes"), AskKind.CHOICES, required=False, options="root_cause"),
            Ask("cause_text", _("On the causes"), AskKind.TEXT, required=False),
            Ask("assignments", _("Who bears what"), AskKind.TABLE, required=False),
        ),
        in_round=True,
    ),
    _act(
        S.DETERMINATION,
        "submit",
        pgettext_lazy("act", "Submit for approval"),
        {D.DRAFT},
        D.SUBMITTED,
        {R.LEAD},
        asks=(REMARK,),
        needs=("determination_complete", "every_charge_found", "shares_sum", "evidence_citable", "principles"),
        tells=DECIDING,
        in_round=True,
    ),
    _act(
        S.DETERMINATION,
        "approve",
        pgettext_lazy("act", "Approve and hear the parties"),
        {D.SUBMITTED},
        D.HEARING,
        DECIDING,
        asks=(Ask("opinion", _("Opinion"), AskKind.TEXT),),
        needs=("not_own_determination", "shares_sum", "evidence_citable", "principles"),
        tells={R.LEAD, R.PARTY},
        in_round=True,
    ),
    _act(
        S.DETERMINATION,
        "send_back",
        pgettext_lazy("act", "Send back to the group"),
        {D.SUBMITTED},
        D.DRAFT,
        DECIDING,
        asks=(REASON,),
        needs=("not_own_determination",),
        tells={R.LEAD},
    ),
    _act(
        S.DETERMINATION,
        "revise",
        pgettext_lazy("act", "Determine anew"),
        {D.HEARING},
        D.ABANDONED,
        {R.LEAD, *DECIDING},
        asks=(REASON,),
        needs=("may_be_revised",),
        tells={R.LEAD, R.PARTY},
    ),
    _act(
        S.DETERMINATION,
        "finalise",
        pgettext_lazy("act", "Make final"),
        {D.HEARING},
        D.FINAL,
        {C.HANDLER, *DECIDING},
        asks=(Ask("opinion", _("Opinion for the complainant"), AskKind.TEXT),),
        needs=("everybody_heard", "causation_clear", "shares_sum", "evidence_citable", "principles", "complaint_ready"),
        tells={R.LEAD, R.PARTY, C.QUALITY},
        in_round=True,
    ),
    _act(
        S.DETERMINATION,
        "correct",
        pgettext_lazy("act", "Correct by a new version"),
        {D.FINAL},
        None,
        {R.LEAD, C.HANDLER, *DECIDING},
        asks=(REASON,),
        needs=("no_determination_in_work", "not_archived"),
        tells={R.LEAD, C.OWNER_HEAD},
    ),
    _act(
        S.DETERMINATION,
        "claim_recourse",
        pgettext_lazy("act", "Claim recourse"),
        {D.FINAL},
        None,
        {C.HANDLER, C.OWNER_HEAD, C.LEGAL},
        asks=(
            Ask("row", _("Responsibility of"), AskKind.ROW, options="outside_assignments"),
            Ask("contract", _("Contract"), AskKind.CHOICE, required=False, options="contracts"),
            Ask("amount", _("Amount claimed"), AskKind.MONEY),
            REMARK,
        ),
    ),
    _act(
        S.DETERMINATION,
        "settle_recourse",
        pgettext_lazy("act", "Settle a recourse"),
        {D.FINAL, D.SUPERSEDED},
        None,
        {C.HANDLER, C.OWNER_HEAD, C.LEGAL},
        asks=(
            Ask("row", _("Recourse"), AskKind.ROW, options="open_recourses"),
            Ask("amount", _("Amount recovered"), AskKind.MONEY),
            REASON,
        ),
    ),
)

_HEARING = (
    _act(
        S.HEARING,
        "accept_determination",
        pgettext_lazy("act", "Accept the determination"),
        {H.OPEN},
        H.ACCEPTED,
        {R.PARTY},
        asks=(Ask("answer", _("Comment"), AskKind.TEXT, required=False),),
        tells={R.LEAD},
    ),
    _act(
        S.HEARING,
        "object",
        pgettext_lazy("act", "Object"),
        {H.OPEN},
        H.OBJECTED,
        {R.PARTY},
        asks=(Ask("grounds", _("Grounds of the objection"), AskKind.TEXT),),
        tells={R.LEAD, R.SUPERIOR, C.OWNER_HEAD},
    ),
    _act(
        S.HEARING,
        "record_answer",
        pgettext_lazy("act", "Record the answer of the party"),
        {H.OPEN},
        None,
        LEADING,
        asks=(
            Ask("is_objection", _("The party objects"), AskKind.FLAG, required=False),
            Ask("medium", _("By what means"), AskKind.CHOICE, options="medium"),
            Ask("answer", _("What the party says"), AskKind.TEXT),
        ),
        needs=("party_without_account",),
        tells={R.LEAD, C.OWNER_HEAD},
    ),
    _act(
        S.HEARING,
        "extend",
        pgettext_lazy("act", "Give more time"),
        {H.OPEN},
        None,
        LEADING | DECIDING,
        asks=(Ask("due_at", _("Answer due"), AskKind.MOMENT), REASON),
        needs=("extends",),
        tells={R.PARTY},
    ),
    _act(
        S.HEARING,
        "fall_silent",
        pgettext_lazy("act", "Silent: taken as accepted"),
        {H.OPEN},
        H.SILENT,
        (),
        by_system=True,
    ),
)

_OBJECTION = (
    _act(
        S.OBJECTION,
        "refer",
        pgettext_lazy("act", "Refer for an opinion"),
        {O.FILED},
        O.REFERRED,
        {R.LEAD, R.SUPERIOR, *DECIDING},
        asks=OUTSIDE,
        tells={R.PARTY, R.SUPERIOR},
    ),
    _act(
        S.OBJECTION,
        "seek_superior",
        pgettext_lazy("act", "Find out anew who decides"),
        {O.FILED, O.REFERRED},
        None,
        LEADING | DECIDING,
        asks=(REASON,),
        tells={R.SUPERIOR},
    ),
    _act(
        S.OBJECTION,
        "uphold",
        pgettext_lazy("act", "Uphold the objection"),
        {O.FILED, O.REFERRED},
        O.UPHELD,
        {R.SUPERIOR},
        asks=(REASON,),
        needs=("opinion_received", "decides_impartially"),
        tells={R.LEAD, R.PARTY, C.OWNER_HEAD},
    ),
    _act(
        S.OBJECTION,
        "dismiss_objection",
        pgettext_lazy("act", "Dismiss the objection"),
        {O.FILED, O.REFERRED},
        O.DISMISSED,
        {R.SUPERIOR},
        asks=(REASON,),
        needs=("opinion_received", "decides_impartially"),
        tells={R.LEAD, R.PARTY, C.OWNER_HEAD},
    ),
)

_MEASURE = (
    _act(
        S.MEASURE,
        "report_done",
        pgettext_lazy("act", "Report the measure done"),
        {M.PLANNED},
        M.DONE,
        {R.OWNER},
        asks=(Ask("proof", _("Proof of completion"), AskKind.TEXT),),
        tells={R.VERIFIER},
    ),
    _act(
        S.MEASURE,
        "verify",
        pgettext_lazy("act", "Verify"),
        {M.DONE},
        M.VERIFIED,
        {R.VERIFIER},
        asks=(Ask("effect_due_at", _("Check the effect at"), AskKind.MOMENT), REMARK),
        needs=("not_own_measure",),
        tells={R.OWNER},
    ),
    _act(
        S.MEASURE,
        "send_measure_back",
        pgettext_lazy("act", "Not done: send back"),
        {M.DONE},
        M.PLANNED,
        {R.VERIFIER},
        asks=(Ask("due_at", _("Due"), AskKind.MOMENT), REASON),
        tells={R.OWNER},
    ),
    _act(
        S.MEASURE,
        "find_effective",
        pgettext_lazy("act", "Check the effect: effective"),
        {M.VERIFIED},
        M.EFFECTIVE,
        {R.VERIFIER},
        asks=(Ask("judgement", _("Judgement"), AskKind.TEXT),),
        needs=("not_own_measure",),
        tells={R.OWNER},
    ),
    _act(
        S.MEASURE,
        "find_ineffective",
        pgettext_lazy("act", "Check the effect: not effective"),
        {M.VERIFIED, M.EFFECTIVE},
        M.PLANNED,
        {R.VERIFIER},
        asks=(Ask("due_at", _("Due"), AskKind.MOMENT), Ask("judgement", _("Judgement"), AskKind.TEXT)),
        needs=("not_own_measure",),
        tells={R.OWNER},
    ),
    _act(
        S.MEASURE,
        "cancel_measure",
        pgettext_lazy("act", "Cancel the measure"),
        {M.PLANNED},
        M.CANCELLED,
        {R.VERIFIER, *DECIDING},
        asks=(REASON,),
        tells={R.OWNER},
    ),
    _act(
        S.MEASURE,
        "pass_on",
        pgettext_lazy("act", "Pass on to another owner"),
        {M.PLANNED},
        None,
        {R.OWNER, R.VERIFIER, *DECIDING},
        asks=(Ask("person", _("Owner"), AskKind.PERSON, options="people"), REASON),
        tells={R.OWNER},
    ),
)

_DISCIPLINE = (
    _act(
        S.DISCIPLINE,
        "hear_person",
        pgettext_lazy("act", "Record what the person says"),
        {P.REPORTED},
        P.HEARD,
        {R.PERSONNEL},
        asks=(Ask("statement", _("What the person says"), AskKind.TEXT),),
    ),
    _act(
        S.DISCIPLINE,
        "decide",
        pgettext_lazy("act", "Decide"),
        {P.HEARD},
        P.DECIDED,
        {R.PERSONNEL},
        asks=(Ask("decision", _("Decision"), AskKind.LINE), REASON),
        needs=("not_of_oneself",),
        tells={R.REPORTER},
    ),
    _act(
        S.DISCIPLINE,
        "drop",
        pgettext_lazy("act", "Dismiss the report"),
        {P.REPORTED, P.HEARD},
        P.DISMISSED,
        {R.PERSONNEL},
        asks=(REASON,),
        needs=("not_of_oneself",),
        tells={R.REPORTER},
    ),
    _act(
        S.DISCIPLINE,
        "carry_out",
        pgettext_lazy("act", "Report it carried out"),
        {P.DECIDED},
        P.CARRIED_OUT,
        {R.PERSONNEL},
        asks=(REMARK,),
    ),
)

_TABLE = (*_INVESTIGATION, *_EVIDENCE, *_DETERMINATION, *_HEARING, *_OBJECTION, *_MEASURE, *_DISCIPLINE)

ACTS: dict[str, InquiryAct] = {act.code: act for act in _TABLE}

#: What brings a subject into being, as events name it: services of their own, because there is nothing to act on yet.
BEGINNINGS: dict[str, str | Promise] = {
    "open_investigation": pgettext_lazy("act", "Open an investigation"),
    "propose_waiver": pgettext_lazy("act", "Propose to do without an investigation"),
    "take_in_findings": pgettext_lazy("act", "Take in findings of a source"),
    "report_offence": pgettext_lazy("act", "Record an offence for human resources"),
    "demand_measure": pgettext_lazy("act", "Demand a measure"),
}


def acts_on(subject: Subject) -> tuple[InquiryAct, ...]:
    """The acts on one kind of subject, in the order of the table."""
    return tuple(act for act in _TABLE if act.subject == subject)
