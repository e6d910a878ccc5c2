"""What handling is measured by, of departments and of handlers: events that should be rare. (RP-4)

Each is one count of a figure (`definitions`): what counts as the figure's part, or what is left of its whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from reporting.definitions import DEFINITIONS, Definition
from reporting.queries.behind import Which
from reporting.tallies import Dimension


@dataclass(frozen=True, slots=True)
class Measure:
    """An event that should be rare: its name, the figure it comes from, and which count of that figure it is."""

    code: str
    label: str | Promise
    events: Which

    @property
    def definition(self) -> Definition:
        """The figure that the event is counted by."""
        return DEFINITIONS[self.code]

    def count(self, part: int, whole: int) -> int:
        """The events among so many cases, of which so many are the figure's part."""
        return part if self.events == Which.PART else whole - part


MEASURES: Sequence[Measure] = (
    Measure("timely_response", pgettext_lazy("performance", "First answer late"), Which.REST),
    Measure("overdue", pgettext_lazy("performance", "A deadline missed"), Which.PART),
    Measure("escalated", pgettext_lazy("performance", "Escalated"), Which.PART),
    Measure("returned", pgettext_lazy("performance", "Contact sheet returned"), Which.PART),
    Measure("resolution", pgettext_lazy("performance", "Not resolved"), Which.REST),
    Measure("satisfaction", pgettext_lazy("performance", "Not satisfied"), Which.REST),
)
#: How long it took, shown as it is: there is nothing to be expected of a median.
TIMES = ("cycle_median", "cycle_p90")
#: Who is looked at.
UNITS = (Dimension.DEPARTMENT, Dimension.HANDLER)
