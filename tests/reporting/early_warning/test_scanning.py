"""Every day is looked at once; a cluster is found the same night and told once; quiet days stay quiet. (RP-7)"""

from datetime import timedelta

from complaints.models import Notice
from complaints.queries.notice_texts import TEMPLATES
from reporting.models import RiskWarning, ScanNight, Urgency, WarningState
from reporting.queries.clusters import Grouping, cases, groups_by_day
from reporting.services.cluster_scan import KIND, QUIET, scan_day, scan_for_clusters
from reporting.tallies import Dimension
from tests import factories
from tests.reporting import counted
from tests.reporting.early_warning.conftest import DAYS, FIRST, LAST, ZONE, morning_after

DAY = timedelta(days=1)


def told():
    return sorted(Notice.objects.filter(kind=KIND).values_list("recipient__username", "key"))


def kept():
    """Everything that a night writes."""
    warnings = RiskWarning.objects.order_by("pk").values("number", "key", "observed", "state", "last_found_on")
    return list(warnings), list(ScanNight.objects.values_list("day", flat=True)), told(), RiskWarning.history.count()


def test_quiet_nights_give_no_more_warnings_than_stated(w, quiet_weeks):
    expected = 0.0
    for back in range(28, -1, -1):
        night = scan_day(LAST - back * DAY, morning_after(LAST))
        assert night is not None
        expected += night.false_alarms
    assert expected < 1.0
    # Poisson around less than 1: more than 4 would be one time in 270.
    assert RiskWarning.objects.count() <= 4
    assert not RiskWarning.objects.filter(urgency=Urgency.INCIDENT).exists()


def test_a_cluster_is_found_the_same_night_names_its_cases_and_is_told_once(w, quiet_weeks, kinds):
    day = LAST + DAY
    planted = counted.facts_on(w, day, 12, **kinds["leaking"])
    assert scan_for_clusters(morning_after(day)) == [day]
    (warning,) = RiskWarning.objects.all()
    group = Grouping.read(warning.dimension, warning.key)
    assert Dimension.PRODUCT in group.dimensions
    assert "X1" in group.keys
    assert warning.found_on == warning.last_found_on == day
    named = set(cases(group, warning.since, warning.last_found_on, ZONE).values_list("complaint_id", flat=True))
    assert {complaint.pk for complaint in planted} <= named
    assert warning.department == w.workshop
    key = f"warning:{warning.number}"
    assert told() == [("quality", key), ("workshop_head", key)]
    assert {row["dimension"] for row in warning.related} >= {"category"}
    assert KIND in TEMPLATES


def test_the_second_run_of_a_night_changes_nothing(w, quiet_weeks, kinds):
    day = LAST + DAY
    counted.facts_on(w, day, 12, **kinds["leaking"])
    scan_for_clusters(morning_after(day))
    before = kept()
    assert scan_for_clusters(morning_after(day)) == []
    assert scan_day(day, morning_after(day)) is None
    assert kept() == before


def test_what_goes_on_extends_the_warning_and_after_quiet_nights_it_is_over(w, quiet_weeks, kinds):
    first = LAST + DAY
    for number in range(3):
        counted.facts_on(w, first + number * DAY, 12, **kinds["leaking"])
        scan_for_clusters(morning_after(first + number * DAY))
    (warning,) = RiskWarning.objects.all()
    assert (warning.found_on, warning.last_found_on, warning.ended_on) == (first, first + 2 * DAY, None)
    assert len(told()) == 2
    later = first + 25 * DAY
    scan_for_clusters(morning_after(later))
    warning.refresh_from_db()
    assert warning.ended_on is not None
    assert warning.ended_on - warning.last_found_on == (QUIET + 1) * DAY
    assert warning.state == WarningState.ENDED
    assert len(told()) == 2
    counted.facts_on(w, later + DAY, 15, **kinds["leaking"])
    scan_for_clusters(morning_after(later + DAY))
    assert RiskWarning.objects.filter(ended_on=None).count() == 1


def test_days_that_an_outage_left_out_are_looked_at_one_by_one(w, quiet_weeks, kinds):
    scan_for_clusters(morning_after(LAST))
    counted.facts_on(w, LAST + DAY, 12, **kinds["leaking"])
    found = scan_for_clusters(morning_after(LAST + 3 * DAY))
    assert found == [LAST + DAY, LAST + 2 * DAY, LAST + 3 * DAY]
    assert list(RiskWarning.objects.filter(found_on__gt=LAST).values_list("key", "found_on")) == [("X1", LAST + DAY)]


def test_two_separate_matters_are_two_warnings(w, quiet_weeks, kinds):
    counted.facts_on(w, LAST + DAY, 12, **kinds["leaking"])
    counted.facts_on(w, LAST + DAY, 14, **kinds["late"])
    scan_for_clusters(morning_after(LAST + DAY))
    departments = set(RiskWarning.objects.values_list("department__code", flat=True))
    assert departments == {"workshop", "warehouse"}
    assert RiskWarning.objects.count() == 2


def test_a_head_who_is_away_is_told_through_the_deputy(w, quiet_weeks, kinds):
    now = morning_after(LAST + DAY)
    factories.AbsenceFactory(
        person=w.workshop_head, deputy=w.liaison, starts_at=now - DAY, ends_at=now + DAY, reason="休假"
    )
    counted.facts_on(w, LAST + DAY, 12, **kinds["leaking"])
    scan_for_clusters(now)
    assert {name for name, _key in told()} == {"quality", "liaison"}


def test_a_season_that_comes_back_is_no_incident(w):
    """Heating fails every winter: more cases each January are no news in the third one."""
    heating = factories.CategoryFactory(code="heating", names=factories.names("供暖", "Heating"))
    other = {"category_id": w.category.pk}
    first = FIRST - timedelta(days=735)
    for place in range(735 + 30):
        day = first + timedelta(days=place)
        if day.month in {12, 1} and (day - first).days % 7 < 5:
            counted.facts_on(w, day, 6 + place % 3, category_id=heating.pk)
        if place % 2:
            counted.facts_on(w, day, 1, **other)
    start = first + timedelta(days=730)  # the year before the last begins its winter in the past that is known
    for place in range(730, 765, 3):
        scan_day(first + timedelta(days=place), morning_after(start))
    assert not RiskWarning.objects.filter(urgency=Urgency.INCIDENT).exists()


def test_too_little_past_is_said_and_not_guessed(w, kinds):
    counted.facts_on(w, FIRST, 3, **kinds["leaking"])
    counted.facts_on(w, FIRST + 20 * DAY, 30, **kinds["leaking"])
    night = scan_day(FIRST + 20 * DAY, morning_after(FIRST + 20 * DAY))
    assert night is not None
    assert (night.groups, night.clusters, RiskWarning.objects.count()) == (0, 0, 0)


def test_counts_of_groups_are_those_of_their_cases(w, quiet_weeks):
    rows = groups_by_day(LAST)
    assert {len(row.counts) for row in rows} == {DAYS}
    for row in rows:
        group = Grouping.read(row.dimension, row.key)
        assert sum(row.counts) == cases(group, FIRST, LAST, ZONE).count()
    whole = next(row for row in rows if row.dimension == "all")
    assert sum(whole.counts) == sum(sum(row.counts) for row in rows if row.dimension == "product") + sum(
        sum(row.counts) for row in rows if (row.dimension, row.key) == ("category", str(w.delivery.pk))
    )
