"""Everything the page of one complaint shows, read in a number of queries that does not grow with the case. (WF-1)"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from complaints.acts import ACTS
from complaints.localised import localise
from complaints.models import (
    CaseLink,
    Communication,
    Complaint,
    ContactSheet,
    Deadline,
    EmergencyItem,
    Escalation,
    Finding,
    FollowUp,
    FurtherCategory,
    Handover,
    Material,
    MeetingDecision,
    Note,
    Plan,
    PlanStep,
    Respondent,
    ReturnVisit,
    User,
)
from complaints.models.standing import Standing
from complaints.permissions import case_roles, may_read_history, may_read_identity, may_take
from complaints.queries.case import Case
from complaints.queries.case_clocks import ClockLine, clock_lines
from complaints.queries.case_steps import NextSteps, next_steps
from complaints.queries.timeline import Entry, timeline
from complaints.states import CaseRole, LinkKind, Remedy, Role, SheetStatus

#: What a page about one complaint reads with it.
RELATED = (
    "policy_version__policy",
    "calendar",
    "channel",
    "category",
    "complainant__employee",
    "owner_department",
    "responsible_department",
    "first_contact_department",
    "handler",
    "supervisor",
    "registered_by",
)
#: Towards the case these people only answer for the department it was sent to.
ANSWERING = frozenset({CaseRole.LIAISON, CaseRole.RESPONSIBLE_HEAD})


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One post tried on the way to the addressee of an escalation."""

    role: str
    person: str
    why: str


