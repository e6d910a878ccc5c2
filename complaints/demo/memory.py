"""The product's own services at work on rows in memory.

`services_in_memory` swaps, for as long as it lasts, what services read from and write to: the managers of case records
give lists, `save` keeps a row and its history, snapshots of the organisation are made once for each stretch in which
nobody comes, goes or is away. The services themselves are not touched, so whatever they do, a simulated case does too;
a query that this stand-in does not know raises instead of guessing, and so does anything that would reach the database.

Made for one case at a time, in one thread.
"""

import operator
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NoReturn

from django.db import connection, models, transaction
from django.db.models.base import ModelState
from django.utils import timezone
from simple_history.utils import get_history_manager_for_model

from complaints import models as all_models
from complaints.models import Absence, Appointment, Complaint, PolicyVersion
from complaints.models.standing import Standing, standing_of
from complaints.queries.governing import Governing
from complaints.queries.organisation import Organisation
from complaints.services import records
from complaints.services.numbers import take_numbers

#: Records of a case, each before those that refer to it.
CASE_MODELS: tuple[type[models.Model], ...] = (
    all_models.Complainant,
    all_models.Complaint,
    all_models.ComplaintEvent,
    all_models.FurtherCategory,
    all_models.Respondent,
    all_models.Recusal,
    all_models.CaseLink,
    all_models.Handover,
    all_models.ContactSheet,
    all_models.Finding,
    all_models.Plan,
    all_models.PlanStep,
    all_models.MeetingDecision,
    all_models.Communication,
    all_models.ReturnVisit,
    all_models.Note,
    all_models.FollowUp,
    all_models.EmergencyItem,
    all_models.Deadline,
    all_models.ClockPause,
    all_models.DeadlineStep,
    all_models.Escalation,
    all_models.Notice,
)
#: What services look up while they work on a case, but never change.
REGISTERS: tuple[type[models.Model], ...] = (all_models.Category, all_models.PolicyVersion, all_models.Calendar)


class UnknownQueryError(AttributeError):
    """A service asks something of its rows that the stand-in cannot answer yet."""


class Table:
    """The rows of one model and what its history table would hold."""

    def __init__(self, store: "Store", model: type[models.Model], first: int) -> None:
        self.model = model
        self._store = store
        self._ties = [
            (field, field.related_model)
            for field in model._meta.concrete_fields
            if field.related_model in CASE_MODELS and field.related_model is not None
        ]
        self.rows: list[Any] = []
        self.next = first
        self.history: list[tuple[Any, ...]] = []
        self.snapshot: Callable[[Any], tuple[Any, ...]] | None = None
        if hasattr(model._meta, "simple_history_manager_attribute"):
            self.snapshot = itemgetter(*tracked(model))

    def keep(self, record: Any) -> bool:
        """Insert a record that is not there yet. Whether it is new."""
        if not record._state.adding:  # noqa: SLF001
            return False
        if record.pk is None:
            record.pk = self.next
            self.next += 1
        record._state.adding = False  # noqa: SLF001
        self._tie(record)
        self.rows.append(record)
        return True

    def _tie(self, record: Any) -> None:
        """Let a record that was made with the bare key of another know the other itself."""
        known = record._state.fields_cache  # noqa: SLF001
        for field, model in self._ties:
            key = record.__dict__[field.attname]
            if key is not None and field.name not in known:
                known[field.name] = next((row for row in self._store.rows(model) if row.pk == key), None)

    def remember(self, record: Any, change: str, *, by: Any, reason: str | None, now: datetime) -> None:
        """Add a history row with the present values of a record."""
        if self.snapshot is not None:
            who = (by.pk, str(by)[:150]) if by is not None else (None, "")
            self.history.append((*self.snapshot(record.__dict__), now, change, reason, *who))

    def drop(self, record: Any) -> None:
        """Delete a record."""
        self.rows = [row for row in self.rows if row is not record]


def tracked(model: type[models.Model]) -> list[str]:
    """The columns of a model that its history keeps, by attribute."""
    historical = get_history_manager_for_model(model).model
    names = {field.attname for field in historical.tracked_fields}
    return [field.attname for field in model._meta.concrete_fields if field.attname in names]


def _maker(model: type[models.Model]) -> Callable[..., None]:
    """An `__init__` for rows made by keyword: the same columns with the same values as Django's own, sooner."""
    fields = model._meta.concrete_fields
    made = [(field.attname, field.default) for field in fields if field.has_default() and callable(field.default)]
    fixed = {field.attname: field.get_default() for field in fields} | dict.fromkeys((name for name, _ in made), None)
    keys = {field.name: field.attname for field in fields if field.is_relation}

    def make(self: Any, **values: Any) -> None:
        row = self.__dict__
        state = row["_state"] = ModelState()
        row.update(fixed)
        for name, default in made:
            if name not in values:
                row[name] = default()
        for name, value in values.items():
            if name in keys:
                row[keys[name]] = None if value is None else value.pk
                state.fields_cache[name] = value
            elif name in row:
                row[name] = value
            else:
                raise UnknownQueryError(f"{model.__name__}({name}=…)")

    return make


