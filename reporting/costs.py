"""What each figure of cost means: one named definition each, shown wherever the figure is. (RP-13)

A table of its own beside `definitions`: those figures are functions of tallies of rounds, these are sums over dated
amounts, most of which are no fact of a round (decision 0015). A leaf.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reporting.definitions import Unit

CENT = Decimal("0.01")
HOUR = 60


def cents(value: Decimal) -> Decimal:
    """A sum of money to the cent; a database may add up with more digits."""
    return value.quantize(CENT, ROUND_HALF_UP)


class CountedDay(models.TextChoices):
    """Which day decides the period that an amount belongs to."""

    AGREED = "agreed", pgettext_lazy("counted day", "The day on which the complainant agreed to the plan")
    WORKED = "worked", pgettext_lazy("counted day", "The day on which the work was done")
    SPENT = "spent", pgettext_lazy("counted day", "The day on which the money was spent")
    SETTLED = "settled", pgettext_lazy("counted day", "The day on which the claim was settled")
    EACH = "each", pgettext_lazy("counted day", "Each part by its own day")


@dataclass(frozen=True, slots=True)
class CostFigure:
    """A figure of cost by name; `basis` says which day counts. `has_cases`: there is a list of cases behind it."""

    code: str
    label: str | Promise
    unit: Unit
    basis: CountedDay
    formula: str | Promise
    treatment: str | Promise
    source: str = "RP-13"
    has_cases: bool = False

    @property
    def anchor(self) -> str:
        """Its place on the page of definitions, where figures of rounds have theirs by code."""
        return f"cost-{self.code}"


_AGREED = _(
    "Every round with an agreed plan counts, also when the case was withdrawn or reopened later; plans that were "
    "refused or rejected do not. An agreed amount counts whether it was paid yet or not."
)
_BY_HAND = _("Entered by hand; an entry withdrawn as wrong no longer counts.")

_TABLE = (
    CostFigure(
        "compensation",
        pgettext_lazy("cost", "Compensation"),
        Unit.MONEY,
        CountedDay.AGREED,
        _("Sum of the amounts of agreed plans that offer no refund."),
        _AGREED,
        has_cases=True,
    ),
    CostFigure(
        "refunds",
        pgettext_lazy("cost", "Refunds"),
        Unit.MONEY,
        CountedDay.AGREED,
        _("Sum of the amounts of agreed plans that offer a refund and no compensation."),
        _AGREED,
        has_cases=True,
    ),
    CostFigure(
        "both",
        pgettext_lazy("cost", "Refund and compensation in one"),
        Unit.MONEY,
        CountedDay.AGREED,
        _("Sum of the amounts of agreed plans that offer both a refund and compensation."),
        _("A plan has one amount; what part of it is which is not recorded, so it is not divided by guess."),
        has_cases=True,
    ),
    CostFigure(
        "hours",
        pgettext_lazy("cost", "Hours of work"),
        Unit.HOURS,
        CountedDay.WORKED,
        _("Sum of the time recorded on cases."),
        _("Hours are those that were recorded, of all rounds; an entry withdrawn as wrong no longer counts."),
        has_cases=True,
    ),
    CostFigure(
        "labour",
        pgettext_lazy("cost", "Cost of work"),
        Unit.MONEY,
        CountedDay.WORKED,
        _("Hours × the hourly rate of the worker's department on that day."),
        _(
            "Where a department has no rate of its own, the general one counts; hours for which there is no rate cost "
            "nothing here and are named."
        ),
        has_cases=True,
    ),
    CostFigure(
        "systems",
        pgettext_lazy("cost", "Systems"),
        Unit.MONEY,
        CountedDay.SPENT,
        _("Sum of what was spent on systems for handling complaints."),
        _BY_HAND,
    ),
    CostFigure(
        "training",
        pgettext_lazy("cost", "Training"),
        Unit.MONEY,
        CountedDay.SPENT,
        _("Sum of what was spent on training for handling complaints."),
        _BY_HAND,
    ),
    CostFigure(
        "other",
        pgettext_lazy("cost", "Other spending"),
        Unit.MONEY,
        CountedDay.SPENT,
        _("Sum of what else was spent on handling complaints."),
        _BY_HAND,
    ),
    CostFigure(
        "total",
        pgettext_lazy("cost", "Cost of complaints"),
        Unit.MONEY,
        CountedDay.EACH,
        _("Compensation, refunds, cost of work, systems, training and other spending together."),
        _("What is recovered from suppliers is not taken off here."),
    ),
    CostFigure(
        "recovered",
        pgettext_lazy("cost", "Recovered from suppliers"),
        Unit.MONEY,
        CountedDay.SETTLED,
        _("Sum of what suppliers and partners paid on claims of recourse that were settled."),
        _("It counts in the period of the settlement, though the case may have cost in an earlier one."),
        has_cases=True,
    ),
    CostFigure(
        "net",
        pgettext_lazy("cost", "Net cost"),
        Unit.MONEY,
        CountedDay.EACH,
        _("Cost of complaints less what was recovered from suppliers."),
        _("Below zero where more was recovered in the period than cost arose in it."),
    ),
)
COST_FIGURES: Mapping[str, CostFigure] = {row.code: row for row in _TABLE}

#: The three kinds of spending together: a column of its own where there is no room for three.
APART = CostFigure(
    "apart",
    pgettext_lazy("cost", "Spending apart from cases"),
    Unit.MONEY,
    CountedDay.SPENT,
    _("Systems, training and other spending together, by the department that it was for."),
    _BY_HAND,
)

#: What is held against a budget of which kind.
HELD_AGAINST: Mapping[str, tuple[str, ...]] = {
    "compensation": ("compensation", "refunds", "both"),
    "hours": ("labour",),
    "systems": ("systems",),
    "training": ("training",),
    "other": ("other",),
}


@dataclass(slots=True)
class Costs:
    """What one group cost in one period: parts that add up. Sums in yuan, times in minutes.

    `labour_minutes` is the sum of minutes × rate: divided by sixty once, so that nothing is rounded on the way.
    """

    compensation: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)
    both: Decimal = Decimal(0)
    minutes: int = 0
    #: Minutes of days for which there is no rate.
    unrated: int = 0
    labour_minutes: Decimal = Decimal(0)
    systems: Decimal = Decimal(0)
    training: Decimal = Decimal(0)
    other: Decimal = Decimal(0)
    recovered: Decimal = Decimal(0)

    def add(self, more: "Costs") -> None:
        """Take another part in."""
        for part in fields(self):
            setattr(self, part.name, getattr(self, part.name) + getattr(more, part.name))

    @property
    def labour(self) -> Decimal:
        """Cost of work, to the cent."""
        return cents(self.labour_minutes / HOUR)

    @property
    def apart(self) -> Decimal:
        """What was spent apart from cases."""
        return self.systems + self.training + self.other

    @property
    def total(self) -> Decimal:
        """All cost."""
        return self.compensation + self.refunds + self.both + self.labour + self.apart

    @property
    def net(self) -> Decimal:
        """All cost less what came back."""
        return self.total - self.recovered

    @property
    def is_empty(self) -> bool:
        """Nothing was recorded."""
        return not any(getattr(self, part.name) for part in fields(self))

    def of(self, code: str) -> Decimal:
        """The figure of that name: yuan with two decimals, or hours."""
        if code == "hours":
            return Decimal(self.minutes) / HOUR
        value: Decimal = getattr(self, code)
        return cents(value)

    def held_against(self, kind: str) -> Decimal:
        """What a budget of that kind has to bear."""
        return sum((self.of(code) for code in HELD_AGAINST[kind]), Decimal(0))
