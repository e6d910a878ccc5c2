"""What was sold or served, month by month: denominators of counts. (RP-2)"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reporting.models import Exposure, ExposureKind, ExposureScope
from reporting.periods import Period
from reporting.tallies import Dimension


@dataclass(frozen=True, slots=True)
class Exposed:
    """Amounts of successive months, of the group itself or (`is_whole`) of the whole organisation."""

    kind: str
    amounts: tuple[float, ...]
    is_whole: bool


class Exposures:
    """The exposure figures of a stretch of months, read once for a dimension."""

    def __init__(self, months: Sequence[Period], dimension: Dimension) -> None:
        place = {month.first: number for number, month in enumerate(months)}
        self._count = len(months)
        self._known: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)
        # Both keys of a department speak of the same department.
        scope = Dimension.DEPARTMENT if dimension == Dimension.OWNER else dimension
        rows = Exposure.objects.filter(dimension__in={scope, ExposureScope.ALL}, month__in=list(place))
        self._scope = str(scope)
        for of, key, kind, month, amount in rows.values_list("dimension", "key", "kind", "month", "amount"):
            self._known[of, key, kind][place[month]] = float(amount)

    def of(self, key: str) -> Exposed | None:
        """What is known of every month: of the group, else of the whole; None if a month lacks or has none at all."""
        own = self._of(self._scope, key, is_whole=self._scope == Dimension.ALL)
        return own or self._of(ExposureScope.ALL, "", is_whole=True)

    def _of(self, scope: str, key: str, *, is_whole: bool) -> Exposed | None:
        for kind in ExposureKind.values:
            amounts = self._known.get((scope, key, kind), {})
            if self._count and len(amounts) == self._count and min(amounts.values()) > 0:
                return Exposed(kind, tuple(amounts[place] for place in range(self._count)), is_whole)
        return None
