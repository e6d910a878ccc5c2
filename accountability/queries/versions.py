"""What a determination says, by allegation: who bears which share, and what it rests on. (AC-6)"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accountability.models import (
    Allegation,
    Assignment,
    Citation,
    Clause,
    Determination,
    DeterminedCause,
    Objection,
    Party,
)
from accountability.shares import Part, explain_rounding, total
from complaints.models.standing import Standing
from complaints.models.visibility import own_departments

#: Colours of the parts of a bar, in turn; the style sheets name them.
TONES = 6


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar of shares, in thousandths of its length."""

    start: float
    length: float
    tone: int
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class AllegationShares:
    """One allegation with what each party bears of it."""

    allegation: Allegation
    assignments: tuple[Assignment, ...]

    @property
    def parts(self) -> list[Part]:
        """Who bears what, as the rules of shares take it."""
        return [Part(str(row.charge.party), row.share_kind, row.share) for row in self.assignments]

    @property
    def total(self) -> Decimal:
        """The sum of all shares."""
        return total(self.parts)

    @property
    def rounding(self) -> str:
        """What is to be said of equal shares that do not come out even; usually nothing."""
        return explain_rounding(self.parts)

    @property
    def segments(self) -> list[Segment]:
        """The bar: a part for each party that bears something."""
        found, start = [], 0.0
        for tone, row in enumerate(self.bearing):
            length = float(row.share) * 10
            found.append(Segment(round(start, 2), round(length, 2), tone % TONES, row))
            start += length
        return found

    @property
    def bearing(self) -> list[Assignment]:
        """Parties that bear something."""
        return [row for row in self.assignments if row.share]


@dataclass(frozen=True, slots=True)
class DeterminationLine:
    """One version with everything it says."""

    determination: Determination
    groups: tuple[AllegationShares, ...]
    causes: tuple[DeterminedCause, ...]

    @property
    def assignments(self) -> list[Assignment]:
        """All of them, in their order."""
        return [row for group in self.groups for row in group.assignments]

    @property
    def cited(self) -> list[Any]:
        """Evidence cited, each piece once, in the order of the register."""
        found = {cited.evidence_id: cited.evidence for row in self.assignments for cited in row.citations.all()}
        return [found[key] for key in sorted(found)]

    @property
    def clauses(self) -> list[Clause]:
        """Clauses breached, each once."""
        found = {clause.pk: clause for row in self.assignments for clause in row.clauses.all()}
        return [found[key] for key in sorted(found)]


def decided_by(standing: Standing) -> QuerySet[Determination]:
    """Versions to which the person decides an objection, as long as neither they nor their department are a party."""
    people, departments = sorted(standing.people), own_departments(standing)
    parties = Party.objects.filter(investigation=OuterRef("investigation")).filter(
        Q(person__in=people) | Q(kind="department", department__in=departments)
    )
    objections = Objection.objects.filter(hearing__determination=OuterRef("pk"), superior__in=people)
    return Determination.objects.filter(Exists(objections), ~Exists(parties))


def lines_of(determinations: Sequence[Determination]) -> list[DeterminationLine]:
    """What these versions say. Four queries, however many there are."""
    rows = Assignment.objects.filter(determination__in=determinations)
    rows = rows.select_related(
        "allegation", "charge__party__department", "charge__party__person", "charge__party__outside"
    ).prefetch_related(
        Prefetch("citations", Citation.objects.select_related("evidence", "review").order_by("evidence")),
        Prefetch("clauses", Clause.objects.select_related("source")),
    )
    by_version: dict[int, list[Assignment]] = {}
    for row in rows.order_by("position"):
        by_version.setdefault(row.determination_id, []).append(row)
    causes: dict[int, list[DeterminedCause]] = {}
    for cause in DeterminedCause.objects.filter(determination__in=determinations).select_related("cause"):
        causes.setdefault(cause.determination_id, []).append(cause)
    return [
        DeterminationLine(version, tuple(_groups(by_version.get(version.pk, ()))), tuple(causes.get(version.pk, ())))
        for version in determinations
    ]


def _groups(rows: Iterable[Assignment]) -> list[AllegationShares]:
    grouped: dict[int, list[Assignment]] = {}
    for row in rows:
        grouped.setdefault(row.allegation_id, []).append(row)
    groups = [AllegationShares(members[0].allegation, tuple(members)) for members in grouped.values()]
    return sorted(groups, key=lambda group: group.allegation.position)
