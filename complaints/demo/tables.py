"""Rows of one case in memory, and what their history tables would hold."""

from collections.abc import Callable
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import models
from django.db.models.base import ModelState
from simple_history.utils import get_history_manager_for_model

from complaints import models as all_models

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


def maker(model: type[models.Model]) -> Callable[..., None]:
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


def registers_read() -> dict[type[models.Model], list[Any]]:
    """The rows of REGISTERS."""
    return {model: list(model._default_manager.all()) for model in REGISTERS}


class Store:
    """The tables of the case at work, beside the registers. `number` is what registration gives the next complaint."""

    def __init__(self, first: dict[type[models.Model], int], registers: dict[type[models.Model], list[Any]]) -> None:
        self.tables = {model: Table(self, model, first.get(model, 1)) for model in CASE_MODELS}
        self.registers = registers
        self.number = ""
        #: Recipients and keys of the notices there are.
        self.told: set[tuple[int, str]] = set()

    def rows(self, model: type[models.Model]) -> list[Any]:
        """The rows of a model, in the order in which they were made."""
        table = self.tables.get(model)
        return table.rows if table is not None else self.registers[model]

    def clear(self) -> None:
        """Forget the case; keys go on counting."""
        self.told.clear()
        for table in self.tables.values():
            table.rows, table.history = [], []
