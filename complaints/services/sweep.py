"""Doing what is due: reminders, breaches, escalations, and the notices of them (DL-3, DL-4, DL-5).

A deadline is due for the sweep when its `next_action_at` has come. Batches of such rows are claimed, and everything
planned on them up to now is recorded set-wise, one transaction a batch, until nothing is due any more. A step is
recorded exactly once: the row of the deadline and that of its complaint are locked while it happens (an act of a person
locks the complaint first, so of an act and a sweep one comes first and the other sees it), and a unique key on deadline
and position stands behind that. Rows that somebody else holds are passed over; the next sweep finds them still due.

Nobody is asked for two answers about one deadline: where a rung of its ladder, or the silence of somebody asked before,
leads to a person whose answer about it is awaited and not overdue, the step joins that escalation instead of opening
another. The step and an event that says so are on record, and the clock of the awaited answer carries the matter up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import F

from complaints.models import (
    ANSWER_CLOCK,
    Admission,
    Calendar,
    Complaint,
    ComplaintEvent,
    Deadline,
    DeadlineStep,
    Escalation,
    EscalationOrigin,
    Notice,
    PlanStep,
    PolicyVersion,
    Recusal,
    StepKind,
)
from complaints.policy_rules import PolicyRules
from complaints.queries.calendars import working_calendar
from complaints.queries.case import Case
from complaints.queries.organisation import Organisation, Post, Route
from complaints.services import deadlines, notices, records
from complaints.services.escalations import answer_deadline
from complaints.states import CaseRole

BATCH = 1000
ESCALATE = "escalate"

#: What the sweep needs of a deadline and its complaint; subjects and contents are none of its business.
COLUMNS = (
    *("clock", "round", "names", "owner_role", "due_at", "breached_at", "schedule", "plan_step", "escalation"),
    *("owner", "subject", "complaint__number"),
    *("complaint__state", "complaint__owner_department", "complaint__responsible_department", "complaint__handler"),
    *("complaint__registered_by", "complaint__supervisor", "complaint__policy_version", "complaint__calendar"),
)


@dataclass(slots=True)
class Swept:
    """What a sweep recorded."""

    deadlines: int = 0
    reminders: int = 0
    overdue: int = 0
    escalations: int = 0
    #: Escalations that lead to somebody whose answer about the same deadline is awaited already.
    joined: int = 0
    #: Escalations with nobody left to go to.
    unheard: int = 0
    found_late: int = 0

    def add(self, other: "Swept") -> None:
        """Count another batch."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


def sweep(now: datetime, *, batch_size: int = BATCH) -> Swept:
    """Record everything due at `now`, however much it is. Can run at any time, any number of times, beside itself."""
    swept, surroundings = Swept(), Surroundings(now)
    while True:
        with transaction.atomic():
            claimed = _claim(now, batch_size)
            if not claimed:
                return swept
            swept.add(Batch(surroundings, claimed).record())


def _claim(now: datetime, size: int) -> list[Deadline]:
    """Due deadlines, the longest due first, locked with their complaints; what others hold is passed over.

    SQLite knows no row locks: there a transaction has the database to itself from its beginning.
    """
    due = Deadline.objects.filter(next_action_at__lte=now).select_related("complaint").only(*COLUMNS)
    due = due.order_by("next_action_at", "id")
    return list(due.select_for_update(of=("self", "complaint"), skip_locked=True, no_key=True)[:size])


