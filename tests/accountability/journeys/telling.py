"""Telling a case from its opening to its end, every step by the person whose step it is and through the services."""

from datetime import timedelta

from django.utils import translation

from accountability.models import (
    Allegation,
    Charge,
    Clause,
    Contract,
    Determination,
    EvidenceItem,
    Fact,
    Hearing,
    Measure,
    Objection,
    OutsideOpinion,
    Party,
    Recourse,
    RootCause,
)
from accountability.services import registers
from complaints.models import Deadline
from complaints.states import Role, State
from tests import factories, world
from tests.accountability.inquiry_world import InquiryWorld, person
from tests.complaints.walking import Walk
from tests.factories import NOW, DepartmentFactory


class Story(InquiryWorld):
    """A case of its own telling. People of the group are strangers to the departments it is about."""

    def __init__(self, *, severity="general", policy="product", **complaint):
        w = world.build(policy)
        self.walk = Walk(w, severity, **complaint).to(State.INVESTIGATING)
        self.walk.act("reply_sheet", w.liaison, content="已核查，情况说明附后")
        super().__init__(w, self.walk.c)
        self.investigator = person("investigator", Role.HANDLER, w.service)
        registers.load_shipped(by=None, reason="load_registers", now=NOW)

    # -- who is there -------------------------------------------------------------------------------------------------

    def department(self, code, chinese):
        """A department with a head, who answers for it."""
        made = DepartmentFactory(code=code, parent=self.w.root, names=factories.names(chinese, code))
        self.w.people[f"{code}_head"] = person(f"{code}_head", Role.HEAD, made)
        return made

    def employee(self, username, department):
        """Somebody who works there, with an account of their own."""
        return person(username, Role.INTAKE, department)

    def outside(self, code, name, kind="supplier"):
        """A supplier or partner of the register, with a contract."""
        values = {"code": code, "kind": kind, "name": name, "contact": "陈经理"}
        row = registers.save_outside_party(None, values, by=self.w.quality, reason="入册", now=self.now)
        terms = {"number": f"HT-{code}", "title": "年度合同", "starts_on": self.now.date(), "ends_on": None}
        terms |= {"outside": row, "recourse_terms": "因其原因造成损失的，按责任比例承担"}
        registers.save_contract(None, terms, by=self.w.legal, reason="入册", now=self.now)
        return row

    # -- the investigation --------------------------------------------------------------------------------------------

    def begin(self, scope="查明经过与责任", methods=("evidence_chain",), members=(), **opening):
        """Opened by the handler; lead and investigator declare to have no interest before they see anything."""
        self.open(scope=scope, **opening)
        self.declared()
        for member in (self.investigator, *members):
            self.act("appoint", self.w.handler, person=member)
            self.act("declare_interests", member, declaration="no_interest")
        self.act("set_plan", self.lead, scope=scope, plan="调取单据，询问经办人", methods=list(methods))
        return self

    def party(self, kind, **values):
        """Name a party; a department complained of is one from the beginning."""
        self.act("add_party", self.lead, kind=kind, **values)
        return Party.objects.filter(investigation=self.investigation).latest("id")

    def alleged(self, text, *parties):
        """One allegation; the charges, in the order of the parties."""
        self.act("add_allegation", self.lead, text=text, parties=[str(party.pk) for party in parties])
        allegation = Allegation.objects.filter(investigation=self.investigation).latest("position")
        return [Charge.objects.get(allegation=allegation, party=party) for party in parties]

    def evidence(self, kind, title, shows, source, *, weight="strong", by=None):
        """Collected by the investigator, reviewed by legal counsel."""
        given = {"title": title, "shows": shows, "source": source, "collected_at": self.now, "holder": "档案室"}
        self.act("register_evidence", by or self.investigator, kind=kind, **given)
        item = EvidenceItem.objects.filter(complaint=self.c).latest("id")
        return self.reviewed(item, weight)

    def reviewed(self, item, weight="strong"):
        judged = "doubtful" if weight == "weak" else "established"
        qualities = {"authenticity": judged, "legality": "established", "relevance": "established"}
        self.act("review", self.w.legal, on=item, **qualities, weight=weight, opinion="来源清楚，可以采信")
        return item

    def fact(self, statement, *, status="proved", reason="证据一致", **said):
        """A fact to be proved, what each piece of evidence says of it, and what that came to."""
        self.act("add_fact", self.lead, statement=statement)
        fact = Fact.objects.filter(investigation=self.investigation).latest("position")
        rows = [
            {"fact": fact.pk, "evidence": item.pk, "bearing": bearing, "remark": ""}
            for bearing, items in said.items()
            for item in items
        ]
        self.act("fill_matrix", self.investigator, cells=rows)
        self.act("settle_fact", self.lead, row=str(fact.pk), status=status, reason=reason)
        return fact

    def found(self, finding, reason, *charges):
        """The finding on each charge."""
        for charge in charges:
            self.act("find", self.lead, row=str(charge.pk), finding=finding, reason=reason)
            charge.refresh_from_db()

    def asked(self, expert, question):
        """Somebody from outside who knows the matter is asked."""
        self.act("ask_outside", self.lead, kind="expert", expert=expert, question=question)

    def answered(self, opinion):
        """They answer, declaring to be independent; what they say is evidence, and is reviewed like any other."""
        row = OutsideOpinion.objects.get(investigation=self.investigation, received_at=None)
        self.act("record_opinion", self.lead, row=str(row.pk), opinion=opinion, is_independent=True)
        row.refresh_from_db()
        return self.reviewed(row.evidence)

    # -- the determination --------------------------------------------------------------------------------------------

    def bears(self, charge, share_kind, share=None, *, cited=(), **values):
        """One row of the table."""
        row = {"charge": charge.pk, "share_kind": share_kind, "causation": "direct", "conduct": "act"}
        row |= {"had_authority": True, "had_ability": True, "evidence": [item.pk for item in cited]}
        row |= (
            {"duty": "岗位职责", "reason": "见证据"} if share_kind != "none" else {"causation": "none", "conduct": ""}
        )
        return row | ({} if share is None else {"share": share}) | values

    def clause(self, source):
        """A clause of the library: the first of a source."""
        return Clause.objects.filter(source__code=source).order_by("position").first()

    @property
    def version(self):
        """The newest version."""
        return Determination.objects.filter(investigation=self.investigation).latest("edition")

    def drafted(self):
        """The draft that is being written, or a new one."""
        drafts = Determination.objects.filter(investigation=self.investigation, status="draft")
        if not drafts.exists():
            self.act("draft", self.lead)
        return drafts.get()

    def written(self, rows, *, outcome="founded", facts="经查属实", reasoning="综合全案证据", causes=(), on=None):
        """A version with these rows, not yet submitted."""
        on = on or self.drafted()
        keys = [str(RootCause.objects.get(code=code).pk) for code in causes]
        given = {"outcome": outcome, "facts": facts, "reasoning": reasoning, "causes": keys, "assignments": rows}
        self.act("write", self.lead, on=on, **given)
        return on

    def put_to_the_parties(self, version):
        """Submitted by the lead, approved by the head: every party is heard."""
        self.act("submit", self.lead, on=version)
        self.act("approve", self.w.head, on=version, opinion="同意")
        return version

    def hearing(self, party, version=None):
        return Hearing.objects.get(determination=version or self.version, party=party)

    def accepts(self, party, by=None, *, version=None):
        """A party accepts; one without an account by telephone, put down by the lead."""
        hearing = self.hearing(party, version)
        if by is None:
            self.act("record_answer", self.lead, on=hearing, medium="phone", answer="认可")
        else:
            self.act("accept_determination", by, on=hearing)

    def objects(self, party, by, grounds):
        """A party disputes; who decides has been found."""
        hearing = self.hearing(party)
        self.act("object", by, on=hearing, grounds=grounds)
        return Objection.objects.select_related("superior").get(hearing=hearing)

    def final(self, version, opinion="责任已查明"):
        self.act("finalise", self.w.handler, on=version, opinion=opinion)
        return version

    def shares(self, version=None):
        """Who bears what: party, responsibility, share."""
        rows = (version or self.version).assignments.select_related("charge__party").order_by("position")
        with translation.override("zh-hans"):
            return [(str(row.charge.party), row.share_kind, str(row.share)) for row in rows]

    # -- what follows -------------------------------------------------------------------------------------------------

    def claimed(self, version, party, amount):
        """Recourse against an outside party, by the handler, on its contract."""
        assignment = version.assignments.get(charge__party=party)
        contract = Contract.objects.get(outside=party.outside)
        given = {"row": str(assignment.pk), "contract": str(contract.pk), "amount": amount}
        self.act("claim_recourse", self.w.handler, on=version, **given)
        return Recourse.objects.get(assignment=assignment)

    def measure(self, title, owner, department, *, kind="corrective", cause="", **values):
        """Planned by quality, to be done within ten days."""
        given = {"kind": kind, "title": title, "description": title, "department": department, "person": owner}
        given |= {"due_at": self.now + timedelta(days=10), "effect_scope": "category"} | values
        if cause:
            given["cause"] = str(RootCause.objects.get(code=cause).pk)
        self.act("plan_measure", self.w.quality, **given)
        return Measure.objects.latest("id")

    def carried_through(self, measure, owner):
        """Done, verified, and its effect checked after a year."""
        self.act("report_done", owner, on=measure, proof="完成记录与照片")
        self.act("verify", self.w.quality, on=measure, effect_due_at=self.now + timedelta(days=90))
        self.later(days=180)
        self.act("find_effective", self.w.quality, on=measure, judgement="半年未再发生")
        return measure

    def to_the_archive(self):
        """The complaint goes on along its line."""
        self.walk.now = self.now
        self.walk.c = self.c
        self.walk.to(State.ARCHIVED)
        self.now = self.walk.now
        self.c.refresh_from_db()
        return self.c

    def clocks_of_parties(self):
        """Clocks of hearings and objections that still run."""
        running = Deadline.objects.filter(complaint=self.c, met_at=None, cancelled_at=None)
        return running.filter(subject__regex=r"^(hearing|objection):").count()