class Store:
    """The tables of the case at work. `number` is the complaint number that registration gets."""

    def __init__(self, first: dict[type[models.Model], int]) -> None:
        self.tables = {model: Table(self, model, first.get(model, 1)) for model in CASE_MODELS}
        self.registers = {model: list(model._default_manager.all()) for model in REGISTERS}  # noqa: SLF001
        self.number = ""

    def rows(self, model: type[models.Model]) -> list[Any]:
        """The rows of a model, in the order in which they were made."""
        table = self.tables.get(model)
        return table.rows if table is not None else self.registers[model]

    def clear(self) -> None:
        """Forget the case; keys go on counting."""
        for table in self.tables.values():
            table.rows, table.history = [], []


# -- asking rows -------------------------------------------------------------------------------------------------------

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


@lru_cache(maxsize=None)
def _lookup(model: type[models.Model], text: str) -> tuple[Callable[[Any], Any], Test]:
    """How to read the value that a condition such as `status__in` is about, and how to test it."""
    *path, last = text.split("__")
    test = "exact"
    if path and last in _TESTS:
        test = last
    else:
        path.append(last)
    return _reader(model, tuple(path)), _TESTS[test]


@lru_cache(maxsize=None)
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

    def __init__(self, model: type[models.Model], rows: Sequence[Any], show: Callable[[Any], Any] | None = None) -> None:
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

    def update(self, **values: Any) -> int:
        """Change rows without history, as a set-wise write does."""
        for row in self._rows:
            for name, value in values.items():
                row.__dict__[name] = _reader(self.model, (value.name,))(row) if isinstance(value, models.F) else value
        return len(self._rows)

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
        return self.values_list(*names)

    def distinct(self) -> "Rows":
        return Rows(self.model, list(dict.fromkeys(self)))


class Manager:
    """What stands in for `Model.objects`."""

    def __init__(self, store: Store, model: type[models.Model]) -> None:
        self._store, self._model = store, model

    def __getattr__(self, name: str) -> Any:
        return getattr(Rows(self._model, self._store.rows(self._model)), name)

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
        return any((old.recipient_id, old.key) == mark for old in self._store.rows(self._model))


class Related:
    """What stands in for the other end of a foreign key, such as `complaint.events`."""

    def __init__(self, store: Store, model: type[models.Model], attname: str) -> None:
        self._store, self._model, self._attname = store, model, attname

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        rows = [row for row in self._store.rows(self._model) if getattr(row, self._attname) == instance.pk]
        return Rows(self._model, rows)


# -- snapshots -----------------------------------------------------------------------------------------------------------


class Snapshots:
    """Who holds what, and which policy is in force, for each stretch of time in which neither changes."""

    def __init__(self) -> None:
        self._moments = sorted(_changes())
        self._own_moments: dict[int, list[datetime]] = _changes_of_each()
        self._organisations: dict[int, dict[str, Any]] = {}
        self._governing: dict[int, dict[str, Any]] = {}
        self._standings: dict[tuple[int, int], Standing] = {}
        self._guard: Guard | None = None

    def guarded_by(self, guard: "Guard") -> None:
        """The snapshots themselves come from the database."""
        self._guard = guard

    def _open(self) -> AbstractContextManager[Any]:
        return self._guard.lifted() if self._guard else nullcontext()

    def organisation(self, now: datetime) -> dict[str, Any]:
        """The attributes of an `Organisation` at that moment."""
        span = bisect_right(self._moments, now)
        if span not in self._organisations:
            with self._open():
                organisation = object.__new__(Organisation)
                _ORGANISATION_INIT(organisation, now)
                _fill(organisation)
            self._organisations[span] = organisation.__dict__
        return self._organisations[span]

    def governing(self, now: datetime) -> dict[str, Any]:
        """The attributes of a `Governing` at that moment."""
        span = bisect_right(self._moments, now)
        if span not in self._governing:
            with self._open():
                governing = object.__new__(Governing)
                _GOVERNING_INIT(governing, now)
                _fill(governing)
            self._governing[span] = governing.__dict__
        return self._governing[span]

    def standing(self, user: Any, now: datetime) -> Standing:
        """What a person holds at that moment."""
        key = (user.pk, bisect_right(self._own_moments.get(user.pk, ()), now))
        if key not in self._standings:
            with self._open():
                self._standings[key] = standing_of(user, now)
        return self._standings[key]


def _fill(snapshot: Any) -> None:
    """Read now what it would otherwise read when first asked."""
    for name, value in list(vars(type(snapshot)).items()):
        if isinstance(value, cached_property):
            getattr(snapshot, name)


_ORGANISATION_INIT = Organisation.__init__
_GOVERNING_INIT = Governing.__init__


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _changes_of_each() -> dict[int, list[datetime]]:
    """For each person the moments at which what they hold may change: by appointments, or as somebody's deputy."""
    found: dict[int, set[datetime]] = defaultdict(set)
    for person, starts_on, ends_on in Appointment.objects.values_list("person_id", "starts_on", "ends_on"):
        found[person].add(_midnight(starts_on))
        if ends_on is not None:
            found[person].add(_midnight(ends_on + timedelta(days=1)))
    own = {person: set(moments) for person, moments in found.items()}
    for absence in Absence.objects.exclude(deputy=None):
        found[absence.deputy_id] |= {absence.starts_at, absence.ends_at} | own.get(absence.person_id, set())
    return {person: sorted(moments) for person, moments in found.items()}


