"""A quarter is looked at when asked or at night, kept with its moment, and shown as it was found. (RP-2)"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from complaints.services.refusal import ActRefusedError
from reporting.definitions import EDITION
from reporting.models import Examination, Subject
from reporting.periods import Period
from reporting.services import examinations
from reporting.tallies import Dimension
from tests import factories
from tests import world as worlds
from tests.pages import assert_proper
from tests.reporting import counted

NIGHT = datetime(2026, 1, 10, 18, 30, tzinfo=UTC)  # half past two on the 11th in Shanghai
QUARTER = Period.parse("2025Q4")
FIRST = date(2023, 1, 1)


@pytest.fixture
def w(db, monkeypatch):
    world = worlds.build()
    other = factories.CategoryFactory(code="delivery", names=factories.names("配送", "Delivery"))
    rare = factories.CategoryFactory(code="rare", names=factories.names("罕见", "Rare"))
    counted.whole(FIRST, [36] * 33 + [52, 50, 51])
    counted.cells(Dimension.CATEGORY, str(world.category.pk), FIRST, [20, 21, 19] * 11 + [36, 34, 35])
    counted.cells(Dimension.CATEGORY, str(other.pk), FIRST, [16, 15, 17] * 12)
    counted.cells(Dimension.CATEGORY, str(rare.pk), FIRST, [0, 1, 0] * 12)
    counted.cells(Dimension.PRODUCT, "X<1>", FIRST, [0] * 35 + [3])
    counted.counted_up_to(NIGHT - timedelta(minutes=5))
    monkeypatch.setattr("django.utils.timezone.now", lambda: NIGHT)
    world.people |= {"delivery": other, "rare": rare}
    return world


@pytest.fixture
def made(w):
    examinations.ask_nightly(NIGHT)
    examinations.make_waiting(NIGHT)
    return Examination.objects.get(subject=Subject.TRENDS)


def taken_away(client, address):
    """The content of a file."""
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_the_night_asks_once_and_the_worker_makes_it(w):
    asked = {(row.subject, row.quarter, row.figure, row.is_waiting) for row in examinations.ask_nightly(NIGHT)}
    quarter = date(2025, 10, 1)
    assert asked == {("trends", quarter, "received", True), ("performance", quarter, "", True)}
    assert examinations.ask_nightly(NIGHT + timedelta(hours=1)) == []
    assert examinations.make_waiting(NIGHT) == 2
    assert examinations.make_waiting(NIGHT) == 0
    made = Examination.objects.get(subject=Subject.TRENDS)
    assert (made.is_waiting, made.edition, made.as_of) == (False, EDITION, NIGHT)
    assert len(examinations.ask_nightly(NIGHT + timedelta(days=1))) == 2


def test_a_worker_that_died_is_followed_by_another(w):
    examinations.ask_nightly(NIGHT)
    Examination.objects.update(claimed_at=NIGHT)
    assert examinations.make_waiting(NIGHT + timedelta(minutes=5)) == 0
    assert examinations.make_waiting(NIGHT + timedelta(minutes=31)) == 2


def test_what_is_found_says_over_how_many_series_at_which_rate(w, made):
    content = made.content
    assert (content["figure"], content["quarter"], content["rate"]) == ("received", "2025Q4", 0.05)
    assert content["series"] == len(content["rows"]) == 4  # the whole, two categories, the rare one
    assert content["left_out"] == {"product": 1}
    verdicts = {(row["dimension"], row["key"]): row["finding"]["verdict"] for row in content["rows"]}
    assert verdicts == {
        ("all", ""): "rise",
        ("category", str(w.category.pk)): "rise",
        ("category", str(w.delivery.pk)): "no_change_shown",
        ("category", str(w.rare.pk)): "too_few",
    }


def test_asked_twice_it_is_the_same(w, made):
    before = made.content
    examinations.ask(QUARTER, "received", by=w.quality, now=NIGHT + timedelta(hours=2))
    examinations.make_waiting(NIGHT + timedelta(hours=3))
    made.refresh_from_db()
    assert (made.content, made.asked_by) == (before, w.quality)


@pytest.mark.parametrize(
    ("name", "quarter", "figure", "code"),
    [
        ("handler", "2025Q4", "received", "not_allowed"),
        ("head", "2025Q4", "received", "not_allowed"),
        ("quality", "2026Q1", "received", "quarter"),
        ("quality", "2020Q1", "received", "quarter"),
        ("quality", "2025Q4", "cycle_median", "figure"),
    ],
)
def test_who_may_not_ask_and_what_cannot_be_asked(w, name, quarter, figure, code):
    with pytest.raises(ActRefusedError) as refusal:
        examinations.ask(Period.parse(quarter), figure, by=w.people[name], now=NIGHT)
    assert refusal.value.code == code
    assert not Examination.objects.exists()


def test_the_page_shows_changes_apart_from_what_cannot_be_told(w, made, client):
    client.force_login(w.quality)
    answer = client.get(reverse("admin:trends"))
    assert_proper(answer)
    parts = answer.context["parts"]
    assert {part: [row.kept["key"] for row in rows] for part, rows in parts.items()} == {
        "changed": [row.kept["key"] for row in parts["changed"]],
        "other": [],
        "too_few": [str(w.rare.pk)],
        "unchanged": [str(w.delivery.pk)],
    }
    assert {row.kept["key"] for row in parts["changed"]} == {"", str(w.category.pk)}
    assert [row.finding["q_value"] for row in parts["changed"]] == sorted(
        row.finding["q_value"] for row in parts["changed"]
    )


def test_every_series_has_its_page_its_charts_and_its_file(w, made, client):
    client.force_login(w.quality)
    parts = client.get(reverse("admin:trends")).context["parts"]
    for row in [row for rows in parts.values() for row in rows]:
        page = client.get(row.url)
        assert_proper(page)
        lines = page.context["lines"]
        assert [line["count"] for line in lines] == row.kept["counts"][::-1]
        for name, address in page.context["pictures"].items():
            picture = client.get(address)
            assert picture.status_code == 200, name
            assert "style=" not in picture.text
        assert len(taken_away(client, page.context["file"] + "&format=csv").splitlines()) == 1 + len(lines)
    whole = taken_away(client, reverse("admin:trends_file") + "?period=2025Q4&format=csv")
    assert len(whole.splitlines()) == 1 + 4


def test_a_series_that_was_not_looked_at_has_no_page(w, made, client):
    client.force_login(w.quality)
    address = reverse("admin:trend_series")
    asked = {"period": "2025Q4", "figure": "received", "dimension": "category", "key": str(w.category.pk)}
    assert client.get(address, asked).status_code == 200
    for changed in ({"key": "999"}, {"dimension": "no"}, {"period": "2025Q3"}, {"period": "x"}, {"figure": "x"}):
        assert client.get(address, asked | changed).status_code == 404
    assert client.get(reverse("admin:trend_chart"), asked | {"chart": "x"}).status_code == 404


def test_pareto_shows_every_kind_and_adds_up(w, client):
    client.force_login(w.quality)
    address = reverse("admin:pareto")
    answer = client.get(address, {"period": "2025Q4", "by": "category"})
    assert_proper(answer)
    found = answer.context["found"]
    assert [(row.key, row.count) for row in found.rows] == [
        (str(w.category.pk), 105),
        (str(w.delivery.pk), 48),
        (str(w.rare.pk), 1),
    ]
    assert found.rows[-1].cumulative == 1.0
    assert client.get(reverse("admin:pareto_chart"), {"period": "2025Q4"}).status_code == 200
    assert len(taken_away(client, reverse("admin:pareto_file") + "?period=2025Q4&format=csv").splitlines()) == 4
    assert client.get(address, {"period": "2025Q4", "by": "cause"}).status_code == 200
    assert client.get(address, {"by": "handler"}).status_code == 404


def test_the_button_has_the_quarter_looked_at_again(w, made, client):
    client.force_login(w.auditor)
    address = reverse("admin:trends_ask") + "?period=2025Q4&figure=received"
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    made.refresh_from_db()
    assert made.asked_by == w.auditor
    client.force_login(w.head)
    assert client.post(address).status_code == 403
