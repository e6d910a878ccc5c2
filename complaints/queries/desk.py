"""What waits for a person, in blocks; each block is one SQL condition, the same for its figure, its rows and its list.

A case waits for whoever is nearest to the work: the handler before the intake officers, those before their head, the
liaison before the head of the responsible department. Who may take the act at all is read from the table of acts.
(WF-1, DL-3, DL-5)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.acts import ACTS
from complaints.models import (
    Appointment,
    Complaint,
    ContactSheet,
    Deadline,
    Plan,
    PlanStatus,
    PlanStep,
    PolicyVersion,
    ReturnVisit,
)
from complaints.models.standing import Standing
from complaints.queries import lists
from complaints.queries.lists import NOBODY, ClockMark, towards
from complaints.states import OPEN, ApprovalLevel, CaseRole, Grade, Role, Severity, SheetStatus, State

#: Rows a block shows; the list behind it shows all.
SHOWN = 10
#: Beside what a row shows, so that a page of rows costs one query.
RELATED = ("responsible_department", "owner_department", "handler")


class Reader:
    """Who looks, and when. What the blocks need beside is read once, and only if one asks."""

    def __init__(self, standing: Standing, now: datetime) -> None:
        self.standing = standing
        self.now = now
        self.people = sorted(standing.people)

    @cached_property
    def soon(self) -> dict[int, datetime]:
        """For each working calendar until when something is due soon."""
        return lists.horizons(self.now, lists.AHEAD[0])

    @cached_property
    def executive_approval(self) -> Q:
        """Complaints whose plan an executive must approve, by their policy and present severity (WF-5)."""
        condition = NOBODY
        used = PolicyVersion.objects.filter(complaints__state=State.APPROVING).values_list("pk", flat=True)
        for version, rules in lists.rules_of(used).items():
            severities = [code for code, level in rules.approval.items() if level == ApprovalLevel.EXECUTIVE]
            condition |= Q(policy_version=version, severity__in=severities)
        return condition

    @property
    def day(self) -> date:
        """Today, by the business time zone."""
        return timezone.localdate(self.now)


# -- whose turn it is -------------------------------------------------------------------------------------------------


def _of_round(rows: QuerySet) -> Q:
    return Q(Exists(rows.filter(complaint=OuterRef("pk"), round=OuterRef("round"))))


REPLIED = _of_round(ContactSheet.objects.filter(status=SheetStatus.REPLIED))
VISITED = _of_round(ReturnVisit.objects.all())
#: A formal investigation of the round is open: nothing but its outcome leads on (WF-4).
FORMAL = Q(formal_round__isnull=False, formal_round=F("round"))
STEPS_LEFT = Q(
    Exists(
        PlanStep.objects.filter(
            plan__complaint=OuterRef("pk"),
            plan__round=OuterRef("round"),
            plan__status=PlanStatus.AGREED,
            done_at=None,
        )
    )
)

#: In each open state the act that moves the case on, and the part of the cases in which it is that act's turn.
TURNS: tuple[tuple[State, str, Q], ...] = (
    (State.REGISTERED, "accept", Q()),
    (State.ACCEPTED, "dispatch", Q()),
    (State.DISPATCHED, "acknowledge", Q()),
    (State.INVESTIGATING, "reply_sheet", ~REPLIED),
    # The same person opens a formal investigation, where the policy asks for one; then its group has the turn.
    (State.INVESTIGATING, "determine", REPLIED & ~FORMAL),
    (State.DETERMINED, "submit_plan", Q()),
    (State.APPROVING, "approve_plan", Q()),
    (State.OFFERED, "agree", Q()),
    (State.IMPLEMENTING, "complete_step", STEPS_LEFT),
    (State.IMPLEMENTING, "complete", ~STEPS_LEFT),
    (State.COMPLETED, "give_feedback", Q()),
    (State.RETURN_VISIT, "record_visit", ~VISITED),
    (State.RETURN_VISIT, "close", VISITED),
)

#: Case roles by the offices they rest on: whoever holds none of these need not be asked about.
RESTS_ON: dict[str, tuple[Role, ...]] = {
    CaseRole.INTAKE: (Role.INTAKE,),
    CaseRole.LIAISON: (Role.LIAISON,),
    CaseRole.OWNER_HEAD: (Role.HEAD,),
    CaseRole.RESPONSIBLE_HEAD: (Role.HEAD,),
    CaseRole.EXECUTIVE: (Role.EXECUTIVE,),
    CaseRole.QUALITY: (Role.QUALITY,),
    CaseRole.LEGAL: (Role.LEGAL,),
}


def _may_be(standing: Standing, role: str) -> bool:
    return role not in RESTS_ON or standing.has(*RESTS_ON[role])


def waiting(reader: Reader) -> Q:
    """It is the person's turn.

    Every turn is one of an open case. Said once for all of them, it lets the database begin with the few that are open.
    """
    condition = NOBODY
    for state, code, part in TURNS:
        if code == "approve_plan":
            condition |= to_approve(reader)
            continue
        roles = ACTS[code].roles
        for role in sorted(roles):
            if _may_be(reader.standing, role):
                condition |= Q(part, _nearest(reader, role, roles), state=state)
    return Q(state__in=sorted(OPEN)) & condition


def _nearest(reader: Reader, role: str, roles: Iterable[str]) -> Q:
    """The person is that towards the case, and nobody of the act's roles is nearer to the work."""
    condition = towards(reader.standing, role)
    if role == CaseRole.INTAKE and CaseRole.HANDLER in roles:
        return condition & unassigned()
    if role == CaseRole.OWNER_HEAD and CaseRole.HANDLER in roles:
        return condition & unassigned() & ~_staffed(reader, "owner_department", Role.INTAKE, Role.HANDLER)
    if role == CaseRole.RESPONSIBLE_HEAD and CaseRole.LIAISON in roles:
        return condition & ~_staffed(reader, "responsible_department", Role.LIAISON)
    return condition


