"""Playing a story: registration, the acts of people, sweeps and answers to escalations, in the order of time.

Everything goes through the product's services: `intake.register`, `workflow.perform`, `sweep`. Whether they work on the
database or on memory (`memory.services_in_memory`) makes no difference here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random  # noqa: TC003 - dataclasses and annotations alike

from django.utils import timezone

from complaints.acts import ACTS, Act
from complaints.demo import texts
from complaints.demo.cast import Cast
from complaints.demo.hours import Hours
from complaints.demo.lines import Step
from complaints.demo.stories import Story
from complaints.models import Complaint, Deadline, Escalation, User
from complaints.queries.case import Case
from complaints.queries.organisation import Organisation
from complaints.services import intake, workflow
from complaints.services.doing import ActRefusedError
from complaints.services.notices import case_post
from complaints.services.sweep import sweep
from complaints.states import CaseRole, Role

MINUTE = timedelta(minutes=1)
#: Once nothing was swept for most of a day: what fell due then was found late.
OUTAGE_DAYS_AGO, OUTAGE_HOURS = 152, 9
ANSWER_MINUTES, SLOW_TO_ANSWER = 220, 0.85


class NobodyError(LookupError):
    """Nobody may take the next step of a story."""


class Play:
    """One story while it is played, up to `end`."""

    def __init__(self, story: Story, cast: Cast, hours: Hours, end: datetime) -> None:
        self.story, self.cast, self.hours, self.end = story, cast, hours, end
        self.rng: Random = story.rng
        self.now = story.arrival.registered_at
        self._key = 0
        self._answers: dict[int, datetime] = {}
        out_at = (end - timedelta(days=OUTAGE_DAYS_AGO)).replace(minute=7, second=0, microsecond=0)
        self._outage = (out_at, out_at + timedelta(hours=OUTAGE_HOURS))

    def resume(self, key: int, now: datetime) -> None:
        """Go on with a complaint that was registered already."""
        self._key, self.now = key, now

    # -- what there is -----------------------------------------------------------------------------------------------

    @property
    def complaint(self) -> Complaint:
        """The complaint as it stands."""
        return Complaint.objects.select_related("owner_department", "responsible_department").get(pk=self._key)

    @property
    def case(self) -> Case:
        """The case as it stands at the present of the play."""
        return Case(self.complaint, self.now)

    def handlers(self) -> list[User]:
        """Handlers of the owning department."""
        day = timezone.localdate(self.now)
        holders = self.cast.holders(Role.HANDLER, self.complaint.owner_department_id, day)
        return [self.cast.people[person] for person in holders]

    def evening(self, moment: datetime) -> datetime:
        """Six o'clock of that day."""
        return timezone.localtime(moment).replace(hour=18, minute=0, second=0, microsecond=0)

    # -- what happens ------------------------------------------------------------------------------------------------

    def run(self) -> Complaint:
        """Play to the end of the story or of time."""
        self._register()
        for step in self.story.steps:
            at = self.hours.later(self.now, step.wait, step.hours)
            if step.act == "archive":
                at = self._answered(at)
            if at > self.end:
                break
            self._until(at)
            self.now = at
            self.take(step)
        self._until(self.end)
        self.now = self.end
        sweep(self.end)
        return self.complaint

    def _register(self) -> None:
        given, at = self.story.registration, self.now
        department = given.first_contact_department
        day = timezone.localdate(at)
        officers = [
            *self.cast.holders(Role.INTAKE, department.pk, day),
            *self.cast.holders(Role.HANDLER, department.pk, day),
        ]
        organisation = Organisation(at)
        present = [person for person in officers if organisation.present(person) == person]
        weights = [4 if person in self.cast.holders(Role.INTAKE, department.pk, day) else 1 for person in present]
        by = self.cast.people[self.rng.choices(present, weights)[0]]
        self._key = intake.register(given, by=by, now=at).pk

    def take(self, step: Step) -> None:
        """The next act of the story, by whoever may take it at the present of the play."""
        given = step.given(self) if callable(step.given) else step.given
        if given is None:
            return
        for user in self._candidates_there(ACTS[step.act], step.by):
            try:
                workflow.perform(self._key, step.act, by=user, now=self.now, given=given)
            except ActRefusedError as error:
                if error.code not in {"not_allowed", "not_visible"}:
                    raise
            else:
                return
        raise NobodyError(f"{self.story.number}: nobody may take {step.act} at {self.now}")

    def _candidates_there(self, act: Act, wanted: CaseRole) -> Iterator[User]:
        """Who might take an act and is there, or their deputies: in the role of the story first."""
        case, organisation = self.case, Organisation(self.now)
        seen: set[int] = set()
        for role in (wanted, *sorted(act.roles - {wanted})):
            for person in self._candidates(role, case):
                there = organisation.present(person, case.recused_people)
                if there is not None and there not in seen:
                    seen.add(there)
                    yield self.cast.people[there]

    def _candidates(self, role: str, case: Case) -> list[int]:
        complaint, cast, day = case.complaint, self.cast, timezone.localdate(self.now)
        owner, responsible = complaint.owner_department_id, complaint.responsible_department_id
        if role == CaseRole.HANDLER and complaint.handler_id is not None:
            return [complaint.handler_id]
        if role == CaseRole.OWNER_HEAD:
            return list(cast.upwards(Role.HEAD, complaint.owner_department, day))
        if role == CaseRole.RESPONSIBLE_HEAD:
            return list(cast.upwards(Role.HEAD, complaint.responsible_department, day))
        if role == CaseRole.EXECUTIVE:
            first = [complaint.supervisor_id] if complaint.supervisor_id else []
            return [*first, *cast.upwards(Role.EXECUTIVE, complaint.owner_department, day)]
        if role == CaseRole.ADDRESSEE:
            return self._addressees(case)
        if role in {CaseRole.QUALITY, CaseRole.LEGAL}:
            found = list(cast.anywhere(str(role), day))
        else:
            held: dict[str, tuple[Role, int | None]] = {
                CaseRole.INTAKE: (Role.INTAKE, owner),
                CaseRole.HANDLER: (Role.HANDLER, owner),
            }
            found = list(cast.holders(*held.get(role, (Role.LIAISON, responsible)), day))
        self.rng.shuffle(found)
        return found

    def _addressees(self, case: Case) -> list[int]:
        handover = case.open_handover
        if handover is None:
            return []
        return list(Organisation(self.now).at(handover.to_department_id, case_post(case)))

    # -- what happens by itself --------------------------------------------------------------------------------------

    def _until(self, at: datetime) -> None:
        """Everything between the present of the play and `at`: sweeps, and answers to what they escalated."""
        while True:
            tick, answer = self._tick(), self._answer_due()
            upcoming = min((moment for moment in (tick, answer and answer[0]) if moment is not None), default=None)
            if upcoming is None or upcoming > at:
                return
            self.now = max(self.now, upcoming)
            if answer is not None and answer[0] == upcoming:
                self._answer(answer[1])
            else:
                sweep(self.now)

    def _tick(self) -> datetime | None:
        """When the sweep will do what is due next: within a minute, unless nothing is swept then."""
        due = min(
            (row.next_action_at for row in Deadline.objects.filter(complaint=self._key) if row.next_action_at),
            default=None,
        )
        if due is None:
            return None
        tick = max(due, self.now)
        tick = tick.replace(second=0, microsecond=0) + MINUTE
        begins, ends = self._outage
        return ends if begins <= tick < ends else tick

    def _answer_due(self) -> tuple[datetime, Escalation] | None:
        """The open escalation that is answered next, and when."""
        found: list[tuple[datetime, int, Escalation]] = []
        for escalation in Escalation.objects.filter(complaint=self._key, answered_at=None):
            if escalation.pk not in self._answers:
                wait = ANSWER_MINUTES * self.rng.lognormvariate(0, SLOW_TO_ANSWER)
                at = self.hours.later(escalation.opened_at, wait, "awake")
                if self.story.is_stuck and (self.story.arrival.department or self.rng.random() < 0.7):  # noqa: PLR2004
                    at = self.end + MINUTE
                self._answers[escalation.pk] = at
            found.append((self._answers[escalation.pk], escalation.pk, escalation))
        if not found:
            return None
        at, _, escalation = min(found)
        return at, escalation

    def _answer(self, escalation: Escalation) -> None:
        there = Organisation(self.now).present(escalation.addressee_id, self.case.recused_people)
        if there is None:
            self._answers[escalation.pk] = self.hours.later(self.now, 480, "office")
            return
        given = {
            "row": str(escalation.pk),
            "cause": self.rng.choice(texts.CAUSES),
            "improvement": self.rng.choice(texts.MEASURES),
        }
        workflow.perform(self._key, "answer_escalation", by=self.cast.people[there], now=self.now, given=given)

    def _answered(self, at: datetime) -> datetime:
        """When the archive can have the case: not before every escalation is answered."""
        while True:
            self._until(min(at, self.end))
            waiting = self._answer_due()
            if waiting is None or at > self.end:
                return at
            at = max(at, self.hours.later(waiting[0], 5, "office"))
