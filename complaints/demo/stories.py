"""What a case goes through: its registration and the steps people take, made up from one seed.

A story says who (by role), what, how long after the step before, and in whose hours. It does not say when clocks are due,
who is told or what escalates: the product's own rules make that of it when the story is played.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from complaints.acts import ACTS
from complaints.demo import texts
from complaints.demo.arrivals import Arrival, is_surge
from complaints.demo.cast import Cast, quarter_of, quarters_before
from complaints.demo.organisation import CONSULTING, HR, SERVICE
from complaints.demo.texts import Product, Topic
from complaints.models import Complaint
from complaints.policy_rules import PolicyRules
from complaints.queries.governing import Governing
from complaints.services.intake import Registration, RespondentGiven
from complaints.states import CaseRole, ComplainantKind, LinkKind, PartyKind, Severity, State

#: The department that answers late, and for how many quarters it has.
SLOW, SLOW_QUARTERS = "transport", 4
OWNER = {"customer": SERVICE, "feedback": SERVICE, "employee": HR, "consulting": CONSULTING}
TOPICS = {
    "customer": texts.TOPICS,
    "employee": texts.EMPLOYEE_TOPICS,
    "feedback": texts.FEEDBACK_TOPICS,
    "consulting": texts.CONSULTING_TOPICS,
}
GROUNDS = {
    "management-conduct": "abuse_of_power",
    "management-conditions": "unhealthy_work",
    "management-sanction": "unlawful_sanction",
}
SUPPLIERS = ("恒达密封件有限公司", "瑞科电机股份有限公司", "华盛电子元件厂")
PARTNERS = ("捷运达物流有限公司", "顺安安装服务部")
WRITTEN = frozenset({"letter", "email"})

Given = Mapping[str, Any]
#: What a step gives: known beforehand, or made from the case as it stands then. None: the step does not happen.
Giving = Given | Callable[[Any], Given | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a story. `wait` is in minutes of the `hours` of whoever acts."""

    act: str
    by: CaseRole
    wait: float
    hours: str
    given: Giving


@dataclass(slots=True)
class Story:
    """One case. `registration` lacks nothing; `steps` follow registration."""

    arrival: Arrival
    number: str
    key: int
    registration: Registration
    steps: list[Step]
    rng: Random
    #: Nobody does anything after the last step, not even answer escalations, although the case is open.
    is_stuck: bool = False

    def stop_in(self, state: str) -> None:
        """Leave out everything after the story first comes into that state, if it does."""
        reached = -1 if state == State.REGISTERED else None
        if reached is None:
            reached = next((place for place, entered in state_after(self.steps) if entered == state), None)
        if reached is not None:
            del self.steps[reached + 1 :]
            self.is_stuck = True


@dataclass(frozen=True, slots=True)
class Persona:
    """Who complains about what: the same for a complaint and its repeats."""

    name: str
    phone: str
    email: str
    address: str
    kind: str
    topic: Topic
    product: Product
    model: str
    order: str
    shop: str
    is_faulty: bool = False


@dataclass(slots=True)
class Line:
    """The steps of one story while it is written, with what has been decided about it."""

    rng: Random
    rules: PolicyRules
    topic: Topic
    sort: str
    severity: str
    department: str
    when: datetime
    steps: list[Step] = field(default_factory=list)
    proposal: str = ""
    #: People of quality and legal may not see it.
    is_closed_circle: bool = False

    def add(self, act: str, by: CaseRole, median: float, hours: str, **given: Any) -> None:
        """A step some minutes later; `median` is their median."""
        self.steps.append(Step(act, by, self.wait(median), hours, given))

    def add_made(self, act: str, by: CaseRole, median: float, hours: str, make: Callable[[Any], Given | None]) -> None:
        """A step whose values depend on the case as it stands then."""
        self.steps.append(Step(act, by, self.wait(median), hours, make))

    def wait(self, median: float) -> float:
        """Minutes around a median, a few of them many."""
        return median * self.rng.lognormvariate(0, 0.65)

    def chance(self, percent: float) -> bool:
        """So often of a hundred."""
        return self.rng.random() * 100 < percent

    def one(self, choices: Any) -> Any:
        """One of some."""
        return self.rng.choice(choices)

    @property
    def is_major(self) -> bool:
        """Major, so that whoever works on it hurries."""
        return self.severity == Severity.MAJOR

    @property
    def pace(self) -> float:
        """How much slower or faster than usual."""
        return {"general": 1.0, "urgent": 0.45, "major": 0.35}[self.severity]


