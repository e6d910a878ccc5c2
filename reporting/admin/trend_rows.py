"""Rows of a kept examination of trends, as pages show them: named, sorted by what was found. (RP-2)"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from complaints.localised import localise
from reporting.models import Examination, ExposureKind
from reporting.periods import Period, Span
from reporting.queries.groups import LABELS, names
from reporting.queries.series import quarterly
from reporting.tallies import Dimension
from reporting.trends import Question, Verdict

VERDICTS: Mapping[str, str | Promise] = {
    Verdict.RISE: pgettext_lazy("verdict", "Rise"),
    Verdict.FALL: pgettext_lazy("verdict", "Fall"),
    Verdict.NO_CHANGE_SHOWN: pgettext_lazy("verdict", "No change shown"),
    Verdict.TOO_FEW: pgettext_lazy("verdict", "Too few to tell"),
    Verdict.ENDED: pgettext_lazy("verdict", "No longer recorded"),
    Verdict.BEGAN: pgettext_lazy("verdict", "Newly recorded"),
    Verdict.RENAMED: pgettext_lazy("verdict", "Goes on under another name"),
}
QUESTIONS: Mapping[str, str | Promise] = {
    Question.PAST: pgettext_lazy("question", "Against its whole past"),
    Question.PREVIOUS: pgettext_lazy("question", "Against the quarter before"),
    Question.YEAR_AGO: pgettext_lazy("question", "Against the same quarter a year before"),
    Question.SHIFT: pgettext_lazy("question", "Change of level"),
}
#: The parts of the page, in their order, with the verdicts in each.
PARTS: Sequence[tuple[str, frozenset[str]]] = (
    ("changed", frozenset({Verdict.RISE, Verdict.FALL})),
    ("other", frozenset({Verdict.ENDED, Verdict.BEGAN, Verdict.RENAMED})),
    ("too_few", frozenset({Verdict.TOO_FEW})),
    ("unchanged", frozenset({Verdict.NO_CHANGE_SHOWN})),
)


@dataclass(frozen=True, slots=True)
class Happening:
    """What became of a group of a register, in words."""

    on: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One series of an examination."""

    review: Examination
    kept: Mapping[str, Any]
    label: str
    counterpart: str
    happened: Sequence[Happening]

    @property
    def kept_content(self) -> Mapping[str, Any]:
        """The whole examination."""
        found: Mapping[str, Any] = self.review.content
        return found

    @property
    def dimension(self) -> str | Promise:
        """By what it was told apart."""
        return LABELS[Dimension(self.kept["dimension"])]

    @property
    def finding(self) -> Mapping[str, Any]:
        """What was found (`trends.Finding`)."""
        found: Mapping[str, Any] = self.kept["finding"]
        return found

    @property
    def verdict(self) -> str | Promise:
        """In words."""
        return VERDICTS[self.finding["verdict"]]

    @property
    def by(self) -> str | Promise:
        """The question that gave the verdict."""
        return QUESTIONS[self.finding["by"]] if self.finding["by"] else ""

    @property
    def quarters(self) -> list[int]:
        """Counts by quarter."""
        return quarterly(self.kept["counts"])

    @property
    def count(self) -> int:
        """Cases of the quarter looked at."""
        return self.quarters[-1]

    @property
    def previous(self) -> int | None:
        """Cases of the quarter before; None before counting began."""
        return self.quarters[-2] if len(self.quarters) > 1 else None

    @property
    def year_ago(self) -> int | None:
        """Cases of the same quarter a year before."""
        return self.quarters[-5] if len(self.quarters) > 4 else None  # noqa: PLR2004 - five quarters back is a year ago

    @property
    def surest(self) -> Mapping[str, Any] | None:
        """The answer that gave the verdict, a comparison or a change of level."""
        return self.finding[self.finding["by"]] if self.finding["by"] else None

    @property
    def url(self) -> str:
        """The page of the series."""
        return address("admin:trend_series", self)

    @property
    def exposure_kind(self) -> str:
        """What its counts are put in relation to, in words; nothing where nothing is known."""
        kind = self.kept["exposure_kind"]
        return str(dict(ExposureKind.choices)[kind]) if kind else ""


def address(name: str, row: Row, **more: str) -> str:
    """The address of a page about a series."""
    asked = {
        "period": Period(row.review.quarter, Span.QUARTER).code,
        "figure": row.review.figure,
        "dimension": row.kept["dimension"],
        "key": row.kept["key"],
    }
    return reverse(name, query=asked | more)


def rows_of(review: Examination, only: Iterable[Mapping[str, Any]] | None = None) -> list[Row]:
    """The rows of a review, or some of them, with their names: a query or two for each dimension."""
    kept = list(review.content.get("rows", ()) if only is None else only)
    keys: dict[Dimension, set[str]] = defaultdict(set)
    for row in kept:
        dimension = Dimension(row["dimension"])
        keys[dimension] |= {row["key"]} | {part["key"] for part in row["parts"]}
        keys[dimension] |= {part["successor"] for part in row["parts"] if part.get("successor")}
        if row["finding"]["counterpart"]:
            keys[dimension].add(row["finding"]["counterpart"])
    called = {dimension: names(dimension, found) for dimension, found in keys.items()}
    found = []
    for row in kept:
        known = called[Dimension(row["dimension"])]
        label = known[row["key"]] if row["dimension"] != Dimension.ALL else _("All complaints")
        counterpart = known.get(row["finding"]["counterpart"] or "", "") if row["finding"]["counterpart"] else ""
        happened = [Happening(part["on"], _happened(part, known)) for part in row["parts"]]
        found.append(Row(review, row, label, counterpart, happened))
    return found


def _happened(part: Mapping[str, Any], known: Mapping[str, str]) -> str:
    words = {"name": known[part["key"]]}
    if part["what"] == "renamed":
        words |= {"before": localise(_plain(part["before"])), "after": localise(_plain(part["after"]))}
        return _("Renamed from “%(before)s” to “%(after)s”.") % words
    if part.get("successor"):
        words["successor"] = known[part["successor"]]
        return _("“%(name)s” was switched off; “%(successor)s” goes on in its place.") % words
    return _("“%(name)s” was switched off.") % words


def _plain(names_by_language: Mapping[str, str]) -> dict[str, str]:
    """Names as `localise` takes them; a register without languages has one name for all."""
    return {"zh-hans": names_by_language[""]} if "" in names_by_language else dict(names_by_language)


def parted(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by the part of the page they stand in; changes with the surest first, others in the order of registers."""
    found: dict[str, list[Row]] = {part: [] for part, _verdicts in PARTS}
    for row in rows:
        part = next(part for part, verdicts in PARTS if row.finding["verdict"] in verdicts)
        found[part].append(row)
    found["changed"].sort(key=lambda row: row.finding["q_value"] if row.finding["q_value"] is not None else 1.0)
    return found
