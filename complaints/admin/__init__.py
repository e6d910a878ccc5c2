"""The administration: thin pages over services."""

from complaints.admin import audit, calendars, organisation, policies, policy_selection, registers

__all__ = ["audit", "calendars", "organisation", "policies", "policy_selection", "registers"]