class Teller:
    """Makes up stories. Two tellers with the same seed, moment and organisation tell the same."""

    def __init__(self, seed: int, now: datetime, cast: Cast, governing: Callable[[datetime], Governing]) -> None:
        self._seed, self._now, self._cast, self._governing = seed, now, cast, governing

    def _rng(self, draw: int, what: str) -> Random:
        return Random(f"{self._seed}/{draw}/{what}")  # noqa: S311 - no secret

    # -- who and what ---------------------------------------------------------------------------------------------------

    def persona(self, arrival: Arrival) -> Persona:
        """Who complains, about what."""
        rng = self._rng(arrival.draw, "persona")
        month = arrival.received_at.month - 1
        topics = TOPICS[arrival.sort]
        topic = rng.choices(topics, [topic.weight * topic.months[month] ** 0.5 for topic in topics])[0]
        product = rng.choices(texts.PRODUCTS, [product.months[month] for product in texts.PRODUCTS])[0]
        is_faulty = arrival.sort == "customer" and is_surge(arrival.received_at, self._now) and rng.random() < 0.2  # noqa: PLR2004
        if is_faulty:
            product, topic = texts.FAULTY, texts.TOPICS[0]
        name = rng.choice(texts.SURNAMES) + rng.choice(texts.GIVEN)
        kind = ComplainantKind.CUSTOMER
        if arrival.sort == "employee":
            kind = ComplainantKind.EMPLOYEE
        elif arrival.sort == "consulting" or topic.category == "contract-breach" and rng.random() < 0.4:  # noqa: PLR2004
            kind, name = ComplainantKind.ORGANISATION, rng.choice(texts.ORGANISATIONS)
        phone = f"1{rng.choice(('38', '39', '50', '58', '77', '86', '89'))}{rng.randrange(10**8):08d}"
        city = rng.choice(texts.CITIES)
        return Persona(
            name=name,
            phone=phone,
            email=f"u{phone[3:]}@example.com" if rng.random() < 0.35 else "",  # noqa: PLR2004
            address=f"{city}{rng.choice(texts.STREETS)}{rng.randint(1, 299)}号" if rng.random() < 0.6 else "",  # noqa: PLR2004
            kind=kind,
            topic=topic,
            product=product,
            model=rng.choice(product.models),
            order=f"YF{arrival.received_at:%y%m%d}{rng.randrange(10**6):06d}",
            shop=rng.choice(texts.SHOPS),
            is_faulty=is_faulty,
        )

    def tell(self, arrival: Arrival, number: str, key: int, earlier: tuple[Arrival, str, int] | None = None) -> Story:
        """The whole story of a complaint. `earlier` is an older one that it repeats, with number and key."""
        rng = self._rng(arrival.draw, "story")
        persona = self.persona(earlier[0] if earlier else arrival)
        severity = self._severity(persona, rng)
        registration = self._registration(arrival, persona, severity, rng, earlier[1] if earlier else "")
        rules = self._governing(arrival.registered_at).version(registration).rules
        department = self._department(persona, registration, rng)
        line = Line(rng, rules, persona.topic, arrival.sort, severity, department, arrival.registered_at)
        line.is_closed_circle = rules.acceptance.confidential
        Plot(self._cast, line, registration, persona, earlier, self._now).write()
        story = Story(arrival, number, key, self._ruled(registration, rules), line.steps, rng)
        if arrival.stops_in:
            story.stop_in(arrival.stops_in)
        return story

    def _ruled(self, registration: Registration, rules: PolicyRules) -> Registration:
        """What the governing policy asks for besides."""
        given = replace(registration, is_truth_declared=rules.acceptance.declaration_required)
        known = {option.code for option in rules.acceptance.grounds}
        if known and registration.category is not None:
            ground = GROUNDS.get(registration.category.code, "")
            given = replace(given, grounds=(ground if ground in known else min(known),))
        if not rules.acceptance.anonymous_allowed and registration.complainant_kind == ComplainantKind.ANONYMOUS:
            given = replace(given, complainant_kind=ComplainantKind.CUSTOMER, complainant_name="匿名转办")
        return given

    @staticmethod
    def _severity(persona: Persona, rng: Random) -> str:
        throw = rng.random() * 100
        urgent, major = persona.topic.urgent, persona.topic.major
        if persona.is_faulty:
            urgent, major = 30, 6
        if throw < major:
            return Severity.MAJOR
        return Severity.URGENT if throw < major + urgent else Severity.GENERAL

    def _department(self, persona: Persona, registration: Registration, rng: Random) -> str:
        if persona.is_faulty:
            return rng.choice(("moulding", "moulding", "moulding", "assembly"))
        departments = persona.topic.departments
        chosen = rng.choices(departments, [6, 3, 2, 1][: len(departments)])[0]
        away = {given.department.code for given in registration.respondents if given.department is not None}
        return next((code for code in (chosen, *departments) if code not in away), chosen)

    def _registration(
        self, arrival: Arrival, persona: Persona, severity: str, rng: Random, earlier: str
    ) -> Registration:
        topic, cast = persona.topic, self._cast
        words = {
            "product": persona.product.name,
            "model": persona.model,
            "days": rng.randint(3, 45),
            "shop": persona.shop,
            "bought": f"{arrival.received_at - timedelta(days=rng.randint(8, 200)):%-m月%-d日}",
            "number": earlier,
        }
        subjects, bodies = topic.subjects, topic.bodies
        if persona.is_faulty:
            subjects, bodies = texts.FAULT_SUBJECTS, texts.FAULT_BODIES
        parts = [rng.choice(texts.OPENINGS), rng.choice(bodies), rng.choice(texts.CLOSINGS)]
        if arrival.sort in {"employee", "consulting"}:
            parts[0] = ""
        if earlier:
            parts.insert(1, rng.choice(texts.REPEATS))
        is_anonymous = arrival.sort in {"customer", "feedback"} and rng.random() < 0.02  # noqa: PLR2004
        category = cast.categories.get(topic.category)
        if arrival.sort == "customer" and not earlier and rng.random() < 0.1:  # noqa: PLR2004
            category = None
        first = severity if rng.random() < 0.88 else Severity.GENERAL  # noqa: PLR2004
        respondents = self._respondents(arrival, topic, rng)
        return Registration(
            channel=cast.channels[arrival.channel],
            first_contact_department=cast.departments[OWNER[arrival.sort]],
            subject=rng.choice(subjects).format(**words),
            content="".join(parts).format(**words),
            received_at=arrival.received_at,
            kind=arrival.kind,
            complainant_kind=ComplainantKind.ANONYMOUS if is_anonymous else persona.kind,
            complainant_name="" if is_anonymous else persona.name,
            complainant_phone="" if is_anonymous else persona.phone,
            complainant_email="" if is_anonymous else persona.email,
            complainant_address="" if is_anonymous else persona.address,
            category=category,
            severity=first,
            demand=rng.choice(topic.demands),
            occurred_on=timezone.localdate(arrival.received_at) - timedelta(days=rng.randint(1, 6)),
            product=f"{persona.product.name} {persona.model}" if topic.has_product else "",
            order_number=persona.order if arrival.sort == "customer" and not is_anonymous else "",
            respondents=respondents,
        )

    def _respondents(self, arrival: Arrival, topic: Topic, rng: Random) -> tuple[RespondentGiven, ...]:
        cast, throw = self._cast, rng.random()
        if arrival.sort == "employee":
            person = cast.by_username[rng.choice(("liang.dawei", "lu.guangming", "shi.hongmei", "hou.lei"))]
            return (RespondentGiven(PartyKind.EMPLOYEE, person=person),)
        if arrival.channel == "authority" or arrival.sort != "customer":
            return ()
        if throw < 0.05:  # noqa: PLR2004
            return (RespondentGiven(PartyKind.DEPARTMENT, department=cast.departments[topic.departments[0]]),)
        if throw < 0.08 and topic.category.startswith("product"):  # noqa: PLR2004
            return (RespondentGiven(PartyKind.SUPPLIER, name=rng.choice(SUPPLIERS)),)
        if throw < 0.1 and topic.category.startswith("delivery"):  # noqa: PLR2004
            return (RespondentGiven(PartyKind.PARTNER, name=rng.choice(PARTNERS)),)
        return ()


