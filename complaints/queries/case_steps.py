"""What comes next on a complaint: the acts of its state, for one person and for the others. (WF-1)"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from complaints.acts import ACTS, Act, AskKind
from complaints.models.standing import Standing
from complaints.permissions import case_roles
from complaints.queries.case import Case
from complaints.queries.options import choices
from complaints.queries.requirements import CONDITIONS, checklist
from complaints.states import CaseRole

#: The way a complaint goes when all is well, in its order: the next of these is the thing to do.
FORWARD = (
    "answer_escalation",
    "accept_handover",
    "accept",
    "dispatch",
    "acknowledge",
    "reply_sheet",
    "determine",
    "submit_plan",
    "record_meeting",
    "approve_plan",
    "agree",
    "complete_step",
    "complete",
    "give_feedback",
    "record_visit",
    "close",
    "archive",
)
#: Answers to the same question as one of the above, so they stand beside it.
BRANCHES = ("refuse_handover",)
#: Possible at nearly any time: never the next step, although the state changes.
LAST = ("withdraw",)

GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (
        pgettext_lazy("acts", "Complainant and records"),
        (
            "log_communication",
            "reveal_contact",
            "attach_material",
            "take_note",
            "record_meeting",
            "follow_up",
            "tick_emergency_item",
        ),
    ),
    (
        pgettext_lazy("acts", "Responsibility"),
        ("assign_handler", "classify", "convert", "hand_over", "add_respondent", "recuse", "link"),
    ),
    (pgettext_lazy("acts", "Clocks and escalation"), ("pause", "resume", "request_escalation")),
)

Checklist = Sequence[tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class NextStep:
    """An act the person may take, with everything it needs, met or missing."""

    act: Act
    checklist: Checklist
    is_forward: bool = False
    #: The thing to do now.
    is_primary: bool = False

    @property
    def is_ready(self) -> bool:
        """Nothing is missing."""
        return all(met for met, _text in self.checklist)

    @property
    def missing(self) -> list[str]:
        """What is missing."""
        return [text for met, text in self.checklist if not met]


@dataclass(frozen=True, slots=True)
class OthersStep:
    """An act that waits for somebody else, and who that is."""

    act: Act
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextSteps:
    """Everything the page offers."""

    mine: tuple[NextStep, ...]
    beside: tuple[tuple[str | Promise, tuple[NextStep, ...]], ...]
    blocked: tuple[NextStep, ...]
    others: tuple[OthersStep, ...]


def next_steps(case: Case, standing: Standing) -> NextSteps:
    """The acts of the complaint's state: the person's own, first those that carry it on, and those of others."""
    roles = case_roles(standing, case)
    here = [act for act in ACTS.values() if case.complaint.state in act.sources and not act.by_system]
    here = [act for act in here if _has_object(case, act, standing)]
    mine = [act for act in here if act.roles & roles]
    line = sorted((act for act in mine if _is_line(case, act, standing)), key=_place)
    steps = [_step(case, act, standing) for act in line]
    beside = {act.code: _step(case, act, standing) for act in mine if not _is_line(case, act, standing)}
    return NextSteps(
        mine=tuple(_with_primary(steps)),
        beside=tuple(_grouped(beside)),
        blocked=tuple(step for step in beside.values() if not step.is_ready),
        others=tuple(
            OthersStep(act, who_may(case, act))
            for act in sorted(here, key=_place)
            if _is_line(case, act, standing) and not act.roles & roles and act.code not in LAST
            if not _waits_for_investigation(case, act, standing)
        ),
    )


def who_may(case: Case, act: Act) -> tuple[str, ...]:
    """Who may take an act on this complaint: each role with its department, as far as there is one."""
    owner, responsible = case.complaint.owner_department, case.complaint.responsible_department
    departments = {
        CaseRole.INTAKE: owner,
        CaseRole.HANDLER: case.complaint.handler or owner,
        CaseRole.OWNER_HEAD: owner,
        CaseRole.LIAISON: responsible,
        CaseRole.RESPONSIBLE_HEAD: responsible,
    }
    found = []
    for role in CaseRole:
        if role in act.roles:
            where = departments.get(role)
            found.append(f"{role.label} ({where})" if where is not None else str(role.label))
    return tuple(found)


def _is_line(case: Case, act: Act, standing: Standing) -> bool:
    if act.code == "record_meeting":  # a step of its own only where the plan waits for one
        return case.plan is not None and CONDITIONS["meeting_decided"](case, standing, None) is not None
    return act.target is not None or act.code in FORWARD or act.code in BRANCHES


def _waits_for_investigation(case: Case, act: Act, standing: Standing) -> bool:
    """Nobody takes it by hand: the outcome of a formal investigation does."""
    return "formally_found" in act.needs and CONDITIONS["formally_found"](case, standing, None) is not None


def _place(act: Act) -> tuple[int, int]:
    codes = list(ACTS)
    if act.code in LAST:
        return (2, 0)
    if act.code in FORWARD:
        return (0, FORWARD.index(act.code))
    return (1, codes.index(act.code))


def _has_object(case: Case, act: Act, standing: Standing) -> bool:
    """Acts on one of several rows are there only while there is such a row; handovers only while one is offered."""
    if act.code == "answer_escalation":
        return any(row.addressee_id in standing.people for row in case.open_escalations)
    if act.code in {"accept_handover", "refuse_handover"}:
        return case.open_handover is not None
    return all(choices(case, ask) for ask in act.asks if ask.kind == AskKind.ROW)


def _step(case: Case, act: Act, standing: Standing) -> NextStep:
    return NextStep(act, checklist(case, act, standing), is_forward=act.code in FORWARD)


def _with_primary(steps: list[NextStep]) -> list[NextStep]:
    """The first step forward that is ready is the thing to do; it comes first, what is not ready after what is."""
    ready = [step for step in steps if step.is_forward and step.is_ready]
    if not ready:
        return steps
    first = ready[0]
    primary = NextStep(first.act, first.checklist, is_forward=True, is_primary=True)
    return [primary, *(step for step in steps if step is not first)]


def _grouped(beside: dict[str, NextStep]) -> list[tuple[str | Promise, tuple[NextStep, ...]]]:
    named = {code for _title, codes in GROUPS for code in codes}
    groups = [(title, tuple(beside[code] for code in codes if code in beside)) for title, codes in GROUPS]
    groups.append((pgettext_lazy("acts", "More"), tuple(step for code, step in beside.items() if code not in named)))
    ready = [(title, tuple(step for step in steps if step.is_ready)) for title, steps in groups]
    return [(title, steps) for title, steps in ready if steps]
