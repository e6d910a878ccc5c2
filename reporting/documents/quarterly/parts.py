"""The pieces a quarterly report is made of: figures as text, with the number and the list behind them. (RP-1)"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from reporting.queries.behind import Which

#: Tables of so many rows are not parted by the end of a page.
SHORT = 9


class Behind(StrEnum):
    """What a number opens: rounds that were counted, cases that cost something, the sample of a quarter."""

    ROUNDS = "rounds"
    COST = "cost"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class List:
    """The list behind a count: of which figure, which count of it, in which group."""

    figure: str
    which: str = Which.PART
    dimension: str = "all"
    key: str = ""
    #: Of which of the three periods: "quarter", "previous", "year_ago"; of cost also "year", up to the quarter's end.
    period: str = "quarter"
    of: Behind = Behind.ROUNDS


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table. `value` is what a spreadsheet keeps; `behind` the list that a count opens."""

    text: str
    value: float | int | str | None = None
    behind: List | None = None
    is_number: bool = False
    #: What it is made of, small beside it.
    beside: str = ""
    behind_beside: List | None = None
    #: "good", "bad" or "" of a verdict.
    tone: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings."""

    template: ClassVar[str] = "reporting/quarterly/table.html"
    code: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    note: str = ""
    #: Widths of the columns in percent, for paper.
    widths: tuple[int, ...] = ()
    empty: str = ""
    #: How many rows of how many are shown on paper and page; the workbook has all.
    most: int = 0
    #: Says what the chart before it shows: on a page it is folded.
    is_beside: bool = False

    @property
    def shown(self) -> Sequence[tuple[Cell, ...]]:
        """The rows of paper and page."""
        return self.rows[: self.most] if self.most else self.rows

    @property
    def is_short(self) -> bool:
        """Kept on one page."""
        return len(self.shown) <= SHORT

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Each heading, and whether numbers stand below it."""
        numeric = [any(row[place].is_number for row in self.rows) for place in range(len(self.headings))]
        return list(zip(self.headings, numeric, strict=True))

    @property
    def further(self) -> int:
        """Rows that only the workbook has."""
        return len(self.rows) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture; its table stands beside it."""

    template: ClassVar[str] = "reporting/quarterly/chart.html"
    code: str
    caption: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences under one another."""

    template: ClassVar[str] = "reporting/quarterly/sentences.html"
    texts: tuple[tuple[str, str], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of the improvement plan: what is asked of a measure made for it."""

    number: int
    origin: str
    text: str
    asked: dict[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The improvement plan."""

    template: ClassVar[str] = "reporting/quarterly/plan.html"
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """What every figure means."""

    template: ClassVar[str] = "reporting/quarterly/definitions.html"
    rows: tuple[dict[str, str], ...]


Part = Table | Chart | Sentences | Plan | Definitions


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter, or the page of a department."""

    code: str
    title: str
    parts: tuple[Part, ...]
    number: str = ""
    is_on_new_page: bool = False
    #: Below the chapter before.
    is_below: bool = False


__all__ = [
    "Behind",
    "Cell",
    "Chart",
    "Definitions",
    "List",
    "Part",
    "Plan",
    "PlanLine",
    "Section",
    "Sentences",
    "Table",
]
