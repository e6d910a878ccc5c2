"""For every definition: what finds the facts finds as many as the tally counted, at every edge. (RP-1)"""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporting.definitions import DEFINITIONS, Basis, Unit, figure
from reporting.facts import Ending
from reporting.models import CaseFact
from reporting.periods import Period, Span
from reporting.queries.behind import Asked, Which, facts_behind
from reporting.queries.cells import BY
from reporting.queries.groups import condition, groups
from reporting.tallies import Dimension, Tally, key_of, tallies, total
from tests.reporting.figures.facts_for_tests import EDGES, MOMENTS, NEAR, ZONE, facts, keep

pytestmark = pytest.mark.django_db
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
PERIODS = [Period.of(edge.date() + timedelta(days=days), span) for edge in EDGES for days in (-1, 0) for span in BY]
DIMENSIONS = (Dimension.ALL, Dimension.CATEGORY, Dimension.DEPARTMENT, Dimension.PRODUCT, Dimension.HANDLER)


@SLOW
@given(data=st.data())
def test_a_figure_counts_what_its_list_shows(organisation, data):
    _w, complaints, keys = organisation
    made = data.draw(facts(complaints, keys))
    keep(made)
    period = data.draw(st.sampled_from(PERIODS))
    moment = data.draw(MOMENTS)
    found = tallies(made, ZONE, within=[period], by=dict.fromkeys(Span, DIMENSIONS))
    for dimension in DIMENSIONS:
        kept = {key: tally for (_period, by, key), tally in found.items() if by == dimension}
        for group in groups(dimension, kept):
            tally = total(kept[key] for key in group.keys)
            for code in DEFINITIONS:
                _assert_same(code, tally, Asked(code, Which.WHOLE, period, dimension, group.key, moment))


def _assert_same(code, tally, asked):
    definition, value = DEFINITIONS[code], figure(code, tally, asked.moment)
    counts = {
        which: facts_behind(Asked(code, which, *_place(asked)), ZONE).count()
        for which in (Which.PART, Which.WHOLE)
        if getattr(definition, which) is not None
    }
    place = (code, asked, tally)
    if definition.unit == Unit.ROUNDS:
        assert counts == {Which.PART: value.value}, place
    elif definition.unit == Unit.PERCENT:
        assert counts == {Which.PART: value.part, Which.WHOLE: value.whole}, place
        assert counts[Which.WHOLE] >= counts[Which.PART], place
        rest = facts_behind(Asked(code, Which.REST, *_place(asked)), ZONE).count()
        assert rest == counts[Which.WHOLE] - counts[Which.PART], place
    elif definition.unit == Unit.HOURS:
        assert counts == {Which.WHOLE: value.whole}, place
    else:
        summed = facts_behind(Asked(code, Which.WHOLE, *_place(asked)), ZONE).aggregate(amount=Sum("amount"))
        assert (summed["amount"] or 0) == value.value, place


def _place(asked):
    return asked.period, asked.dimension, asked.key, asked.moment


@SLOW
@given(data=st.data())
def test_tallies_are_what_plain_counting_gives(organisation, data):
    """Counted once more from the facts, without any of the code that counts."""
    _w, complaints, keys = organisation
    made = data.draw(facts(complaints, keys))
    for (period, dimension, key), tally in tallies(made, ZONE, within=PERIODS, by=BY).items():
        start, end = period.bounds(ZONE)
        mine = [row for row in made if key_of(row, dimension) == key]
        begun = [row for row in mine if start <= row.received_at < end]
        ended = [row for row in mine if row.ended_at is not None and start <= row.ended_at < end]
        handled = [row for row in ended if row.ending in {Ending.CLOSED, Ending.CONTINUED}]
        assert (tally.received, tally.reopened) == (
            sum(row.round == 1 for row in begun),
            sum(row.round > 1 for row in begun),
        )
        assert tally.begun == len(begun)
        assert tally.ended == len(ended)
        assert tally.handled.total() + tally.left.total() + len(tally.running) == len(begun)
        assert tally.finished == Counter(_hours(row) for row in handled)
        assert tally.amount == sum(row.amount or 0 for row in ended)
        assert tally.grades.total() == sum(bool(row.grade) for row in ended)
        assert tally.refused_offers == sum(row.refusals > 0 for row in handled)
        answered = [row for row in begun if row.response_due_at and row.response_met_at]
        assert tally.in_time == sum(row.response_met_at <= row.response_due_at for row in answered)
        assert tally.too_late == sum(row.response_met_at > row.response_due_at for row in answered)


def _hours(row):
    """Begun hours without the pauses."""
    seconds = (row.ended_at - row.received_at).total_seconds() - row.paused_seconds
    return max(-int(-seconds // 3600), 0)


@SLOW
@given(data=st.data())
def test_months_make_up_quarters_and_quarters_years(organisation, data):
    _w, complaints, keys = organisation
    made = data.draw(facts(complaints, keys))
    year = Period.of(data.draw(st.sampled_from(EDGES)).date(), Span.YEAR)
    months, quarters = list(year.within(Span.MONTH)), list(year.within(Span.QUARTER))
    found = tallies(made, ZONE, within=[*months, *quarters, year], by=dict.fromkeys(Span, (Dimension.ALL,)))

    def of(*periods):
        return total(found.get((period, Dimension.ALL, ""), Tally()) for period in periods).kept()

    assert of(*months) == of(*quarters) == of(year)
    for quarter in quarters:
        assert of(*quarter.within(Span.MONTH)) == of(quarter)


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("near", NEAR)
@pytest.mark.parametrize("span", list(Span))
def test_a_moment_lies_in_one_period_of_each_span(edge, near, span):
    moment = edge + near
    period = Period.at(moment, span, ZONE)
    start, end = period.bounds(ZONE)
    assert start <= moment < end
    assert not any(low <= moment < high for low, high in (period.previous.bounds(ZONE), period.next.bounds(ZONE)))
    assert Period.parse(period.code) == period


def test_every_definition_says_what_it_counts():
    for definition in DEFINITIONS.values():
        expected = {
            Unit.ROUNDS: (True, False),
            Unit.PERCENT: (True, True),
            Unit.HOURS: (False, True),
            Unit.MONEY: (False, True),
        }[definition.unit]
        assert (definition.part is not None, definition.whole is not None) == expected, definition.code
        assert definition.basis in Basis


def test_no_group_of_a_figure_is_made_up(organisation):
    for key in ("nothing", "99999999", "1; DROP"):
        with pytest.raises(ValueError, match=key):
            CaseFact.objects.filter(condition(Dimension.CATEGORY, key)).count()
