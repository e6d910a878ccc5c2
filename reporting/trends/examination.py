"""Many series looked at together: the one entrance for reports. (RP-2)"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reporting.trends import change, seasonality
from reporting.trends.comparison import compared
from reporting.trends.discoveries import RATE, cautious
from reporting.trends.dispersion import LEAST, Dispersion, Floats, learn
from reporting.trends.expectation import Expected, weigh
from reporting.trends.findings import (
    CHANGES,
    ChangePoint,
    Comparison,
    Examination,
    Finding,
    Question,
    Seasonality,
    Series,
    Verdict,
)
from reporting.trends.lineage import Line, trace

QUARTERS = 4
#: How much of the rate each question gets: the first two use all that is known of a series and find nearly all.
WEIGHTS = {Question.PAST: 0.45, Question.SHIFT: 0.45, Question.PREVIOUS: 0.05, Question.YEAR_AGO: 0.05}
#: Quarters that must be known before the latest one (PAST), or in all (SHIFT), to ask.
ENOUGH_PAST, ENOUGH_FOR_SHIFT = 4, 8

Answers = dict[Question, Comparison | ChangePoint]


@dataclass(frozen=True, slots=True)
class Table:
    """Series as rows, quarters as columns; nothing is exposed while a series is not recorded."""

    counts: Floats
    exposure: Floats

    @property
    def positions(self) -> npt.NDArray[np.int_]:
        return np.arange(self.counts.shape[1]) % QUARTERS

    def ratio(self, column: int) -> Floats:
        """Exposure of the latest quarter over that of another; 0 where that has none."""
        other = self.exposure[:, column]
        return np.asarray(np.where(other > 0, self.exposure[:, -1] / np.where(other > 0, other, 1.0), 0.0))


def examine(series: Sequence[Series], *, rate: float = RATE, intervals: bool = True) -> Examination:
    """Ask all questions of the latest quarter of every series, and hold false discoveries at `rate` over all of it.

    All series must be of the same length and of the same periods. Rises and falls are named where the q value, over
    all series and questions, is at most `rate`: within a dimension by Benjamini and Hochberg, dimensions sharing the
    rate. Without `intervals` comparisons have none, and it takes half the time. Raises ValueError if series are not
    alike, or a key comes twice in a dimension.
    """
    if not series:
        return Examination((), rate, 0)
    _check(series)
    lines = trace(series)
    months = series[0].per_year // QUARTERS
    table = _table(lines, months)
    answers, factors = _ask(table, lines, months, intervals=intervals)
    held = _held(answers, lines, rate)
    findings = tuple(_finding(*each, months) for each in zip(lines, held, factors, strict=True))
    return Examination(findings, rate, sum(len(each) for each in held))


def _check(series: Sequence[Series]) -> None:
    lengths = {(one.per_year, len(one.counts)) for one in series}
    if len(lengths) > 1 or series[0].per_year not in (QUARTERS, 12):
        raise ValueError("series must be of the same months or quarters")
    if any(one.exposure is not None and len(one.exposure) != len(one.counts) for one in series):
        raise ValueError("as many exposures as counts")
    if len({(one.dimension, one.key) for one in series}) < len(series):
        raise ValueError("a key comes once in a dimension")
    if any(count < 0 for one in series for count in one.counts):
        raise ValueError("counts are not negative")
    if len(series[0].counts) < series[0].per_year // QUARTERS:
        raise ValueError("there must be a quarter to look at")


def _table(lines: Sequence[Line], months: int) -> Table:
    counts = np.array([line.series.counts for line in lines], dtype=float)
    exposure = np.array(
        [line.series.exposure if line.series.exposure is not None else np.ones(counts.shape[1]) for line in lines]
    )
    period = np.arange(counts.shape[1])
    lives = np.array([(line.begins, line.ends) for line in lines])
    is_recorded = (period >= lives[:, :1]) & (period < lives[:, 1:])
    return Table(_quarters(counts * is_recorded, months), _quarters(exposure * is_recorded, months))


def _quarters(periods: Floats, months: int) -> Floats:
    rest = periods.shape[1] % months
    return np.asarray(periods[:, rest:].reshape(len(periods), -1, months).sum(axis=2))


def _ask(
    table: Table, lines: Sequence[Line], months: int, *, intervals: bool
) -> tuple[list[Answers], list[Seasonality]]:
    """The answers for every series, not yet held, and their seasons."""
    past = Table(table.counts[:, :-1], table.exposure[:, :-1])
    quarters = past.counts.shape[1]
    level = _level(past)
    scatter = learn(*seasonality.residual(past.counts, past.exposure, past.positions, QUARTERS), level)
    season = seasonality.fit(past.counts, past.exposure, past.positions, QUARTERS, scatter.mean)
    running = np.array([not line.has_ended for line in lines]) & (table.exposure[:, -1] > 0)
    answers: list[Answers] = [{} for _ in lines]
    latest = quarters % QUARTERS
    columns = {Question.PREVIOUS: quarters - 1, Question.YEAR_AGO: quarters - QUARTERS}
    for question, column in columns.items():
        if column >= 0:
            can = running & (past.exposure[:, column] > 0)
            expected = _from_quarter(table, season, scatter, column, latest)
            _put(answers, question, can, (table, expected), intervals=intervals)
    if quarters >= ENOUGH_PAST:
        can = running & ((past.exposure > 0).sum(axis=1) >= ENOUGH_PAST)
        expected = _from_past(table, past, season, scatter, latest)
        _put(answers, Question.PAST, can, (table, expected), intervals=intervals)
    if quarters + 1 >= ENOUGH_FOR_SHIFT:
        can = running & ((table.exposure > 0).sum(axis=1) >= ENOUGH_FOR_SHIFT)
        _shifts(answers, can, table, lines, months)
    is_shown = quarters >= seasonality.YEARS * QUARTERS
    chances = seasonality.significance(past.counts, past.exposure, past.positions, QUARTERS, scatter)
    return answers, [
        Seasonality(tuple(map(float, factors)), float(chance) if is_shown else None, quarters // QUARTERS)
        for factors, chance in zip(season.factors, chances, strict=True)
    ]


def _level(table: Table) -> Floats:
    return np.asarray(table.counts.sum(axis=1) / np.maximum((table.exposure > 0).sum(axis=1), 1))


def _from_quarter(table: Table, season: seasonality.Seasons, scatter: Dispersion, column: int, latest: int) -> Expected:
    """What one earlier quarter lets expect of the latest one."""
    position = column % QUARTERS
    if position == latest:
        return Expected(table.counts[:, column], table.ratio(column), np.zeros(len(table.counts)), scatter)
    factor = season.factors[:, latest] / np.maximum(season.factors[:, position], LEAST)
    variance = season.variance[:, latest] + season.variance[:, position]
    return Expected(table.counts[:, column], table.ratio(column) * factor, variance, scatter)


def _from_past(table: Table, past: Table, season: seasonality.Seasons, scatter: Dispersion, latest: int) -> Expected:
    """What all earlier quarters let expect of the latest one."""
    seasonal = (past.exposure * season.factors[:, past.positions]).sum(axis=1)
    scale = table.exposure[:, -1] * season.factors[:, latest] / np.maximum(seasonal, LEAST)
    return Expected(past.counts.sum(axis=1), scale, season.variance[:, latest], scatter)


def _put(
    answers: list[Answers],
    question: Question,
    can: npt.NDArray[np.bool_],
    asked: tuple[Table, Expected],
    *,
    intervals: bool,
) -> None:
    """The answers to one question, for the series of which it can be asked."""
    table, expected = asked
    rows = np.flatnonzero(can)
    if not len(rows):
        return
    part = expected.of(rows)
    observed = table.counts[rows, -1]
    found = weigh(observed, part, intervals=intervals)
    for place, row in enumerate(rows):
        answers[row][question] = compared(observed, part, found, place)


def _shifts(
    answers: list[Answers], can: npt.NDArray[np.bool_], table: Table, lines: Sequence[Line], months: int
) -> None:
    """Where levels changed: shown by quarters, dated by the periods given."""
    rows = np.flatnonzero(can)
    if not len(rows):
        return
    counts, exposure = table.counts[rows], table.exposure[rows]
    around = learn(*seasonality.residual(counts, exposure, table.positions, QUARTERS), _level(Table(counts, exposure)))
    season = seasonality.fit(counts, exposure, table.positions, QUARTERS, around.mean)
    seasonal = exposure * season.factors[:, table.positions]
    scatter = change.neighbours(counts, seasonal, season.fitted)
    p_values, is_weak = change.changes(counts, seasonal, scatter)
    for place, row in enumerate(rows.tolist()):
        line = lines[row]
        given = line.series.counts[line.begins :]
        exposed = (
            np.ones(len(given)) if line.series.exposure is None else np.asarray(line.series.exposure[line.begins :])
        )
        period = np.arange(line.begins, len(line.series.counts)) - len(line.series.counts) % months
        factors = season.factors[place, period // months % QUARTERS]
        found = change.located(
            np.asarray(given, dtype=float),
            exposed * factors,
            float(p_values[place]),
            float(scatter.mean[place]),
            is_weak=bool(is_weak[place]),
        )
        first = line.begins
        answers[row][Question.SHIFT] = replace(
            found, index=found.index + first, earliest=found.earliest + first, latest=found.latest + first
        )


def _held(answers: Sequence[Answers], lines: Sequence[Line], rate: float) -> list[Answers]:
    """The same answers with their q values, and changes named by these."""
    asked = [(row, question) for row, each in enumerate(answers) for question in each]
    if not asked:
        return list(answers)
    q_values = cautious(
        [answers[row][question].p_value for row, question in asked],
        families=[lines[row].series.dimension for row, _ in asked],
        weights=[WEIGHTS[question] for _, question in asked],
    )
    held: list[Answers] = [{} for _ in answers]
    for (row, question), q_value in zip(asked, q_values, strict=True):
        held[row][question] = _named(answers[row][question], q_value, rate)
    return held


def _named(answer: Comparison | ChangePoint, q_value: float, rate: float) -> Comparison | ChangePoint:
    verdict = answer.verdict
    if q_value <= rate:
        is_more = answer.ratio is None or answer.ratio > 1
        verdict = Verdict.RISE if is_more else Verdict.FALL
    elif verdict in CHANGES:
        verdict = Verdict.NO_CHANGE_SHOWN
    return replace(answer, verdict=verdict, q_value=q_value)


def _finding(line: Line, answers: Answers, season: Seasonality, months: int) -> Finding:
    verdict, by = _headline(line, answers, months)
    comparisons = {question: answer for question, answer in answers.items() if isinstance(answer, Comparison)}
    shift = answers.get(Question.SHIFT)
    return Finding(
        key=line.series.key,
        dimension=line.series.dimension,
        verdict=verdict,
        by=by,
        observed=sum(line.series.counts[-months:]),
        past=comparisons.get(Question.PAST),
        previous=comparisons.get(Question.PREVIOUS),
        year_ago=comparisons.get(Question.YEAR_AGO),
        shift=shift if isinstance(shift, ChangePoint) else None,
        seasonality=season,
        counterpart=line.renamed_to or line.renamed_from,
        presumed=line.is_presumed,
    )


def _headline(line: Line, answers: Answers, months: int) -> tuple[Verdict, Question | None]:
    """One verdict: what became of the series, else the surest change, else whether one could have been seen."""
    if line.renamed_to is not None:
        return Verdict.RENAMED, None
    if line.has_ended:
        return Verdict.ENDED, None
    if line.begins >= len(line.series.counts) - months and line.begins > 0:
        return Verdict.BEGAN, None
    changed = [question for question, answer in answers.items() if answer.verdict in CHANGES]
    if changed:
        by = min(changed, key=lambda question: answers[question].q_value or 0.0)
        return answers[by].verdict, by
    for question in (Question.PAST, Question.YEAR_AGO, Question.PREVIOUS):
        if question in answers:
            return answers[question].verdict, question
    return Verdict.TOO_FEW, None