class Plot:
    """Writes the steps of one story."""

    def __init__(
        self,
        cast: Cast,
        line: Line,
        registration: Registration,
        persona: Persona,
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

    # -- the beginning ----------------------------------------------------------------------------------------------------

    def _respond(self) -> None:
        line = self.line
        responds = {clock.code for clock in line.rules.clocks if "log_communication" in clock.stops_on}
        if responds and line.severity != Severity.GENERAL or line.chance(30):
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
            ground=line.one(grounds), reason=reason, alternative=alternative, told_by=line.one(("phone", "sms", "letter")),
        )  # fmt: skip
        if line.chance(6):
            self._reopen()
        else:
            self._archive(28_000)

    def _accept(self) -> None:
        line = self.line
        if self.persona.kind != ComplainantKind.EMPLOYEE and line.chance(12) and line.sort == "feedback":
            line.add("convert", self.front, 30, "duty", reason="内容实为投诉，转为投诉办理。")
        line.add("accept", self.front, 55 * line.pace, "duty", **self._classification(line.severity), entitled=True, proper=True)
        if line.chance(25):
            line.add_made("assign_handler", CaseRole.OWNER_HEAD, 20 * line.pace, "duty", _some_handler)
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
        self.line.add("link", self.front, 8, "duty", other=other, link_kind=kind.value, reason=self.line.one(texts.LINK_REMARKS))

    def _emergency(self) -> None:
        line = self.line
        notes = [("special_group", texts.GROUP_NOTES)]
        if line.severity in line.rules.legal_consultation_for:
            notes.insert(0, ("legal_consultation", texts.LEGAL_NOTES))
        if self.given.channel.code == "social-media":
            notes.append(("crisis_communication", texts.CRISIS_NOTES))
        for kind, choices in notes:
            by = CaseRole.LEGAL if kind == "legal_consultation" and not self.is_closed_circle else CaseRole.HANDLER
            line.add("take_note", by, 9, "duty", note_kind=kind, content=line.one(choices))

    def _tick(self, count: int) -> None:
        for _ in range(count):
            by = self.line.one((CaseRole.HANDLER, CaseRole.HANDLER, CaseRole.EXECUTIVE))
            if self.is_closed_circle:
                by = CaseRole.HANDLER
            self.line.add_made("tick_emergency_item", by, 35, "duty", _next_item)

    def _beside(self) -> None:
        """Now and then something beside the main line."""
        line = self.line
        if line.chance(2):
            line.add("add_respondent", self.front, 20, "duty", party_kind=PartyKind.SUPPLIER.value, name=line.one(SUPPLIERS))
        if line.chance(1):
            line.add_made("recuse", CaseRole.HANDLER, 20, "duty", _other_handler)
        if line.sort == "customer" and line.chance(2) and not self.is_closed_circle:
            line.add("hand_over", CaseRole.HANDLER, 45, "duty", department=self.cast.departments[CONSULTING], reason=texts.HANDOVERS[0])
            if line.chance(40):
                line.add("accept_handover", CaseRole.ADDRESSEE, 180, "office", reason="同意接收。")
            else:
                line.add("refuse_handover", CaseRole.ADDRESSEE, 180, "office", reason="本部门未承接该项目，请原部门继续办理。")

    # -- one round ----------------------------------------------------------------------------------------------------------

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
                line.add("return_sheet", CaseRole.LIAISON, 150 * self._speed(code), "office", reason=line.one(texts.RETURNS))
        if others and line.chance(2.5):
            department = line.one(others)
            self._sheet("redispatch", department, 200, reason=line.one(texts.REDISPATCHES))
        line.add("acknowledge", CaseRole.LIAISON, 75 * self._speed(department), "office", reason=line.one(texts.ACKNOWLEDGEMENTS))
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
            line.add("take_note", CaseRole.HANDLER, 60, "duty", note_kind="internal", content=line.one(texts.INTERNAL_NOTES))
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
            line.add_made("resume", CaseRole.HANDLER, 700, "office", _resumption)
        if line.chance(4):
            line.add_made("request_escalation", self.front, 300, "duty", _request)
        reply = texts.FAULT_REPLY if self.persona.is_faulty else line.one(line.topic.replies)
        line.proposal = line.one(line.topic.proposals)
        line.add(
            "reply_sheet", CaseRole.LIAISON, 420 * self._speed(department), "office", content=reply, proposal=line.proposal,
        )  # fmt: skip

    def _resolve(self, department: str) -> None:
        line = self.line
        if not line.rules.determination.compulsory and line.chance(5):
            line.add("waive_determination", CaseRole.HANDLER, 60, "duty", reason=line.one(texts.WAIVERS))
        else:
            outcome = line.rng.choices(("founded", "partly_founded", "insufficient_evidence"), (62, 31, 7))[0]
            line.add("determine", CaseRole.HANDLER, 100 * line.pace, "duty", outcome=outcome, opinion=line.one(texts.OPINIONS))
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
            line.add("disagree", self.front, 420, "awake", medium=line.one(("phone", "online")), reason=line.one(texts.DISAGREES))
            if line.chance(25):
                line.add_made("request_escalation", self.front, 20, "duty", _request)
        line.add("agree", self.front, 330, "awake", medium=line.one(("phone", "online", "sms")), reason=line.one(texts.AGREES))
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
        days = sorted(line.rng.uniform(2, 9) for _ in descriptions)
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
            line.add_made("complete_step", CaseRole.LIAISON, 420 * self._speed(department), "office", _next_step)
        line.add("complete", CaseRole.HANDLER, 40 * line.pace, "duty", reason=line.one(texts.COMPLETIONS))

    # -- afterwards ---------------------------------------------------------------------------------------------------------

    def _after(self, *, first: bool) -> None:
        line = self.line
        content = line.one(texts.FEEDBACKS).format(proposal=line.proposal or "调查意见已书面告知")
        spoken = {} if self.medium in WRITTEN or not line.rules.feedback.in_writing else {"reason": line.one(texts.SPOKEN)}
        line.add("give_feedback", self.front, 90, "duty", medium=self.medium, content=content, **spoken)
        substitute = line.rules.closing.substitute
        if substitute is not None and line.chance(6):
            for attempt in range(substitute.attempts):
                # A whole day of duty later is another day.
                wait = line.wait(60) if attempt == 0 else 725.0
                given = {"direction": "outgoing", "medium": "phone", "reached": False, "content": line.one(texts.UNREACHED)}
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
        for limit in line.rules.follow_ups:
            if line.chance(6):
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
        last = next((place for place, step in enumerate(line.steps) if step.act in {"close", "reopen"}), len(line.steps))
        if last < 2:  # noqa: PLR2004
            return
        del line.steps[line.rng.randint(1, last - 1) :]
        medium = line.one(("phone", "online"))
        line.add("withdraw", self.front, 200, "awake", medium=medium, reason=line.one(texts.WITHDRAWALS))
        self._archive(28_000)


