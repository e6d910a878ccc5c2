"""What must be there before an act of an inquiry: importing this registers every condition beside those of cases."""

from accountability.queries import measure_requirements

__all__ = ["measure_requirements"]