def _changes() -> set[datetime]:
    """Every moment at which somebody comes, goes, leaves or returns, or a policy comes into force."""
    found: set[datetime] = set()
    for starts_on, ends_on in Appointment.objects.values_list("starts_on", "ends_on"):
        found.add(_midnight(starts_on))
        if ends_on is not None:
            found.add(_midnight(ends_on + timedelta(days=1)))
    for absence in Absence.objects.values_list("starts_at", "ends_at"):
        found.update(absence)
    found.update(PolicyVersion.objects.exclude(valid_from=None).values_list("valid_from", flat=True))
    return found


# -- swapping ------------------------------------------------------------------------------------------------------------


class Guard:
    """Refuses every statement to the database unless lifted."""

    def __init__(self) -> None:
        self._is_lifted = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if not self._is_lifted:
            raise UnknownQueryError(f"a simulated act reached for the database: {sql[:300]}")
        return execute(sql, params, many, context)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Let statements through."""
        was, self._is_lifted = self._is_lifted, True
        try:
            yield
        finally:
            self._is_lifted = was


_ABSENT = object()


@contextmanager
def _swapped(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = owner.__dict__.get(name, _ABSENT)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


class _Records:
    """What stands in for `services.records`."""

    def __init__(self, store: Store) -> None:
        self._tables = store.tables

    def save(self, record: Any, *, by: Any, reason: str, now: datetime, fields: Any = None) -> Any:
        table = self._tables[type(record)]
        table.remember(record, "+" if table.keep(record) else "~", by=by, reason=reason, now=now)
        return record

    def delete(self, record: Any, *, by: Any, reason: str, now: datetime) -> None:
        table = self._tables[type(record)]
        table.drop(record)
        table.remember(record, "-", by=by, reason=reason, now=now)

    def save_all(
        self, model: Any, rows: Iterable[Any], *, by: Any, reason: str, now: datetime, batch_size: int = 0
    ) -> list[Any]:
        return [self.save(row, by=by, reason=reason, now=now) for row in rows]

    def record_history(
        self, model: Any, keys: Iterable[Any], *, change: str, by: Any, reason: str, now: datetime
    ) -> int:
        table, wanted = self._tables[model], set(keys)
        rows = [row for row in table.rows if row.pk in wanted]
        for row in rows:
            table.remember(row, change, by=by, reason=reason, now=now)
        return len(rows)

    def set_moments(self, model: Any, field: str, moments: Mapping[int, datetime | None]) -> None:
        for row in self._tables[model].rows:
            if row.pk in moments:
                row.__dict__[field] = moments[row.pk]


def _users_of(function: Any) -> list[tuple[Any, str]]:
    """Every module of ours that knows a function by name."""
    return [
        (module, name)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith("complaints.") and module_name != __name__
        for name, value in list(vars(module).items())
        if value is function
    ]


@contextmanager
def services_in_memory(store: Store, snapshots: Snapshots) -> Iterator[Guard]:
    """Within this, services read and write `store` instead of the database."""
    guard = Guard()
    snapshots.guarded_by(guard)

    def save(record: Any, *_: Any, **__: Any) -> None:
        store.tables[type(record)].keep(record)

    def organisation(self: Organisation, now: datetime) -> None:
        self.__dict__.update(snapshots.organisation(now))
        self.now = now

    def governing(self: Governing, now: datetime) -> None:
        self.__dict__.update(snapshots.governing(now))

    def standing(user: Any, now: datetime | None = None) -> Standing:
        return snapshots.standing(user, now or timezone.now())

    with ExitStack() as stack:

        def swap(owner: Any, name: str, value: Any) -> None:
            stack.enter_context(_swapped(owner, name, value))

        for model in (*CASE_MODELS, *REGISTERS):
            swap(model, "objects", Manager(store, model))
        for model in CASE_MODELS:
            swap(model, "save", save)
            swap(model, "__init__", _maker(model))
            for relation in model._meta.related_objects:
                name = relation.get_accessor_name()
                if name and relation.related_model in store.tables:
                    swap(model, name, Related(store, relation.related_model, relation.field.attname))
        swap(Organisation, "__init__", organisation)
        swap(Governing, "__init__", governing)
        for module, name in _users_of(standing_of):
            swap(module, name, standing)
        for module, name in _users_of(take_numbers):
            swap(module, name, lambda *_, **__: [store.number])
        kept = _Records(store)
        for name in ("save", "delete", "save_all", "record_history", "set_moments"):
            swap(records, name, getattr(kept, name))
        swap(transaction, "atomic", lambda *_, **__: nullcontext())
        stack.enter_context(connection.execute_wrapper(guard))
        yield guard