@dataclass(frozen=True, slots=True)
class EscalationLine:
    """An escalation with how its addressee was found."""

    escalation: Escalation
    route: tuple[RouteStep, ...]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan with its remedies in words."""

    plan: Plan
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkLine:
    """Another complaint and how it belongs to this one, read from this side."""

    other: Complaint
    kind: str
    is_repeat: bool


def is_of_respondent(standing: Standing, case: Case) -> bool:
    """Of a department complained of, that may answer contact sheets and nothing more (WF-13)."""
    own = {int(part) for path in standing.own_paths for part in path.strip("/").split("/")}
    return bool(own & case.answering_departments)


def may_read_closed_part(standing: Standing, case: Case) -> bool:
    """Read what was said with the complainant, notes and minutes (WF-13, IN-8).

    The department complained of does not, and in a confidential case neither does the one that merely answers.
    """
    if is_of_respondent(standing, case):
        return False
    return not case.complaint.is_confidential or bool(_offices(standing, case) - ANSWERING)


def _offices(standing: Standing, case: Case) -> frozenset[CaseRole]:
    roles = case_roles(standing, case)
    if case.complaint.supervisor_id in standing.people:
        roles |= {CaseRole.EXECUTIVE}
    return roles


def may_open_material(standing: Standing, case: Case, material: Material) -> bool:
    """Download a file of a case one may see (IN-8, WF-13).

    An original may name the complainant: in a confidential case it is for those who may know the name, and it is
    never for the department complained of.
    """
    if not material.is_original:
        return True
    if standing.has(Role.AUDITOR) or may_read_identity(standing, case):
        return True
    return not case.complaint.is_confidential and not is_of_respondent(standing, case)


class CasePage:
    """One complaint as a given person sees it. Reads when asked, and keeps what it has read."""

    def __init__(self, case: Case, standing: Standing) -> None:
        self.case = case
        self.complaint = case.complaint
        self.standing = standing

    # -- what the person may read -------------------------------------------------------------------------------------

    @cached_property
    def reads_identity(self) -> bool:
        """The complainant's name in clear."""
        return may_read_identity(self.standing, self.case)

    @cached_property
    def reads_closed_part(self) -> bool:
        """Communications, notes and minutes."""
        return may_read_closed_part(self.standing, self.case)

    @property
    def may_reveal(self) -> bool:
        """Ask for the contact data in clear."""
        return may_take(ACTS["reveal_contact"], self.standing, self.case)

    @property
    def reads_history(self) -> bool:
        """The field-by-field history: who may read histories, and the whole case."""
        return may_read_history(self.standing) and self.reads_closed_part

    @property
    def shows_masked_name(self) -> bool:
        """The masked name, where the case is not confidential."""
        return not self.complaint.is_confidential and not is_of_respondent(self.standing, self.case)

    # -- the head ----------------------------------------------------------------------------------------------------

    @property
    def severity_name(self) -> str:
        """What the policy calls the severity."""
        return localise(self.case.rules.severity_name(self.complaint.severity))

    @property
    def policy_name(self) -> str:
        """The policy by name, in its version."""
        version = self.complaint.policy_version
        return _("%(policy)s, version %(number)d") % {"policy": version.policy.name, "number": version.number}

    @property
    def ground_names(self) -> list[str]:
        """What is complained of, in the words of the policy."""
        names = {option.code: localise(option.names) for option in self.case.rules.acceptance.grounds}
        return [names.get(code, code) for code in self.complaint.grounds]

    @property
    def receiver_name(self) -> str:
        """Who receives it, in the words of the policy."""
        code = self.complaint.receiver
        names = {option.code: localise(option.names) for option in self.case.rules.acceptance.receivers}
        return names.get(code, code)

    @property
    def refusal_ground_name(self) -> str:
        """Why it was refused, in the words of the policy."""
        code = self.complaint.refusal_ground
        names = {option.code: localise(option.names) for option in self.case.rules.acceptance.refusal_grounds}
        return names.get(code, code)

    @cached_property
    def further_categories(self) -> list[str]:
        """Categories besides the main one."""
        rows = FurtherCategory.objects.filter(complaint=self.complaint).select_related("category")
        return [str(row.category) for row in rows.order_by("category__path")]

    @cached_property
    def respondents(self) -> list[Respondent]:
        """Whom the complaint is against."""
        return list(self._rows(Respondent, "department", "person").order_by("id"))

    # -- what comes next, and clocks -----------------------------------------------------------------------------------

    @cached_property
    def steps(self) -> NextSteps:
        """The person's acts and those of others."""
        return next_steps(self.case, self.standing)

    @cached_property
    def clocks(self) -> list[ClockLine]:
        """All deadlines of all rounds."""
        return clock_lines(self.case, list(self._rows(Deadline, "plan_step")))

    @cached_property
    def running_clocks(self) -> list[ClockLine]:
        """Those that are neither met nor ended."""
        return [line for line in self.clocks if line.is_running]

    @cached_property
    def ended_clocks(self) -> list[ClockLine]:
        """Those that are."""
        return [line for line in self.clocks if not line.is_running]

    @cached_property
    def escalations(self) -> list[EscalationLine]:
        """Escalations, the latest first, with the way to each addressee."""
        rows = list(self._rows(Escalation, "addressee", "answered_by").order_by("-opened_at", "-id"))
        named = {entry[key] for row in rows for entry in row.route for key in ("person", "for") if key in entry}
        people = User.objects.in_bulk(named)
        return [EscalationLine(row, tuple(_route(row, people))) for row in rows]

    # -- records -------------------------------------------------------------------------------------------------------

    @cached_property
    def sheets(self) -> list[ContactSheet]:
        """Work contact sheets in the order of issue."""
        return list(self._rows(ContactSheet, "department", "made_by", "acknowledged_by", "replied_by"))

    @property
    def returned_sheets(self) -> int:
        """How often a department gave the matter back (WF-2)."""
        return sum(sheet.status == SheetStatus.RETURNED for sheet in self.sheets)

    @property
    def redispatched_sheets(self) -> int:
        """How often the matter was sent to another department instead (WF-2)."""
        return sum(sheet.status == SheetStatus.RECALLED for sheet in self.sheets)

    @cached_property
    def findings(self) -> list[Finding]:
        """One for each round at most."""
        return list(self._rows(Finding, "made_by").order_by("round"))

    @cached_property
    def plans(self) -> list[PlanLine]:
        """Plans in the order in which they were made, with their steps."""
        steps = PlanStep.objects.select_related("owner", "done_by").order_by("position")
        rows = self._rows(Plan, "made_by", "decided_by").prefetch_related(Prefetch("steps", queryset=steps))
        words = dict(Remedy.choices)
        return [PlanLine(plan, tuple(str(words.get(code, code)) for code in plan.remedies)) for plan in rows]

    @cached_property
    def meetings(self) -> list[MeetingDecision]:
        """Recorded meetings; none for whom they are not."""
        return list(self._rows(MeetingDecision, "made_by")) if self.reads_closed_part else []

    @cached_property
    def visits(self) -> list[ReturnVisit]:
        """One for each round at most."""
        return list(self._rows(ReturnVisit, "made_by").order_by("round"))

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        """Checks after closing."""
        return list(self._rows(FollowUp, "made_by"))

    @cached_property
    def communications(self) -> list[Communication]:
        """Contacts with the complainant; none for whom they are not."""
        return list(self._rows(Communication, "made_by")) if self.reads_closed_part else []

    @cached_property
    def notes(self) -> list[Note]:
        """Records beside the main line; none for whom they are not."""
        return list(self._rows(Note, "made_by")) if self.reads_closed_part else []

    @cached_property
    def materials(self) -> list[tuple[Material, bool]]:
        """Files, each with whether the person may open it."""
        rows = self._rows(Material, "made_by", "derived_from")
        return [(row, may_open_material(self.standing, self.case, row)) for row in rows]

    @cached_property
    def emergency_items(self) -> list[EmergencyItem]:
        """The emergency plan, of all rounds."""
        return list(self._rows(EmergencyItem, "done_by").order_by("round", "id"))

    @cached_property
    def handovers(self) -> list[Handover]:
        """Offers to other departments."""
        rows = self._rows(Handover, "from_department", "to_department", "offered_by", "decided_by")
        return list(rows.order_by("offered_at", "id"))

    @cached_property
    def links(self) -> list[LinkLine]:
        """Complaints that belong to this one and that the person may see; of others not even the number."""
        forth = CaseLink.objects.filter(complaint=self.complaint).values_list("other_id", "kind")
        back = CaseLink.objects.filter(other=self.complaint).values_list("complaint_id", "kind")
        found = [(key, kind, True) for key, kind in forth] + [(key, kind, False) for key, kind in back]
        visible = Complaint.objects.visible_to(self.standing).in_bulk({key for key, _kind, _forth in found})
        return [
            LinkLine(visible[key], _link_word(kind, forth=is_forth), kind == LinkKind.REPEAT)
            for key, kind, is_forth in found
            if key in visible
        ]

    @property
    def is_repeat(self) -> bool:
        """A repeat of another complaint (IN-10)."""
        return any(link.is_repeat for link in self.links)

    @cached_property
    def timeline(self) -> list[Entry]:
        """What happened, the latest first."""
        return timeline(self.case, with_closed_part=self.reads_closed_part)

    def _rows(self, model: Any, *related: str) -> Any:
        rows = model.objects.filter(complaint=self.complaint)
        return rows.select_related(*related) if related else rows


def _link_word(kind: str, *, forth: bool) -> str:
    label = str(LinkKind(kind).label)
    symmetric = {LinkKind.JOINT, LinkKind.RELATED}
    return label if forth or kind in symmetric else _("%(kind)s (of this one)") % {"kind": label}


def _route(escalation: Escalation, people: dict[int, User]) -> Iterable[RouteStep]:
    words = {
        "vacant": _("nobody appointed"),
        "recused": _("must keep away"),
        "away": _("away, without deputy"),
        "asked": _("was asked before"),
        "found": _("found"),
    }
    for entry in escalation.route:
        person, absent = people.get(entry.get("person", 0)), people.get(entry.get("for", 0))
        why = words.get(entry["why"], entry["why"])
        if entry["why"] == "deputy":
            why = _("deputy of %(person)s") % {"person": absent}
        yield RouteStep(str(CaseRole(entry["role"]).label), str(person or ""), why)