def _some_handler(play: Any) -> Given:
    handlers = [person for person in play.handlers() if person.pk not in play.case.recused_people]
    return {"person": play.rng.choice(handlers), "reason": ""}


def _other_handler(play: Any) -> Given:
    others = [person for person in play.handlers() if person.pk != play.complaint.handler_id]
    return {"person": play.rng.choice(others), "reason": "与投诉人有亲属关系，申请回避。"}


def _resumption(play: Any) -> Given | None:
    """A pause whose cap has passed needs nobody to end it."""
    return {"reason": play.rng.choice(texts.RESUMES)} if play.case.open_pause else None


def _request(play: Any) -> Given | None:
    """One request at a time."""
    if any(escalation.origin == "requested" for escalation in play.case.open_escalations):
        return None
    return {"reason": play.rng.choice(texts.ESCALATION_REQUESTS)}


def _next_item(play: Any) -> Given | None:
    items = play.case.open_emergency_items
    return {"row": str(items[0].pk), "reason": play.rng.choice(texts.EMERGENCY_REMARKS)} if items else None


def _next_step(play: Any) -> Given | None:
    steps = play.case.open_steps
    return {"row": str(steps[0].pk), "proof": play.rng.choice(texts.PROOFS)} if steps else None


def state_after(steps: list[Step]) -> Iterator[tuple[int, State]]:
    """The state of the case after each step, for those that change it."""
    for place, step in enumerate(steps):
        act = ACTS.get(step.act)
        if act is not None and act.target is not None:
            yield place, act.target
