"""Reading facts of a period, and tallies from the cells that keep them. (RP-1, RP-5)"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from django.db.models import Q

from reporting.facts import Fact
from reporting.models import COLUMNS, CaseFact, Cell
from reporting.periods import Period, Span
from reporting.tallies import SERIES, Dimension, Tally

#: What is kept of each span.
BY: Mapping[Span, Sequence[Dimension]] = {Span.MONTH: SERIES, Span.QUARTER: (*SERIES, Dimension.CUBE)}
#: Facts fetched at once.
CHUNK = 5000


def facts_touching(period: Period, zone: ZoneInfo) -> Iterator[Fact]:
    """The facts of rounds that began or ended in the period, as they are kept, streaming."""
    start, end = period.bounds(zone)
    rows = CaseFact.objects.filter(
        Q(received_at__gte=start, received_at__lt=end) | Q(ended_at__gte=start, ended_at__lt=end)
    )
    for row in rows.order_by().values_list(*COLUMNS).iterator(CHUNK):
        yield Fact(**dict(zip(COLUMNS, row, strict=True)))


def cells(
    periods: Collection[Period], dimension: Dimension, keys: Collection[str] | None = None
) -> dict[tuple[Period, str], Tally]:
    """The tallies of a dimension in these periods (all of one span), by period and key; groups without any are absent.

    Months and quarters are read as they are kept; half-years and years are added up from quarters.
    """
    if not periods:
        return {}
    (span,) = {period.span for period in periods}
    kept = span if span in BY else Span.QUARTER
    firsts = {part.first: period for period in periods for part in period.within(kept)}
    rows = Cell.objects.filter(span=kept, dimension=dimension, first__in=list(firsts))
    if keys is not None:
        rows = rows.filter(key__in=keys)
    found: dict[tuple[Period, str], Tally] = {}
    for first, key, tally in rows.values_list("first", "key", "tally").iterator(CHUNK):
        group = (firsts[first], key)
        if group in found:
            found[group] += Tally.read(tally)
        else:
            found[group] = Tally.read(tally)
    return found


def first_month() -> Period | None:
    """The earliest month that anything was counted in, None if nothing was."""
    first = Cell.objects.filter(span=Span.MONTH, dimension=Dimension.ALL).order_by("first").values_list("first").first()
    return None if first is None else Period(first[0], Span.MONTH)


def standing_at_end(period: Period, dimension: Dimension = Dimension.ALL) -> dict[str, int]:
    """How many rounds were open when the period ended, by key: all that ever began less all that ever ended."""
    found: dict[str, int] = {}
    rows = Cell.objects.filter(span=Span.MONTH, dimension=dimension, first__lt=period.next.first)
    for key, kept in rows.values_list("key", "tally").iterator(CHUNK):
        tally = Tally.read(kept)
        found[key] = found.get(key, 0) + tally.begun - tally.ended
    return {key: count for key, count in found.items() if count}
