"""What is open at this moment, as one person may see it. (RP-5, AU-4)

One statement reads all of it, grouped, so that every number of the page is of the same moment; each number has the
address of the list of complaints that shows exactly what it counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from complaints.models import Complaint, User
from complaints.models.registers import registers
from complaints.models.standing import Standing
from complaints.queries import lists
from complaints.states import OPEN, Severity, State

#: How each row stands towards its clocks, by the code of the list's own filter.
SITUATIONS: Mapping[str, str | Promise] = {
    "within-1": pgettext_lazy("monitoring", "Due soon"),
    "overdue": pgettext_lazy("monitoring", "Overdue"),
    "escalated": pgettext_lazy("monitoring", "Escalated, not answered"),
    "paused": pgettext_lazy("monitoring", "Paused"),
}
#: Working days that make “due soon”, as on the desk.
SOON = lists.AHEAD[0]


@dataclass(frozen=True, slots=True)
class Number:
    """A count, and the filters of the list behind it."""

    count: int
    filters: Mapping[str, str]
    is_alarm: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its name, and its numbers from left to right."""

    label: str
    numbers: Sequence[Number]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page."""

    code: str
    title: str | Promise
    first: str | Promise
    columns: Sequence[str | Promise]
    lines: Sequence[Line]
    total: Line | None = None


@dataclass(frozen=True, slots=True)
class Monitoring:
    """The page: what matters most, then tables."""

    moment: datetime
    figures: Sequence[tuple[str | Promise, Number]]
    tables: Sequence[Table]


@dataclass(slots=True)
class _Open:
    """Counts of open complaints: in all, and by how they stand towards their clocks."""

    count: int = 0
    situations: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Any]) -> None:
        self.count += row["count"]
        for code in SITUATIONS:
            if row[_column(code)]:
                self.situations[code] += row["count"]


def _column(code: str) -> str:
    return f"is_{code.replace('-', '_')}"


def monitoring(standing: Standing, now: datetime) -> Monitoring:
    """Everything the person may see that is open at `now`. Three queries, and one to know the registers by."""
    rows = _rows(standing, now)
    whole = _Open()
    for row in rows:
        whole.add(row)
    return Monitoring(
        now, _figures(whole), [_by_age(rows), _by_department(rows), _by_handler(rows), _by_severity(rows)]
    )


def _rows(standing: Standing, now: datetime) -> list[dict[str, Any]]:
    """Open complaints grouped by all that the page tells apart: at the most one row for each."""
    conditions = {
        "within-1": lists.due_within(now, lists.horizons(now, SOON)),
        "overdue": lists.overdue(now),
        "escalated": lists.escalated(),
        "paused": lists.paused(now),
    }
    flags = {
        _column(code): Case(When(condition, then=Value(1)), default=Value(0)) for code, condition in conditions.items()
    }
    ages = Case(*(When(lists.aged(code, now), then=Value(code)) for code in lists.AGES))
    opened = Complaint.objects.visible_to(standing, now).filter(state__in=OPEN).order_by()
    columns = ("state", "severity", "responsible_department_id", "handler_id", "age", *flags)
    return list(opened.annotate(age=ages, **flags).values(*columns).annotate(count=Count("pk")))


def _narrowed(**filters: str) -> dict[str, str]:
    return {"state": "open"} | filters


def _figures(whole: _Open) -> list[tuple[str | Promise, Number]]:
    found: list[tuple[str | Promise, Number]] = [(_("Open complaints"), Number(whole.count, _narrowed()))]
    for code, label in SITUATIONS.items():
        count = whole.situations[code]
        alarm = code in {"overdue", "escalated"} and count > 0
        found.append((label, Number(count, _narrowed(deadline=code), alarm)))
    return found


def _by_age(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Stage by age, stages in their order."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for state in (row["state"], "open"):
            counts[state, row["age"]] += row["count"]
            counts[state, ""] += row["count"]

    def line(state: str, label: str) -> Line:
        ages = [Number(counts[state, age], {"state": state, "age": age}) for age in lists.AGES]
        return Line(label, [Number(counts[state, ""], {"state": state}), *ages])

    lines = [line(state, str(state.label)) for state in State if counts[state, ""]]
    return Table(
        "age",
        _("By stage and days since receipt"),
        _("Stage"),
        [_("All"), *map(lists.age_name, lists.AGES)],
        lines,
        line("open", _("All")),
    )


def _grouped(rows: Iterable[Mapping[str, Any]], keys: Callable[[Mapping[str, Any]], Iterable[str]]) -> dict[str, _Open]:
    found: dict[str, _Open] = {}
    for row in rows:
        for key in keys(row):
            found.setdefault(key, _Open()).add(row)
    return found


def _line(label: str, name: str, key: str, counted: _Open, depth: int = 0) -> Line:
    """All open ones of a group, and how they stand."""
    numbers = [Number(counted.count, _narrowed(**{name: key}))]
    for code in SITUATIONS:
        count = counted.situations[code]
        numbers.append(Number(count, _narrowed(**{name: key}, deadline=code), code == "overdue" and count > 0))
    return Line(label, numbers, depth)


def _table(code: str, title: str, first: str, lines: Sequence[Line]) -> Table:
    return Table(code, title, first, [pgettext("monitoring", "Open"), *SITUATIONS.values()], lines)


def _by_department(rows: Iterable[Mapping[str, Any]]) -> Table:
    """By responsible department with those below it, in the order of the tree."""
    departments = registers().departments

    def keys(row: Mapping[str, Any]) -> Iterable[str]:
        department = departments.get(row["responsible_department_id"])
        return ["none"] if department is None else department.path.strip("/").split("/")

    found = _grouped(rows, keys)
    lines = [
        _line(str(department), "responsible", str(key), found[str(key)], department.path.count("/") - 2)
        for key, department in departments.items()
        if str(key) in found
    ]
    if "none" in found:
        lines.append(_line(_("Not with a department yet"), "responsible", "none", found["none"]))
    return _table("department", _("By responsible department"), _("Department"), lines)


def _by_handler(rows: Iterable[Mapping[str, Any]]) -> Table:
    """By handler: who has most first, what nobody handles before them."""
    found = _grouped(rows, lambda row: ["nobody" if row["handler_id"] is None else str(row["handler_id"])])
    people = User.objects.in_bulk([int(key) for key in found if key != "nobody"])
    named = [(str(people[int(key)]), key) for key in found if key != "nobody"]
    named.sort(key=lambda pair: (-found[pair[1]].count, pair))
    if "nobody" in found:
        named.insert(0, (_("Nobody"), "nobody"))
    lines = [_line(label, "handler", key, found[key]) for label, key in named]
    return _table("handler", _("By handler"), _("Handler"), lines)


def _by_severity(rows: Iterable[Mapping[str, Any]]) -> Table:
    found = _grouped(rows, lambda row: [row["severity"]])
    lines = [
        _line(str(severity.label), "severity", str(severity), found[severity])
        for severity in reversed(Severity)
        if severity in found
    ]
    return _table("severity", _("By severity"), _("Severity"), lines)
