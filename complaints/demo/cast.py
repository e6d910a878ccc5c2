"""Who and what a story can name: departments, people, channels, categories and policies, read once."""

from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from complaints.models import Appointment, Category, Channel, Department, User


class Cast:
    """The organisation and the registers by their codes."""

    def __init__(self) -> None:
        self.departments: dict[str, Department] = {row.code: row for row in Department.objects.all()}
        self.categories: dict[str, Category] = {row.code: row for row in Category.objects.all()}
        self.channels: dict[str, Channel] = {row.code: row for row in Channel.objects.all()}
        self.people: dict[int, User] = {row.pk: row for row in User.objects.all()}
        self.by_username: dict[str, User] = {row.username: row for row in self.people.values()}
        self._department_codes = {row.pk: row.code for row in self.departments.values()}
        self._posts: dict[tuple[str, int], list[tuple[int, date, date | None]]] = defaultdict(list)
        for row in Appointment.objects.order_by("starts_on", "id"):
            self._posts[row.role, row.department_id].append((row.person_id, row.starts_on, row.ends_on))
        self._at = lru_cache(maxsize=20_000)(self._holders)

    def department_code(self, pk: int) -> str:
        """The code of a department."""
        return self._department_codes[pk]

    def holders(self, role: str, department: int | None, day: date) -> tuple[int, ...]:
        """Who holds a role in a department on a day, whether there or away."""
        return self._at(role, department, day) if department is not None else ()

    def _holders(self, role: str, department: int, day: date) -> tuple[int, ...]:
        return tuple(
            person
            for person, starts_on, ends_on in self._posts.get((role, department), ())
            if starts_on <= day and (ends_on is None or ends_on >= day)
        )

    def anywhere(self, role: str, day: date) -> tuple[int, ...]:
        """Who holds a role in any department on a day."""
        return tuple(
            person
            for held, department in list(self._posts)
            if held == role
            for person in self._at(role, department, day)
        )

    def upwards(self, role: str, department: Any, day: date) -> tuple[int, ...]:
        """Who holds a role in a department or above it, the nearest first."""
        if department is None:
            return ()
        line = (department.pk, *department.ancestor_ids)
        return tuple(person for at in line for person in self._at(role, at, day))


def quarter_of(moment: datetime) -> tuple[int, int]:
    """Year and quarter."""
    return moment.year, (moment.month - 1) // 3


def quarters_before(now: datetime, count: int) -> tuple[int, int]:
    """The quarter so many before the present one."""
    year, quarter = quarter_of(now)
    index = year * 4 + quarter - count
    return index // 4, index % 4
