"""What became of a series: running, begun, ended, or renamed, so that none of it is taken for a change. (RP-2)

What registers say goes first. Where they say nothing, counts may: a series that had so many cases that nothing at the
end (or at the beginning) is beyond chance was no longer (or not yet) recorded. One that ended where another of the
same dimension and of like size began, with no third to choose from, was presumably renamed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from reporting.trends.dispersion import Dispersion, Floats
from reporting.trends.expectation import Expected, p_values
from reporting.trends.findings import Series

#: Nothing where chance would leave nothing once in a thousand times was not recorded.
IMPROBABLE = 0.001
#: Two series can be one renamed if their rates do not differ more than this, in either direction.
ALIKE = 1.5
#: Periods that may lie between the end of the one and the beginning of the other.
NEAR = 1
#: Assumed of counts here, where only large differences matter: variance over mean.
DISPERSION = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """One series with its life: recorded from `begins` to before `ends`; the other names are keys."""

    series: Series
    begins: int
    ends: int
    is_presumed: bool = False
    renamed_to: str | None = None
    renamed_from: str | None = None

    @property
    def has_ended(self) -> bool:
        return self.ends < len(self.series.counts)


def trace(series: Sequence[Series]) -> list[Line]:
    """The life of every series, in the order given."""
    lines = {(one.dimension, one.key): _life(one) for one in series}
    for line in list(lines.values()):
        successor = line.series.renamed_to
        if successor is not None and (line.series.dimension, successor) in lines:
            _join(lines, line, lines[line.series.dimension, successor], presumed=False)
    ended = [line for line in lines.values() if line.has_ended and line.renamed_to is None]
    begun = [line for line in lines.values() if line.begins > 0 and line.renamed_from is None]
    pairs = [(old, new) for old in ended for new in begun if _is_same(old, new)]
    for old, new in pairs:
        if sum(old is one or new is other for one, other in pairs) == 1:
            _join(lines, old, new, presumed=True)
    return [lines[one.dimension, one.key] for one in series]


def _life(one: Series) -> Line:
    counts = np.asarray(one.counts, dtype=float)
    exposure = np.ones_like(counts) if one.exposure is None else np.asarray(one.exposure, dtype=float)
    begins, ends = one.valid_from, one.valid_until
    nonzero = np.flatnonzero(counts)
    presumed = False
    if len(nonzero) and begins is None and _is_improbable(counts, exposure, 0, int(nonzero[0])):
        begins, presumed = int(nonzero[0]), True
    if len(nonzero) and ends is None and one.renamed_to is None:
        after = int(nonzero[-1]) + 1
        if _is_improbable(counts, exposure, after, len(counts)):
            ends, presumed = after, True
    if one.renamed_to is not None and ends is None:
        ends = int(nonzero[-1]) + 1 if len(nonzero) else 0
    length = len(counts)
    return Line(one, min(max(begins or 0, 0), length), length if ends is None else min(max(ends, 0), length), presumed)


def _is_improbable(counts: Floats, exposure: Floats, first: int, after: int) -> bool:
    """Whether nothing from `first` to before `after` is beyond chance, given all that lies outside."""
    exposed = exposure[first:after].sum()
    rest = exposure.sum() - exposed
    if not exposed or not rest:
        return False
    expected = Expected(counts.sum(keepdims=True), np.array([exposed / rest]), np.zeros(1), Dispersion.of(DISPERSION))
    return bool(p_values(np.zeros(1), expected)[0] < IMPROBABLE)


def _is_same(old: Line, new: Line) -> bool:
    if old.series.dimension != new.series.dimension or old is new or abs(old.ends - new.begins) > NEAR:
        return False
    before, after = _rate(old), _rate(new)
    return before > 0 and 1 / ALIKE <= after / before <= ALIKE


def _rate(line: Line) -> float:
    """Cases per unit of exposure, while it was recorded and in a year at most on the side of the change."""
    year = line.series.per_year
    first, after = (
        (max(line.begins, line.ends - year), line.ends) if line.has_ended else (line.begins, line.begins + year)
    )
    after = min(after, line.ends)
    exposure = line.series.exposure
    exposed = float(sum(exposure[first:after])) if exposure is not None else float(after - first)
    return sum(line.series.counts[first:after]) / exposed if exposed > 0 else 0.0


def _join(lines: dict[tuple[str, str], Line], old: Line, new: Line, *, presumed: bool) -> None:
    """The newer series goes on with the past of the older one."""
    dimension, before, after = old.series.dimension, old.series, new.series
    counts = [one + other for one, other in zip(before.counts, after.counts, strict=True)]
    exposure = after.exposure
    if before.exposure is not None and after.exposure is not None:
        exposure = [*before.exposure[: old.ends], *after.exposure[old.ends :]]
    lines[dimension, before.key] = replace(old, renamed_to=after.key, is_presumed=presumed)
    lines[dimension, after.key] = replace(
        new,
        series=replace(after, counts=counts, exposure=exposure),
        begins=min(old.begins, new.begins),
        is_presumed=presumed,
        renamed_from=before.key,
    )
