"""The rounds behind a figure: what was counted, and which of them somebody may open. (RP-1, RP-5, AU-4)"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from reporting.definitions import DEFINITIONS, Basis
from reporting.models import CaseFact
from reporting.periods import Period
from reporting.queries.groups import condition
from reporting.tallies import Dimension


class Which(StrEnum):
    """Which count of a figure."""

    PART = "part"
    WHOLE = "whole"
    #: What is left of the whole without the part.
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Asked:
    """A count: of which figure, in which period and group, judged when."""

    figure: str
    which: Which
    period: Period
    dimension: Dimension
    key: str
    moment: datetime

    def on_record(self) -> dict[str, str]:
        """The question in words for the record of an export."""
        of = {} if self.dimension == Dimension.ALL else {str(self.dimension): self.key}
        return {"figure": self.figure, "which": str(self.which), "period": self.period.code, **of}


def within(period: Period, basis: str, zone: ZoneInfo) -> Q:
    """The facts that a figure of this basis speaks of in a period."""
    start, end = period.bounds(zone)
    name = "received_at" if basis == Basis.BEGUN else "ended_at"
    return Q(**{f"{name}__gte": start, f"{name}__lt": end})


def facts_behind(asked: Asked, zone: ZoneInfo) -> QuerySet[CaseFact]:
    """All facts that were counted, whoever may see them. ValueError if there is no such count or group."""
    definition = DEFINITIONS.get(asked.figure)
    counted = getattr(definition, Which.WHOLE if asked.which == Which.REST else asked.which, None)
    if definition is None or counted is None or (asked.which == Which.REST and definition.part is None):
        raise ValueError(asked.figure)
    facts = CaseFact.objects.filter(
        within(asked.period, definition.basis, zone), counted(asked.moment), condition(asked.dimension, asked.key)
    )
    if asked.which == Which.REST and definition.part is not None:
        # Not the opposite of the condition: what it does not know (null) is left too.
        return facts.exclude(pk__in=facts.filter(definition.part(asked.moment)).values("pk"))
    return facts


@dataclass(frozen=True, slots=True)
class Behind:
    """The rounds of a count that a person may open, in the order of their beginning, and how many others there are."""

    rows: QuerySet[CaseFact]
    count: int
    visible: int

    @property
    def hidden(self) -> int:
        """Rounds that were counted and that the person may not open."""
        return self.count - self.visible


def behind(asked: Asked, zone: ZoneInfo, standing: Any) -> Behind:
    """What `standing` sees behind a count. ValueError as for `facts_behind`."""
    facts = facts_behind(asked, zone)
    rows = facts.visible_to(standing)  # type: ignore[attr-defined] # a method of its own queryset
    return Behind(rows.order_by("received_at", "id"), facts.count(), rows.count())
