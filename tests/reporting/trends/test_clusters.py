import csv
import gzip
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reporting.trends import Group, Urgency, scan
from reporting.trends.dispersion import Dispersion
from reporting.trends.expectation import Expected, at_least, beyond
from tests.reporting.trends.synthetic import days, draw

BOSTON = Path(__file__).parents[4] / "shared" / "data" / "en_boston311.csv.gz"


def look(rows, day, **stated):
    """The scan of the evening of a day."""
    return scan([Group(str(key), "product", row[: day + 1].tolist()) for key, row in enumerate(rows)], **stated)


@pytest.mark.parametrize("history", [60, 760])
def test_on_quiet_nights_alarms_are_as_rare_as_stated(history):
    """Sixty groups on forty nights, one false alarm in ten nights: four at most are expected."""
    rows = days(np.random.default_rng(history), 60, history + 40)
    found = [
        cluster for night in range(history, history + 40) for cluster in look(rows, night, false_alarms=0.1).clusters
    ]
    assert len(found) <= 8  # 4 + 2 of its own errors


@pytest.mark.parametrize("dispersion", [1.0, 2.5])
def test_chance_ends_at_the_greatest_count_that_is_still_likely_enough(dispersion):
    """Whatever is expected, whole numbers or not."""
    means = np.concatenate([np.linspace(0.003, 60, 997), np.arange(1.0, 20), [4.1, 4.225, 16.4 / 4]])
    expected = Expected(
        means * 50, np.full(len(means), 1 / 50), np.zeros(len(means)), Dispersion.of(dispersion, len(means))
    )
    for level in (0.05, 1e-5):
        greatest = beyond(expected, level)
        assert (greatest == np.floor(greatest)).all()
        assert ((at_least(greatest, expected) > level) | (greatest == 0)).all()
        assert (at_least(greatest + 1, expected) <= level).all()


@pytest.mark.parametrize(
    ("level", "planted", "nights"),
    [(0.05, [6], 1), (0.5, [8], 1), (3, [18], 1), (3, [7] * 7, 7), (20, [48], 1)],
)
def test_a_cluster_is_found_in_time(level, planted, nights):
    rng = np.random.default_rng(40)
    rows = days(rng, 50, 800)
    rows[17] = draw(rng, np.full(800, float(level)), np.ones(800))
    rows[17, 780 : 780 + len(planted)] += planted
    found = look(rows, 779 + nights)
    assert [(cluster.key, cluster.urgency) for cluster in found.clusters] == [("17", Urgency.INCIDENT)]
    cluster = found.clusters[0]
    assert cluster.observed > cluster.threshold > cluster.expected
    assert (found.groups, found.false_alarms) == (50, pytest.approx(1 / 30))


def winters(rng, years, level=12.0):
    """Complaints about heating: hardly any in summer, many in winter, more on cold days, earlier or later each year."""
    mean = []
    for _ in range(years):
        late = rng.integers(-10, 11)
        cold = np.cos(2 * np.pi * (np.arange(365) - late) / 365)
        mean.append(0.4 + level * np.clip(cold + 0.1, 0, None) * rng.choice([0.7, 1.0, 1.5], 365))
    return draw(rng, np.concatenate(mean), np.full(365 * years, 1.5))


def test_a_season_that_comes_back_is_no_news():
    """The third autumn of heating complaints, from September to December."""
    rng = np.random.default_rng(41)
    rows = np.vstack([days(rng, 20, 365 * 3), winters(rng, 3)])
    found = [look(rows, 2 * 365 + day) for day in range(240, 360, 3)]
    assert [cluster for night in found for cluster in night.clusters if cluster.key == "20"] == []