def _staffed(reader: Reader, department: str, *roles: Role) -> Q:
    """Somebody with an active account holds one of the roles in the department today."""
    posts = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=reader.day),
        starts_on__lte=reader.day,
        role__in=roles,
        person__is_active=True,
        department=OuterRef(department),
    )
    return Q(Exists(posts))


def unassigned() -> Q:
    """Nobody handles it, or somebody who has left."""
    return Q(handler=None) | Q(handler__is_active=False)


def to_approve(reader: Reader) -> Q:
    """A plan of somebody else waits for the person's decision: heads and executives, each at their level (WF-5)."""
    standing = reader.standing
    own = Plan.objects.filter(complaint=OuterRef("pk"), status=PlanStatus.SUBMITTED, made_by=standing.user_id)
    by_level = NOBODY
    if standing.has(Role.EXECUTIVE):
        by_level |= reader.executive_approval & towards(standing, CaseRole.EXECUTIVE)
    if standing.has(Role.HEAD):
        by_level |= ~reader.executive_approval & towards(standing, CaseRole.OWNER_HEAD)
    return Q(by_level, ~Exists(own), state=State.APPROVING)


# -- clocks -----------------------------------------------------------------------------------------------------------


def _own_clock(reader: Reader, **narrower: object) -> Q:
    """A running clock that the person must meet: by their role, as its owner or that of a step, or as addressee."""
    clocks = lists.running_deadlines().filter(**narrower)
    in_person = Q(owner__in=reader.people) | Q(plan_step__owner__in=reader.people)
    in_person |= Q(escalation__addressee__in=reader.people)
    condition = Q(Exists(clocks.filter(in_person)))
    for role in CaseRole:
        if role != CaseRole.ADDRESSEE and _may_be(reader.standing, role):
            condition |= towards(reader.standing, role) & Q(Exists(clocks.filter(owner_role=role)))
    return condition


