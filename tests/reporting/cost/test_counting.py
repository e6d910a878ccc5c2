"""What complaints cost: sums, edges of periods, past moments, budgets, and the cases behind a number. (RP-13)"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from complaints.models import Complaint
from complaints.models.standing import standing_of
from reporting.costs import COST_FIGURES, HELD_AGAINST
from reporting.periods import Period
from reporting.queries.cost_cases import Asked, behind
from reporting.queries.cost_rows import reach_below
from reporting.queries.costs import BY, by_group, by_month, together, up_to, within
from reporting.queries.groups import groups
from reporting.tallies import Dimension
from tests.accountability.determination.determining import determining
from tests.reporting.cost.spent import (
    LATER,
    agreed,
    at,
    counted,
    rate,
    recovered,
    spending,
    worked,
)

pytestmark = pytest.mark.django_db
QUARTER, MARCH = Period.parse("2026Q1"), Period.parse("2026-03")
SUMS = ("total", "net")


@pytest.fixture(scope="module")
def spent(django_db_setup, django_db_blocker):
    """A quarter with every kind of cost, made once for the module and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            yield Spent()
        finally:
            transaction.set_rollback(True)


class Spent:
    def __init__(self):
        iw = determining()
        self.w = w = iw.w
        self.refund = agreed(w, at(1, 12), "300.10", ["refund"]).c
        self.paid = agreed(w, at(2, 3), "1000.20", ["compensation", "apology"]).c
        self.both = agreed(w, at(3, 4), "50", ["refund", "compensation"], to="closed").c
        self.small = agreed(w, at(3, 5), "0.07", ["other"]).c
        self.hidden = agreed(w, at(3, 6), "7", ["compensation"]).c
        Complaint.objects.filter(pk=self.hidden.pk).update(is_confidential=True)
        rate(w, "60")
        rate(w, "90.50", department=w.workshop)
        rate(w, "120", valid_from=date(2026, 3, 1))
        self.hours = [
            worked(w, self.paid, date(2026, 2, 4), 90),
            worked(w, self.paid, date(2026, 3, 4), 25),
            worked(w, self.both, date(2026, 3, 31), 10, person=w.liaison),
            worked(w, self.hidden, date(2026, 3, 31), 7, person=w.liaison, by=w.workshop_head),
        ]
        spending(w, "systems", "2000", date(2026, 3, 31))
        spending(w, "training", "500.55", date(2026, 1, 1), department=w.workshop)
        spending(w, "other", "1", date(2026, 4, 1))
        self.settled = recovered(iw.finalised(), "400", at(3, 20), w.handler)
        counted()
        self.months = by_month(Period.parse("2025-01"), QUARTER, LATER)

    def by_hand(self):
        """The quarter added up without the database."""
        labour = Decimal(90) / 60 * 60 + Decimal(25) / 60 * 120 + Decimal(17) / 60 * Decimal("90.50")
        return {
            "refunds": Decimal("300.10"),
            "compensation": Decimal("1007.27"),
            "both": Decimal("50.00"),
            "hours": Decimal(132) / 60,
            "labour": labour.quantize(Decimal("0.01")),
            "systems": Decimal("2000.00"),
            "training": Decimal("500.55"),
            "other": Decimal("0.00"),
            "recovered": Decimal("400.00"),
        }


def test_the_quarter_is_what_an_independent_count_makes_of_it(spent):
    found, expected = within(spent.months, QUARTER), spent.by_hand()
    total = sum(expected.values()) - expected["hours"] - expected["recovered"]
    expected |= {"total": total, "net": total - expected["recovered"]}
    assert {code: found.of(code) for code in COST_FIGURES} == expected
    assert found.unrated == 0
    assert {code for codes in HELD_AGAINST.values() for code in codes} == set(expected) - {"hours", "recovered", *SUMS}


def test_months_make_the_quarter_and_the_year(spent):
    assert set(spent.months) == {Period.parse(f"2026-0{month}") for month in (1, 2, 3)}
    assert within(spent.months, MARCH).of("hours") == Decimal(42) / 60
    assert up_to(spent.months, MARCH) == within(spent.months, QUARTER)
    assert up_to(spent.months, Period.parse("2026-02")).of("refunds") == Decimal("300.10")


@pytest.mark.parametrize("dimension", BY)
def test_groups_add_up_to_the_whole(spent, dimension):
    found = together(by_group(QUARTER, dimension, LATER).values())
    whole = within(spent.months, QUARTER)
    by_hand = {"systems", "training", "other"} if dimension != Dimension.DEPARTMENT else set()
    assert {code: found.of(code) for code in spent.by_hand() if code not in by_hand} == {
        code: whole.of(code) for code in spent.by_hand() if code not in by_hand
    }


def test_what_is_recovered_counts_for_who_paid_it(spent):
    by_supplier = by_group(QUARTER, Dimension.SUPPLIER, LATER)
    assert {key for key, costs in by_supplier.items() if costs.recovered} == {str(spent.settled.outside_id)}


@pytest.mark.parametrize("dimension", [Dimension.ALL, *BY])
@pytest.mark.parametrize("reader", ["quality", "auditor", "executive"])
def test_the_cases_behind_a_number_add_up_to_it(spent, dimension, reader):
    """Those a person may open and those said beside them, for every figure and group."""
    standing = standing_of(getattr(spent.w, reader))
    if dimension == Dimension.ALL:
        expected = {"": within(spent.months, QUARTER)}
    else:
        by_key = by_group(QUARTER, dimension, LATER)
        expected = {group.key: together(by_key[key] for key in group.keys) for group in groups(dimension, by_key)}
    for key, whole in expected.items():
        for code in (code for code, figure in COST_FIGURES.items() if figure.has_cases):
            found = behind(Asked(code, QUARTER, QUARTER, dimension, key, LATER), standing)
            assert abs(found.visible_value + found.hidden_value - whole.of(code)) <= Decimal("0.011"), (code, key)
            assert len(found.rows) == found.visible
            if dimension == Dimension.ALL and code == "compensation":
                assert (found.visible, found.hidden) == ((3, 0) if reader == "auditor" else (2, 1))


@pytest.mark.parametrize(
    ("figure", "dimension", "key"),
    [("total", "all", ""), ("nothing", "all", ""), ("hours", "department", "999999"), ("recovered", "supplier", "x")],
)
def test_there_is_nothing_behind_what_is_no_number_of_cases(spent, figure, dimension, key):
    with pytest.raises(ValueError, match=key or figure):
        behind(Asked(figure, QUARTER, QUARTER, Dimension(dimension), key, LATER), standing_of(spent.w.quality))


def test_heads_see_what_their_departments_cost(spent):
    w = spent.w
    workshop = within(by_month(QUARTER, QUARTER, LATER, reach_below([w.workshop.path])), QUARTER)
    assert [workshop.of("training"), workshop.of("systems")] == [Decimal("500.55"), Decimal(0)]
    assert workshop.of("compensation") == Decimal("1007.27")
    warehouse = within(by_month(QUARTER, QUARTER, LATER, reach_below([w.warehouse.path])), QUARTER)
    assert warehouse.is_empty
