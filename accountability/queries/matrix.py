"""The evidence matrix: what each piece of evidence says of each fact to be proved. (AC-4)

Only evidence that stands in the file counts, and none that was judged to be worth nothing. What was reviewed is counted
apart, because a determination can rest on nothing else (AC-3).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accountability.models import Cell, EvidenceItem, Fact
from accountability.states import Bearing, EvidenceStatus

#: What stands in a cell, and on the keyboard.
SIGNS: dict[str, str] = {Bearing.SUPPORTS: "+", Bearing.CONTRADICTS: "−", Bearing.SILENT: "0"}


@dataclass(frozen=True, slots=True)
class Square:
    """One cell as it is shown; empty where nobody has judged yet."""

    evidence: EvidenceItem
    bearing: str = ""
    remark: str = ""

    @property
    def sign(self) -> str:
        """The sign to see."""
        return SIGNS.get(self.bearing, "·")

    @property
    def word(self) -> str:
        """The word to hear."""
        return str(Bearing(self.bearing).label) if self.bearing else _("not judged yet")


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One fact with what every piece of evidence says of it."""

    fact: Fact
    squares: tuple[Square, ...]

    def _counted(self, bearing: str) -> int:
        return sum(square.bearing == bearing and counts(square.evidence) for square in self.squares)

    def _reviewed(self, bearing: str) -> int:
        return sum(square.bearing == bearing and may_be_cited(square.evidence) for square in self.squares)

    @property
    def supporting(self) -> int:
        """Pieces of weight that support the fact."""
        return self._counted(Bearing.SUPPORTS)

    @property
    def contradicting(self) -> int:
        """Pieces of weight that contradict it."""
        return self._counted(Bearing.CONTRADICTS)

    @property
    def supporting_reviewed(self) -> int:
        """Of these that support it, those that were reviewed."""
        return self._reviewed(Bearing.SUPPORTS)

    @property
    def contradicting_reviewed(self) -> int:
        """Of these that contradict it, those that were reviewed."""
        return self._reviewed(Bearing.CONTRADICTS)

    @property
    def rests_on_unreviewed(self) -> bool:
        """Something supports it, and none of that was reviewed."""
        return self.supporting > 0 and not self.supporting_reviewed

    @property
    def unjudged(self) -> int:
        """Pieces of which nobody has said what they say of the fact."""
        return sum(not square.bearing for square in self.squares)

    @property
    def is_unsupported(self) -> bool:
        """Nothing supports it."""
        return not self.supporting

    @property
    def is_contradicted(self) -> bool:
        """Something contradicts it."""
        return self.contradicting > 0


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """One piece of evidence with the facts it speaks of: the matrix read the other way."""

    evidence: EvidenceItem
    supports: tuple[Fact, ...]
    contradicts: tuple[Fact, ...]
    silent: tuple[Fact, ...]
    unjudged: tuple[Fact, ...]

    @property
    def says_nothing(self) -> bool:
        """It neither supports nor contradicts any fact."""
        return not self.supports and not self.contradicts


@dataclass(frozen=True, slots=True)
class Matrix:
    """Facts by evidence."""

    columns: tuple[EvidenceItem, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def unsupported(self) -> list[Fact]:
        """Facts that nothing supports."""
        return [row.fact for row in self.rows if row.is_unsupported]

    @property
    def contradicted(self) -> list[Fact]:
        """Facts that something contradicts."""
        return [row.fact for row in self.rows if row.is_contradicted]

    @property
    def unreviewed(self) -> list[Fact]:
        """Facts that rest on evidence nobody has reviewed."""
        return [row.fact for row in self.rows if row.rests_on_unreviewed]

    @property
    def by_evidence(self) -> list[MatrixColumn]:
        """The same, by piece of evidence."""
        found = []
        for place, item in enumerate(self.columns):
            by_bearing: dict[str, list[Fact]] = {bearing: [] for bearing in ("", *Bearing.values)}
            for row in self.rows:
                by_bearing[row.squares[place].bearing].append(row.fact)
            supports, contradicts, silent, unjudged = (
                tuple(by_bearing[bearing]) for bearing in (Bearing.SUPPORTS, Bearing.CONTRADICTS, Bearing.SILENT, "")
            )
            found.append(MatrixColumn(item, supports, contradicts, silent, unjudged))
        return found


def counts(item: Any) -> bool:
    """The piece stands in the file and was not judged to be worth nothing."""
    review = getattr(item, "last_review", None)
    return item.status == EvidenceStatus.HELD and (review is None or review.weight != "none")


def may_be_cited(item: Any) -> bool:
    """The piece counts, and somebody has reviewed it."""
    return counts(item) and getattr(item, "last_review", None) is not None


def matrix_of(facts: Sequence[Fact], evidence: Iterable[EvidenceItem]) -> Matrix:
    """The matrix of these facts and these pieces of evidence, in one query."""
    columns = tuple(evidence)
    cells = Cell.objects.filter(fact__in=facts, evidence__in=columns)
    return built(facts, columns, {(cell.fact_id, cell.evidence_id): cell for cell in cells})


def built(facts: Sequence[Fact], columns: tuple[EvidenceItem, ...], cells: Mapping[tuple[int, int], Cell]) -> Matrix:
    """The matrix of what is given, by the keys of fact and evidence."""
    return Matrix(
        columns, tuple(MatrixRow(fact, tuple(_square(cells, fact, item) for item in columns)) for fact in facts)
    )


def _square(cells: Mapping[tuple[int, int], Cell], fact: Fact, item: EvidenceItem) -> Square:
    cell = cells.get((fact.pk, item.pk))
    return Square(item, cell.bearing, cell.remark) if cell is not None else Square(item)
