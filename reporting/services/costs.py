"""Entering hourly rates, budgets and spending, and withdrawing what is wrong. (RP-13)

The quality department enters them; rates and budgets name the decision of the management that they rest on.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Department
from complaints.models.standing import standing_of
from complaints.services.refusal import ActRefusedError
from reporting.models import Budget, BudgetKind, Entry, HourlyRate, Spending
from reporting.models.cost import SPENT_BY_HAND
from reporting.permissions import may_enter_costs
from reporting.services import entries

#: What can be withdrawn here, by its name in addresses.
ENTRIES: Mapping[str, type[Entry]] = {"rate": HourlyRate, "budget": Budget, "spending": Spending}
FIRST_YEAR, LAST_YEAR = 2000, 2100


def enter_rate(
    department: Department | None, valid_from: date, amount: Decimal, basis: str, *, by: Any, now: datetime
) -> HourlyRate:
    """What an hour costs from a day on. Raises ActRefusedError."""
    _authorise(by, now)
    _require(
        (amount > 0, _("The amount must be above zero.")),
        (basis.strip(), _("Please name the decision that it rests on.")),
    )
    entry = HourlyRate(department=department, valid_from=valid_from, amount=amount, basis=basis.strip())
    return entries.keep(entry, by=by, now=now)


def enter_budget(
    year: int, department: Department | None, kind: str, amount: Decimal, basis: str, *, by: Any, now: datetime
) -> Budget:
    """The budget of a year for one kind of cost, in place of one entered before. Raises ActRefusedError."""
    _authorise(by, now)
    _require(
        (FIRST_YEAR <= year <= LAST_YEAR, _("Please enter a year.")),
        (kind in BudgetKind.values, _("Please choose what the budget is for.")),
        (amount >= 0, _("The amount must not be below zero.")),
        (basis.strip(), _("Please name the decision that it rests on.")),
    )
    entry = Budget(year=year, department=department, kind=kind, amount=amount, basis=basis.strip())
    return entries.keep(entry, by=by, now=now)


def enter_spending(
    spent_on: date, department: Department | None, kind: str, amount: Decimal, purpose: str, *, by: Any, now: datetime
) -> Spending:
    """What was spent apart from cases. Raises ActRefusedError."""
    _authorise(by, now)
    today = timezone.localdate(now, timezone.get_default_timezone())
    _require(
        (kind in SPENT_BY_HAND, _("Please choose what was spent on.")),
        (spent_on <= today, _("The day lies in the future.")),
        (amount > 0, _("The amount must be above zero.")),
        (purpose.strip(), _("Please say what for.")),
    )
    entry = Spending(spent_on=spent_on, department=department, kind=kind, amount=amount, purpose=purpose.strip())
    return entries.keep(entry, by=by, now=now)


def withdraw(what: str, entry_id: int, reason: str, *, by: Any, now: datetime) -> Entry:
    """Withdraw a rate, a budget or spending that is wrong. Raises ActRefusedError."""
    _authorise(by, now)
    with transaction.atomic():
        entry = ENTRIES[what]._default_manager.select_for_update().filter(pk=entry_id).first()
        if entry is None:
            raise ActRefusedError("gone", _("There is no such entry."))
        return entries.withdraw(entry, reason, by=by, now=now)


def _authorise(by: Any, now: datetime) -> None:
    if not may_enter_costs(standing_of(by, now)):
        raise ActRefusedError("not_allowed", _("Only the quality department enters rates, budgets and spending."))


def _require(*conditions: tuple[Any, str]) -> None:
    found = [text for is_met, text in conditions if not is_met]
    if found:
        raise ActRefusedError("missing", *found)