def own_overdue(reader: Reader) -> Q:
    """A clock that the person must meet is past due; for the handler any of the case, as they are told first (DL-3).

    That some clock is, whoever must meet it, is said first: the database begins with those, not with every case.
    """
    overdue = lists.overdue(reader.now)
    return overdue & (_own_clock(reader, due_at__lte=reader.now) | Q(handler__in=reader.people))


def own_soon(reader: Reader) -> Q:
    """A clock that the person must meet is due by the end of the next working day. Of some clock that is said first."""
    condition = NOBODY
    for calendar, moment in reader.soon.items():
        condition |= Q(_own_clock(reader, due_at__gt=reader.now, due_at__lte=moment), calendar=calendar)
    latest = max(reader.soon.values(), default=reader.now)
    return Q(Exists(lists.running_deadlines().filter(due_at__gt=reader.now, due_at__lte=latest))) & condition


def _departments_overdue(reader: Reader) -> Q:
    paths = reader.standing.paths(Role.HEAD)
    mine = lists.below("owner_department", paths) | lists.below("responsible_department", paths)
    return mine & lists.overdue(reader.now)


def _own_steps(reader: Reader) -> Q:
    steps = PlanStep.objects.filter(
        plan__complaint=OuterRef("pk"), plan__status=PlanStatus.AGREED, done_at=None, owner__in=reader.people
    )
    return Q(Exists(steps), state=State.IMPLEMENTING)


def _dissatisfied(reader: Reader) -> Q:
    visits = ReturnVisit.objects.filter(
        complaint=OuterRef("pk"), grade__in=(Grade.DISSATISFIED, Grade.VERY_DISSATISFIED)
    )
    return Q(Exists(visits), state__in=OPEN)


def _with_department(reader: Reader) -> Q:
    return towards(reader.standing, CaseRole.LIAISON)


# -- blocks -----------------------------------------------------------------------------------------------------------

Chooser = Callable[[Reader, Deadline], bool]


@dataclass(frozen=True, slots=True)
class Block:
    """A set of cases on the desk. `roles` empty: what anybody may be named in; shown once there is something.

    `clock` chooses which running deadlines a row may show, and `order` is the same in SQL; None: the next one due.
    """

    code: str
    title: str | Promise
    condition: Callable[[Reader], Q]
    roles: tuple[Role, ...] = ()
    is_alarm: bool = False
    clock: Chooser | None = None
    order: Callable[[Reader], Q] | None = None


def _answer(reader: Reader, deadline: Deadline) -> bool:
    return deadline.escalation is not None and deadline.escalation.addressee_id in reader.people


def _step(reader: Reader, deadline: Deadline) -> bool:
    return deadline.plan_step is not None and deadline.plan_step.owner_id in reader.people


WORKERS = (Role.INTAKE, Role.HANDLER, Role.LIAISON, Role.HEAD, Role.EXECUTIVE, Role.QUALITY)

