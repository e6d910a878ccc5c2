"""A case whose investigation has come to a draft: parties, charges with findings, reviewed evidence."""

from datetime import timedelta

from accountability.models import (
    Allegation,
    Charge,
    Determination,
    EvidenceItem,
    EvidenceReview,
    Hearing,
    Objection,
    OutsideParty,
    Party,
)
from complaints.states import Role
from tests.accountability import inquiry_world
from tests.factories import AppointmentFactory, UserFactory


class Determining(inquiry_world.InquiryWorld):
    """The world of an inquiry, and what a determination is made of. Records beside the acts under test are put in."""

    @property
    def version(self):
        """The newest version."""
        return Determination.objects.filter(investigation=self.investigation).last()

    def party(self, kind="department", **values):
        made = {"investigation": self.investigation, "made_at": self.now, "made_by": self.lead}
        return Party.objects.create(kind=kind, **(made | values))

    def supplier(self, name="某供应商"):
        code = f"supplier-{OutsideParty.objects.count()}"
        outside = OutsideParty.objects.create(code=code, kind="supplier", name=name)
        return self.party("supplier", outside=outside)

    def employee(self, username="worker", department=None):
        department = department or self.w.workshop
        worker = UserFactory(username=username, display_name=username)
        AppointmentFactory(person=worker, role=Role.INTAKE, department=department)
        return self.party("employee", person=worker, department=department)

    def allegation(self, text="交付的洗衣机漏水"):
        position = Allegation.objects.filter(investigation=self.investigation).count() + 1
        return Allegation.objects.create(
            investigation=self.investigation, position=position, text=text, made_at=self.now
        )

    def charge(self, party, allegation=None, finding="founded", **values):
        allegation = allegation or Allegation.objects.filter(investigation=self.investigation).first()
        allegation = allegation or self.allegation()
        found = {} if finding == "pending" else {"found_by": self.lead, "found_at": self.now, "reason": "经查"}
        made = {"investigation": self.investigation, "made_at": self.now, "finding": finding}
        return Charge.objects.create(allegation=allegation, party=party, **(made | found | values))

    def evidence(self, *, weight="strong", reviewer=None, collector=None, complaint=None, **values):
        """A piece collected by the member and reviewed by legal counsel, unless said otherwise; "" for no review."""
        collector = collector or self.member
        item = EvidenceItem.objects.create(
            complaint=complaint or self.c,
            round=self.c.round,
            investigation=self.investigation,
            number=f"{self.c.number}-E{EvidenceItem.objects.count() + 1}",
            kind="written",
            **(
                {"title": "出库单", "shows": "发出时已破损", "source": "仓库"}
                | {"collected_by": collector, "collected_at": self.now, "made_at": self.now}
                | values
            ),
        )
        if weight:
            self.review(item, weight=weight, reviewer=reviewer)
        return item

    def review(self, item, *, weight="strong", reviewer=None):
        return EvidenceReview.objects.create(
            item=item,
            reviewer=reviewer or self.w.legal,
            collector=item.collected_by,
            authenticity="established",
            legality="established",
            relevance="established" if weight != "none" else "refuted",
            weight=weight,
            opinion="可采信",
            reviewed_at=self.now,
        )

    # -- the way of a determination -----------------------------------------------------------------------------------

    def row(self, charge, kind, share=None, **values):
        """What one party bears, as a form gives it; everything else as it should be."""
        given = {"charge": charge.pk, "share_kind": kind, "causation": "direct", "conduct": "act"}
        given |= {"conduct_text": "装配时未拧紧", "duty": "作业指导书第三条", "reason": "有出库单为证"}
        given |= {"had_authority": True, "had_ability": True, "evidence": [self.cited.pk]}
        if kind == "none":
            given |= {"causation": "none", "evidence": []}
        if share is not None:
            given["share"] = share
        return given | values

    def prepared(self):
        """Workshop and supplier are charged; there is one piece of evidence."""
        self.workshop = self.party(department=self.w.workshop)
        self.maker = self.supplier()
        self.cited = self.evidence()
        self.charges = [self.charge(self.maker), self.charge(self.workshop)]
        return self

    def rows(self):
        """Primary and secondary, seventy to thirty."""
        one, two = self.charges
        return [self.row(one, "primary", "70.00"), self.row(two, "secondary", "30.00")]

    def drafted(self):
        self.act("draft", self.lead)
        return self.version

    def written(self, rows=None, *, outcome="founded", on=None, **values):
        on = on or (self.version if self.version is not None else self.drafted())
        given = {"outcome": outcome, "facts": "经查属实", "reasoning": "供应商交付不合格品"} | values
        given["assignments"] = self.rows() if rows is None else rows
        self.act("write", self.lead, on=on, **given)
        return on

    def submitted(self, rows=None, **values):
        version = self.written(rows, **values)
        self.act("submit", self.lead, on=version)
        return version

    def approved(self, rows=None, **values):
        version = self.submitted(rows, **values)
        self.act("approve", self.w.head, on=version, opinion="同意")
        return version

    def hearing(self, party, version=None):
        return Hearing.objects.get(determination=version or self.version, party=party)

    def answered(self, version=None):
        """Every party of the version accepts; the supplier by telephone."""
        for hearing in Hearing.objects.filter(determination=version or self.version, status="open"):
            if hearing.party.outside_id is not None or (hearing.party.kind == "employee" and not hearing.party.person):
                self.act("record_answer", self.lead, on=hearing, medium="phone", answer="无异议")
            else:
                person = hearing.party.person or self.w.workshop_head
                self.act("accept_determination", person, on=hearing)
        return version or self.version

    def finalised(self, rows=None, **values):
        version = self.approved(rows, **values)
        self.answered(version)
        self.act("finalise", self.w.handler, on=version, opinion="已查明")
        return version

    def corrected(self, version, rows=None, *, until="finalise", **values):
        """A new version of a final one, taken as far as `until`."""
        self.act("correct", self.w.handler, on=version, reason="笔误")
        new = self.version
        self.written(rows, on=new, **values)
        for code, person, given in (
            ("submit", self.lead, {}),
            ("approve", self.w.head, {"opinion": "同意"}),
            ("finalise", self.w.handler, {"opinion": "更正"}),
        ):
            if code == "finalise":
                self.answered(new)
            self.act(code, person, on=new, **given)
            if code == until:
                break
        return new

    def objected(self, version=None, grounds="比例过高"):
        """The workshop objects."""
        hearing = self.hearing(self.workshop, version)
        self.act("object", self.w.workshop_head, on=hearing, grounds=grounds)
        return Objection.objects.get(hearing=hearing)


def determining(policy="product", severity="general", *, prepared=True):
    """A case under investigation whose lead has declared; with charges and evidence unless told otherwise."""
    base = inquiry_world.opened(policy, severity)
    made = Determining.__new__(Determining)
    made.__dict__ = base.__dict__
    made.declared()
    made.act("appoint", made.w.handler, person=made.member)
    made.act("declare_interests", made.member, declaration="no_interest")
    return made.prepared() if prepared else made


def in_days(iw, days):
    """The clock of the test goes on."""
    iw.now += timedelta(days=days)
    return iw.now
