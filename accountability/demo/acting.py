"""Acts of an inquiry of the demonstration, through the services, by whoever may take them at that moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accountability.acts import Subject
from accountability.demo.files import upload
from accountability.demo.schedule import DAY, Slot
from accountability.demo.telling import Piece, Tale
from accountability.models import (
    Allegation,
    Assignment,
    Charge,
    Clause,
    Contract,
    Determination,
    EvidenceItem,
    Fact,
    Hearing,
    Investigation,
    Membership,
    OutsideOpinion,
    OutsideParty,
    Party,
    Recourse,
    RootCause,
    Task,
)
from accountability.queries.people import people_of_party
from accountability.services import workflow
from complaints.demo.cast import Cast
from complaints.demo.hours import Hours
from complaints.models import Complaint, User
from complaints.queries.organisation import Organisation


class Inquiry:
    """One case that is investigated, while it is played: what was made so far, and the acts that make more."""

    def __init__(self, slot: Slot, complaint: Complaint, cast: Cast, hours: Hours, seed: int) -> None:
        self.slot, self.complaint_id, self.number = slot, complaint.pk, complaint.number
        self.tale: Tale = slot.told
        self.cast, self.hours = cast, hours
        self.rng = Random(f"{seed}/{slot.tale}/{slot.case}")  # noqa: S311 - no secret
        self.begins_at: datetime = complaint.events.order_by("-at", "-pk")[0].at
        self.now = self.begins_at
        self.investigation_id = 0
        #: Keys of what the tale names.
        self.parties: dict[str, int] = {}
        self.pieces: dict[str, int] = {}

    # -- time and people ----------------------------------------------------------------------------------------------

    def moment(self, day: float) -> datetime:
        """The moment so many working days after the department answered."""
        return self.hours.later(self.begins_at, day * DAY, "office")

    def evening(self, days: float) -> datetime:
        """Six o'clock, so many days from now."""
        return (self.now + timedelta(days=days)).replace(hour=18, minute=0, second=0, microsecond=0)

    def person(self, username: str) -> User:
        """Somebody by user name."""
        return self.cast.by_username[username]

    def there(self, username: str) -> User:
        """The person or, while they are away, who stands in."""
        found = Organisation(self.now).present(self.person(username).pk)
        return self.cast.people[found] if found is not None else self.person(username)

    @property
    def complaint(self) -> Complaint:
        """The complaint as it stands."""
        return Complaint.objects.select_related("owner_department").get(pk=self.complaint_id)

    @property
    def investigation(self) -> Investigation:
        """The investigation as it stands."""
        return Investigation.objects.get(pk=self.investigation_id)

    @property
    def handler(self) -> User:
        """Who handles the complaint, or stands in."""
        handler = self.complaint.handler
        return self.there((handler or self.person(self.slot.handler)).username)

    @property
    def head(self) -> User:
        """The head of the owning department, or who stands in."""
        return self.there("kong.fanrui" if self.tale.sort == "consulting" else "head")

    @property
    def lead(self) -> User:
        """Who leads."""
        return self.person(self.tale.lead)

    def member(self, which: str) -> User:
        """`lead`, or the place of a member."""
        if which == "lead" or not self.tale.members:
            return self.lead
        return self.person(self.tale.members[int(which)])

    # -- acts ---------------------------------------------------------------------------------------------------------

    def act(self, code: str, by: User, /, **given: Any) -> None:
        """An act on the investigation."""
        workflow.perform(Subject.INVESTIGATION, self.investigation_id, code, by=by, now=self.now, given=given)

    def act_on(self, kind: Subject, pk: int, code: str, by: User, /, **given: Any) -> None:
        """An act on something that belongs to it."""
        workflow.perform(kind, pk, code, by=by, now=self.now, given=given)

    def add_parties(self) -> None:
        """Everybody whom the tale names."""
        for key, told in self.tale.parties.items():
            given: dict[str, Any] = {"kind": told.kind}
            if told.department:
                given["department"] = self.cast.departments[told.department]
            if told.person:
                given["person"] = self.person(told.person)
            if told.name:
                given["name"] = told.name
            if told.outside:
                given["outside"] = str(OutsideParty.objects.get(code=told.outside).pk)
            self.act("add_party", self.handler, **given)
            self.parties[key] = Party.objects.filter(investigation=self.investigation_id).latest("pk").pk

    def add_allegations(self) -> None:
        """Everything alleged, against whom."""
        for told in self.tale.allegations:
            against = [str(self.parties[key]) for key in told.charges]
            self.act("add_allegation", self.lead, text=told.text, parties=against)

    def add_facts(self) -> None:
        """What must be proved."""
        for told in self.tale.facts:
            self.act("add_fact", self.lead, statement=told.statement)

    def add_tasks(self) -> None:
        """Three things to do, the first of them soon."""
        for place, (who, what) in enumerate(self.tale.tasks):
            due_at = self.hours.later(self.now, (2.4, 4.2, 5.6)[place] * DAY, "office")
            self.act("add_task", self.lead, description=what, person=self.member(who), due_at=due_at)

    def end_task(self, place: int) -> None:
        """A task is done, by its owner."""
        task = Task.objects.filter(investigation=self.investigation_id).order_by("pk")[place]
        self.act("end_task", task.owner, row=str(task.pk), result="已完成，材料已登记入证据册。")

    # -- evidence -----------------------------------------------------------------------------------------------------

    def register(self, key: str, piece: Piece, *, title: str = "") -> None:
        """A piece of evidence, with its file."""
        self.act("register_evidence", self.member(piece.by), **self.described(piece, title))
        self.pieces[key] = EvidenceItem.objects.filter(complaint=self.complaint_id).latest("pk").pk

    def described(self, piece: Piece, title: str = "") -> dict[str, Any]:
        """What is said of a piece when it is registered."""
        return {
            "kind": piece.kind,
            "title": title or piece.title,
            "shows": piece.shows,
            "source": piece.source,
            "collected_at": self.now - timedelta(minutes=self.rng.randint(15, 50)),
            "collected_place": piece.source[:60],
            "holder": piece.holder,
            "is_copy": piece.is_copy,
            "is_restricted": piece.is_restricted,
            "files": [upload(piece.paper, self.number)] if piece.paper else [],
        }

    def review(self, key: str, piece: Piece) -> None:
        """Somebody else than who collected it judges it."""
        collector = self.member(piece.by)
        reviewer = self.person("legal")
        if reviewer == collector:
            reviewer = self.lead if self.lead != collector else self.member("0")
        given = {name: getattr(piece, name) for name in ("authenticity", "legality", "relevance", "weight", "opinion")}
        self.act_on(Subject.EVIDENCE, self.pieces[key], "review", reviewer, **given)

    def fill_matrix(self, *, is_whole: bool) -> None:
        """What is judged by now: at first only some facts, and of the pieces those that are there."""
        facts = list(Fact.objects.filter(investigation=self.investigation_id).order_by("position"))
        told = list(zip(facts, self.tale.facts, strict=True))
        cells = [
            {"fact": fact.pk, "evidence": self.pieces[key], "bearing": bearing}
            for fact, fact_told in (told if is_whole else told[:2])
            for key, bearing in fact_told.says.items()
            if key in self.pieces
        ]
        if cells:
            self.act("fill_matrix", self.lead, cells=cells)

    def settle_facts(self) -> None:
        """What the evidence came to."""
        facts = Fact.objects.filter(investigation=self.investigation_id).order_by("position")
        for fact, told in zip(facts, self.tale.facts, strict=True):
            self.act("settle_fact", self.lead, row=str(fact.pk), status=told.status, reason=told.reason)

    def go_back_over_process(self) -> None:
        """Every step of the process, on the days before the complaint came in."""
        if not self.tale.steps:
            return
        last = max(step.actual_after or step.expected_after for step in self.tale.steps)
        first_at = self.complaint.received_at - timedelta(hours=last + 30)
        first_at = first_at.replace(minute=0, second=0, microsecond=0)
        for step in self.tale.steps:
            given: dict[str, Any] = {
                "name": step.name,
                "party": str(self.parties[step.party]),
                "expected": step.expected,
                "expected_at": first_at + timedelta(hours=step.expected_after),
                "actual": step.actual,
                "deviation": step.deviation,
                "remark": step.remark,
                "evidence": [str(self.pieces[key]) for key in step.evidence],
            }
            if step.actual_after is not None:
                given["actual_at"] = first_at + timedelta(hours=step.actual_after)
            self.act("add_process_step", self.member("0"), **given)

    # -- opinions -----------------------------------------------------------------------------------------------------

    def ask_outside(self) -> None:
        """An expert is asked."""
        told = self.tale.outside
        if told is None:
            return
        self.act(
            "ask_outside",
            self.handler,
            kind=told.kind,
            expert=told.expert,
            agency=told.agency,
            qualification=told.qualification,
            question=told.question,
            due_at=self.hours.later(self.now, 5 * DAY, "office"),
        )

    def record_opinion(self, text: str) -> None:
        """What came back, which is evidence."""
        opinion = OutsideOpinion.objects.get(investigation=self.investigation_id, received_at=None)
        self.act("record_opinion", self.lead, row=str(opinion.pk), opinion=text, is_independent=True)
        opinion.refresh_from_db()
        self.pieces["opinion"] = opinion.evidence_id  # type: ignore[assignment] # it came with the opinion

    # -- determination ------------------------------------------------------------------------------------------------

    def find(self) -> None:
        """A finding on every charge."""
        allegations = Allegation.objects.filter(investigation=self.investigation_id).order_by("position")
        for allegation, told in zip(allegations, self.tale.allegations, strict=True):
            for key, (finding, reason) in told.charges.items():
                row = Charge.objects.get(allegation=allegation, party=self.parties[key])
                self.act("find", self.lead, row=str(row.pk), finding=finding, reason=reason)

    @property
    def version(self) -> Determination:
        """The newest version."""
        return Determination.objects.filter(investigation=self.investigation_id).latest("edition")

    def on_version(self, code: str, by: User, /, **given: Any) -> None:
        """An act on the newest version."""
        self.act_on(Subject.DETERMINATION, self.version.pk, code, by, **given)

    def write(self, shift: int = 0) -> None:
        """Who bears what; `shift` moves so many percent from the first party to the second."""
        tale = self.tale
        causes = RootCause.objects.filter(code__in=tale.causes)
        self.on_version(
            "write",
            self.lead,
            outcome=tale.outcome,
            facts=tale.facts_found,
            reasoning=tale.reasoning,
            causes=[str(row.pk) for row in causes],
            cause_text=tale.cause_text,
            assignments=self._assignments(shift),
        )

    def _assignments(self, shift: int) -> list[Mapping[str, Any]]:
        allegations = list(Allegation.objects.filter(investigation=self.investigation_id).order_by("position"))
        rows: list[Mapping[str, Any]] = []
        for place, borne in enumerate(self.tale.borne):
            charge = Charge.objects.get(allegation=allegations[borne.allegation], party=self.parties[borne.party])
            is_equal = "equal" in self.slot.extras and borne.allegation == 0
            moved = {0: -shift, 1: shift}.get(place, 0)
            share = None if is_equal else str(float(borne.share) + moved)
            evidence = [self.pieces[key] for key in borne.evidence]
            if self.tale.outside is not None and place == 0:
                evidence.append(self.pieces["opinion"])
            rows.append(
                {
                    "charge": charge.pk,
                    "share_kind": "equal" if is_equal else borne.share_kind,
                    "share": share,
                    "causation": borne.causation,
                    "conduct": borne.conduct,
                    "conduct_text": borne.conduct_text,
                    "duty": borne.duty,
                    "reason": borne.reason,
                    "had_authority": borne.had_authority,
                    "had_ability": borne.had_ability,
                    "is_system_failure": borne.is_system_failure,
                    "authority_reason": borne.authority_reason,
                    "clauses": [_clause(*clause) for clause in borne.clauses],
                    "evidence": evidence,
                }
            )
        return rows

    # -- hearing ------------------------------------------------------------------------------------------------------

    def answers(self) -> list[str]:
        """The parties, in the order in which they answer."""
        return list(self.tale.parties)

    def answer(self, key: str, *, objects: bool = False) -> None:
        """A party answers, or somebody records what it says; nothing where it is not heard."""
        told = self.tale.parties[key]
        hearing = Hearing.objects.filter(determination=self.version, party=self.parties[key], status="open").first()
        if hearing is None:
            return
        people = people_of_party(hearing.party, Organisation(self.now))
        if told.is_outside or told.name or not people:
            given = {"medium": "phone", "answer": told.grounds if objects else told.answer, "is_objection": objects}
            self.act_on(Subject.HEARING, hearing.pk, "record_answer", self.lead, **given)
            return
        by = self.cast.people[people[0]]
        if objects:
            self.act_on(Subject.HEARING, hearing.pk, "object", by, grounds=told.grounds)
        else:
            self.act_on(Subject.HEARING, hearing.pk, "accept_determination", by, answer=told.answer)

    # -- recourse -----------------------------------------------------------------------------------------------------

    def claim(self) -> None:
        """What outside parties bear is claimed back."""
        for row in Assignment.objects.filter(determination=self.version, share__gt=0, charge__party__outside__gt=0):
            if row.allegation.position == 1:
                contract = Contract.objects.filter(outside=row.charge.party.outside).first()
                self.on_version(
                    "claim_recourse",
                    self.handler,
                    row=str(row.pk),
                    contract=str(contract.pk) if contract else None,
                    amount=row.share * self.rng.randint(180, 900),
                    reason="按合同追偿条款发函。",
                )

    def settle(self) -> None:
        """Most of it comes back."""
        for row in Recourse.objects.filter(assignment__determination=self.version, settled_at=None):
            amount = (row.amount_claimed * self.rng.randint(70, 96) / 100).quantize(row.amount_claimed)
            self.on_version(
                "settle_recourse", self.handler, row=str(row.pk), amount=amount, reason="双方协商，自货款中抵扣。"
            )

    def membership(self, person: User) -> Membership:
        """Somebody's place in the group."""
        return Membership.objects.get(investigation=self.investigation_id, person=person, left_at=None)


def _clause(source: str, reference: str) -> int:
    return Clause.objects.get(source__code=source, reference=reference).pk
