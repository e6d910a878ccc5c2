"""Shares of responsibility as exact percentages: what makes a hundred, and what does not. (AC-6, decision 0009)

A leaf file: decimals and words, no database. All shares of one allegation make 100.00 as soon as anybody bears any.
Hundredths of a percent are the smallest part; where equal shares do not come out even, the odd hundredths stand with
the parties named first, and carry no meaning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.states import Share
from complaints.punctuation import listed

HUNDRED = Decimal("100.00")
HUNDREDTH = Decimal("0.01")
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Part:
    """What one party bears of one allegation. `party` is how it is called in texts."""

    party: str
    kind: str
    share: Decimal

    @property
    def bears(self) -> bool:
        """The party bears a share."""
        return self.kind != Share.NONE


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the shares of an allegation, and what to say of it."""

    code: str
    text: str


#: Everything that can be wrong, by the name it has in tests and documents.
PROBLEMS: dict[str, str | Promise] = {
    "not_exact": gettext_lazy("The share of %(parties)s is not a percentage from 0 to 100 with at most two decimals."),
    "none_bears": gettext_lazy("%(parties)s: without responsibility there is no share."),
    "bears_nothing": gettext_lazy("%(parties)s: whoever is responsible bears more than nothing."),
    "sole_not_whole": gettext_lazy("%(parties)s: sole responsibility is the whole, 100 %%."),
    "sole_with_others": gettext_lazy("%(parties)s: where somebody is solely responsible, nobody else bears a share."),
    "two_primaries": gettext_lazy("More than one party is primarily responsible: %(parties)s."),
    "no_primary": gettext_lazy("Nobody is primarily responsible, and the responsibility is not declared equal."),
    "secondary_alone": gettext_lazy("%(parties)s: secondary responsibility stands beside a primary one, never alone."),
    "primary_alone": gettext_lazy("%(parties)s: nobody else bears a share, so this is sole responsibility."),
    "equal_alone": gettext_lazy("%(parties)s: equal responsibility needs at least two parties."),
    "equal_mixed": gettext_lazy("Equal responsibility cannot stand beside primary or secondary responsibility."),
    "equal_not_equal": gettext_lazy("Shares declared equal are not equal; they would be %(expected)s."),
    "above_primary": gettext_lazy("%(parties)s: no share is above that of the party primarily responsible."),
    "not_hundred": gettext_lazy("The shares make %(total)s, not 100.00."),
}


def exact(value: Any) -> Decimal | None:
    """The value as a percentage with two decimals; None if it is none, without rounding anything."""
    if isinstance(value, float | bool) or value is None:
        return None
    try:
        share = Decimal(str(value).strip())
        rounded = share.quantize(HUNDREDTH)
    except InvalidOperation:
        return None
    return rounded if rounded == share and NOTHING <= share <= HUNDRED else None


def equal_parts(count: int) -> list[Decimal]:
    """A hundred in `count` parts as equal as hundredths allow; odd hundredths go to the first."""
    if count < 1:
        return []
    part, odd = divmod(int(HUNDRED / HUNDREDTH), count)
    return [(part + (1 if place < odd else 0)) * HUNDREDTH for place in range(count)]


def rounded_up(shares: Sequence[Decimal]) -> list[int]:
    """Places of equal shares that hold an odd hundredth; none if all are the same."""
    lowest = min(shares, default=NOTHING)
    return [place for place, share in enumerate(shares) if share > lowest]


def explain_rounding(parts: Sequence[Part]) -> str:
    """What the document says below equal shares that are not the same: "33.34 / 33.33 / 33.33 …"; else empty."""
    equal = [part for part in parts if part.kind == Share.EQUAL]
    above = rounded_up([part.share for part in equal])
    if not above:
        return ""
    return _(
        "%(shares)s: equal shares of %(count)d parties do not come out even; the odd hundredth stands with %(parties)s "
        "and carries no meaning."
    ) % {
        "shares": " / ".join(f"{part.share:.2f}" for part in equal),
        "count": len(equal),
        "parties": listed(equal[place].party for place in above),
    }


def total(parts: Iterable[Part]) -> Decimal:
    """The sum of all shares."""
    return sum((part.share for part in parts), NOTHING)


def check(parts: Sequence[Part]) -> list[Problem]:
    """Everything that is wrong with the shares of one allegation; nothing where nobody bears any."""
    inexact = [part for part in parts if exact(part.share) is None]
    if inexact:
        return [_problem("not_exact", inexact)]
    bearing = [part for part in parts if part.bears]
    problems = _each_by_itself(parts)
    if bearing:
        problems += _who_leads(bearing) + _equality(bearing)
        if total(parts) != HUNDRED:
            problems.append(_problem("not_hundred", total=f"{total(parts):.2f}"))
    return problems


def _each_by_itself(parts: Sequence[Part]) -> list[Problem]:
    found = {
        "none_bears": [part for part in parts if not part.bears and part.share],
        "bears_nothing": [part for part in parts if part.bears and not part.share],
        "sole_not_whole": [part for part in parts if part.kind == Share.SOLE and part.share != HUNDRED],
    }
    return [_problem(code, wrong) for code, wrong in found.items() if wrong]


def _who_leads(bearing: Sequence[Part]) -> list[Problem]:
    sole, primary, secondary = (
        [part for part in bearing if part.kind == kind] for kind in (Share.SOLE, Share.PRIMARY, Share.SECONDARY)
    )
    problems = []
    if sole and len(bearing) > 1:
        problems.append(_problem("sole_with_others", sole))
    if len(primary) > 1:
        problems.append(_problem("two_primaries", primary))
    if primary == list(bearing) and len(primary) == 1:
        problems.append(_problem("primary_alone", primary))
    if secondary == list(bearing) and len(secondary) == 1:
        problems.append(_problem("secondary_alone", secondary))
    elif secondary and not (primary or sole):
        problems.append(_problem("no_primary"))
    above = [part for part in secondary if primary and part.share > max(lead.share for lead in primary)]
    if above:
        problems.append(_problem("above_primary", above))
    return problems


def _equality(bearing: Sequence[Part]) -> list[Problem]:
    equal = [part for part in bearing if part.kind == Share.EQUAL]
    if not equal:
        return []
    if len(equal) < len(bearing):
        return [_problem("equal_mixed")]
    if len(equal) == 1:
        return [_problem("equal_alone", equal)]
    expected = equal_parts(len(equal))
    if sorted((part.share for part in equal), reverse=True) != expected:
        return [_problem("equal_not_equal", expected=" / ".join(f"{share:.2f}" for share in expected))]
    return []


def _problem(code: str, parts: Iterable[Part] = (), **facts: str) -> Problem:
    return Problem(code, str(PROBLEMS[code]) % {"parties": listed(part.party for part in parts), **facts})
