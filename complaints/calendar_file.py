"""Calendar data files: the format of complaints/calendars/*.yaml, read strictly (DL-2).

Every scalar is read as text and given its meaning here, so that no date, number or `on` is guessed by YAML. The format
is described in complaints/calendars/README.md. Pure: no database; the loader into the database is elsewhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import yaml

from complaints.working_time import InvalidCalendarError, Opening, Span, WorkingCalendar
from complaints.working_time.local_days import LocalDays, opening_spans

LANGUAGES: Final = ("en", "zh-hans", "zh-hant")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RANGE: Final = ".."


class CalendarFileError(ValueError):
    """A calendar file cannot be used; the message names the file, the key and the reason."""

    def __init__(self, file: Path, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}" if key else f"{file}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


class CalendarYear(NamedTuple):
    """Whether the days of a year are officially known, and where they come from, by language."""

    published: bool
    sources: Mapping[str, str]


class CalendarDay(NamedTuple):
    """A day that differs from its weekday. Without hours of its own, a working day has those of a usual one."""

    kind: Literal["holiday", "working"]
    names: Mapping[str, str]
    hours: tuple[Span, ...] | None


@dataclass(frozen=True, slots=True)
class CalendarData:
    """What a calendar file says: hours as minutes after 00:00 by the clock of `zone`, names by language, 0 = Monday."""

    code: str
    names: Mapping[str, str]
    zone: str
    week: Mapping[int, tuple[Span, ...]]
    roll_days: bool
    years: Mapping[int, CalendarYear]
    days: Mapping[date, CalendarDay]

    @property
    def usual_hours(self) -> tuple[Span, ...]:
        """The hours of the first weekday that has any; a make-up day stands in for one of those."""
        return next((self.week[day] for day in sorted(self.week) if self.week[day]), ())

    def calendar(self) -> WorkingCalendar:
        """Return the calendar that counts by these data."""
        days: dict[date, Opening] = {}
        for day, (kind, _, hours) in self.days.items():
            days[day] = () if kind == "holiday" else self.usual_hours if hours is None else hours
        return WorkingCalendar(
            zone=self.zone,
            week=self.week,
            days=days,
            published_years={year for year, (published, _) in self.years.items() if published},
            roll_days=self.roll_days,
        )


def load_calendar_file(path: Path) -> CalendarData:
    """Read a calendar file; CalendarFileError says what is wrong with it."""
    try:
        content = _Text(path.read_text(encoding="utf-8")).get_single_data()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CalendarFileError(path, "", " ".join(str(error).split())) from error
    root = _Entry(path, "", content).mapping(
        required={"code", "name", "zone", "week", "names", "years"}, optional={"roll_days", "provisional"}
    )
    week = _week(root["week"])
    names = {key: _names(entry) for key, entry in root["names"].mapping().items()}
    years, days = {}, {}
    for key, entry in root["years"].mapping().items():
        number = _year(entry, key)
        years[number], year_days = _announced(entry, number, names)
        days.update(year_days)
    if "provisional" in root:
        sources, guesses = _provisional(root["provisional"], names, max(years, default=date.min.year))
        years |= {number: CalendarYear(published=False, sources=sources) for number in guesses}
        for year_days in guesses.values():
            days.update(year_days)
    data = CalendarData(
        code=root["code"].text(),
        names=_names(root["name"]),
        zone=_zone(root["zone"]),
        week=week,
        roll_days=root["roll_days"].flag() if "roll_days" in root else True,
        years=years,
        days=dict(sorted(days.items())),
    )
    if not data.usual_hours and any(day.kind == "working" and day.hours is None for day in days.values()):
        raise root["week"].wrong("a working day without hours of its own needs an open weekday to take them from")
    return data


class _Text(yaml.BaseLoader):
    """YAML in which every scalar stays text and no key comes twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.MarkedYAMLError(problem=f"the key {key!r} comes twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep=deep)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A value together with where it stands."""

    file: Path
    key: str
    value: object

    def wrong(self, reason: str) -> CalendarFileError:
        return CalendarFileError(self.file, self.key, reason)

    def mapping(self, required: set[str] | None = None, optional: set[str] | None = None) -> dict[str, "_Entry"]:
        """Return the entries of a mapping, with the keys checked if any are named."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be a mapping")
        if required is not None:
            if missing := required - self.value.keys():
                raise self.wrong(f"lacks {', '.join(sorted(missing))}")
            if unknown := self.value.keys() - required - (optional or set()):
                raise self.wrong(f"has no use for {', '.join(sorted(unknown))}")
        return {
            key: replace(self, key=f"{self.key}.{key}".strip("."), value=value) for key, value in self.value.items()
        }

    def texts(self) -> list[str]:
        """Return a list of texts; a single one may stand without brackets."""
        values = self.value if isinstance(self.value, list) else [self.value]
        return [replace(self, value=value).text() for value in values]

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("must be a text")
        return self.value

    def flag(self) -> bool:
        if self.value not in {"true", "false"}:
            raise self.wrong(f"must be true or false, not {self.value!r}")
        return self.value == "true"


def _names(entry: _Entry) -> dict[str, str]:
    return {language: name.text() for language, name in entry.mapping(required=set(LANGUAGES)).items()}


def _sources(entry: _Entry) -> dict[str, str]:
    """Return a text by language; one without languages is good for all of them."""
    return _names(entry) if isinstance(entry.value, dict) else dict.fromkeys(LANGUAGES, entry.text())


def _zone(entry: _Entry) -> str:
    try:
        LocalDays(zone := entry.text())
    except InvalidCalendarError as error:
        raise entry.wrong(str(error)) from error
    return zone


def _year(entry: _Entry, text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{3}", text):
        raise entry.wrong(f"{text!r} is not a year")
    return int(text)


def _week(entry: _Entry) -> dict[int, tuple[Span, ...]]:
    week: dict[int, tuple[Span, ...]] = {}
    for key, hours in entry.mapping().items():
        first, _, last = key.partition(RANGE)
        if {first, last or first} - set(WEEKDAYS):
            raise hours.wrong(f"use {', '.join(WEEKDAYS)}, or two of them with {RANGE} between")
        for day in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
            if day in week:
                raise hours.wrong(f"{WEEKDAYS[day]} comes twice")
            week[day] = _hours(hours)
    return {day: week.get(day, ()) for day in range(7)}


def _hours(entry: _Entry) -> tuple[Span, ...]:
    if entry.value == []:
        return ()
    spans = []
    for text in entry.texts():
        match = re.fullmatch(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)", text)
        if not match:
            raise entry.wrong(f"{text!r} is not like 09:00-12:00")
        a, b, c, d = map(int, match.groups())
        spans.append((a * 60 + b, c * 60 + d))
    try:
        return opening_spans(spans, "the day")
    except InvalidCalendarError as error:
        raise entry.wrong(str(error)) from error


def _announced(
    entry: _Entry, year: int, names: Mapping[str, Mapping[str, str]]
) -> tuple[CalendarYear, dict[date, CalendarDay]]:
    parts = entry.mapping(required={"published", "source"}, optional={"holidays", "working_days", "hours"})
    days = _named_days(parts["holidays"], year, names, "holiday") if "holidays" in parts else {}
    if "working_days" in parts:
        for day, made_up in _named_days(parts["working_days"], year, names, "working").items():
            if day in days:
                raise parts["working_days"].wrong(f"{day} is a holiday as well")
            days[day] = made_up
    if "hours" in parts:
        for key, hours in parts["hours"].mapping().items():
            for day in _dates(hours, year, key):
                known = days.get(day, CalendarDay("working", {}, None))
                if known.kind == "holiday" or known.hours is not None:
                    raise hours.wrong(f"{day} is a holiday or comes twice")
                days[day] = known._replace(hours=_hours(hours))
    return CalendarYear(parts["published"].flag(), _sources(parts["source"])), days


def _provisional(
    entry: _Entry, names: Mapping[str, Mapping[str, str]], last_announced: int
) -> tuple[Mapping[str, str], dict[int, dict[date, CalendarDay]]]:
    """Return the source, by language, and, for each year after the last announced one, the days the law fixes."""
    parts = entry.mapping(required={"source", "until", "fixed", "years"})
    until = _year(parts["until"], parts["until"].text())
    movable = {_year(year, key): year for key, year in parts["years"].mapping().items()}
    for year, node in movable.items():
        if not last_announced < year <= until:
            raise node.wrong(f"lies outside {last_announced + 1} to {until}")
    guesses = {}
    for year in range(last_announced + 1, until + 1):
        guesses[year] = _named_days(parts["fixed"], year, names, "holiday")
        if year in movable:
            guesses[year] |= _named_days(movable[year], year, names, "holiday")
    return _sources(parts["source"]), guesses


def _named_days(
    entry: _Entry, year: int, names: Mapping[str, Mapping[str, str]], kind: Literal["holiday", "working"]
) -> dict[date, CalendarDay]:
    days: dict[date, CalendarDay] = {}
    for key, dates in entry.mapping().items():
        if key not in names:
            raise dates.wrong(f"{key!r} is not among the names of this file")
        for text in dates.texts():
            for day in _dates(dates, year, text):
                if day in days:
                    raise dates.wrong(f"{day} comes twice")
                days[day] = CalendarDay(kind, names[key], None)
    return days


def _dates(entry: _Entry, year: int, text: str) -> Iterator[date]:
    """Yield the days of `MM-DD` or `MM-DD..MM-DD`, both included."""
    first, _, last = text.partition(RANGE)
    try:
        day, end = (date.fromisoformat(f"{year}-{part}") for part in (first, last or first))
    except ValueError:
        raise entry.wrong(f"{text!r} is not a day or range of days of {year} like 02-15{RANGE}02-23") from None
    if end < day:
        raise entry.wrong(f"{text!r} ends before it starts")
    while day <= end:
        yield day
        day += timedelta(days=1)
