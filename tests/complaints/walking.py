"""Walks a complaint along the main line under whatever policy governs it, each step by the person whose step it is."""

from datetime import timedelta

from complaints.models import PlanStep
from complaints.services import workflow
from complaints.states import State
from tests import world
from tests.factories import NOW

#: What stands for the number of a determination: no test of complaints knows of investigations.
FORMAL = "RD-test"

LINE = [
    State.REGISTERED,
    State.ACCEPTED,
    State.DISPATCHED,
    State.INVESTIGATING,
    State.DETERMINED,
    State.APPROVING,
    State.OFFERED,
    State.IMPLEMENTING,
    State.COMPLETED,
    State.RETURN_VISIT,
    State.CLOSED,
    State.ARCHIVED,
]


class Walk:
    """One complaint and where it stands; every method takes the step that leaves one state."""

    def __init__(self, w, severity="general", *, now=NOW, **elements):
        self.w, self.severity, self.now = w, severity, now
        rules = w.policy.rules.acceptance
        needed = {"severity": severity, "kind": w.policy.rules.kind}
        if rules.declaration_required:
            needed["is_truth_declared"] = True
        if rules.grounds:
            needed["grounds"] = (rules.grounds[0].code,)
        self.c = w.register(now=now, **(needed | elements))

    @property
    def rules(self):
        return self.w.policy.rules

    def act(self, code, by, **given):
        self.now += timedelta(minutes=1)
        return self.w.act(self.c, code, by, now=self.now, **given)

    def determine(self, by=None, *, vouched=None, **given):
        """The outcome of the round: of a formal investigation where the policy asks for one, unless told otherwise."""
        is_formal = self.severity in self.rules.determination.formal_for
        vouched = (FORMAL if is_formal else "") if vouched is None else vouched
        self.now += timedelta(minutes=1)
        values = {"outcome": "founded", "opinion": "车间负主要责任"} | given
        event = workflow.perform(
            self.c.pk, "determine", by=by or self.w.handler, now=self.now, given=values, vouched=vouched
        )
        self.c.refresh_from_db()
        return event

    def to(self, state, *, skip=()):
        """Go on along the line until `state`; `skip` names preparations to leave out."""
        while self.c.state != state:
            getattr(self, f"leave_{self.c.state}")(skip)
        return self

    # -- one method for each state ---------------------------------------------------------------------------------

    def leave_registered(self, skip=()):
        classified = {"category": self.w.category, "severity": self.severity, "difficulty": "simple"}
        self.act("accept", self.w.handler, entitled=True, proper=True, **classified)

    def leave_accepted(self, skip=()):
        if self.severity in self.rules.legal_consultation_for and "legal" not in skip:
            by = self.w.handler
            self.act("take_note", by, note_kind="legal_consultation", content="已咨询法律顾问")
        self.act("dispatch", self.w.handler, department=self.w.workshop, request="请核查并答复")

    def leave_dispatched(self, skip=()):
        self.act("acknowledge", self.w.liaison)

    def leave_investigating(self, skip=()):
        if "reply" not in skip:
            self.act("reply_sheet", self.w.liaison, content="经查，装配失误")
        self.determine()

    def leave_determined(self, skip=()):
        self.act(
            "submit_plan",
            self.w.handler,
            remedies=["repair"],
            decision_kind="agreement",
            summary="上门维修",
            opinion="同意维修",
            steps=world.steps(self.now, 2),
        )

    def leave_approving(self, skip=()):
        if self.severity in self.rules.meeting_decision_for and "meeting" not in skip:
            self.act(
                "record_meeting",
                self.w.executive,
                held_on=(self.now + timedelta(hours=8)).date(),
                participants="总经理、法务",
                decision="yes",
                minutes="一致同意",
            )
        level = self.rules.approval[self.severity]
        self.act("approve_plan", self.w.executive if level == "executive" else self.w.head, opinion="同意")

    def leave_offered(self, skip=()):
        self.act("agree", self.w.handler, medium="phone")

    def leave_implementing(self, skip=()):
        if "steps" not in skip:
            for step in PlanStep.objects.filter(plan__complaint=self.c, plan__status="agreed", done_at=None):
                self.act("complete_step", self.w.liaison, row=str(step.pk), proof="已完成")
        self.act("complete", self.w.liaison)

    def leave_completed(self, skip=()):
        self.act("give_feedback", self.w.handler, medium="letter", content="已解决")

    def leave_return_visit(self, skip=()):
        if "visit" not in skip:
            # Beyond the closer circle of a confidential case nobody but its handler can.
            visitor = self.w.handler if self.c.is_confidential else self.w.intake
            self.act("record_visit", visitor, medium="phone", grade="satisfied", confirmed=True)
        self.act("close", self.w.handler)

    def leave_closed(self, skip=()):
        self.act("archive", self.w.handler)
