"""Suppliers and partners, contracts, root causes, legal basis library: kept in registers. (AC-5, AC-10, AC-11)

Quality, legal counsel and administrators keep them, auditors read them.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accountability.models import Clause, Contract, LegalSource, OutsideParty, RootCause
from accountability.permissions import may_keep_registers
from accountability.services import registers
from complaints.admin.access import standing_for
from complaints.admin.menu import NAVIGATION, Entry
from complaints.admin.registers import RegisterAdmin, TreeAdmin, stamp
from complaints.admin.site import REGISTERS
from complaints.models.standing import Standing
from complaints.queries.access import may_read_registers
from complaints.states import Role

Save = Callable[..., models.Model]


def _may_keep(person: Any, standing: Standing) -> bool:
    return bool(person.is_active and (person.is_superuser or may_keep_registers(standing)))


def _may_read(person: Any, standing: Standing) -> bool:
    return _may_keep(person, standing) or standing.has(Role.AUDITOR)


def _reads_these_alone(person: Any, standing: Standing) -> bool:
    """Who has no page of registers finds these in the menu."""
    return _may_read(person, standing) and not may_read_registers(person, standing)


class KeptRegister(RegisterAdmin):
    """A register of this app: saving calls one service function, which may refuse."""

    save: Save

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_read(request.user, standing_for(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_keep(request.user, standing_for(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may_keep(request.user, standing_for(request))

    def has_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_read(request.user, standing_for(request))

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        values = {name: given[name] for name in self.get_fields(request, record) if name in given}
        return type(self).save(record.pk if change else None, values, **stamp(request, given))


@admin.register(OutsideParty)
class OutsidePartyAdmin(KeptRegister):
    """Who delivers to us or works for us, and may bear responsibility."""

    explanation = _("Suppliers and partners that a case may hold responsible. Switched off, never deleted.")
    save = registers.save_outside_party
    list_display = ["name", "kind", "contact", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "code", "contact"]
    fields = ["code", "kind", "name", "contact", "phone", "email", "address", "supplies", "is_active"]


@admin.register(Contract)
class ContractAdmin(KeptRegister):
    """What a recourse may rest on."""

    explanation = _("Contracts with suppliers and partners, and what they say of recourse.")
    save = registers.save_contract
    list_display = ["number", "title", "outside", "starts_on", "ends_on"]
    list_filter = ["outside"]
    list_select_related = ["outside"]
    search_fields = ["number", "title", "outside__name"]
    fields = ["outside", "number", "title", "starts_on", "ends_on", "recourse_terms"]


@admin.register(RootCause)
class RootCauseAdmin(KeptRegister, TreeAdmin):
    """Why it came to it."""

    explanation = _("Root causes that determinations name. Reports count a cause together with those below it.")
    save = registers.save_root_cause


@admin.register(LegalSource)
class LegalSourceAdmin(KeptRegister):
    """What duties rest on."""

    explanation = _("Laws, standards, contract forms and internal rules that duties rest on.")
    save = registers.save_legal_source
    list_display = ["name", "kind", "edition", "in_force_from", "in_force_until"]
    list_filter = ["kind"]
    search_fields = ["code", "issuer"]
    fields = ["code", "kind", "names", "issuer", "edition", "in_force_from", "in_force_until"]


@admin.register(Clause)
class ClauseAdmin(KeptRegister):
    """Single clauses, which determinations cite."""

    explanation = _("Clauses that determinations cite. One that was cited never changes.")
    save = registers.save_clause
    list_display = ["reference", "source", "text"]
    list_filter = ["source"]
    list_select_related = ["source"]
    search_fields = ["reference", "text"]
    ordering = ["source", "position"]
    fields = ["source", "reference", "text"]


KEPT = ("outsideparty", "contract", "rootcause", "legalsource", "clause")
REGISTERS.append((_("Accountability"), list(KEPT)))
_PLACE = next(place for place, entry in enumerate(NAVIGATION) if entry.address == "admin:registers")
NAVIGATION[_PLACE] = replace(
    NAVIGATION[_PLACE],
    pages=(*NAVIGATION[_PLACE].pages, *(f"admin:accountability_{model}_changelist" for model in KEPT)),
)
NAVIGATION.extend(
    Entry(label, f"admin:accountability_{model}_changelist", "registers", _reads_these_alone)
    for label, model in (
        (pgettext_lazy("menu", "Suppliers and partners"), "outsideparty"),
        (pgettext_lazy("menu", "Root causes"), "rootcause"),
        (pgettext_lazy("menu", "Legal basis"), "legalsource"),
    )
)
