"""Real requests to two cities, imported: every month and quarter as counted by hand, and the storm found in its week.

One test for each city, since taking in a whole city takes most of the time.
"""

from datetime import date, timedelta

import pytest

from complaints.models import Category, Channel, Department
from reporting.models import Cell, RiskWarning, Urgency
from reporting.periods import Period
from reporting.queries.clusters import Grouping
from reporting.queries.series import quarterly, series, stretch
from reporting.services import facts
from reporting.services.cluster_scan import scan_day
from reporting.tallies import Dimension, Tally
from tests.factories import NOW
from tests.reporting.city_requests import BALTIMORE, BOSTON, code, counted, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path / "data"


def cells(dimension, model, span):
    """Complaints received by period and code, as cells have them."""
    codes = {str(row.pk): row.code for row in model.objects.all()}
    rows = Cell.objects.filter(dimension=dimension, span=span)
    found = {}
    for first, key, tally in rows.values_list("first", "key", "tally"):
        kept = Tally.read(tally)
        assert (kept.ended, kept.reopened) == (0, 0)  # the importer registers no ends
        found[Period(first, span).code, codes[key]] = kept.received
    return found


def expected(city, rows, column, span):
    return {(period, f"c-{code(name)}"): count for (period, name), count in counted(city, rows, column, span).items()}


def assert_every_cell(city, rows):
    facts.refresh(NOW)
    for dimension, model, column in (
        (Dimension.CATEGORY, Category, city.category),
        (Dimension.CHANNEL, Channel, city.channel),
        (Dimension.OWNER, Department, city.department),
    ):
        for span in ("month", "quarter"):
            assert cells(dimension, model, span) == expected(city, rows, column, span)


def assert_every_series(city, rows, last):
    """Series are the same counts with zeros between them."""
    quarter = Period.parse(last)
    months = stretch(quarter)
    by_hand = counted(city, rows, city.category, "month")
    names = {f"c-{code(row[city.category])}": row[city.category] for row in rows}
    codes = {str(row.pk): row.code for row in Category.objects.all()}
    found = series("received", Dimension.CATEGORY, months, NOW)
    assert {codes[row.key] for row in found} == set(names)
    for row in found:
        assert list(row.counts) == [by_hand[month.code, names[codes[row.key]]] for month in months]
        assert sum(quarterly(row.counts)) == sum(row.counts)


def test_boston_every_cell_and_the_storm_of_late_august(db):
    rows = taken_in(BOSTON)
    assert_every_cell(BOSTON, rows)
    assert_every_series(BOSTON, rows, "2011Q3")
    trees = str(Category.objects.get(code="c-trees").pk)
    day, storm = date(2011, 8, 24), date(2011, 8, 28)
    while day <= date(2011, 8, 31):
        scan_day(day, NOW)
        if day < storm:
            assert not RiskWarning.objects.filter(urgency=Urgency.INCIDENT).exists()
        day += timedelta(days=1)
    first = RiskWarning.objects.filter(urgency=Urgency.INCIDENT).get()
    assert first.found_on == storm
    assert first.last_found_on == date(2011, 8, 31)
    seen = {(first.dimension, first.key)} | {(row["dimension"], row["key"]) for row in first.related}
    assert ("category", trees) in seen
    park = str(Department.objects.get(code="c-park").pk)
    assert Grouping.read(first.dimension, first.key).keys[0] in {trees, park}


def test_baltimore_every_cell_of_three_years(db):
    rows = taken_in(BALTIMORE)
    assert_every_cell(BALTIMORE, rows)
    assert_every_series(BALTIMORE, rows, "2016Q4")
