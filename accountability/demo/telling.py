"""What a tale of an investigation is made of. All in Chinese, as in such a company; everybody is invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from complaints.demo.texts import Product

#: Sheets of CSV: a headline and rows. Other files need no more than their lines of text.
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PartyTold:
    """Who may bear responsibility, and what they say when they are heard; empty: nothing, until it is too late."""

    kind: str
    department: str = ""
    person: str = ""
    name: str = ""
    outside: str = ""
    answer: str = "无异议。"
    #: What they would object, where the story has them object.
    grounds: str = ""

    @property
    def is_outside(self) -> bool:
        """A supplier or partner: somebody records what they say."""
        return bool(self.outside)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of evidence: its name tells which kind."""

    name: str
    lines: tuple[str, ...] = ()
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence, who collected it (`lead` or the place of a member), and how it was judged."""

    kind: str
    title: str
    shows: str
    source: str
    paper: Paper | None = None
    holder: str = ""
    by: str = "lead"
    weight: str = "strong"
    opinion: str = "来源清楚、形式完整，与待证事实直接相关，可以采信。"
    authenticity: str = "established"
    legality: str = "established"
    relevance: str = "established"
    is_copy: bool = False
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class FactTold:
    """A fact to be proved, what each piece says of it, and what it came to."""

    statement: str
    says: Mapping[str, str]
    reason: str
    status: str = "proved"


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step of the process; moments in hours after the first."""

    name: str
    party: str
    expected: str
    expected_after: float
    actual: str
    actual_after: float | None
    deviation: str = "none"
    remark: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllegationTold:
    """One thing alleged, with the finding and its reason for each party."""

    text: str
    charges: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Borne:
    """What one party bears of one allegation (by its place)."""

    party: str
    share_kind: str
    share: str
    conduct_text: str
    duty: str
    reason: str
    evidence: tuple[str, ...]
    allegation: int = 0
    causation: str = "direct"
    conduct: str = "act"
    clauses: tuple[tuple[str, str], ...] = ()
    had_authority: bool = True
    had_ability: bool = True
    is_system_failure: bool = False
    authority_reason: str = ""


@dataclass(frozen=True, slots=True)
class OpinionTold:
    """An opinion from outside."""

    expert: str
    agency: str
    qualification: str
    question: str
    opinion: str
    kind: str = "expert"


@dataclass(frozen=True, slots=True)
class MeasureTold:
    """A measure that follows."""

    kind: str
    title: str
    description: str
    cause: str
    department: str
    owner: str
    proof: str
    scope: str = "category"
    days: int = 20


@dataclass(frozen=True, slots=True)
class Tale:
    """A matter with everything that is found out about it. `cases` are subject and text of complaints about it."""

    code: str
    category: str
    department: str
    cases: tuple[tuple[str, str], ...]
    demand: str
    reply: str
    proposal: str
    lead: str
    members: tuple[str, ...]
    scope: str
    plan: str
    parties: Mapping[str, PartyTold]
    allegations: tuple[AllegationTold, ...]
    evidence: Mapping[str, Piece]
    facts: tuple[FactTold, ...]
    tasks: tuple[tuple[str, str], ...]
    findings: str
    outcome: str
    facts_found: str
    reasoning: str
    borne: tuple[Borne, ...]
    causes: tuple[str, ...]
    cause_text: str
    opinion: str
    measures: tuple[MeasureTold, ...] = ()
    steps: tuple[StepTold, ...] = ()
    outside: OpinionTold | None = None
    methods: tuple[str, ...] = ("evidence_chain",)
    sort: str = "customer"
    product: Product | None = None
    remedies: tuple[str, ...] = ("compensation", "apology")
    lessons: str = ""
    #: The same matter with other shares: what is written instead.
    otherwise: Mapping[str, Any] = field(default_factory=dict)
