"""Registrations of one process through the intake service, against the bare statements that write the same rows."""

from tests import world
from tests.bench.recording import compare

NUMBER = 200


def run(*, small: bool = False) -> None:
    """Measure registrations."""
    number = NUMBER // (10 if small else 1)
    w = world.build()
    for _ in range(number // 10 + 1):  # fills caches
        w.register()
    compare("registration", [w.register] * number, [w.register] * number)
