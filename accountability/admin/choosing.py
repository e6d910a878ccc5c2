"""Narrowing a list down: a few drop-downs and a search, all in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Filter:
    """One drop-down: its name in the address, its label, its values, and the lookup that a value narrows by."""

    name: str
    label: str | Promise
    values: Sequence[tuple[Any, Any]]
    lookup: str


class Choosing:
    """What one request asks of a list."""

    def __init__(self, request: HttpRequest, filters: Sequence[Filter], search: Sequence[str]) -> None:
        self.asked = request.GET
        self.filters = filters
        self.search = search

    @property
    def words(self) -> str:
        """What is searched for."""
        return (self.asked.get("q") or "").strip()

    @property
    def is_narrowed(self) -> bool:
        """Something was chosen or is searched for."""
        return bool(self.words) or any(self.asked.get(row.name) for row in self.filters)

    @property
    def offered(self) -> list[tuple[Filter, list[tuple[str, str, bool]]]]:
        """Every drop-down with its values, each with whether it was chosen."""
        return [
            (row, [(str(code), str(label), self.asked.get(row.name) == str(code)) for code, label in row.values])
            for row in self.filters
        ]

    def narrowed(self, rows: QuerySet) -> QuerySet:
        """The rows that fit. A value that is not offered finds nothing rather than everything."""
        for row in self.filters:
            value = self.asked.get(row.name)
            if not value:
                continue
            if value not in {str(code) for code, _label in row.values}:
                return rows.none()
            rows = rows.filter(**{row.lookup: value})
        if self.words:
            found = Q()
            for field in self.search:
                found |= Q(**{f"{field}__icontains": self.words})
            rows = rows.filter(found)
        return rows
