"""What is counted, reported and learnt. Derived rows are in `facts`; the others are written by services only."""

from reporting.models.facts import COLUMNS, CaseFact, Cell, FactsState, LiabilityFact, StaleCase, StaleQuarter

__all__ = [
    "COLUMNS",
    "CaseFact",
    "Cell",
    "FactsState",
    "LiabilityFact",
    "StaleCase",
    "StaleQuarter",
]
