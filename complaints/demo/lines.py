"""The steps of a story, and the line they form while it is written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from complaints.acts import ACTS
from complaints.demo.texts import Product, Topic
from complaints.policy_rules import PolicyRules
from complaints.states import CaseRole, Severity

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
        """Minutes around a median; now and then something is left lying."""
        left_lying = self.rng.uniform(6, 24) if self.chance(1.2) else 1.0
        return median * self.rng.lognormvariate(0, 0.6) * left_lying

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
        return {"general": 1.0, "urgent": 0.45, "major": 0.22}[self.severity]


def state_after(steps: list[Step]) -> Iterator[tuple[int, str]]:
    """The state of the case after each step, for those that change it."""
    for place, step in enumerate(steps):
        act = ACTS.get(step.act)
        if act is not None and act.target is not None:
            yield place, act.target
