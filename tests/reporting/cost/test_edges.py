"""Edges of periods, past moments, rates and budgets. (RP-13)"""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from complaints.models.standing import standing_of
from reporting.periods import Period
from reporting.queries.cost_cases import Asked, behind
from reporting.queries.cost_rows import WHOLE, reach_below
from reporting.queries.costs import budgets, by_month, within
from reporting.services import costs, hours
from reporting.tallies import Dimension
from tests import world
from tests.reporting.cost.spent import LATER, ZONE, agreed, answered_at, at, budget, counted, rate, spending, worked

pytestmark = pytest.mark.django_db
QUARTER = Period.parse("2026Q1")


@pytest.fixture
def w():
    return world.build("handling-plan")


@pytest.mark.parametrize(
    ("when", "month"),
    [(datetime(2026, 2, 28, 23, 59, 59, tzinfo=ZONE), "2026-02"), (datetime(2026, 3, 1, tzinfo=ZONE), "2026-03")],
)
def test_a_month_begins_at_midnight_of_the_business_time_zone(w, when, month):
    case = agreed(w, at(2, 3), "80", ["refund"]).c
    answered_at(case, when)
    found = by_month(Period.parse("2026-01"), Period.parse("2026-04"), LATER)
    assert {str(period): costs.of("refunds") for period, costs in found.items()} == {month: 80}
    assert by_month(Period.parse("2026-01"), Period.parse("2026-04"), when - timedelta(seconds=1)) == {}


def test_hours_of_both_rounds_and_a_plan_of_each_count(w):
    walk = agreed(w, at(1, 12), "100", ["refund"], to="closed")
    worked(w, walk.c, date(2026, 1, 12), 30)
    walk.act("reopen", w.handler, reason="再次漏水")
    entry = worked(w, walk.c, date(2026, 1, 13), 40)
    assert (entry.round, walk.c.round) == (2, 2)
    counted()
    found = within(by_month(QUARTER, QUARTER, LATER), QUARTER)
    assert [found.minutes, float(found.refunds), found.unrated] == [70, 100, 70]
    asked = Asked("hours", QUARTER, QUARTER, Dimension.ALL, "", LATER)
    rows = {(row["case"], row["case_round"]): row["value"] for row in behind(asked, standing_of(w.quality)).rows}
    assert rows == {(walk.c.pk, 1): 30, (walk.c.pk, 2): 40}


def test_a_refused_plan_costs_nothing_and_a_withdrawn_case_what_was_agreed(w):
    refused = agreed(w, at(1, 12), "100", ["refund"], to="offered")
    refused.act("disagree", w.handler, medium="phone", reason="金额太低")
    assert by_month(QUARTER, QUARTER, LATER) == {}
    withdrawn = agreed(w, at(1, 12), "70", ["refund"])
    withdrawn.act("withdraw", w.handler, medium="phone", reason="不再追究")
    assert within(by_month(QUARTER, QUARTER, LATER), QUARTER).of("refunds") == 70


def test_what_is_withdrawn_counts_until_then(w):
    case = agreed(w, at(1, 12), "5", ["refund"]).c
    entry = worked(w, case, date(2026, 1, 13), 60, now=LATER)
    price, money = rate(w, "100", now=LATER), spending(w, "systems", "9", date(2026, 1, 1), now=LATER)
    plan = budget(w, "hours", "1000", now=LATER)
    later = LATER + timedelta(days=1)
    before = within(by_month(QUARTER, QUARTER, LATER), QUARTER)
    assert [float(before.of("labour")), float(before.of("systems"))] == [100, 9]
    assert budgets(2026, LATER) == {"hours": 1000}
    hours.withdraw(entry.pk, "记错了案件", by=w.handler, now=later)
    for what, row in (("rate", price), ("spending", money), ("budget", plan)):
        costs.withdraw(what, row.pk, "录入有误", by=w.quality, now=later)
    after = within(by_month(QUARTER, QUARTER, later), QUARTER)
    assert after.of("total") == 5
    assert budgets(2026, later) == {}
    assert within(by_month(QUARTER, QUARTER, LATER), QUARTER) == before
    assert budgets(2026, LATER) == {"hours": 1000}
    earlier = LATER - timedelta(seconds=1)
    assert within(by_month(QUARTER, QUARTER, earlier), QUARTER).of("total") == 5


def test_the_rate_of_the_day_counts_and_the_one_entered_last(w):
    case = agreed(w, at(1, 12), "0", ["apology"]).c
    worked(w, case, date(2026, 1, 13), 60)
    worked(w, case, date(2026, 1, 20), 60)
    rate(w, "10", valid_from=date(2026, 1, 14))
    found = within(by_month(QUARTER, QUARTER, LATER), QUARTER)
    assert [float(found.of("labour")), found.unrated] == [10, 60]
    rate(w, "11", valid_from=date(2026, 1, 14))
    rate(w, "7", valid_from=date(2026, 1, 1))
    assert within(by_month(QUARTER, QUARTER, LATER), QUARTER).of("labour") == 18
    rate(w, "5", valid_from=date(2026, 1, 1), department=w.service)
    assert within(by_month(QUARTER, QUARTER, LATER), QUARTER).of("labour") == 10


def test_budgets_of_departments_make_that_of_the_whole_unless_it_has_its_own(w):
    assert budgets(2026, LATER) == {}
    budget(w, "hours", "10", department=w.workshop)
    budget(w, "hours", "12", department=w.workshop)
    budget(w, "hours", "5", department=w.service)
    budget(w, "systems", "1", year=2025)
    assert budgets(2026, LATER) == {"hours": 17}
    assert budgets(2026, LATER, reach_below([w.workshop.path])) == {"hours": 12}
    budget(w, "hours", "100", department=w.root)
    assert budgets(2026, LATER) == {"hours": 100}
    budget(w, "hours", "80")
    assert budgets(2026, LATER, WHOLE) == {"hours": 80}
    assert budgets(2026, LATER, reach_below([w.workshop.path, w.service.path])) == {"hours": 17}


CHANGES = [
    "UPDATE reporting_workentry SET minutes = 5",
    "DELETE FROM reporting_workentry",
    "UPDATE reporting_workentry SET withdrawal_reason = '', withdrawn_at = NULL, withdrawn_by_id = NULL",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_an_entry(w, statement):
    case = agreed(w, at(1, 12), "0", ["apology"]).c
    entry = worked(w, case, date(2026, 1, 13), 60)
    hours.withdraw(entry.pk, "记错了", by=w.quality, now=LATER)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
