"""Who bore responsibility by the determinations that became final in a period, with the rounds. (RP-1, AC-6)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, BigIntegerField, Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accountability.models import OutsideParty
from complaints.models.registers import registers
from complaints.states import PartyKind
from reporting.models import CaseFact, LiabilityFact
from reporting.periods import Period
from reporting.queries.behind import Behind
from reporting.responsibility import SHARES

#: More rounds than a complaint ever has.
_MANY = 100_000
#: What tells parties apart: kind, department, outside party.
Party = tuple[str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """What one party bore: by share, in how many rounds and with which mean share in percent; and in any way."""

    party: Party
    label: str
    shares: Mapping[str, tuple[int, Decimal]]
    rounds: int
    before: int = 0
    year_before: int = 0


def borne(period: Period, zone: ZoneInfo) -> list[Line]:
    """The parties that bore anything in the period, those with most rounds first; how many it was in earlier ones.

    Five grouped statements, however many determinations there are.
    """
    shares: dict[Party, dict[str, tuple[int, Decimal]]] = {}
    rows = _final(period, zone).values("party_kind", "department", "outside", "share_kind")
    for row in rows.annotate(rounds=_rounds(), mean=Avg("share")).order_by():
        shares.setdefault(_party(row), {})[row["share_kind"]] = row["rounds"], row["mean"]
    now, before, year_before = (_by_party(of, zone) for of in (period, period.previous, period.year_before))
    called = _names(now)
    lines = [
        Line(party, called[party], shares[party], rounds, before.get(party, 0), year_before.get(party, 0))
        for party, rounds in now.items()
    ]
    return sorted(lines, key=lambda line: (-line.rounds, line.label))


@dataclass(frozen=True, slots=True)
class Asked:
    """A count: of which party, in which way ("" is any), in which period."""

    period: Period
    party: Party
    share: str = field(default="")


def rounds_behind(asked: Asked, zone: ZoneInfo, standing: Any) -> Behind:
    """The rounds that a count is made of, as far as the person may open them."""
    kind, department, outside = asked.party
    rows = _final(asked.period, zone).filter(party_kind=kind, department=department, outside=outside)
    if asked.share:
        rows = rows.filter(share_kind=asked.share)
    mine = rows.filter(complaint=OuterRef("complaint"), round=OuterRef("round"))
    facts = CaseFact.objects.filter(Exists(mine))
    seen = facts.visible_to(standing)
    return Behind(seen.order_by("received_at", "id"), facts.count(), seen.count())


def name_of(party: Party) -> str:
    """What a party is called: employees by their department only."""
    return _names([party])[party]


def _final(period: Period, zone: ZoneInfo) -> QuerySet[LiabilityFact]:
    start, end = period.bounds(zone)
    return LiabilityFact.objects.filter(final_at__gte=start, final_at__lt=end, share_kind__in=SHARES)


def _rounds() -> Count:
    number = Cast(F("complaint_id"), BigIntegerField()) * _MANY + F("round")
    return Count(number, distinct=True)


def _by_party(period: Period, zone: ZoneInfo) -> dict[Party, int]:
    rows = _final(period, zone).values("party_kind", "department", "outside").annotate(rounds=_rounds()).order_by()
    return {_party(row): row["rounds"] for row in rows}


def _party(row: Mapping[str, Any]) -> Party:
    return row["party_kind"], row["department"], row["outside"]


def _names(parties: Iterable[Party]) -> dict[Party, str]:
    listed = list(parties)
    outside = OutsideParty.objects.in_bulk([key for _kind, _department, key in listed if key is not None])
    departments = registers().departments
    found = {}
    for kind, department, key in listed:
        name = str(outside.get(key, "")) if key is not None else str(departments.get(department or 0, ""))
        is_person = kind == PartyKind.EMPLOYEE
        found[kind, department, key] = _("Employees (%(department)s)") % {"department": name} if is_person else name
    return found
