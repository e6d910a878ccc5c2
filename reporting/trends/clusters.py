"""Early warning: a sudden cluster in the counts of days. (RP-7)

A night's question to every group: are there more cases, today or in the last seven days, than its own past explains?
Its past are the last twelve weeks, the last four (so that a slow rise is met by a past that rose), and the same weeks
of earlier years (so that a season that comes back is no news); a cluster must be beyond each of them, as Farrington,
Andrews, Beale and Catchpole (1996) have it for one. Days are weighed by weekday, past outbreaks weighed down (Noufaily
and others 2013), counts negative binomial with what is known of mean and dispersion as in `expectation.py`. The chance
of an alarm is the same for every group and window, and all together give the false alarms stated; since expectations
add up, that holds however groups depend on each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reporting.trends.dispersion import LEAST, Dispersion, Floats, learn
from reporting.trends.expectation import Expected, at_least, beyond
from reporting.trends.findings import Cluster, Group, Scan, Urgency

#: False alarms a night over all groups: one in thirty nights.
FALSE_ALARMS = 1 / 30
#: Fewer cases are no cluster, however unlikely.
LEAST_CASES = 5
#: Lengths of window, in days.
WINDOWS = (1, 7)
#: Days of past that are compared with, the longest first, and how many there must be.
RECENT = (84, 28)
ENOUGH_DAYS = 28
#: Earlier years are met within so many days before and after the same day.
SEASON = 21
YEAR = 364
#: Cases spread over weekdays as usual before a group shows otherwise: worth so many.
USUAL_CASES = 30.0
#: A window so many standard deviations beyond expectation counts less in what is usual.
OUTLYING = 3.0
#: Without an earlier year to ask, an incident is so many times the highest ever seen; less may be a season that begins.
UNSEEN = 4
#: The most that the square of one window's distance counts before any was weighed down.
GROSS = 16.0
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Past:
    """Counts of days (columns) of all groups (rows), and what part of a usual day each day is."""

    counts: Floats
    usual: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """Of each group: cases a usual day; of windows dispersion, its degrees of freedom, cases; days that told it."""

    level: Floats
    own: Floats
    freedom: Floats
    mean: Floats
    worth: Floats


def scan(groups: Sequence[Group], *, false_alarms: float = FALSE_ALARMS) -> Scan:
    """Which groups had more cases on the last day, or in the last seven, than their own past explains.

    All groups have counts of the same days, oldest first, ending with the day looked at; without ENOUGH_DAYS before a
    window nothing is said about it. `false_alarms` is how many are expected a night while nothing happens, over all
    groups, at most. An incident is sudden and unknown to earlier years; where no earlier year is known to tell, it
    must be UNSEEN times the highest window seen so far, and is a rise otherwise. Raises ValueError if groups are not
    of the same days, or counts are negative.
    """
    if not groups:
        return Scan((), 0, 0.0)
    if len({len(group.counts) for group in groups}) > 1:
        raise ValueError("groups must have counts of the same days")
    counts = np.array([group.counts for group in groups], dtype=float)
    if (counts < 0).any():
        raise ValueError("counts are not negative")
    level = false_alarms / (len(groups) * len(WINDOWS))
    if counts.shape[1] <= ENOUGH_DAYS:
        return Scan((), len(groups), false_alarms)
    past = Past(counts, _weekdays(counts))
    found: dict[int, Cluster] = {}
    for days in WINDOWS:
        for row, cluster in _window(groups, past, days, level):
            if row not in found or _strength(cluster) > _strength(found[row]):
                found[row] = cluster
    clusters = sorted(found.values(), key=_strength, reverse=True)
    return Scan(tuple(clusters), len(groups), false_alarms)


def _strength(cluster: Cluster) -> tuple[bool, float, int]:
    return cluster.urgency == Urgency.INCIDENT, -cluster.p_value, cluster.observed


def _weekdays(counts: Floats) -> Floats:
    """The usual share of each day's weekday, of mean 1, for each group: its own as far as it has cases to show one.

    A day counts for twice its group's usual day at most, so that one incident makes no weekday.
    """
    past = counts[:, -min(counts.shape[1], YEAR) :][:, : -max(WINDOWS)]
    past = np.minimum(past, 2 * past.mean(axis=1, keepdims=True) + 2)
    weekday = np.arange(counts.shape[1]) % 7
    own_days = weekday[-min(counts.shape[1], YEAR) :][: -max(WINDOWS)]
    columns = own_days[None, :] == np.arange(7)[:, None]
    sums, days = past @ columns.T, np.maximum(columns.sum(axis=1), 1)
    together = sums.sum(axis=0) / days
    shape = together / together.mean() if together.sum() else np.ones(7)
    level = past.sum(axis=1, keepdims=True) / max(len(own_days), 1)
    factors = (sums + USUAL_CASES * shape / 7) / (level * days + USUAL_CASES / 7)
    factors /= factors.mean(axis=1, keepdims=True)
    return np.asarray(factors[:, weekday])


def _window(groups: Sequence[Group], past: Past, days: int, level: float) -> list[tuple[int, Cluster]]:
    """Clusters of one length of window, with the rows they are in."""
    last = past.counts.shape[1] - days
    if last < ENOUGH_DAYS:
        return []
    observed, ahead = past.counts[:, last:].sum(axis=1), past.usual[:, last:].sum(axis=1)
    scatter = _scatter(past, last, days)
    stretches = [np.arange(max(last - length, 0), last) for length in RECENT]
    references = [_expected(past, stretch, ahead, days, scatter) for stretch in stretches]
    earlier = _same_season(last)
    if len(earlier):
        references.append(_expected(past, earlier, ahead, days))
    chances = np.max([at_least(observed, reference) for reference in references], axis=0)
    found = []
    for row in np.flatnonzero((chances <= level) & (observed >= LEAST_CASES)).tolist():
        thresholds = [int(beyond(reference.of(np.array([row])), level)[0]) for reference in references]
        strictest = references[int(np.argmax(thresholds))]
        cluster = Cluster(
            key=groups[row].key,
            dimension=groups[row].dimension,
            days=days,
            observed=int(observed[row]),
            expected=float(strictest.mean[row]),
            threshold=max(*thresholds, LEAST_CASES - 1),
            p_value=float(chances[row]),
            urgency=_urgency(past.counts[row], last, days),
        )
        found.append((row, cluster))
    return found


def _same_season(last: int) -> npt.NDArray[np.int_]:
    """The days around the same day of earlier years, of those years of which all are known."""
    middles = [last - YEAR * years for years in range(1, last // YEAR + 1)]
    days = [np.arange(middle - SEASON, middle + SEASON) for middle in middles if middle >= SEASON]
    return np.concatenate([np.zeros(0, dtype=int), *days])


def _expected(
    past: Past, stretch: npt.NDArray[np.int_], ahead: Floats, days: int, scatter: Dispersion | None = None
) -> Expected:
    """What a stretch of the past lets expect of the window ahead; without a `scatter`, with its own."""
    fit = _fit(past, stretch, days)
    known = scatter or learn(fit.own, fit.freedom, fit.mean)
    return Expected(fit.level * fit.worth, ahead / np.maximum(fit.worth, LEAST), np.zeros(len(ahead)), known)


def _scatter(past: Past, last: int, days: int) -> Dispersion:
    """The dispersion of windows in the last year, around a level of their own every RECENT[0] days."""
    ends = range(last, max(last - YEAR, 0), -RECENT[0])
    fits = [_fit(past, np.arange(max(end - RECENT[0], 0), end), days) for end in ends if end >= ENOUGH_DAYS]
    freedom = np.sum([fit.freedom for fit in fits], axis=0)
    own = np.sum([fit.freedom * fit.own for fit in fits], axis=0) / np.maximum(freedom, LEAST)
    return learn(own, freedom, np.mean([fit.mean for fit in fits], axis=0))


def _fit(past: Past, stretch: npt.NDArray[np.int_], days: int) -> Fit:
    """A stretch cut into windows, those far beyond expectation weighed down by the square of their distance."""
    rest = len(stretch) % days
    windows = (len(past.counts), -1, days)
    seen = past.counts[:, stretch[rest:]].reshape(windows).sum(axis=2)
    exposed = past.usual[:, stretch[rest:]].reshape(windows).sum(axis=2)
    weight = np.ones_like(seen)
    for turn in range(ROUNDS):
        level = (weight * seen).sum(axis=1) / np.maximum((weight * exposed).sum(axis=1), LEAST)
        mean = np.maximum(level[:, None] * exposed, LEAST)
        squares = np.where(level[:, None] > 0, (seen - mean) ** 2 / mean, 0.0)
        freedom = np.maximum(weight.sum(axis=1) - 1, LEAST)
        # At first nothing is weighed down yet: then one window alone must not make the scale it is measured by.
        own = (weight * (squares if turn else np.minimum(squares, GROSS))).sum(axis=1) / freedom
        # Anscombe's residual, since counts are skewed.
        far = 1.5 * (seen ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean)) / np.sqrt(np.maximum(own, 1.0))[:, None]
        weight = np.where((far > OUTLYING) & (level[:, None] > 0), (OUTLYING / np.maximum(far, OUTLYING)) ** 2, 1.0)
    return Fit(level, own, freedom, mean.mean(axis=1), (weight * exposed).sum(axis=1))


def _urgency(counts: Floats, last: int, days: int) -> Urgency:
    """An incident, unless it may be a season that no earlier year is there to know."""
    recorded = np.flatnonzero(counts[: max(last - YEAR + SEASON, 0)])
    if len(recorded) and recorded[0] <= last - YEAR - SEASON:
        return Urgency.INCIDENT
    highest = np.convolve(counts[:last], np.ones(days), mode="valid").max()
    return Urgency.INCIDENT if counts[last:].sum() >= UNSEEN * highest else Urgency.RISE
