"""Calendar files: what they say, and that each mistake is reported with file, key and reason."""

from datetime import date
from pathlib import Path

import pytest

from complaints.calendar_file import CalendarData, CalendarDay, CalendarFileError, CalendarYear, load_calendar_file

GOOD = """
code: xx
name: {en: Test, zh-hans: 测试, zh-hant: 測試}
zone: Europe/Berlin
week:
  mon..thu: ["09:00-12:00", "13:00-17:00"]
  fri: "09:00-12:00"
  sun: ["20:00-24:00"]
names:
  feast: {en: Feast, zh-hans: 节, zh-hant: 節}
years:
  2026:
    published: true
    source: a notice
    holidays: {feast: 02-27..03-01}
    working_days: {feast: [02-21, 03-07]}
    hours: {03-07: ["10:00-11:00"], 12-24: ["09:00-12:00"]}
  2027:
    published: false
    source: {en: a guess, zh-hans: 推测, zh-hant: 推測}
provisional:
  source: the law
  until: 2029
  fixed: {feast: 05-01}
  years:
    2028: {feast: 02-29}
"""
FEAST = {"en": "Feast", "zh-hans": "节", "zh-hant": "節"}
NOTICE, LAW = (dict.fromkeys(("en", "zh-hans", "zh-hant"), text) for text in ("a notice", "the law"))
GUESS = {"en": "a guess", "zh-hans": "推测", "zh-hant": "推測"}
HOLIDAY = CalendarDay("holiday", FEAST, None)


def load(folder: Path, text: str) -> CalendarData:
    file = folder / "xx.yaml"
    file.write_text(text, encoding="utf-8")
    return load_calendar_file(file)


def test_what_a_file_says(tmp_path: Path) -> None:
    found = load(tmp_path, GOOD)
    assert (found.code, found.zone, found.roll_days) == ("xx", "Europe/Berlin", True)
    assert found.names == {"en": "Test", "zh-hans": "测试", "zh-hant": "測試"}
    usual = ((540, 720), (780, 1020))
    assert found.week == {**dict.fromkeys(range(4), usual), 4: ((540, 720),), 5: (), 6: ((1200, 1440),)}
    assert found.years == {
        2026: CalendarYear(published=True, sources=NOTICE),
        2027: CalendarYear(published=False, sources=GUESS),
        2028: CalendarYear(published=False, sources=LAW),
        2029: CalendarYear(published=False, sources=LAW),
    }
    assert found.days == {
        date(2026, 2, 21): CalendarDay("working", FEAST, None),
        date(2026, 2, 27): HOLIDAY,
        date(2026, 2, 28): HOLIDAY,
        date(2026, 3, 1): HOLIDAY,
        date(2026, 3, 7): CalendarDay("working", FEAST, ((600, 660),)),
        date(2026, 12, 24): CalendarDay("working", {}, ((540, 720),)),
        date(2028, 2, 29): HOLIDAY,
        date(2028, 5, 1): HOLIDAY,
        date(2029, 5, 1): HOLIDAY,
    }


def test_the_calendar_of_a_file(tmp_path: Path) -> None:
    calendar = load(tmp_path, GOOD).calendar()
    days = [date(2026, 2, 21), date(2026, 2, 27), date(2026, 3, 7), date(2026, 12, 24)]
    assert [calendar.opening(day) for day in days] == [((540, 720), (780, 1020)), (), ((600, 660),), ((540, 720),)]
    assert (calendar.zone, set(calendar.published_years)) == ("Europe/Berlin", {2026})


@pytest.mark.parametrize(
    ("right", "wrong", "key", "reason"),
    [
        ("code: xx", "", "", "lacks code"),
        ("code: xx", "code: [xx]", "code", "must be a text"),
        ("code: xx", "code: xx\ncolour: red", "", "has no use for colour"),
        ("code: xx", "code: xx\ncode: yy", "", "'code' comes twice"),
        ("code: xx", "code: {", "", "while parsing"),
        ("zh-hans: 测试, ", "", "name", "lacks zh-hans"),
        ("Europe/Berlin", "Europe/Bonn", "zone", "no time zone called 'Europe/Bonn'"),
        ("  fri:", "  thu:", "week.thu", "thu comes twice"),
        ("  fri:", "  Fri:", "week.Fri", "use mon, tue"),
        ('fri: "09:00-12:00"', "fri: 9-12", "week.fri", "'9-12' is not like 09:00-12:00"),
        ('fri: "09:00-12:00"', 'fri: "12:00-09:00"', "week.fri", "end at 09:00 but start at 12:00"),
        ("20:00-24:00", "20:00-25:00", "week.sun", "1500 is not between"),
        ("published: true", "published: yes", "years.2026.published", "must be true or false, not 'yes'"),
        ("source: the law", "source: []", "provisional.source", "must be a text"),
        ("zh-hant: 推測", "fr: supposition", "years.2027.source", "lacks zh-hant"),
        ("  2026:", "  26:", "years.26", "'26' is not a year"),
        ("{feast: 02-27..03-01}", "{fest: 02-27}", "years.2026.holidays.fest", "not among the names"),
        ("02-27..03-01", "02-27..02-29", "years.2026.holidays.feast", "not a day or range of days of 2026"),
        ("02-27..03-01", "03-01..02-27", "years.2026.holidays.feast", "ends before it starts"),
        ("02-27..03-01", "[02-27, 02-27]", "years.2026.holidays.feast", "2026-02-27 comes twice"),
        ("[02-21, 03-07]", "02-28", "years.2026.working_days", "2026-02-28 is a holiday as well"),
        ("{03-07: [", "{02-28: [", "years.2026.hours.02-28", "is a holiday or comes twice"),
        ("until: 2029", "until: 2027", "provisional.years.2028", "lies outside 2028 to 2027"),
        ("    2028:", "    2027:", "provisional.years.2027", "lies outside 2028 to 2029"),
        ("{feast: 05-01}", "05-01", "provisional.fixed", "must be a mapping"),
    ],
)
def test_a_mistake_is_reported_with_its_place(tmp_path: Path, right: str, wrong: str, key: str, reason: str) -> None:
    assert GOOD.count(right) == 1
    with pytest.raises(CalendarFileError) as caught:
        load(tmp_path, GOOD.replace(right, wrong))
    assert caught.value.key == key
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"{tmp_path / 'xx.yaml'}: {key}")


def test_a_make_up_day_needs_hours_from_somewhere(tmp_path: Path) -> None:
    closed = GOOD.replace('["09:00-12:00", "13:00-17:00"]', "[]").replace('"09:00-12:00"\n', "[]\n")
    with pytest.raises(CalendarFileError, match="needs an open weekday"):
        load(tmp_path, closed.replace('["20:00-24:00"]', "[]"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match="No such file"):
        load_calendar_file(tmp_path / "none.yaml")
