"""What acts do besides moving the state; importing this package registers them all."""

from accountability.services.effects import discipline, measures, recourse

__all__ = ["discipline", "measures", "recourse"]