BLOCKS: dict[str, Block] = {
    block.code: block
    for block in (
        Block(
            "escalated_to_me",
            _("Escalated to me"),
            lambda reader: lists.escalated_to(reader.standing),
            is_alarm=True,
            clock=_answer,
            order=lambda reader: Q(escalation__addressee__in=reader.people),
        ),
        Block("overdue", _("Overdue"), own_overdue, WORKERS, is_alarm=True),
        Block("soon", _("Due soon"), own_soon, WORKERS),
        Block(
            "sheets_new",
            _("Contact sheets to acknowledge"),
            lambda reader: Q(_with_department(reader), state=State.DISPATCHED),
            (Role.LIAISON,),
        ),
        Block(
            "sheets_reply",
            _("Contact sheets to reply to"),
            lambda reader: Q(_with_department(reader), ~REPLIED, state=State.INVESTIGATING),
            (Role.LIAISON,),
        ),
        Block("approve", _("Plans to approve"), to_approve, (Role.HEAD, Role.EXECUTIVE)),
        Block("waiting", _("Waits for me"), waiting, WORKERS),
        Block(
            "steps",
            _("Steps of plans that I own"),
            _own_steps,
            clock=_step,
            order=lambda reader: Q(plan_step__owner__in=reader.people),
        ),
        Block(
            "handovers",
            _("Offered to my department"),
            lambda reader: lists.offered_to(reader.standing),
            (Role.INTAKE, Role.HANDLER, Role.HEAD),
        ),
        Block(
            "unassigned",
            _("Without a handler"),
            lambda reader: Q(
                lists.below("owner_department", reader.standing.paths(Role.HEAD)), unassigned(), state__in=OPEN
            ),
            (Role.HEAD,),
        ),
        Block("departments_overdue", _("Overdue in my departments"), _departments_overdue, (Role.HEAD,), is_alarm=True),
        Block(
            "supervised",
            _("Under my supervision"),
            lambda reader: Q(supervisor__in=reader.people, severity=Severity.MAJOR, state__in=OPEN),
            (Role.EXECUTIVE,),
        ),
        Block(
            "visits",
            _("Return visits to make"),
            lambda _reader: Q(~VISITED, state=State.RETURN_VISIT),
            (Role.QUALITY,),
        ),
        Block("dissatisfied", _("Dissatisfied and still open"), _dissatisfied, (Role.QUALITY,)),
    )
}

#: What an executive's docket shows.
DOCKET = ("escalated_to_me", "approve", "supervised")


def blocks(standing: Standing) -> list[Block]:
    """The blocks of a person, by the offices they hold."""
    return [block for block in BLOCKS.values() if _concerns(block, standing)]


def _concerns(block: Block, standing: Standing) -> bool:
    return standing.has(*block.roles) if block.roles else bool(standing.held)


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a block."""

    complaint: Complaint
    severity: str
    clock: ClockMark | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A block with its figure and its most pressing rows."""

    block: Block
    count: int
    rows: tuple[Row, ...]


def cases(reader: Reader, block: Block) -> QuerySet[Complaint]:
    """All cases of a block that the person may see."""
    return Complaint.objects.visible_to(reader.standing).filter(block.condition(reader))


def show(reader: Reader, chosen: Iterable[Block], at_most: int = SHOWN) -> list[Shown]:
    """The blocks with figures and rows. Two queries a block and three in all, however many rows there are."""
    found = [(block, *_most_pressing(reader, block, at_most)) for block in chosen]
    everyone = [complaint for _block, _count, rows in found for complaint in rows]
    running = (
        Deadline.objects.filter(complaint__in={row.pk for row in everyone}, met_at=None, cancelled_at=None)
        .select_related("escalation", "plan_step")
        .defer("schedule")
        .order_by("due_at", "id")
    )
    clocks = list(running)
    shared = lists.Rows(everyone, reader.now, clocks)
    shown = []
    for block, count, rows in found:
        chooser = block.clock
        kept = None if chooser is None else [clock for clock in clocks if chooser(reader, clock)]
        marks = shared if kept is None else shared.with_clocks(kept)
        lines = tuple(Row(row, shared.severity(row), marks.clock(row)) for row in rows)
        shown.append(Shown(block, count, lines))
    return shown


def _most_pressing(reader: Reader, block: Block, at_most: int) -> tuple[int, list[Complaint]]:
    complaints = cases(reader, block)
    clocks = lists.running_deadlines()
    if block.order is not None:
        clocks = clocks.filter(block.order(reader))
    rows = (
        complaints.annotate(next_due_at=Subquery(clocks.order_by("due_at").values("due_at")[:1]))
        .select_related(*RELATED)
        .defer("content", "demand")
        .order_by(F("next_due_at").asc(nulls_last=True), "received_at", "pk")
    )
    return complaints.count(), list(rows[:at_most])
