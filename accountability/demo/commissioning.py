"""Tells complaints that the demonstration wants cases which are investigated; the tales are read only then."""

from collections.abc import Sequence

from complaints.demo.commissions import SOURCES, Commission


def commissions(count: int) -> Sequence[Commission]:
    """The first `count` of the schedule."""
    from accountability.demo import schedule  # noqa: PLC0415 - outside a demonstration nobody needs the tales

    return schedule.commissions(count)


def register() -> None:
    """Be asked."""
    if commissions not in SOURCES:
        SOURCES.append(commissions)
