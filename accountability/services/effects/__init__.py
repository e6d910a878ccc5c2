"""What acts do besides moving the state; importing this package registers them all."""

from accountability.services.effects import (
    determination,
    discipline,
    evidence,
    facts,
    group,
    hearing,
    holds,
    investigation,
    measures,
    objection,
    opinions,
    parties,
    process,
    recourse,
    tasks,
)

__all__ = [
    "determination",
    "discipline",
    "evidence",
    "facts",
    "group",
    "hearing",
    "holds",
    "investigation",
    "measures",
    "objection",
    "opinions",
    "parties",
    "process",
    "recourse",
    "tasks",
]
