"""The principles of AC-7 as checks with names: what each asks, and what is wrong.

A leaf file: plain values in, sentences out, no database. Some faults only warn; what is unclear may be written and put
to the parties, but never becomes final.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.states import Causation, Share, Weight
from complaints.punctuation import listed
from complaints.states import PartyKind


class Gravity(StrEnum):
    """What a fault stands in the way of."""

    WARNS = "warns"
    FINAL = "final"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Cited:
    """A piece of evidence that an assignment cites. `reviewer` is None if nobody judged it."""

    number: str
    collector: int
    reviewer: int | None = None
    weight: str = ""

    @property
    def is_of_use(self) -> bool:
        """Reviewed, by somebody else, and worth something."""
        return self.reviewer is not None and self.reviewer != self.collector and self.weight not in {"", Weight.NONE}


@dataclass(frozen=True, slots=True)
class Assigned:
    """What one party bears of one allegation, as far as principles look at it."""

    party: str
    party_kind: str
    share_kind: str
    causation: str
    duty: str = ""
    has_clause: bool = False
    had_authority: bool | None = None
    had_ability: bool | None = None
    is_system_failure: bool = False
    authority_reason: str = ""
    cited: tuple[Cited, ...] = ()

    @property
    def bears(self) -> bool:
        """The party bears a share."""
        return self.share_kind != Share.NONE


@dataclass(frozen=True, slots=True)
class Contradicted:
    """A fact that a strong piece of evidence speaks against."""

    fact: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a version of a determination says, and who had part in it: ids of persons."""

    assigned: tuple[Assigned, ...]
    authors: frozenset[int] = frozenset()
    approver: int | None = None
    #: Whoever must keep away: parties, people of a department that is one, the recused.
    kept_away: frozenset[int] = frozenset()
    contradicted: tuple[Contradicted, ...] = ()

    @property
    def bearing(self) -> list[Assigned]:
        """Whoever bears a share."""
        return [row for row in self.assigned if row.bears]

    @property
    def cited(self) -> list[Cited]:
        """Every piece of evidence cited, each once."""
        return list({cited.number: cited for row in self.assigned for cited in row.cited}.values())


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a principle objects to."""

    principle: str
    code: str
    text: str
    gravity: Gravity = Gravity.ALWAYS


@dataclass(frozen=True, slots=True)
class Principle:
    """One principle: what it is called, what it asks, and the check itself."""

    code: str
    name: str | Promise
    asks: str | Promise
    check: Callable[[Said], Iterable[Fault]] = field(repr=False)


def _fault(
    principle: str, code: str, text: str, parties: Iterable[str] = (), gravity: Gravity = Gravity.ALWAYS
) -> Fault:
    return Fault(principle, code, text % {"named": listed(parties)}, gravity)


def objectivity(said: Said) -> Iterable[Fault]:
    """Who writes does not approve, who collects does not review, and nobody concerned has part in it (WF-13)."""
    if said.approver is not None and said.approver in said.authors:
        yield _fault("objectivity", "author_approves", _("Who wrote the determination cannot approve it."))
    own = [cited.number for cited in said.cited if cited.reviewer == cited.collector]
    if own:
        yield _fault("objectivity", "collector_reviews", _("Reviewed by who collected it: %(named)s."), own)
    if (said.authors | {said.approver}) & said.kept_away:
        yield _fault(
            "objectivity", "concerned_decides", _("Somebody who must keep away wrote or approved the determination.")
        )
    tainted = [cited.number for cited in said.cited if {cited.reviewer, cited.collector} & said.kept_away]
    if tainted:
        yield _fault(
            "objectivity",
            "concerned_investigates",
            _("Collected or reviewed by somebody who must keep away: %(named)s."),
            tainted,
        )


def authority(said: Said) -> Iterable[Fault]:
    """Nobody answers for what they had neither the authority nor the means to change (权责对等)."""
    unasked = [row.party for row in said.bearing if row.had_authority is None or row.had_ability is None]
    if unasked:
        yield _fault(
            "authority",
            "not_answered",
            _("Not answered whether they had the authority, the means and the ability: %(named)s."),
            unasked,
        )
    asked = [row for row in said.bearing if row.had_authority is not None and row.had_ability is not None]
    powerless = [row.party for row in asked if not (row.had_authority or row.had_ability)]
    if powerless:
        yield _fault(
            "authority",
            "powerless",
            _("Had neither the authority nor the means, and cannot bear a share: %(named)s."),
            powerless,
        )
    unreasoned = [
        row.party for row in asked if row.had_authority != row.had_ability and not row.authority_reason.strip()
    ]
    if unreasoned:
        yield _fault(
            "authority",
            "not_reasoned",
            _("Had only one of authority and means: why they bear a share all the same is missing: %(named)s."),
            unreasoned,
        )
    yield from _system_failures(said)


def _system_failures(said: Said) -> Iterable[Fault]:
    """A system failure is not laid on an employee."""
    employees = [row for row in said.bearing if row.is_system_failure and row.party_kind == PartyKind.EMPLOYEE]
    silent = [row.party for row in employees if not row.authority_reason.strip()]
    if silent:
        yield _fault(
            "authority",
            "system_failure_not_reasoned",
            _("A system failure had part in it: why the employee bears a share all the same is missing: %(named)s."),
            silent,
        )
    leading = [
        row.party
        for row in employees
        if row.share_kind in {Share.SOLE, Share.PRIMARY}
        and not (row.had_authority and row.had_ability and row.authority_reason.strip())
    ]
    if leading:
        yield _fault(
            "authority",
            "system_failure_on_employee",
            _(
                "A system failure is not laid on an employee who could not have acted otherwise: sole or primary "
                "responsibility needs authority and ability, with the reason: %(named)s."
            ),
            leading,
        )


def causation(said: Said) -> Iterable[Fault]:
    """Whoever did not bring it about bears nothing; what is unclear is looked into, not decided."""
    unconnected = [row.party for row in said.bearing if row.causation == Causation.NONE]
    if unconnected:
        yield _fault("causation", "none_bears", _("Without causation nobody bears a share: %(named)s."), unconnected)
    unclear = [row.party for row in said.assigned if row.causation == Causation.UNCLEAR]
    if unclear:
        yield _fault(
            "causation",
            "unclear",
            _(
                "Causation is unclear: investigate further or ask for an expert evaluation before this becomes final: "
                "%(named)s."
            ),
            unclear,
            Gravity.FINAL,
        )


def evidence(said: Said) -> Iterable[Fault]:
    """Whoever bears a share bears it on evidence that was reviewed and is worth something (AC-3)."""
    resting_on_nothing = [row.party for row in said.bearing if not any(cited.is_of_use for cited in row.cited)]
    if resting_on_nothing:
        yield _fault(
            "evidence",
            "not_cited",
            _("Rests on no reviewed evidence: %(named)s."),
            resting_on_nothing,
        )
    worthless = [cited.number for cited in said.cited if not cited.is_of_use and cited.reviewer != cited.collector]
    if worthless:
        yield _fault("evidence", "worthless", _("Cited although not reviewed or not to be used: %(named)s."), worthless)
    for row in said.contradicted:
        yield Fault(
            "evidence",
            "contradicted",
            _("Strong evidence speaks against a fact: %(evidence)s against “%(fact)s”.")
            % {"evidence": row.evidence, "fact": row.fact},
            Gravity.WARNS,
        )


def basis(said: Said) -> Iterable[Fault]:
    """A duty that was breached is written somewhere: in a law, a standard, a contract or a rule (AC-11)."""
    baseless = [row.party for row in said.bearing if not (row.has_clause or row.duty.strip())]
    if baseless:
        yield _fault(
            "basis",
            "no_duty",
            _("No clause, contract or rule is named that would have been breached: %(named)s."),
            baseless,
        )


PRINCIPLES = (
    Principle(
        "objectivity",
        gettext_lazy("Objectivity"),
        gettext_lazy(
            "Who writes does not approve, who collects evidence does not review it, nobody concerned has part in it."
        ),
        objectivity,
    ),
    Principle(
        "authority",
        gettext_lazy("Authority matches responsibility"),
        gettext_lazy(
            "Whoever bears a share had the authority or the means to act otherwise; a system failure is not laid on an "
            "employee."
        ),
        authority,
    ),
    Principle(
        "causation",
        gettext_lazy("Causation is established"),
        gettext_lazy("Whoever did not bring it about bears nothing; what is unclear is investigated further."),
        causation,
    ),
    Principle(
        "evidence",
        gettext_lazy("It rests on evidence"),
        gettext_lazy("Every share rests on evidence that was reviewed and may be used; contradictions are shown."),
        evidence,
    ),
    Principle(
        "basis",
        gettext_lazy("A duty was breached"),
        gettext_lazy("Every share names the clause, the contract or the rule that was breached."),
        basis,
    ),
)


def faults(said: Said) -> list[Fault]:
    """Everything that the principles object to, in their order."""
    return [fault for principle in PRINCIPLES for fault in principle.check(said)]


def standing_in_the_way(said: Said, *, of_final: bool) -> list[Fault]:
    """Faults that stop the determination: from being put to the parties or, with `of_final`, from becoming final."""
    stopping = {Gravity.ALWAYS, Gravity.FINAL} if of_final else {Gravity.ALWAYS}
    return [fault for fault in faults(said) if fault.gravity in stopping]


def report(said: Said) -> list[tuple[Principle, list[Fault]]]:
    """Each principle with what it objects to, for pages and documents."""
    return [(principle, list(principle.check(said))) for principle in PRINCIPLES]
