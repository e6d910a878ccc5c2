"""The nightly look for sudden clusters: each day once, also those that an outage left out. (RP-7)

A cluster becomes one warning, which is extended for as long as the cluster goes on. What stands out by the same cases
as a warning that is there already is named on that one. Quality and the head concerned are told once.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from complaints.models import Notice
from complaints.queries.organisation import Organisation
from complaints.services.records import save
from complaints.states import Role
from reporting import trends
from reporting.models import UNANSWERED, RiskWarning, ScanNight, Urgency, WarningState
from reporting.queries.clusters import NUMBERS, Grouping, cases, groups_by_day, measured
from reporting.services import facts
from reporting.tallies import Dimension

#: Nights without the cluster after which a warning is over.
QUIET = 7
#: A cluster is no new matter if so much of its excess lies in the excess of those that are named already.
SAME = 0.5
KIND = "warning.raised"


def scan_for_clusters(now: datetime) -> list[date]:
    """Bring the facts up to date, then look at every day that has not been looked at, up to yesterday. Which they were.

    The first time it is yesterday alone: a warning of what is long past helps nobody. Each day is a transaction of its
    own, so that a run that is broken off, doubled or late leaves every day looked at once.
    """
    facts.refresh(now)
    yesterday = timezone.localdate(now) - timedelta(days=1)
    last = ScanNight.objects.order_by("-day").values_list("day", flat=True).first()
    day = yesterday if last is None else last + timedelta(days=1)
    scanned = []
    while day <= yesterday:
        if scan_day(day, now) is not None:
            scanned.append(day)
        day += timedelta(days=1)
    return scanned


def scan_day(day: date, now: datetime) -> ScanNight | None:
    """Look at one day: warnings are raised, extended, ended. None, and nothing done, if somebody else has done it."""
    groups = groups_by_day(day)
    found = trends.scan(groups) if groups else trends.Scan((), 0, 0.0)
    try:
        with transaction.atomic():
            night = ScanNight.objects.create(
                day=day,
                groups=found.groups,
                clusters=len(found.clusters),
                false_alarms=found.false_alarms,
                scanned_at=now,
            )
            _Night(day, found, now).take()
    except IntegrityError:
        if ScanNight.objects.filter(day=day).exists():
            return None
        raise
    return night


@dataclass(frozen=True, slots=True)
class _Seen:
    """A warning with its cases."""

    warning: RiskWarning
    cases: frozenset[int]

    @property
    def beyond(self) -> float:
        """The share of its cases that is beyond expectation."""
        return 1 - min(self.warning.expected / self.warning.observed, 1)


@dataclass(frozen=True, slots=True)
class _New:
    """A cluster that has no warning yet, with its cases."""

    cluster: trends.Cluster
    cases: frozenset[int]

    @property
    def excess(self) -> float:
        """How many cases are beyond expectation."""
        return self.cluster.observed - self.cluster.expected

    @property
    def weight(self) -> float:
        """How much better the cluster tells what happened than chance does (log likelihood ratio, Kulldorff 1997)."""
        expected = max(self.cluster.expected, 1e-3)
        return self.cluster.observed * math.log(self.cluster.observed / expected) - self.excess


def _named(found: Sequence[_New]) -> list[_New]:
    """Clusters in the order in which they are taken for the name of what happened, the best name first.

    One that several narrower ones apart from each other tell better comes after them: two matters on one day are not
    one of the whole organisation; and a matter that touches many products is one, of what they have in common.
    """
    ordered = sorted(found, key=lambda one: -one.weight)
    broad = [one for one in ordered if _is_told_better(one, ordered)]
    return [one for one in ordered if one not in broad] + broad


def _is_told_better(whole: _New, others: Sequence[_New]) -> bool:
    taken: set[int] = set()
    told = 0.0
    for other in others:
        is_part = other.cluster.expected < whole.cluster.expected and other.cases <= whole.cases
        if is_part and not other.cases & taken:
            taken |= other.cases
            told += other.weight
    return told > whole.weight


class _Night:
    """What one night makes of its clusters."""

    def __init__(self, day: date, found: trends.Scan, now: datetime) -> None:
        self.day, self.found, self.now = day, found, now
        self.zone = timezone.get_default_timezone()
        self.going_on = {
            (row.dimension, row.key): row for row in RiskWarning.objects.select_for_update().filter(ended_on=None)
        }
        self.seen: list[_Seen] = []

    def take(self) -> None:
        """Clusters that have a warning extend it; of the others each is the same matter as one, or a new warning."""
        known: list[trends.Cluster] = []
        new: list[trends.Cluster] = []
        for cluster in self.found.clusters:
            (known if (cluster.dimension, cluster.key) in self.going_on else new).append(cluster)
        for cluster in known:
            warning = self.going_on[cluster.dimension, cluster.key]
            self._fill(warning, cluster)
            save(warning, by=None, reason=gettext_noop("The cluster goes on"), now=self.now)
            self.seen.append(_Seen(warning, self._cases(cluster.dimension, cluster.key, warning.since)))
        for warning in self.going_on.values():
            if warning.last_found_on < self.day:
                self.seen.append(_Seen(warning, self._cases(warning.dimension, warning.key, warning.since)))
        rows = [_New(one, self._cases(one.dimension, one.key, self._since(one))) for one in new]
        for row in _named(rows):
            self._new(row)
        self._end()
        self._note_measures()

    def _new(self, row: _New) -> None:
        cluster = row.cluster
        shared = [(sum(seen.beyond for case in row.cases if case in seen.cases), seen) for seen in self.seen]
        told = sum(max((seen.beyond for seen in self.seen if case in seen.cases), default=0.0) for case in row.cases)
        if shared and told >= SAME * row.excess:
            self._relate(max(shared, key=lambda pair: pair[0])[1].warning, cluster)
            return
        warning = RiskWarning(
            number=self._number(),
            dimension=cluster.dimension,
            key=cluster.key,
            department_id=self._department(cluster),
            since=self._since(cluster),
            found_on=self.day,
            groups=self.found.groups,
            false_alarms=self.found.false_alarms,
            made_at=self.now,
        )
        self._fill(warning, cluster)
        save(warning, by=None, reason=gettext_noop("A sudden cluster"), now=self.now)
        self.seen.append(_Seen(warning, row.cases))
        self._tell(warning)

    def _fill(self, warning: RiskWarning, cluster: trends.Cluster) -> None:
        warning.last_found_on = self.day
        warning.urgency = Urgency(cluster.urgency)
        warning.days, warning.observed, warning.expected = cluster.days, cluster.observed, cluster.expected
        warning.threshold, warning.p_value = cluster.threshold, cluster.p_value

    def _relate(self, warning: RiskWarning, cluster: trends.Cluster) -> None:
        """Name the group on the warning, and the cluster as going on."""
        row = {
            "dimension": cluster.dimension,
            "key": cluster.key,
            "observed": cluster.observed,
            "expected": round(cluster.expected, 2),
        }
        name = (cluster.dimension, cluster.key)
        others = [other for other in warning.related if (other["dimension"], other["key"]) != name]
        if [*others, row] == warning.related and warning.last_found_on == self.day:
            return
        warning.related = [*others, row]
        warning.last_found_on = self.day
        save(warning, by=None, reason=gettext_noop("Also seen in another group"), now=self.now)

    def _end(self) -> None:
        for warning in self.going_on.values():
            if warning.last_found_on < self.day - timedelta(days=QUIET):
                warning.ended_on = self.day
                if warning.state in {WarningState.OPEN, WarningState.ACKNOWLEDGED}:
                    warning.state = WarningState.ENDED
                warning.version += 1
                save(warning, by=None, reason=gettext_noop("The cluster is over"), now=self.now)

    def _note_measures(self) -> None:
        """Warnings that a measure names as its origin are turned into one."""
        rows = RiskWarning.objects.select_for_update().filter(state__in=UNANSWERED, number__in=measured())
        for warning in rows:
            warning.state = WarningState.MEASURE
            warning.version += 1
            save(warning, by=None, reason=gettext_noop("A measure names the warning"), now=self.now)

    def _since(self, cluster: trends.Cluster) -> date:
        return self.day - timedelta(days=cluster.days - 1)

    def _cases(self, dimension: str, key: str, since: date) -> frozenset[int]:
        group = Grouping.read(dimension, key)
        return frozenset(cases(group, since, self.day, self.zone).values_list("complaint_id", flat=True))

    def _number(self) -> str:
        """The next number of the day; nobody else numbers warnings of it, since its night is taken."""
        begin = f"{NUMBERS}{self.day:%Y%m%d}-"
        return f"{begin}{RiskWarning.objects.filter(number__startswith=begin).count() + 1:02d}"

    def _department(self, cluster: trends.Cluster) -> int | None:
        """The department that the group names, or the one that most of its cases are with."""
        group = Grouping.read(cluster.dimension, cluster.key)
        named = dict(zip(group.dimensions, group.keys, strict=True))
        for dimension in (Dimension.DEPARTMENT, Dimension.OWNER):
            if dimension in named:
                return int(named[dimension])
        rows = cases(group, self._since(cluster), self.day, self.zone)
        return _most(rows.values_list("responsible_department_id", "owner_department_id"))

    def _tell(self, warning: RiskWarning) -> None:
        organisation = Organisation(self.now)
        people = organisation.everywhere(Role.QUALITY)
        people += _heads(organisation, warning)
        Notice.objects.bulk_create(
            [
                Notice(
                    recipient_id=person,
                    key=f"warning:{warning.number}",
                    kind=KIND,
                    detail={"number": warning.number, "count": warning.observed, "warning": warning.pk},
                    created_at=self.now,
                    mail_next_at=self.now,
                )
                for person in dict.fromkeys(people)
            ],
            ignore_conflicts=True,
        )


def _most(rows: Iterable[tuple[int | None, int]]) -> int | None:
    found = Counter(responsible or owner for responsible, owner in rows)
    return min(found, key=lambda key: (-found[key], key)) if found else None


def _heads(organisation: Organisation, warning: RiskWarning) -> list[int]:
    """The heads of the department concerned, or of the nearest above that has any who is there."""
    department = warning.department
    if department is None:
        return []
    for key in [department.pk, *department.ancestor_ids]:
        there = [organisation.present(person) for person in organisation.holders(Role.HEAD, key)]
        if found := [person for person in there if person is not None]:
            return found
    return []
