"""What acts do besides moving the state; importing this package registers them all."""

from accountability.services.effects import discipline, evidence, holds, measures, recourse

__all__ = ["discipline", "evidence", "holds", "measures", "recourse"]