class Surroundings:
    """What all batches of a sweep share: the organisation, policies and calendars as they stand."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.organisation = Organisation(now)
        self.administrators = self.organisation.administrators()
        self._rules: dict[int, PolicyRules] = {}
        self._answers: dict[tuple[int, int], tuple[deadlines.Course, Any, int]] = {}

    def rules(self, version: int) -> PolicyRules:
        """The rules of a policy version."""
        if version not in self._rules:
            self._rules[version] = PolicyVersion.objects.get(pk=version).rules
        return self._rules[version]

    def answer(self, complaint: Complaint) -> tuple[deadlines.Course, Any, int]:
        """Course, limit and calendar edition of an answer that is asked for now."""
        key = (complaint.policy_version_id, complaint.calendar_id)
        if key not in self._answers:
            rules, calendar = self.rules(key[0]).escalation, Calendar.objects.get(pk=key[1])
            course = deadlines.answer_course(working_calendar(calendar), rules, self.now)
            self._answers[key] = (course, rules.answer_within, calendar.edition)
        return self._answers[key]

    def follows_escalations(self, version: int) -> bool:
        """Some clock of the policy starts or stops on an escalation."""
        return any(
            ESCALATE in clock.starts_on | clock.stops_on | clock.cancels_on for clock in self.rules(version).clocks
        )


@dataclass(slots=True)
class Due:
    """One step of one deadline whose moment has come."""

    deadline: Deadline
    position: int
    kind: str
    role: str
    planned_at: datetime
    is_late: bool
    row: DeadlineStep | None = None
    escalation: Escalation | None = None
    #: Another's escalation, which this step joined.
    joined: Escalation | None = None
    route: Route | None = None

    @property
    def key(self) -> str:
        """Under which people are told of it, once."""
        return f"step:{self.deadline.pk}:{self.position}"


#: What an answer is about: a deadline, or an escalation that no deadline opened. One of the two.
Matter = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """An escalation that waits for its answer: whom it asks, at which level, and everybody asked before."""

    addressee: int
    role: str
    people: frozenset[int]
    #: Where the chain began: the deadline, or the escalation that a person opened.
    matter: Matter


class Batch:
    """The deadlines of one transaction."""

    def __init__(self, surroundings: Surroundings, claimed: Sequence[Deadline]) -> None:
        self.surroundings, self.now, self.deadlines = surroundings, surroundings.now, claimed
        self.swept = Swept(deadlines=len(claimed))
        self.steps: list[Due] = []
        self._posts: dict[int, Post] = {}
        self._told: set[tuple[int, datetime, str, int]] = set()

    def record(self) -> Swept:
        """Write everything: steps, breaches, escalations with the clocks of their answers, events, notices."""
        self._read_schedules()
        self._write_steps()
        breached = self._write_breaches()
        raised = self._write_escalations()
        self._write_events(breached)
        self._write_notices()
        self._follow(raised)
        return self.swept

    # -- reading ------------------------------------------------------------------------------------------------------

    def _read_schedules(self) -> None:
        done: dict[int, set[int]] = defaultdict(set)
        recorded = DeadlineStep.objects.filter(deadline__in=[deadline.pk for deadline in self.deadlines])
        for key, position in recorded.values_list("deadline_id", "position"):
            done[key].add(position)
        following: dict[int, datetime | None] = {}
        for deadline in self.deadlines:
            following[deadline.pk] = None
            for position, kind, role, text in deadline.schedule:
                if position in done[deadline.pk]:
                    continue
                at = deadlines.moment_of(text)
                if at > self.now:
                    following[deadline.pk] = at
                    break  # a schedule is in the order of its moments
                self.steps.append(Due(deadline, position, kind, role, at, is_late=self.now - at > deadlines.LATE))
        self.steps.sort(key=lambda due: (due.planned_at, due.deadline.pk, due.position))
        records.set_moments(Deadline, "next_action_at", following)

    @cached_property
    def _recusals(self) -> dict[int, list[Recusal]]:
        found: dict[int, list[Recusal]] = defaultdict(list)
        complaints = {deadline.complaint_id for deadline in self.deadlines}
        for recusal in Recusal.objects.filter(complaint__in=complaints).only(
            "complaint", "person", "department", "may_answer"
        ):
            found[recusal.complaint_id].append(recusal)
        return found

    @cached_property
    def _step_owners(self) -> dict[int, int | None]:
        steps = [deadline.plan_step_id for deadline in self.deadlines if deadline.plan_step_id is not None]
        return dict(PlanStep.objects.filter(pk__in=steps).values_list("pk", "owner_id")) if steps else {}

    @cached_property
    def _admitted(self) -> set[tuple[int, int]]:
        """Complaints and who was admitted to them in person. Asked only for clocks appointed for a person."""
        complaints = {deadline.complaint_id for deadline in self.deadlines}
        rows = Admission.objects.filter(complaint__in=complaints, ended_at=None)
        return set(rows.values_list("complaint_id", "person_id"))

    @cached_property
    def _asked(self) -> dict[int, Asked]:
        """For each escalation that a deadline of the batch waits for, the chain of silence behind it."""
        return _chains({row.escalation_id for row in self.deadlines if row.escalation_id is not None})

    @cached_property
    def _awaited(self) -> dict[tuple[Matter, int], Escalation]:
        """Escalations whose answer is awaited and not overdue, by what they are about and whom they ask."""
        rising = {due.deadline.complaint_id for due in self.steps if due.kind == StepKind.ESCALATION}
        answers = Deadline.objects.filter(
            clock=ANSWER_CLOCK, complaint__in=rising, met_at=None, cancelled_at=None, due_at__gt=self.now
        )
        found = Escalation.objects.filter(pk__in=answers.values("escalation"), answered_at=None).in_bulk()
        return {(asked.matter, asked.addressee): found[pk] for pk, asked in _chains(set(found)).items()}

    def _matter(self, deadline: Deadline) -> Matter:
        key = deadline.escalation_id
        return (deadline.pk, None) if key is None else self._asked[key].matter

    def _post(self, complaint: Complaint) -> Post:
        if complaint.pk not in self._posts:
            recusals = self._recusals.get(complaint.pk, ())
            departments = [(row.department_id, row.may_answer) for row in recusals if row.department_id]
            self._posts[complaint.pk] = notices.post_of(
                complaint,
                [row.person_id for row in recusals if row.person_id],
                [department for department, may_answer in departments if not may_answer],
                [department for department, may_answer in departments if may_answer],
            )
        return self._posts[complaint.pk]

    # -- writing ------------------------------------------------------------------------------------------------------

    def _write_steps(self) -> None:
        for due in self.steps:
            due.row = DeadlineStep(
                deadline=due.deadline,
                position=due.position,
                kind=due.kind,
                role=due.role,
                planned_at=due.planned_at,
                recorded_at=self.now,
                is_found_late=due.is_late,
            )
            self.swept.found_late += due.is_late
            self.swept.reminders += due.kind == StepKind.REMINDER
            self.swept.overdue += due.kind == StepKind.OVERDUE
        DeadlineStep.objects.bulk_create([due.row for due in self.steps if due.row])

    def _write_breaches(self) -> list[Deadline]:
        """A deadline is breached at the moment it was due, whenever that is found out."""
        late = [row for row in self.deadlines if row.breached_at is None and row.due_at <= self.now]
        late.sort(key=lambda row: (row.due_at, row.pk))
        keys = [deadline.pk for deadline in late]
        Deadline.objects.filter(pk__in=keys).update(breached_at=F("due_at"))
        records.record_history(Deadline, keys, change="~", by=None, reason=deadlines.BREACH, now=self.now)
        return late

    def _write_escalations(self) -> list[Due]:
        raised = []
        for due in self.steps:
            if due.kind != StepKind.ESCALATION:
                continue
            due.route = self._route_up(due)
            if due.route.person_id is None:
                self.swept.unheard += 1
                continue
            whom = (self._matter(due.deadline), due.route.person_id)
            if whom in self._awaited:
                due.joined = self._awaited[whom]
                self.swept.joined += 1
                continue
            due.escalation = self._awaited[whom] = Escalation(
                complaint=due.deadline.complaint,
                round=due.deadline.round,
                origin=EscalationOrigin.SILENCE if due.deadline.clock == ANSWER_CLOCK else EscalationOrigin.OVERDUE,
                step=due.row,
                role=due.role,
                addressee_id=due.route.person_id,
                route=due.route.tried,
                opened_at=self.now,
                is_found_late=due.is_late,
            )
            raised.append(due)
        self.swept.escalations += len(raised)
        opened = [due.escalation for due in raised if due.escalation]
        records.save_all(Escalation, opened, by=None, reason=ESCALATE, now=self.now)
        answers = [self._answer(escalation) for escalation in opened]
        records.save_all(Deadline, answers, by=None, reason=ANSWER_CLOCK, now=self.now)
        return raised

    def _route_up(self, due: Due) -> Route:
        post = self._post(due.deadline.complaint)
        if due.deadline.escalation_id is None:
            return self.surroundings.organisation.find(due.role, post)
        asked = self._asked[due.deadline.escalation_id]
        return self.surroundings.organisation.above(asked.role, post, asked.people)

    def _answer(self, escalation: Escalation) -> Deadline:
        course, limit, edition = self.surroundings.answer(escalation.complaint)
        return answer_deadline(
            escalation,
            course,
            complaint_id=escalation.complaint_id,
            round_=escalation.round,
            limit=limit,
            edition=edition,
        )

    def _write_events(self, breached: Iterable[Deadline]) -> None:
        rows = [
            deadlines.breach_event(
                row, state=row.complaint.state, now=self.now, is_late=self.now - row.due_at > deadlines.LATE
            )
            for row in breached
        ]
        for due in self.steps:
            if due.route is None:
                continue
            detail = {"position": due.position, "role": due.role, "planned_at": deadlines.iso(due.planned_at)}
            if due.escalation is not None:
                detail |= {"escalation": due.escalation.pk, "to": due.escalation.addressee_id}
            elif due.joined is not None:
                detail |= {"joined": due.joined.pk, "to": due.joined.addressee_id}
            else:
                detail |= {"nobody_above": due.route.tried}
            rows.append(self._escalate_event(due, detail))
        ComplaintEvent.objects.bulk_create(rows)

    def _escalate_event(self, due: Due, detail: dict[str, Any]) -> ComplaintEvent:
        named = {"deadline": due.deadline.pk, "clock": due.deadline.clock, "found_late": due.is_late}
        state = due.deadline.complaint.state
        return ComplaintEvent(
            complaint=due.deadline.complaint,
            round=due.deadline.round,
            act=ESCALATE,
            from_state=state,
            to_state=state,
            detail=named | detail,
            at=self.now,
            recorded_at=self.now,
        )

    def _write_notices(self) -> None:
        rows: list[Notice] = []
        for due in self.steps:
            if due.joined is not None:
                continue  # whom it leads to was told, and owes the answer
            told = {
                "deadline": due.deadline.pk,
                "clock": due.deadline.clock,
                "names": due.deadline.names,
                "due_at": deadlines.iso(due.deadline.due_at),
                "found_late": due.is_late,
            }
            kind, people = due.kind, self._people(due)
            if due.escalation is not None:
                kind, people = ESCALATE, [due.escalation.addressee_id]
                course, _, _ = self.surroundings.answer(due.deadline.complaint)
                told |= {
                    "escalation": due.escalation.pk,
                    "origin": str(due.escalation.origin),
                    "answer_due_at": deadlines.iso(course.due_at),
                }
            elif due.route is not None:
                kind = "unheard"
            rows += self._addressed(due, people, kind, told)
        Notice.objects.bulk_create(rows, ignore_conflicts=True)

    def _addressed(self, due: Due, people: list[int], kind: str, told: dict[str, Any]) -> Iterable[Notice]:
        """Notices to people. A party that is heard does not see the complaint, so theirs gives its number alone."""
        complaint, apart = due.deadline.complaint, set()
        if due.deadline.subject:
            told = told | {"number": complaint.number, "subject": due.deadline.subject}
            if due.role == CaseRole.ADDRESSEE and due.deadline.owner_id is not None:
                handler = self.surroundings.organisation.find(CaseRole.HANDLER, self._post(complaint)).person_id
                apart = {person for person in people if person != handler}
        for complaint_id, whom in ((None, apart), (complaint.pk, set(people) - apart)):
            yield from notices.rows(
                [person for person in people if person in whom],
                complaint_id=complaint_id,
                key=due.key,
                kind=kind,
                detail=told,
                now=self.now,
            )

    def _people(self, due: Due) -> list[int]:
        """Who is told of a step that is no escalation: who must act, living and not recused."""
        organisation, post = self.surroundings.organisation, self._post(due.deadline.complaint)
        if due.deadline.escalation_id is not None:
            asked = self._asked[due.deadline.escalation_id]
            found = [organisation.instead_of(asked.addressee, asked.role, post).person_id]
        elif due.deadline.subject and due.role == due.deadline.owner_role:
            found = self._appointed(due, post)
        elif due.deadline.plan_step_id is not None and due.role == due.deadline.owner_role:
            owner = self._step_owners[due.deadline.plan_step_id]
            found = [organisation.instead_of(owner, due.role, post).person_id]
            if due.kind == StepKind.OVERDUE:  # whoever owns the step, the handler owns the case
                found.append(organisation.find(CaseRole.HANDLER, post).person_id)
        elif due.route is None:
            found = [organisation.find(due.role, post).person_id]
        else:
            found = []
        if due.route is not None:
            found += self.surroundings.administrators
        return [person for person in found if person is not None and self._is_news(due, person)]

    def _appointed(self, due: Due, post: Post) -> list[int | None]:
        """Whom a clock appointed for a person means, and the handler where that person cannot be asked.

        A party that is heard is asked although it must keep away, and so is who stands in for it. Nobody stands in for
        who was admitted to the case in person: they declared their interests in person, too.
        """
        organisation, owner = self.surroundings.organisation, due.deadline.owner_id
        handler = organisation.find(CaseRole.HANDLER, post).person_id
        there = None
        if owner is not None and due.role == CaseRole.ADDRESSEE:
            there = organisation.present(owner)
        elif owner is not None:
            there = organisation.only(owner, due.role, post)
            if there != owner and (due.deadline.complaint_id, owner) in self._admitted:
                there = None
        if there is None:
            return [handler]
        return [there, handler] if due.kind == StepKind.OVERDUE else [there]

    def _is_news(self, due: Due, person: int) -> bool:
        """Two rungs of one moment can mean the same person, who is told once."""
        known = (due.deadline.pk, due.planned_at, due.kind, person)
        if known in self._told:
            return False
        self._told.add(known)
        return True

    def _follow(self, raised: Iterable[Due]) -> None:
        """Clocks that a policy starts or stops on an escalation; none of the policies that ship with the product."""
        versions = {due.deadline.complaint_id: due.deadline.complaint.policy_version_id for due in raised}
        wanted = [pk for pk, version in versions.items() if self.surroundings.follows_escalations(version)]
        if wanted:
            for complaint in Complaint.objects.filter(pk__in=wanted).select_related(
                "policy_version", "calendar", "channel"
            ):
                deadlines.follow_act(Case(complaint, self.now), ESCALATE, self.now, by=None)


def _chains(wanted: set[int]) -> dict[int, Asked]:
    """For each of the escalations, whom it asks, and the chain of silence behind it."""
    known: dict[int, tuple[int, str, int | None, int | None]] = {}
    missing = set(wanted)
    while missing:
        rows = Escalation.objects.filter(pk__in=missing)
        for pk, addressee, role, before, deadline in rows.values_list(
            "pk", "addressee_id", "role", "step__deadline__escalation", "step__deadline_id"
        ):
            known[pk] = (addressee, role, before, deadline)
        missing = {row[2] for row in known.values() if row[2] is not None} - set(known)
    found = {}
    for pk in wanted:
        chain = list(_chain(pk, known))
        first = known[chain[-1]][3]
        matter = (None, chain[-1]) if first is None else (first, None)
        found[pk] = Asked(known[pk][0], known[pk][1], frozenset(known[link][0] for link in chain), matter)
    return found


def _chain(escalation: int, known: Mapping[int, tuple[int, str, int | None, int | None]]) -> Iterable[int]:
    """The escalation, the one whose silence opened it, and so on down to the first."""
    at: int | None = escalation
    while at is not None:
        yield at
        at = known[at][2]
