"""The administration: thin pages over services."""

from complaints.admin import audit, calendars, organisation, policies, policy_selection, registers
from complaints.admin.cases import complaint_admin

__all__ = ["audit", "calendars", "complaint_admin", "organisation", "policies", "policy_selection", "registers"]
