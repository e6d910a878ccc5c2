"""The calendar of mainland China, day by day against an independent collection of the notices."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

import complaints
from complaints.calendar_file import CalendarData, load_calendar_file

OFFICE = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))


@pytest.fixture(scope="module")
def cn() -> CalendarData:
    return load_calendar_file(Path(complaints.__file__).parent / "calendars" / "cn.yaml")


def test_every_day_from_2007_to_2026(cn: CalendarData) -> None:
    calendar = cn.calendar()
    days = [date(2007, 1, 1) + timedelta(days=day) for day in range((date(2027, 1, 1) - date(2007, 1, 1)).days)]
    assert [day for day in days if calendar.is_working_day(day) != chinese_calendar.is_workday(day)] == []
    assert {calendar.opening(day) for day in days} == {(), OFFICE}


def test_holidays_have_the_names_of_the_notices(cn: CalendarData) -> None:
    titles = {
        "New Year's Day": "元旦",
        "Spring Festival": "春节",
        "Tomb-sweeping Day": "清明节",
        "Labour Day": "劳动节",
        "Dragon Boat Festival": "端午节",
        "Mid-autumn Festival": "中秋节",
        "National Day": "国庆节",
    }
    for day, (kind, names, _) in cn.days.items():
        if kind == "holiday" and day.year <= 2026:
            _, title = chinese_calendar.get_holiday_detail(day)
            assert names["zh-hans"] == titles.get(title, names["zh-hans"]), day


def test_the_days_of_2026(cn: CalendarData) -> None:
    year = {day: entry for day, entry in cn.days.items() if day.year == 2026}
    working = [f"{day:%m-%d}" for day, entry in year.items() if entry.kind == "working"]
    assert working == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert sum(entry.kind == "holiday" for entry in year.values()) == 33


def test_years_without_notice_know_the_statutory_days_and_stay_unpublished(cn: CalendarData) -> None:
    assert {year for year, (published, _) in cn.years.items() if published} == set(range(2007, 2027))
    assert cn.calendar().published_years == set(range(2007, 2027))
    days = {year: [f"{day:%m-%d}" for day in cn.days if day.year == year] for year in (2027, 2028, 2031)}
    fixed = ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]
    movable = {
        2027: ["02-05", "02-06", "02-07", "02-08", "04-05", "06-09", "09-15"],
        2028: ["01-25", "01-26", "01-27", "01-28", "04-04", "05-28"],  # the Mid-Autumn Festival is on 10-03
        2031: [],
    }
    assert days == {year: sorted(fixed + movable[year]) for year in days}
    assert cn.days[date(2028, 10, 3)].names["en"] == "Mid-Autumn Festival"