def test_the_first_season_ever_seen_is_not_called_an_incident():
    """Counts begin in summer; no earlier autumn is known."""
    for seed in range(4):
        rows = np.vstack([days(np.random.default_rng(seed), 20, 365), winters(np.random.default_rng(seed + 50), 1)])
        nights = [look(rows[:, 180:], day - 180) for day in range(240, 360, 3)]
        urgencies = {cluster.urgency for night in nights for cluster in night.clusters if cluster.key == "20"}
        assert urgencies <= {Urgency.RISE}


def test_but_a_surge_beyond_anything_seen_is():
    rng = np.random.default_rng(42)
    rows = days(rng, 20, 90)
    rows[3] = draw(rng, np.full(90, 4.0), np.ones(90))
    rows[3, 80] = 60
    found = look(rows, 80).clusters
    assert [(cluster.key, cluster.days, cluster.urgency) for cluster in found] == [("3", 1, Urgency.INCIDENT)]


def test_few_cases_are_no_cluster():
    rows = np.zeros((3, 400), dtype=int)
    rows[0, -1] = 4
    assert look(rows, 399).clusters == ()
    rows[0, -1] = 5
    assert [cluster.key for cluster in look(rows, 399).clusters] == ["0"]


def test_a_past_incident_hides_no_new_one():
    rng = np.random.default_rng(43)
    rows = draw(rng, np.full((10, 120), 4.0), np.ones((10, 120)))
    rows[0, 60] = 300
    rows[0, 110] = 40
    assert [cluster.key for cluster in look(rows, 110).clusters] == ["0"]


@pytest.mark.parametrize("length", [0, 1, 20])
def test_without_a_past_nothing_is_said(length):
    assert look(np.full((2, length), 50), length).clusters == ()


def test_huge_and_constant_counts():
    rows = np.full((3, 100), 1_000_000)
    assert look(rows, 99).clusters == ()
    rows[1, -1] = 1_100_000
    assert [cluster.key for cluster in look(rows, 99).clusters] == ["1"]


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="same days"):
        scan([Group("a", "c", [1, 2]), Group("b", "c", [1])])
    with pytest.raises(ValueError, match="not negative"):
        scan([Group("a", "c", [-1])])
    assert scan([]).clusters == ()


@pytest.fixture(scope="module")
def boston():
    """Requests of each type a day from July to September 2011, and the first day."""
    if not BOSTON.exists():
        pytest.skip("the data of Boston are not here")
    first = date(2011, 7, 1)
    counts: Any = defaultdict(lambda: np.zeros(92, dtype=int))
    with gzip.open(BOSTON, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            counts[row["type"]][(date.fromisoformat(row["open_dt"][:10]) - first).days] += 1
    return counts, first


def clusters_of(boston, day):
    counts, first = boston
    past = (day - first).days + 1
    return scan([Group(kind, "type", row[:past].tolist()) for kind, row in counts.items()]).clusters


def test_the_storm_is_found_on_its_day(boston):
    """28 August 2011: 752 emergencies with trees after about 4 a day."""
    found = clusters_of(boston, date(2011, 8, 28))
    assert (found[0].key, found[0].urgency, found[0].days, found[0].observed) == (
        "Tree Emergencies",
        Urgency.INCIDENT,
        1,
        752,
    )
    assert found[0].expected < 6
    assert {cluster.key for cluster in found} <= {"Tree Emergencies", "Street Light Knock Downs"}


def test_the_storm_is_the_incident_of_its_week_and_heat_is_none(boston):
    week = [date(2011, 8, 24) + timedelta(days=day) for day in range(8)]
    found = [cluster for day in week for cluster in clusters_of(boston, day)]
    assert {cluster.key for cluster in found if cluster.urgency == Urgency.INCIDENT} == {"Tree Emergencies"}
    september = [date(2011, 9, 1) + timedelta(days=day) for day in range(0, 30, 3)]
    found += [cluster for day in september for cluster in clusters_of(boston, day)]
    assert not {cluster.key for cluster in found} & {"Heat - Excessive  Insufficient"}
    assert len({cluster.key for cluster in found}) <= 12  # of 129 types, on 18 nights
