"""Keeping facts and cells up to date with the records, and making them again from nothing. (RP-1)

`refresh` takes what triggers noted (`staleness`); `rebuild` looks at every case. Both lead to the same rows. One
process does it at a time, under the lock of the one row of FactsState; another that comes meanwhile waits.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from complaints.models import Complaint
from reporting.facts import Fact, Liability
from reporting.models import COLUMNS, CaseFact, Cell, FactsState, LiabilityFact, StaleCase, StaleQuarter
from reporting.periods import Period, Span
from reporting.queries.case_facts import BATCH, facts_of
from reporting.queries.cells import BY, facts_touching
from reporting.tallies import Group, Tally, moment_of, quantiles, tallies

#: Noted changes taken in one transaction.
TAKEN = 5000
WRITTEN = 1000


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a run did: cases looked at, quarters counted."""

    cases: int
    quarters: int


def refresh(now: datetime) -> Refreshed:
    """Bring facts and cells up to date with everything committed before the call."""
    cases = 0
    while taken := _refresh_some(now):
        cases += taken
    return Refreshed(cases, count_stale())


def rebuild(now: datetime) -> Refreshed:
    """Throw facts and cells away and make them again from the records of all cases, in batches."""
    with transaction.atomic():
        state = _state()
        for model in (CaseFact, LiabilityFact, Cell, StaleQuarter, StaleCase):
            model._default_manager.all().delete()
        cases = 0
        keys = Complaint.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)
        quarters: set[date] = set()
        while batch := list(islice(keys, BATCH)):
            cases += len(batch)
            quarters |= _write(batch)
        _mark(quarters)
        state.known_at = now
        state.save(update_fields=["known_at"])
    return Refreshed(cases, count_stale())


def _refresh_some(now: datetime) -> int:
    """One transaction: the oldest changes noted, and how many cases they were of; 0 when nothing is left."""
    with transaction.atomic():
        state = _state()
        rows = list(StaleCase.objects.order_by("pk").values_list("pk", "complaint_id")[:TAKEN])
        StaleCase.objects.filter(pk__in=[pk for pk, _complaint in rows]).delete()
        cases = sorted({complaint for _pk, complaint in rows})
        for start in range(0, len(cases), BATCH):
            _mark(_write(cases[start : start + BATCH]))
        if len(rows) < TAKEN:
            state.known_at = now
            state.save(update_fields=["known_at"])
    return len(cases)


def _state() -> FactsState:
    """The one row, locked until the transaction ends."""
    FactsState.objects.get_or_create(pk=1)
    return FactsState.objects.select_for_update().get(pk=1)


def _write(cases: Collection[int]) -> set[date]:
    """Put the facts of these cases in place of the old ones; the quarters that old or new ones concern."""
    old = CaseFact.objects.filter(complaint__in=cases)
    quarters = _quarters(old.values_list("received_at", "ended_at"))
    old.delete()
    LiabilityFact.objects.filter(complaint__in=cases).delete()
    for facts, liabilities in facts_of(cases):
        CaseFact.objects.bulk_create(map(_row, facts), batch_size=WRITTEN)
        LiabilityFact.objects.bulk_create(map(_liability, liabilities), batch_size=WRITTEN)
        quarters |= _quarters((fact.received_at, fact.ended_at) for fact in facts)
    return quarters


def _row(fact: Fact) -> CaseFact:
    return CaseFact(cycle_hours=fact.cycle_hours, **{name: getattr(fact, name) for name in COLUMNS})


def _liability(row: Liability) -> LiabilityFact:
    return LiabilityFact(**{name: getattr(row, name) for name in Liability.__dataclass_fields__})


def _quarters(moments: Iterable[tuple[datetime, datetime | None]]) -> set[date]:
    zone = timezone.get_default_timezone()
    days = {moment.astimezone(zone).date() for pair in moments for moment in pair if moment is not None}
    return {Period.of(day, Span.QUARTER).first for day in days}


def _mark(quarters: Collection[date]) -> None:
    StaleQuarter.objects.bulk_create([StaleQuarter(first=first) for first in quarters], ignore_conflicts=True)


def count_stale() -> int:
    """Count the cells of every quarter whose facts changed, each in its own transaction. How many there were."""
    counted = 0
    while True:
        with transaction.atomic():
            state = _state()
            stale = StaleQuarter.objects.order_by("-first").first()
            if stale is None:
                if state.known_at is not None:
                    state.counted_at = state.known_at
                    state.save(update_fields=["counted_at"])
                return counted
            stale.delete()
            _count(Period(stale.first, Span.QUARTER), timezone.get_default_timezone())
        counted += 1


def _count(quarter: Period, zone: ZoneInfo) -> None:
    """Put the cells of a quarter and its months in place of the old ones."""
    periods = [quarter, *quarter.within(Span.MONTH)]
    found = tallies(facts_touching(quarter, zone), zone, within=periods, by=BY)
    for period in periods:
        Cell.objects.filter(span=period.span, first=period.first).delete()
    Cell.objects.bulk_create(_cells(found.items()), batch_size=WRITTEN)


def _cells(found: Iterable[tuple[Group, Tally]]) -> Iterator[Cell]:
    for (period, dimension, key), tally in found:
        settled_from = moment_of(tally.settled_from)
        late, _pending = tally.late_answers(settled_from)
        median, p90 = quantiles(tally, settled_from)
        yield Cell(
            span=period.span,
            first=period.first,
            dimension=dimension,
            key=key,
            tally=tally.kept(),
            begun=tally.begun,
            ended=tally.ended,
            in_time=tally.in_time,
            late=late,
            median=median,
            p90=p90,
            settled_from=settled_from,
        )
