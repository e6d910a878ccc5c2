"""Series: zeros between, sums up the tree, what registers know of their groups, exposure where every month is known."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accountability.models import OutsideParty
from complaints.models import Category
from complaints.services.records import save
from reporting.models import Exposure
from reporting.periods import Period
from reporting.queries.series import counts_failures, quarterly, series, stretch
from reporting.queries.trend_content import content_of
from reporting.tallies import Dimension
from tests import factories
from tests.factories import NOW
from tests.reporting import counted

pytestmark = pytest.mark.django_db
FIRST = date(2023, 1, 1)
QUARTER = Period.parse("2025Q4")
YEARS = 36


def switched(row, *, at, is_active=False):
    """Switch a row of a register off, or on again, as its page does."""
    row.is_active = is_active
    save(row, by=None, reason="", now=at)


def renamed(row, name, *, at):
    row.names = factories.names(name)
    save(row, by=None, reason="", now=at)


def made(code, name, *, parent=None, at):
    """A category that is there since a moment."""
    row = save(Category(code=code, names=factories.names(name), parent=parent, path=""), by=None, reason="", now=at)
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    Category.objects.filter(pk=row.pk).update(path=row.path)
    return row


def of(found, row):
    return next(one for one in found if one.key == str(row.pk))


@pytest.fixture
def tree():
    at = datetime(2020, 1, 1, tzinfo=UTC)
    root = made("quality", "质量", at=at)
    leak, noise = made("leak", "漏水", parent=root, at=at), made("noise", "噪音", parent=root, at=at)
    counted.whole(FIRST, [10] * YEARS)
    return root, leak, noise


def test_months_without_a_case_are_zeros_from_the_first_month_of_all(tree):
    _root, leak, noise = tree
    counted.cells(Dimension.CATEGORY, str(leak.pk), FIRST, [0, 0, 4, 0, 1] + [0] * 31)
    counted.cells(Dimension.CATEGORY, str(noise.pk), FIRST, [2] * YEARS)
    months = stretch(QUARTER)
    assert (months[0].code, months[-1].code, len(months)) == ("2023-01", "2025-12", YEARS)
    found = of(series("received", Dimension.CATEGORY, months, NOW), leak)
    assert found.counts == (0, 0, 4, 0, 1, *([0] * 31))
    assert quarterly(found.counts) == [4, 1] + [0] * 10


def test_a_branch_holds_what_is_below_it_and_one_that_is_the_same_is_left_out(tree):
    root, leak, noise = tree
    counted.cells(Dimension.CATEGORY, str(leak.pk), FIRST, [3] * YEARS)
    found = series("received", Dimension.CATEGORY, stretch(QUARTER), NOW)
    assert [row.key for row in found] == [str(leak.pk)]
    counted.cells(Dimension.CATEGORY, str(noise.pk), FIRST, [2] * YEARS)
    found = series("received", Dimension.CATEGORY, stretch(QUARTER), NOW)
    assert {row.key: row.counts[0] for row in found} == {str(root.pk): 5, str(leak.pk): 3, str(noise.pk): 2}


def test_cases_without_a_group_are_no_series(tree):
    counted.cells(Dimension.CATEGORY, "", FIRST, [3] * YEARS)
    assert series("received", Dimension.CATEGORY, stretch(QUARTER), NOW) == []
    assert [row.key for row in series("received", Dimension.ALL, stretch(QUARTER), NOW)] == [""]


def test_the_stretch_begins_with_the_quarter_of_the_first_month_and_is_five_years_at_most():
    counted.whole(date(2025, 5, 1), [1] * 8)
    assert [month.code for month in stretch(QUARTER)][:1] == ["2025-04"]
    counted.whole(date(2010, 1, 1), [1])
    assert len(stretch(QUARTER)) == 60
    assert stretch(Period.parse("2009Q4"))[0].code == "2009-10"


def test_of_a_share_that_should_be_high_the_failures_are_counted(tree):
    _root, leak, _noise = tree
    counted.cells(Dimension.CATEGORY, str(leak.pk), FIRST, [5] * 36, in_time=[4] * 36, too_late=[1] * 36)
    assert counts_failures("timely_response")
    (found,) = series("timely_response", Dimension.CATEGORY, stretch(QUARTER), NOW)
    assert (found.counts, found.totals, found.exposure) == ((1,) * 36, (5,) * 36, (5.0,) * 36)


class TestRegisters:
    def verdicts(self, quarter=QUARTER):
        content = content_of(quarter, "received", NOW)
        rows = [row for row in content["rows"] if row["dimension"] == "category"]
        return {row["key"]: row["finding"]["verdict"] for row in rows}, content

    def steady(self, noise):
        counted.cells(Dimension.CATEGORY, str(noise.pk), FIRST, [20] * YEARS)

    def test_a_category_that_was_switched_off_is_no_improvement(self, tree):
        _root, leak, noise = tree
        self.steady(noise)
        counted.cells(Dimension.CATEGORY, str(leak.pk), FIRST, [20] * 32)
        switched(leak, at=datetime(2025, 8, 20, tzinfo=UTC))
        found = of(series("received", Dimension.CATEGORY, stretch(QUARTER), NOW), leak)
        assert found.valid_until == 32  # September 2025 is the first month without it
        verdicts, content = self.verdicts()
        assert verdicts[str(leak.pk)] == "ended"
        parts = next(row["parts"] for row in content["rows"] if row["key"] == str(leak.pk))
        assert [(part["what"], part["on"]) for part in parts] == [("ended", "2025-08-20")]

    def test_switched_on_again_it_lives(self, tree):
        _root, leak, noise = tree
        self.steady(noise)
        counted.cells(Dimension.CATEGORY, str(leak.pk), FIRST, [20] * YEARS)
        switched(leak, at=datetime(2025, 8, 20, tzinfo=UTC))
        switched(leak, at=datetime(2025, 8, 25, tzinfo=UTC), is_active=True)
        assert of(series("received", Dimension.CATEGORY, stretch(QUARTER), NOW), leak).valid_until is None
        assert self.verdicts()[0][str(leak.pk)] == "no_change_shown"

    def test_one_that_goes_on_under_another_key_carries_the_past_on(self, tree):
        root, leak, noise = tree
        self.steady(noise)
        counted.cells(Dimension.CATEGORY, str(leak.pk), FIRST, [20] * 33)
        at = datetime(2025, 9, 30, 8, tzinfo=UTC)
        switched(leak, at=at)
        heir = made("leak-2", "漏水", parent=root, at=at)
        counted.cells(Dimension.CATEGORY, str(heir.pk), date(2025, 10, 1), [20] * 3)
        found = series("received", Dimension.CATEGORY, stretch(QUARTER), NOW)
        assert of(found, leak).for_trends.renamed_to == str(heir.pk)
        verdicts, content = self.verdicts()
        assert verdicts[str(leak.pk)] == "renamed"
        assert verdicts[str(heir.pk)] == "no_change_shown"
        assert {key for key, verdict in verdicts.items() if verdict in {"rise", "fall"}} == set()
        finding = next(row["finding"] for row in content["rows"] if row["key"] == str(leak.pk))
        assert (finding["counterpart"], finding["presumed"]) == (str(heir.pk), False)

    def test_one_that_got_another_name_is_the_same_series_and_the_page_says_so(self, tree):
        _root, leak, noise = tree
        self.steady(noise)
        counted.cells(Dimension.CATEGORY, str(leak.pk), FIRST, [20] * YEARS)
        renamed(leak, "渗漏", at=datetime(2025, 10, 5, tzinfo=UTC))
        verdicts, content = self.verdicts()
        assert verdicts[str(leak.pk)] == "no_change_shown"
        parts = next(row["parts"] for row in content["rows"] if row["key"] == str(leak.pk))
        assert [part["what"] for part in parts] == ["renamed"]

    def test_one_that_was_made_in_the_quarter_began_and_did_not_rise(self, tree):
        root, _leak, noise = tree
        self.steady(noise)
        fresh = made("fresh", "新类", parent=root, at=datetime(2025, 10, 8, tzinfo=UTC))
        counted.cells(Dimension.CATEGORY, str(fresh.pk), date(2025, 10, 1), [15] * 3)
        assert self.verdicts()[0][str(fresh.pk)] == "began"

    def test_a_supplier_that_was_switched_off_ended_too(self, tree):
        party = save(
            OutsideParty(code="s1", kind="supplier", name="甲供应商"),
            by=None,
            reason="",
            now=datetime(2020, 1, 1, tzinfo=UTC),
        )
        counted.cells(Dimension.SUPPLIER, str(party.pk), FIRST, [9] * 30)
        switched(party, at=datetime(2025, 7, 1, tzinfo=UTC))
        (found,) = series("received", Dimension.SUPPLIER, stretch(QUARTER), NOW)
        assert found.valid_until == 30  # July 2025, off from its first day

    def test_a_real_fall_is_named_beside_all_that(self, tree):
        _root, leak, noise = tree
        self.steady(noise)
        counted.cells(Dimension.CATEGORY, str(leak.pk), FIRST, [40] * 33 + [12, 10, 11])
        assert self.verdicts()[0][str(leak.pk)] == "fall"


class TestExposure:
    def known(self, dimension, key, amounts, kind="customers", first=FIRST):
        for month, amount in zip(counted.months(first, len(amounts)), amounts, strict=True):
            Exposure.objects.create(
                month=month.first, dimension=dimension, key=key, kind=kind, amount=Decimal(amount), made_at=NOW
            )

    def product(self):
        (found,) = series("received", Dimension.PRODUCT, stretch(QUARTER), NOW)
        return found

    @pytest.fixture(autouse=True)
    def counts(self):
        counted.whole(FIRST, [10] * YEARS)
        counted.cells(Dimension.PRODUCT, "X1", FIRST, [10] * 24 + [20] * 12)

    def test_where_every_month_is_known_counts_are_rates(self):
        self.known("product", "X1", [100] * 24 + [200] * 12, kind="sales")
        found = self.product()
        assert (found.exposed.kind, found.exposed.is_whole) == ("sales", False)
        assert found.exposure == (100.0,) * 24 + (200.0,) * 12
        content = content_of(QUARTER, "received", NOW)
        row = next(row for row in content["rows"] if row["dimension"] == "product")
        assert row["finding"]["verdict"] == "no_change_shown"  # twice as many, of twice as many sold
        assert row["chart"]["kind"].startswith("u")

    def test_a_month_that_lacks_leaves_counts_as_they_are(self):
        self.known("product", "X1", [100] * 35, kind="sales")
        assert self.product().exposure is None

    def test_a_group_without_figures_takes_those_of_the_whole(self):
        self.known("all", "", [1000] * YEARS)
        found = self.product()
        assert (found.exposed.kind, found.exposed.is_whole) == ("customers", True)

    def test_a_month_in_which_nothing_was_sold_is_no_denominator(self):
        self.known("product", "X1", [100] * 35 + [0], kind="sales")
        assert self.product().exposure is None
