"""What a case goes through: its registration and the steps people take, made up from one seed.

A story says who (by role), what, how long after the step before, and in whose hours. It does not say when clocks are
due, who is told or what escalates: the product's own rules make that of it when the story is played.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from complaints.demo import texts
from complaints.demo.arrivals import Arrival, is_surge
from complaints.demo.cast import Cast
from complaints.demo.lines import Line, Persona, Step, state_after
from complaints.demo.organisation import CONSULTING, HR, SERVICE
from complaints.demo.plots import SUPPLIERS, Plot
from complaints.demo.texts import Topic
from complaints.policy_rules import PolicyRules
from complaints.queries.governing import Governing
from complaints.services.intake import Registration, RespondentGiven
from complaints.states import ComplainantKind, PartyKind, Severity, State

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
#: What determines responsibility, where no formal investigation does.
DETERMINING = frozenset({"determine", "find_unfounded", "waive_determination"})
PARTNERS = ("捷运达物流有限公司", "顺安安装服务部")


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


class Teller:
    """Makes up stories. Two tellers with the same seed, moment and organisation tell the same."""

    def __init__(self, seed: int, now: datetime, cast: Cast, governing: Callable[[datetime], Governing]) -> None:
        self._seed, self._now, self._cast, self._governing = seed, now, cast, governing

    def _rng(self, draw: int, what: str) -> Random:
        return Random(f"{self._seed}/{draw}/{what}")  # noqa: S311 - no secret

    # -- who and what ------------------------------------------------------------------------------------------------

    def persona(self, arrival: Arrival) -> Persona:
        """Who complains, about what."""
        rng = self._rng(arrival.draw, "persona")
        month = arrival.received_at.month - 1
        commission = arrival.commission
        topics = TOPICS[arrival.sort] if commission is None else (commission.topic,)
        topic = rng.choices(topics, [topic.weight * topic.months[month] ** 0.5 for topic in topics])[0]
        product = rng.choices(texts.PRODUCTS, [product.months[month] for product in texts.PRODUCTS])[0]
        is_faulty = arrival.sort == "customer" and is_surge(arrival.received_at, self._now) and rng.random() < 0.2  # noqa: PLR2004
        if is_faulty:
            product, topic = texts.FAULTY, texts.TOPICS[0]
        if commission is not None:
            product, is_faulty, topic = commission.product or product, False, commission.topic
        name = rng.choice(texts.SURNAMES) + rng.choice(texts.GIVEN)
        kind = ComplainantKind.CUSTOMER
        if arrival.sort == "employee":
            kind = ComplainantKind.EMPLOYEE
        elif arrival.sort == "consulting" or (topic.category == "contract-breach" and rng.random() < 0.4):  # noqa: PLR2004
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
        """The whole story of a complaint. `earlier` is an older one that it repeats, with number and key.

        No story claims a formal investigation that nobody made. Where the governing policy would ask for one, the case
        was registered before anybody knew its category, so that another policy governs it.
        """
        story, rules = self._told(arrival, number, key, earlier)
        if rules.determination.formal_for and DETERMINING & {step.act for step in story.steps}:
            story, _ = self._told(arrival, number, key, earlier, is_classified=False)
        return story

    def _told(
        self,
        arrival: Arrival,
        number: str,
        key: int,
        earlier: tuple[Arrival, str, int] | None,
        *,
        is_classified: bool = True,
    ) -> tuple[Story, PolicyRules]:
        rng = self._rng(arrival.draw, "story")
        persona = self.persona(earlier[0] if earlier else arrival)
        severity = self._severity(persona, rng) if arrival.commission is None else arrival.commission.severity
        registration = self._registration(arrival, persona, severity, rng, earlier[1] if earlier else "")
        if not is_classified:
            registration = replace(registration, category=None)
        rules = self._governing(arrival.registered_at).version(registration).rules
        department = arrival.department or self._department(persona, registration, rng)
        line = Line(rng, rules, persona.topic, arrival.sort, severity, department, arrival.registered_at)
        line.is_closed_circle = rules.acceptance.confidential
        plot = Plot(self._cast, line, registration, persona, earlier=earlier, now=self._now)
        if arrival.commission is None:
            plot.write()
        else:
            plot.write_until_answered(arrival.commission.handler)
        story = Story(arrival, number, key, self._ruled(registration, rules, line.steps), line.steps, rng)
        if arrival.stops_in:
            story.stop_in(arrival.stops_in)
        return story, rules

    def _ruled(self, registration: Registration, rules: PolicyRules, steps: list[Step]) -> Registration:
        """What the governing policy asks for besides."""
        is_declared = rules.acceptance.declaration_required and all(step.act != "declare_truth" for step in steps)
        given = replace(registration, is_truth_declared=is_declared)
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
        if arrival.sort in {"employee", "consulting"} or arrival.commission is not None:
            parts[0] = ""
        if earlier:
            parts.insert(1, rng.choice(texts.REPEATS))
        is_anonymous = arrival.sort in {"customer", "feedback"} and rng.random() < 0.02  # noqa: PLR2004
        category = cast.categories.get(topic.category)
        if arrival.sort == "customer" and not earlier and not arrival.commission and rng.random() < 0.1:  # noqa: PLR2004
            category = None
        first = severity if rng.random() < 0.88 or arrival.commission else Severity.GENERAL  # noqa: PLR2004
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
        if arrival.channel == "authority" or arrival.sort != "customer" or arrival.commission is not None:
            return ()
        if throw < 0.05:  # noqa: PLR2004
            return (RespondentGiven(PartyKind.DEPARTMENT, department=cast.departments[topic.departments[0]]),)
        if throw < 0.08 and topic.category.startswith("product"):  # noqa: PLR2004
            return (RespondentGiven(PartyKind.SUPPLIER, name=rng.choice(SUPPLIERS)),)
        if throw < 0.1 and topic.category.startswith("delivery"):  # noqa: PLR2004
            return (RespondentGiven(PartyKind.PARTNER, name=rng.choice(PARTNERS)),)
        return ()
