"""How a case goes: the plot behind the steps of a story."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from complaints.demo import texts
from complaints.demo.arrivals import Arrival
from complaints.demo.cast import Cast, quarter_of, quarters_before
from complaints.demo.givings import next_item, next_step, other_handler, request, resumption, some_handler
from complaints.demo.lines import Given, Line, Persona, Step
from complaints.demo.organisation import CONSULTING
from complaints.models import Complaint
from complaints.services.intake import Registration
from complaints.states import CaseRole, ComplainantKind, LinkKind, PartyKind, Severity

#: The department that answers late, and for how many quarters it has.
SLOW, SLOW_QUARTERS = "transport", 4
SUPPLIERS = ("恒达密封件有限公司", "瑞科电机股份有限公司", "华盛电子元件厂")
WRITTEN = frozenset({"letter", "email"})


class Plot:
    """Writes the steps of one story."""

    def __init__(
        self,
        cast: Cast,
        line: Line,
        registration: Registration,
        persona: Persona,
        *,
        earlier: tuple[Arrival, str, int] | None,
        now: datetime,
    ) -> None:
        self.cast, self.line, self.given, self.persona, self.earlier = cast, line, registration, persona, earlier
        self.now, self.plan_steps = now, 0
        self.is_closed_circle = line.is_closed_circle
        #: Who receives complainants: intake officers, or handlers where there are none.
        self.front = CaseRole.HANDLER if line.sort == "employee" else CaseRole.INTAKE
        self.medium = "email" if line.chance(30) else line.one(("phone", "phone", "online", "sms"))

    def write(self) -> None:
        """From the first response to the archive."""
        line = self.line
        self._respond()
        if line.chance(5):
            self._decline()
            return
        self._accept()
        self._beside()
        self._round(first=True)
        for percent in (3, 10):
            if not line.chance(percent) or line.steps[-1].act != "archive":
                break
            self._reopen()
        if line.chance(3.5):
            self._withdraw_somewhere()

    def write_until_answered(self, handler: str) -> None:
        """From the first response until the department has answered: what follows is played by an app above."""
        line = self.line
        self._respond()
        line.add("accept", self.front, 25, "duty", **self._classification(line.severity), entitled=True, proper=True)
        person = self.cast.by_username[handler]
        line.add("assign_handler", CaseRole.OWNER_HEAD, 9, "duty", person=person, reason="")
        if line.is_major:
            self._emergency()
        self._sheet("dispatch", line.department, 13)
        line.add("acknowledge", CaseRole.LIAISON, 60, "office", reason=line.one(texts.ACKNOWLEDGEMENTS))
        if line.is_major:
            self._tick(3)
        line.proposal = line.one(line.topic.proposals)
        reply = line.one(line.topic.replies)
        line.add("reply_sheet", CaseRole.LIAISON, 240, "office", content=reply, proposal=line.proposal)

    # -- the beginning -----------------------------------------------------------------------------------------------

    def _respond(self) -> None:
        line = self.line
        clocks = [clock for clock in line.rules.clocks if "log_communication" in clock.stops_on]
        is_awaited = any(clock.limit(line.severity) is not None for clock in clocks)
        if line.chance(96 if is_awaited else 30):
            line.add(
                "log_communication", self.front, 7, "duty",
                direction="outgoing", medium="phone", reached=True, content=line.one(texts.TALKS_OUT),
            )  # fmt: skip

    def _decline(self) -> None:
        line = self.line
        reason, alternative = line.one(texts.DECLINES)
        grounds = [option.code for option in line.rules.acceptance.refusal_grounds]
        line.add(
            "decline", self.front, 140, "duty",
            ground=line.one(grounds), reason=reason, alternative=alternative,
            told_by=line.one(("phone", "sms", "letter")),
        )  # fmt: skip
        if line.chance(6):
            self._reopen()
        else:
            self._archive(28_000)

    def _accept(self) -> None:
        line = self.line
        if self.persona.kind != ComplainantKind.EMPLOYEE and line.chance(12) and line.sort == "feedback":
            line.add("convert", self.front, 30, "duty", reason="内容实为投诉，转为投诉办理。")
        if line.rules.acceptance.declaration_required and line.chance(20):
            line.add("declare_truth", self.front, 90, "duty", medium="letter", reason="")
        line.add(
            "accept",
            self.front,
            55 * line.pace,
            "duty",
            **self._classification(line.severity),
            entitled=True,
            proper=True,
        )
        if line.chance(25):
            line.add_made("assign_handler", CaseRole.OWNER_HEAD, 20 * line.pace, "duty", some_handler)
        if self.earlier is not None:
            self._link(self.earlier)
        if line.is_major:
            self._emergency()

    def _classification(self, severity: str, category: str = "") -> dict[str, Any]:
        hard = self.line.chance(12)
        return {
            "category": self.cast.categories[category or self.line.topic.category],
            "severity": severity,
            "difficulty": "complex" if hard or self.line.is_major else "simple",
        }

    def _link(self, earlier: tuple[Arrival, str, int]) -> None:
        other = Complaint(id=earlier[2], number=earlier[1])
        kind = LinkKind.REPEAT if self.line.chance(75) else LinkKind.DUPLICATE
        self.line.add(
            "link", self.front, 8, "duty", other=other, link_kind=kind.value, reason=self.line.one(texts.LINK_REMARKS)
        )

    def _emergency(self) -> None:
        line = self.line
        notes: list[tuple[str, texts.Texts]] = [("special_group", texts.GROUP_NOTES)]
        if line.severity in line.rules.legal_consultation_for:
            notes.insert(0, ("legal_consultation", texts.LEGAL_NOTES))
        if self.given.channel.code == "social-media":
            notes.append(("crisis_communication", texts.CRISIS_NOTES))
        for kind, choices in notes:
            by = CaseRole.LEGAL if kind == "legal_consultation" and not self.is_closed_circle else CaseRole.HANDLER
            line.add("take_note", by, 4, "duty", note_kind=kind, content=line.one(choices))

    def _tick(self, count: int) -> None:
        for _ in range(count):
            by = self.line.one((CaseRole.HANDLER, CaseRole.HANDLER, CaseRole.EXECUTIVE))
            if self.is_closed_circle:
                by = CaseRole.HANDLER
            self.line.add_made("tick_emergency_item", by, 35, "duty", next_item)

    def _beside(self) -> None:
        """Now and then something beside the main line."""
        line = self.line
        if line.chance(2):
            line.add(
                "add_respondent", self.front, 20, "duty", party_kind=PartyKind.SUPPLIER.value, name=line.one(SUPPLIERS)
            )
        if line.chance(1):
            line.add_made("recuse", CaseRole.HANDLER, 20, "duty", other_handler)
        if line.sort == "customer" and line.chance(2) and not self.is_closed_circle:
            line.add(
                "hand_over",
                CaseRole.HANDLER,
                45,
                "duty",
                department=self.cast.departments[CONSULTING],
                reason=texts.HANDOVERS[0],
            )
            if line.chance(40):
                line.add("accept_handover", CaseRole.ADDRESSEE, 180, "office", reason="同意接收。")
            else:
                line.add(
                    "refuse_handover",
                    CaseRole.ADDRESSEE,
                    180,
                    "office",
                    reason="本部门未承接该项目，请原部门继续办理。",
                )

    # -- one round ---------------------------------------------------------------------------------------------------

    def _round(self, *, first: bool) -> None:
        line = self.line
        department = self._dispatch()
        self._investigate(department)
        if line.chance(12 if first else 5):
            line.add("find_unfounded", CaseRole.HANDLER, 110 * line.pace, "duty", opinion=line.one(texts.UNFOUNDED))
        else:
            self._resolve(department)
        self._after(first=first)

    def _dispatch(self) -> str:
        line = self.line
        department = line.department
        hands = [department]
        others = [code for code in line.topic.departments if code != department]
        returns = 16 if department == SLOW else 5
        if others and line.chance(returns):
            hands.insert(0, line.one(others))
        for place, code in enumerate(hands):
            self._sheet("dispatch", code, 28 * line.pace if place == 0 else 60)
            if place < len(hands) - 1:
                line.add(
                    "return_sheet", CaseRole.LIAISON, 150 * self._speed(code), "office", reason=line.one(texts.RETURNS)
                )
        if others and line.chance(2.5):
            department = line.one(others)
            self._sheet("redispatch", department, 200, reason=line.one(texts.REDISPATCHES))
        line.add(
            "acknowledge",
            CaseRole.LIAISON,
            75 * self._speed(department),
            "office",
            reason=line.one(texts.ACKNOWLEDGEMENTS),
        )
        if line.is_major:
            self._tick(line.rng.randint(2, 4))
        return department

    def _sheet(self, act: str, code: str, wait: float, **given: Any) -> None:
        line = self.line
        department = self.cast.departments[code]
        line.add(act, CaseRole.HANDLER, wait, "duty", department=department, request=line.one(texts.REQUESTS), **given)

    def _speed(self, department: str) -> float:
        """How much longer a department takes."""
        line = self.line
        factor = line.pace
        if department == SLOW:
            is_late = quarter_of(line.when) >= quarters_before(self.now, SLOW_QUARTERS)
            factor *= 3.4 if is_late else 1.6
        return factor

    def _investigate(self, department: str) -> None:
        line = self.line
        if line.chance(22):
            line.add(
                "log_communication", self.front, 200, "duty",
                direction="incoming", medium="phone", content=line.one(texts.TALKS_IN),
            )  # fmt: skip
        if line.chance(5):
            line.add(
                "take_note", CaseRole.HANDLER, 60, "duty", note_kind="internal", content=line.one(texts.INTERNAL_NOTES)
            )
        if line.chance(4):
            line.add("reveal_contact", CaseRole.HANDLER, 60, "duty", reason="需要联系投诉人核实情况。")
        if line.chance(3.5):
            severity = line.one([level.code.value for level in line.rules.severities if level.code != Severity.MAJOR])
            line.severity = severity if not line.is_major else line.severity
            reason = line.one(texts.RECLASSIFICATIONS)
            line.add("classify", CaseRole.HANDLER, 120, "duty", **self._classification(line.severity), reason=reason)
        if line.rules.pause_reasons and line.chance(7):
            ground = line.one(list(line.rules.pause_reasons))
            line.add("pause", CaseRole.HANDLER, 120, "duty", pause_reason=ground, reason=line.one(texts.PAUSES))
            line.add_made("resume", CaseRole.HANDLER, 700, "office", resumption)
        if line.chance(4):
            line.add_made("request_escalation", self.front, 300, "duty", request)
        reply = texts.FAULT_REPLY if self.persona.is_faulty else line.one(line.topic.replies)
        line.proposal = line.one(line.topic.proposals)
        line.add(
            "reply_sheet", CaseRole.LIAISON, 420 * self._speed(department), "office",
            content=reply, proposal=line.proposal,
        )  # fmt: skip

    def _resolve(self, department: str) -> None:
        line = self.line
        if not line.rules.determination.compulsory and line.chance(5):
            line.add("waive_determination", CaseRole.HANDLER, 60, "duty", reason=line.one(texts.WAIVERS))
        else:
            outcome = line.rng.choices(("founded", "partly_founded", "insufficient_evidence"), (62, 31, 7))[0]
            line.add(
                "determine",
                CaseRole.HANDLER,
                100 * line.pace,
                "duty",
                outcome=outcome,
                opinion=line.one(texts.OPINIONS),
            )
        if line.is_major:
            self._tick(2)
        while True:
            self._plan()
            if line.chance(7):
                line.add("reject_plan", self._approver, 150 * line.pace, "office", reason=line.one(texts.REJECTIONS))
                continue
            line.add("approve_plan", self._approver, 130 * line.pace, "office", opinion=line.one(texts.APPROVALS))
            if not line.chance(8):
                break
            line.add(
                "disagree",
                self.front,
                420,
                "awake",
                medium=line.one(("phone", "online")),
                reason=line.one(texts.DISAGREES),
            )
            if line.chance(25):
                line.add_made("request_escalation", self.front, 20, "duty", request)
        line.add(
            "agree",
            self.front,
            330,
            "awake",
            medium=line.one(("phone", "online", "sms")),
            reason=line.one(texts.AGREES),
        )
        self._implement(department)

    @property
    def _approver(self) -> CaseRole:
        level = self.line.rules.approval[Severity(self.line.severity)]
        return CaseRole.EXECUTIVE if level == "executive" else CaseRole.OWNER_HEAD

    def _plan(self) -> None:
        line = self.line
        remedies = list(line.one(line.topic.remedies))
        amount = None
        if {"refund", "compensation"} & set(remedies):
            price = self.persona.product.price if line.topic.has_product else 600
            share = 1.0 if "refund" in remedies else line.rng.uniform(0.04, 0.35)
            amount = Decimal(round(price * share * line.rng.uniform(0.85, 1.0) / 10) * 10)
            amount *= 12 if self.persona.kind == ComplainantKind.ORGANISATION else 1
        descriptions = line.one(texts.STEPS)
        self.plan_steps = len(descriptions)
        days = sorted(line.rng.uniform(5, 14) for _ in descriptions)
        improvement = line.one(texts.IMPROVEMENTS)
        kind = line.rng.choices(("agreement", "mediation", "ruling"), (78, 15, 7))[0]
        summary, opinion = line.proposal, line.one(texts.HANDLING_OPINIONS)

        def make(play: Any) -> Given:
            steps = [
                {"description": text, "due_at": play.evening(play.now + timedelta(days=day))}
                for text, day in zip(descriptions, days, strict=True)
            ]
            return {
                "remedies": remedies, "decision_kind": kind, "amount": amount, "summary": summary, "opinion": opinion,
                "improvement": improvement, "steps": steps,
            }  # fmt: skip

        line.add_made("submit_plan", CaseRole.HANDLER, 80 * line.pace, "duty", make)
        if line.severity in line.rules.meeting_decision_for:
            minutes, participants = line.one(texts.MEETING_MINUTES), line.one(texts.MEETING_PARTICIPANTS)
            line.add_made(
                "record_meeting", CaseRole.EXECUTIVE, 150, "office",
                lambda play: {
                    "held_on": timezone.localdate(play.now), "participants": participants, "by_consensus": True,
                    "decision": "yes", "minutes": minutes,
                },
            )  # fmt: skip

    def _implement(self, department: str) -> None:
        line = self.line
        for _ in range(self.plan_steps):
            line.add_made("complete_step", CaseRole.LIAISON, 420 * self._speed(department), "office", next_step)
        line.add("complete", CaseRole.HANDLER, 40 * line.pace, "duty", reason=line.one(texts.COMPLETIONS))

    # -- afterwards --------------------------------------------------------------------------------------------------

    def _after(self, *, first: bool) -> None:
        line = self.line
        content = line.one(texts.FEEDBACKS).format(proposal=line.proposal or "调查意见已书面告知")
        spoken = (
            {} if self.medium in WRITTEN or not line.rules.feedback.in_writing else {"reason": line.one(texts.SPOKEN)}
        )
        line.add("give_feedback", self.front, 90, "duty", medium=self.medium, content=content, **spoken)
        substitute = line.rules.closing.substitute
        if substitute is not None and line.chance(6):
            for attempt in range(substitute.attempts):
                # A whole day of duty later is another day.
                wait = line.wait(60) if attempt == 0 else 725.0
                given = {
                    "direction": "outgoing",
                    "medium": "phone",
                    "reached": False,
                    "content": line.one(texts.UNREACHED),
                }
                line.steps.append(Step("log_communication", self.front, wait, "duty", given))
            line.add("close", CaseRole.HANDLER, 60, "office", reason="多次联系未果，按制度规定结案。")
        else:
            self._visit(first=first)
        if line.steps[-1].act == "close":
            self._follow()

    def _visit(self, *, first: bool) -> None:
        line = self.line
        weights = (34, 45, 10, 8, 3) if first else (18, 60, 16, 5, 1)
        if line.department == SLOW:
            weights = (12, 42, 18, 19, 9) if first else weights
        grade = line.rng.choices(list(texts.VISIT_COMMENTS), weights)[0]
        closes = grade in line.rules.closing.grades
        by = CaseRole.QUALITY if line.chance(25) and not self.is_closed_circle else self.front
        line.add(
            "record_visit", by, 330, "duty",
            medium="phone", grade=grade, confirmed=closes, comment=line.one(texts.VISIT_COMMENTS[grade]),
        )  # fmt: skip
        if closes:
            line.add("close", CaseRole.HANDLER, 90, "duty", reason="")
        else:
            line.add("continue_case", CaseRole.HANDLER, 150, "duty", reason=line.one(texts.CONTINUES))
            if line.is_major and line.severity in line.rules.legal_consultation_for:
                self._emergency()
            self._round(first=False)

    def _follow(self) -> None:
        line = self.line
        previous = timedelta()
        for place, limit in enumerate(line.rules.follow_ups):
            if place and line.chance(45):
                break  # the archive ends the checks
            if line.chance(5):
                continue  # forgotten: it will be overdue
            span = timedelta(days=limit.amount)
            wait = (span - previous).days * 720 * line.rng.uniform(0.8, 0.99)
            by = CaseRole.QUALITY if line.chance(40) and not self.is_closed_circle else CaseRole.HANDLER
            line.steps.append(
                Step("follow_up", by, wait, "duty", {"recurred": False, "content": line.one(texts.FOLLOW_UPS)})
            )
            previous = span
        self._archive(6000)

    def _archive(self, wait: float) -> None:
        by = CaseRole.QUALITY if self.line.chance(50) and not self.is_closed_circle else self.front
        self.line.add("archive", by, wait, "duty")

    def _reopen(self) -> None:
        line = self.line
        if line.steps[-1].act == "archive":
            line.steps.pop()
        line.add("reopen", self.front, 4000, "duty", reason=line.one(texts.REOPENS))
        line.add("accept", self.front, 60, "duty", **self._classification(line.severity), entitled=True, proper=True)
        if line.is_major:
            self._emergency()
        self._round(first=False)

    def _withdraw_somewhere(self) -> None:
        """Cut the story short: the complainant gives it up."""
        line = self.line
        last = next(
            (place for place, step in enumerate(line.steps) if step.act in {"close", "reopen"}), len(line.steps)
        )
        if last < 2:  # noqa: PLR2004
            return
        del line.steps[line.rng.randint(1, last - 1) :]
        medium = line.one(("phone", "online"))
        line.add("withdraw", self.front, 200, "awake", medium=medium, reason=line.one(texts.WITHDRAWALS))
        self._archive(28_000)
