"""The administration: thin pages over services."""

from complaints.admin import organisation, registers

__all__ = ["organisation", "registers"]
