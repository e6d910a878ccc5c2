"""What tests of deadlines share."""

from tests.deadlines.processes import processes

__all__ = ["processes"]
