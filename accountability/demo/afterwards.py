"""What follows a determination: the case goes on to its end, measures are carried out, verified and judged."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accountability.acts import Subject
from accountability.demo.acting import Inquiry
from accountability.demo.script import Script
from accountability.demo.telling import MeasureTold
from accountability.models import Measure, RootCause
from accountability.queries.effects import effect_of
from accountability.states import Effect
from complaints.demo import givings, texts
from complaints.demo.arrivals import Arrival
from complaints.demo.lines import Giving, Step
from complaints.demo.playing import Play
from complaints.demo.stories import Story
from complaints.states import CaseRole, Severity

#: Working days after the determination, and what happens to the complaint then.
COURSE = (
    (0.8, "submit_plan", CaseRole.HANDLER),
    (1.2, "record_meeting", CaseRole.EXECUTIVE),
    (1.5, "approve_plan", CaseRole.OWNER_HEAD),
    (2.2, "agree", CaseRole.HANDLER),
    (3.1, "complete_step", CaseRole.LIAISON),
    (4.4, "complete_step", CaseRole.LIAISON),
    (4.6, "complete", CaseRole.HANDLER),
    (4.8, "give_feedback", CaseRole.HANDLER),
    (5.3, "record_visit", CaseRole.HANDLER),
    (5.7, "close", CaseRole.HANDLER),
    (22.0, "follow_up", CaseRole.HANDLER),
    (58.0, "follow_up", CaseRole.HANDLER),
    (70.0, "archive", CaseRole.HANDLER),
)


def go_on(script: Script, play: Play) -> None:
    """The plan, its implementation, the return visit, the end."""
    inquiry = script.inquiry
    given = _givings(inquiry)
    for days, act, role in COURSE:
        if act == "record_meeting" and inquiry.slot.severity != Severity.MAJOR:
            continue

        def take(act: str = act, role: CaseRole = role) -> None:
            play.resume(inquiry.complaint_id, inquiry.now)
            if act == "approve_plan":
                level = inquiry.complaint.policy_version.rules.approval[Severity(inquiry.slot.severity)]
                role = CaseRole.EXECUTIVE if level == "executive" else CaseRole.OWNER_HEAD
            play.take(Step(act, role, 0, "office", given[act]))

        script.at((script.final or 1.6) + days, take)


def player(inquiry: Inquiry, end: Any) -> Play:
    """Somebody who takes acts on the complaint."""
    arrival = Arrival(0, inquiry.tale.sort, "phone", inquiry.begins_at, inquiry.begins_at)
    story = Story(arrival, inquiry.number, inquiry.complaint_id, None, [], inquiry.rng)  # type: ignore[arg-type]
    return Play(story, inquiry.cast, inquiry.hours, end)


def _givings(inquiry: Inquiry) -> Mapping[str, Giving]:
    tale, rng = inquiry.tale, inquiry.rng
    descriptions = rng.choice([steps for steps in texts.STEPS if len(steps) <= 2] or [texts.STEPS[0][:2]])  # noqa: PLR2004
    amount = None
    if {"refund", "compensation"} & set(tale.remedies):
        amount = Decimal(rng.randint(3, 60) * 100)

    def plan(play: Any) -> dict[str, Any]:
        steps = [
            {"description": text, "due_at": play.evening(play.now + timedelta(days=6 + 2 * place))}
            for place, text in enumerate(descriptions)
        ]
        return {
            "remedies": list(tale.remedies),
            "decision_kind": "agreement",
            "amount": amount,
            "summary": tale.proposal,
            "opinion": tale.opinion,
            "improvement": tale.measures[0].title if tale.measures else "加强复核",
            "steps": steps,
        }

    def meeting(play: Any) -> dict[str, Any]:
        return {
            "held_on": timezone.localdate(play.now),
            "participants": rng.choice(texts.MEETING_PARTICIPANTS),
            "by_consensus": True,
            "decision": "yes",
            "minutes": rng.choice(texts.MEETING_MINUTES),
        }

    return {
        "submit_plan": plan,
        "record_meeting": meeting,
        "approve_plan": {"opinion": "与责任界定一致，同意。"},
        "agree": {"medium": "phone", "reason": ""},
        "complete_step": givings.next_step,
        "complete": {"reason": "方案已全部落实。"},
        "give_feedback": {"medium": "letter", "content": tale.opinion},
        "record_visit": {
            "medium": "phone",
            "grade": "satisfied",
            "confirmed": True,
            "comment": "处理认真，责任讲清楚了。",
        },
        "close": {"reason": ""},
        "follow_up": {"recurred": False, "content": "回访三十天，没有再次发生。"},
        "archive": lambda play: None if play.case.open_escalations else {},
    }


class Measured:
    """One measure and its fate."""

    def __init__(self, script: Script, told: MeasureTold, place: int, fate: str) -> None:
        self.script, self.inquiry, self.told, self.fate = script, script.inquiry, told, fate
        self.begins = script.final + 0.6 + place / 50
        self.pk = 0

    def write(self) -> None:
        """Planned, and then as its fate has it."""
        script = self.script
        script.at(self.begins, self._plan)
        fates: Mapping[str, tuple[tuple[float, Callable[[], None]], ...]] = {
            "planned": (),
            "overdue": (),
            "done": ((4.4, self._done),),
            "verified": ((4.4, self._done), (6.0, lambda: self._verify(250))),
            "check": ((4.4, self._done), (6.0, lambda: self._verify(18))),
            "effective": ((4.4, self._done), (6.0, lambda: self._verify(18)), (24.0, self._judge)),
            "reopened": ((4.4, self._done), (6.0, lambda: self._verify(18)), (24.0, self._find_ineffective)),
            "sent_back": (
                (3.4, self._done),
                (5.0, self._send_back),
                (8.0, self._done),
                (9.0, lambda: self._verify(18)),
            ),
            "cancelled": (
                (2.4, lambda: self._act("cancel_measure", self.verifier, reason="系统改版已一并解决，不再单独实施。")),
            ),
            "passed_on": ((1.4, self._pass_on),),
        }
        for days, act in fates[self.fate]:
            script.at(self.begins + days, act)

    @property
    def owner(self) -> Any:
        """Who carries it out by now."""
        return self.inquiry.there(Measure.objects.get(pk=self.pk).owner.username)

    @property
    def verifier(self) -> Any:
        """Somebody of quality who does not carry it out."""
        return self.inquiry.person("ye.zhihong" if self.told.owner == "quality" else "quality")

    def _act(self, code: str, by: Any, **given: Any) -> None:
        self.inquiry.act_on(Subject.MEASURE, self.pk, code, by, **given)

    def _plan(self) -> None:
        inquiry, told = self.inquiry, self.told
        scope = told.scope if told.scope != "product" or inquiry.complaint.product else "category"
        inquiry.act(
            "plan_measure",
            inquiry.handler,
            kind=told.kind,
            title=told.title,
            description=told.description,
            cause=str(RootCause.objects.get(code=told.cause).pk),
            department=inquiry.cast.departments[told.department],
            person=inquiry.person(told.owner),
            due_at=inquiry.evening(2 if self.fate == "overdue" else told.days),
            effect_scope=scope,
        )
        self.pk = Measure.objects.filter(complaint=inquiry.complaint_id).latest("pk").pk

    def _done(self) -> None:
        self._act("report_done", self.owner, proof=self.told.proof)

    def _verify(self, days: int) -> None:
        self._act("verify", self.verifier, effect_due_at=self.inquiry.evening(days), reason="现场核实，属实。")

    def _judge(self) -> None:
        """Effective, unless the figures say that there are more of them."""
        found = effect_of(Measure.objects.get(pk=self.pk), self.inquiry.now)
        if found.comparison is not None and found.comparison.effect == Effect.MORE:
            self._find_ineffective()
            return
        self._act("find_effective", self.verifier, judgement="同类投诉未再增加，措施持续执行，评为有效。")

    def _find_ineffective(self) -> None:
        self._act(
            "find_ineffective",
            self.verifier,
            due_at=self.inquiry.evening(30),
            judgement="同类投诉仍有发生，措施未覆盖夜班，退回补充。",
        )

    def _send_back(self) -> None:
        self._act(
            "send_measure_back", self.verifier, due_at=self.inquiry.evening(9), reason="证明材料缺少现场照片，退回。"
        )

    def _pass_on(self) -> None:
        to = self.inquiry.person("duan.zhiyuan")
        self._act("pass_on", self.owner, person=to, reason="原负责人借调，移交。")


def measures(script: Script) -> None:
    """What follows for the house."""
    for place, (told, fate) in enumerate(zip(script.inquiry.tale.measures, script.inquiry.slot.fates, strict=False)):
        Measured(script, told, place, fate).write()
