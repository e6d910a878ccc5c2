"""Registers of accountability: outside parties, contracts, root causes, legal basis library. (AC-5, AC-10, AC-11)

Entries are switched off or ended, never deleted: cases refer to them. What is refused raises RegisterError.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.db import models, transaction
from django.utils.translation import gettext as _

from accountability.models import Clause, Contract, LegalSource, OutsideParty, RootCause
from accountability.permissions import may_keep_registers
from complaints.models import User
from complaints.models.standing import standing_of
from complaints.services import records, trees
from complaints.services.registers import RegisterError

Record = TypeVar("Record", bound=models.Model)
PRESETS = Path(__file__).resolve().parent.parent / "presets"


def require_keeper(by: User | None, now: datetime) -> None:
    """Only who keeps the registers changes them; the system itself (None) loads what ships with the product."""
    if by is None or (by.is_active and by.is_superuser):
        return
    if not may_keep_registers(standing_of(by, now)):
        raise RegisterError(_("You may not change this register."))


def save_outside_party(
    key: int | None, values: Mapping[str, Any], *, by: User | None, reason: str, now: datetime
) -> OutsideParty:
    """Enter a supplier or partner, or change one. The kind stays once a case names it."""
    require_keeper(by, now)
    with transaction.atomic():
        row = _row(OutsideParty, key)
        _refuse_taken_code(OutsideParty, values["code"], key)
        if key is not None and values["kind"] != row.kind and row.parties.exists():
            raise RegisterError(_("Cases name this party: its kind stays."), "kind")
        return _save(row, values, by=by, reason=reason, now=now)


def save_contract(
    key: int | None, values: Mapping[str, Any], *, by: User | None, reason: str, now: datetime
) -> Contract:
    """Enter a contract, or change one. With whom it is stays once a recourse rests on it."""
    require_keeper(by, now)
    with transaction.atomic():
        row = _row(Contract, key)
        taken = Contract.objects.filter(outside=values["outside"], number=values["number"]).exclude(pk=key or 0)
        if taken.exists():
            raise RegisterError(_("This party has a contract of that number already."), "number")
        if values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            raise RegisterError(_("The contract ends before it begins."), "ends_on")
        if key is not None and row.outside_id != values["outside"].pk and row.recourses.exists():
            raise RegisterError(_("A recourse rests on this contract: it stays with its party."), "outside")
        return _save(row, values, by=by, reason=reason, now=now)


def save_root_cause(
    key: int | None, values: Mapping[str, Any], *, by: User | None, reason: str, now: datetime
) -> RootCause:
    """Enter a root cause, or rename, move, switch it. Everything below moves along."""
    require_keeper(by, now)
    with transaction.atomic():
        _refuse_taken_code(RootCause, values["code"], key)
        parent = values.get("parent")
        if parent is not None and not parent.is_active:
            raise RegisterError(_("%(cause)s is not active.") % {"cause": parent}, "parent")
        if key is None:
            return trees.insert(RootCause(**values), by=by, reason=reason, now=now)
        row = _row(RootCause, key)
        if parent is not None and trees.is_below(RootCause.objects.get(pk=parent.pk), row):
            raise RegisterError(_("A cause cannot be placed below itself."), "parent")
        if values["code"] != row.code and row.determinations.exists():
            raise RegisterError(_("Determinations name this cause: its code stays."), "code")
        return trees.change(row, values, by=by, reason=reason, now=now)


def save_legal_source(
    key: int | None, values: Mapping[str, Any], *, by: User | None, reason: str, now: datetime
) -> LegalSource:
    """Enter a law, standard, contract form or rule, or change what is said of it."""
    require_keeper(by, now)
    with transaction.atomic():
        row = _row(LegalSource, key)
        _refuse_taken_code(LegalSource, values["code"], key)
        starts, ends = values.get("in_force_from"), values.get("in_force_until")
        if starts and ends and ends < starts:
            raise RegisterError(_("It ends before it comes into force."), "in_force_until")
        return _save(row, values, by=by, reason=reason, now=now)


def save_clause(key: int | None, values: Mapping[str, Any], *, by: User | None, reason: str, now: datetime) -> Clause:
    """Enter a clause, or correct it. One that a determination cites never changes: a new edition is a new source."""
    require_keeper(by, now)
    with transaction.atomic():
        row = _row(Clause, key)
        if key is not None and row.breaches.exists():
            raise RegisterError(_("A determination cites this clause: it never changes. Enter a new edition."))
        same = Clause.objects.filter(source=values["source"], reference=values["reference"]).exclude(pk=key or 0)
        if same.exists():
            raise RegisterError(_("This source has that clause already."), "reference")
        if key is None:
            last = Clause.objects.filter(source=values["source"]).aggregate(last=models.Max("position"))["last"]
            values = {**values, "position": (last or 0) + 1}
        return _save(row, values, by=by, reason=reason, now=now)


def _row(model: type[Record], key: int | None) -> Record:
    return model() if key is None else model._default_manager.select_for_update().get(pk=key)


def _save(row: Record, values: Mapping[str, Any], *, by: User | None, reason: str, now: datetime) -> Record:
    for name, value in values.items():
        setattr(row, name, value)
    return records.save(row, by=by, reason=reason, now=now)


def _refuse_taken_code(model: type[models.Model], code: str, key: int | None) -> None:
    if model._default_manager.filter(code=code).exclude(pk=key or 0).exists():
        raise RegisterError(_("This code is taken."), "code")


# -- what ships with the product --------------------------------------------------------------------------------------


def load_shipped(*, by: User | None, reason: str, now: datetime) -> dict[str, int]:
    """Make root causes and legal sources that never existed; what was renamed or switched off stays so."""
    with transaction.atomic():
        return {
            "causes": _load_causes(_shipped("root_causes")["causes"], None, by=by, reason=reason, now=now),
            "sources": _load_sources(_shipped("legal_basis")["sources"], by=by, reason=reason, now=now),
        }


def _shipped(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PRESETS / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def _load_causes(
    entries: list[dict[str, Any]], parent: RootCause | None, *, by: User | None, reason: str, now: datetime
) -> int:
    ever = set(RootCause.history.values_list("code", flat=True))
    made = 0
    for entry in entries:
        row = RootCause.objects.filter(code=entry["code"]).first()
        if entry["code"] not in ever:
            values = {"code": entry["code"], "names": entry["names"], "parent": parent}
            row = trees.insert(RootCause(**values), by=by, reason=reason, now=now)
            made += 1
        if row is not None:
            made += _load_causes(entry.get("children", []), row, by=by, reason=reason, now=now)
    return made


def _load_sources(entries: list[dict[str, Any]], *, by: User | None, reason: str, now: datetime) -> int:
    ever = set(LegalSource.history.values_list("code", flat=True))
    made = 0
    for entry in entries:
        if entry["code"] in ever:
            continue
        source = LegalSource(
            code=entry["code"],
            kind=entry["kind"],
            names=entry["names"],
            issuer=entry["issuer"],
            edition=entry["edition"],
            in_force_from=entry["in_force_from"],
        )
        records.save(source, by=by, reason=reason, now=now)
        clauses = [
            Clause(source=source, position=position, reference=clause["reference"], text=clause["text"])
            for position, clause in enumerate(entry["clauses"], 1)
        ]
        records.save_all(Clause, clauses, by=by, reason=reason, now=now)
        made += 1
    return made
