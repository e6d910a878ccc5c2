"""What must be there before an act of an inquiry: importing this registers every condition beside those of cases."""

from accountability.queries import (
    determination_requirements,
    evidence_requirements,
    investigation_requirements,
    measure_requirements,
)

__all__ = ["determination_requirements", "evidence_requirements", "investigation_requirements", "measure_requirements"]
