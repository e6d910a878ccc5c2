"""What querysets and managers are to services, over rows in memory."""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NoReturn

from django.db import models
from django.utils import timezone

from complaints import models as all_models
from complaints.demo.tables import Store, UnknownQueryError
from complaints.models import Complaint

Test = Callable[[Any, Any], bool]
_TESTS: dict[str, Test] = {
    "exact": operator.eq,
    "in": lambda have, want: have in want,
    "isnull": lambda have, want: (have is None) is want,
    "lt": lambda have, want: have is not None and have < want,
    "lte": lambda have, want: have is not None and have <= want,
    "gt": lambda have, want: have is not None and have > want,
    "gte": lambda have, want: have is not None and have >= want,
}


@cache
def _lookup(model: type[models.Model], text: str) -> tuple[Callable[[Any], Any], Test]:
    """How to read the value that a condition such as `status__in` is about, and how to test it."""
    *path, last = text.split("__")
    test = "exact"
    if path and last in _TESTS:
        test = last
    else:
        path.append(last)
    return _reader(model, tuple(path)), _TESTS[test]


@cache
def _reader(model: type[models.Model], path: tuple[str, ...]) -> Callable[[Any], Any]:
    names = ["pk" if name == "id" else name for name in path]
    if names[-1] == "date":
        whole = _reader(model, tuple(names[:-1]))
        return lambda row: timezone.localdate(whole(row))
    if names[0] == "pk":
        return attrgetter("pk")
    field: Any = model._meta.get_field(names[0].removesuffix("_id"))
    if len(names) == 1:
        return attrgetter(field.attname)
    over, beyond = attrgetter(field.name), _reader(field.related_model, tuple(names[1:]))
    return lambda row: None if getattr(row, field.attname) is None else beyond(over(row))


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value


class Rows:
    """What a queryset is to a service, over a list. `show` makes of a row what `values_list` asked for."""

    def __init__(
        self, model: type[models.Model], rows: Sequence[Any], show: Callable[[Any], Any] | None = None
    ) -> None:
        self.model = model
        self._rows = rows
        self._show = show

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows) if self._show is None else map(self._show, self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, key: Any) -> Any:
        return list(self)[key]

    def __getattr__(self, name: str) -> NoReturn:
        raise UnknownQueryError(f"{self.model.__name__}.objects…{name}")

    def _of(self, rows: Sequence[Any]) -> "Rows":
        return Rows(self.model, rows, self._show)

    def filter(self, *others: Any, **conditions: Any) -> "Rows":
        if others:
            raise UnknownQueryError(f"{self.model.__name__}: {others}")
        rows = self._rows
        for name, value in conditions.items():
            if name == "complaint" and self.model is not Complaint:
                continue  # there is no other
            read, test = _lookup(self.model, name)
            want = _plain(value)
            rows = [row for row in rows if test(read(row), want)]
        return self._of(rows)

    def exclude(self, **conditions: Any) -> "Rows":
        tests = [(*_lookup(self.model, name), _plain(value)) for name, value in conditions.items()]
        return self._of([row for row in self._rows if not all(test(read(row), want) for read, test, want in tests)])

    def order_by(self, *names: str) -> "Rows":
        rows = list(self._rows)
        for name in reversed(names):
            rows.sort(key=_reader(self.model, tuple(name.lstrip("-").split("__"))), reverse=name.startswith("-"))
        return self._of(rows)

    def all(self) -> "Rows":
        return self

    def visible_to(self, *_: Any) -> "Rows":
        """Whoever acts in a story sees the case."""
        return self

    def select_related(self, *_: str) -> "Rows":
        return self

    def select_for_update(self, **_: Any) -> "Rows":
        return self

    def only(self, *_: str) -> "Rows":
        return self

    def defer(self, *_: str) -> "Rows":
        return self

    def prefetch_related(self, *_: Any) -> "Rows":
        return self

    def using(self, *_: str) -> "Rows":
        return self

    def iterator(self, **_: Any) -> Iterator[Any]:
        return iter(self)

    def update(self, **values: Any) -> int:
        """Change rows without history, as a set-wise write does."""
        for row in self._rows:
            for name, value in values.items():
                row.__dict__[name] = (
                    _reader(self.model, (vars(value)["name"],))(row) if isinstance(value, models.F) else value
                )
        return len(self._rows)

    def in_bulk(self) -> dict[Any, Any]:
        """Rows by key."""
        return {row.pk: row for row in self}

    def first(self) -> Any:
        return next(iter(self), None)

    def last(self) -> Any:
        return self[-1] if self._rows else None

    def exists(self) -> bool:
        return bool(self._rows)

    def count(self) -> int:
        return len(self._rows)

    def get(self, **conditions: Any) -> Any:
        found = self.filter(**conditions)
        if len(found) != 1:
            raise self.model.DoesNotExist(conditions)  # type: ignore[attr-defined]
        return found.first()

    def values_list(self, *names: str, flat: bool = False) -> "Rows":
        read = [_reader(self.model, tuple(name.split("__"))) for name in names]
        if flat:
            return Rows(self.model, self._rows, read[0])
        return Rows(self.model, self._rows, lambda row: tuple(one(row) for one in read))

    def values(self, *names: str) -> "Rows":
        """Services ask for one column, to look for what is among it."""
        return self.values_list(*names, flat=len(names) == 1)

    def distinct(self) -> "Rows":
        return Rows(self.model, list(dict.fromkeys(self)))


class Manager:
    """What stands in for `Model.objects`."""

    def __init__(self, store: Store, model: type[models.Model]) -> None:
        self._store, self._model = store, model

    def __getattr__(self, name: str) -> Any:
        return getattr(Rows(self._model, self._store.rows(self._model)), name)

    def filter(self, *others: Any, **conditions: Any) -> Rows:
        return Rows(self._model, self._store.rows(self._model)).filter(*others, **conditions)

    def create(self, **values: Any) -> Any:
        record = self._model(**values)
        record.save()
        return record

    def bulk_create(self, rows: Iterable[Any], *, ignore_conflicts: bool = False, **_: Any) -> list[Any]:
        made = []
        for row in rows:
            if ignore_conflicts and self._is_known(row):
                continue
            row.save()
            made.append(row)
        return made

    def bulk_update(self, rows: Sequence[Any], fields: Sequence[str], **_: Any) -> int:
        """The rows are the very ones in the table."""
        return len(rows)

    def _is_known(self, row: Any) -> bool:
        """Only notices are written like that: one per recipient and key."""
        if not isinstance(row, all_models.Notice):
            raise UnknownQueryError(f"{self._model.__name__}.bulk_create(ignore_conflicts=True)")
        mark = (row.recipient_id, row.key)
        if mark in self._store.told:
            return True
        self._store.told.add(mark)
        return False


class Related:
    """What stands in for the other end of a foreign key, such as `complaint.events`."""

    def __init__(self, store: Store, model: type[models.Model], attname: str) -> None:
        self._store, self._model, self._attname = store, model, attname

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        rows = [row for row in self._store.rows(self._model) if getattr(row, self._attname) == instance.pk]
        return Rows(self._model, rows)
