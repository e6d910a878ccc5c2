"""Who may enter, and who may read or change what the organisation sets up: asked by services and pages alike."""

from typing import Any

from complaints.models.standing import Standing
from complaints.permissions import may_configure
from complaints.states import Role


def may_enter(person: Any, standing: Standing) -> bool:
    """Open the site at all: whoever is appointed to something at present; a superuser to set the first things up."""
    return bool(person.is_active and (standing.held or person.is_superuser))


def may_change_registers(person: Any, standing: Standing) -> bool:
    """Organisation, policies, calendars, channels, categories. A superuser may too, but reads no complaint by that."""
    return bool(person.is_active and (person.is_superuser or may_configure(standing)))


def may_read_registers(person: Any, standing: Standing) -> bool:
    """See registers and what was changed in them: who changes them, and auditors (AU-3)."""
    return may_change_registers(person, standing) or standing.has(Role.AUDITOR)


def may_read_policies(person: Any, standing: Standing) -> bool:
    """The rules everybody works under are no secret to those who work under them."""
    return may_enter(person, standing)


def may_read_complaints(standing: Standing) -> bool:
    """Holds an office that has to do with complaints; which ones, `visible_to` says."""
    return any(held.role != Role.ADMINISTRATOR for held in standing.held)
