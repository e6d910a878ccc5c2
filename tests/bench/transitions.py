"""Acts of one process through the workflow service, against the bare statements that write the same rows.

Complaints are taken by three acts from registration to the investigation: half of them by bare statements, half by us.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from complaints.services import workflow
from tests import world
from tests.bench.recording import compare
from tests.factories import NOW

NUMBER = 200
MINUTE = timedelta(minutes=1)


def run(*, small: bool = False) -> None:
    """Measure acts."""
    number = NUMBER // (10 if small else 1)
    w = world.build()
    classified = {
        "category": w.category,
        "severity": "general",
        "difficulty": "simple",
        "entitled": True,
        "proper": True,
    }
    acts: list[tuple[str, Any, dict[str, Any]]] = [
        ("accept", w.handler, classified),
        ("dispatch", w.handler, {"department": w.workshop, "request": "请核查"}),
        ("acknowledge", w.liaison, {}),
    ]
    first, bare, ours = (([w.register() for _ in range(count)]) for count in (number // 10 + 1, number, number))
    for code, by, given in acts:
        act = partial(workflow.perform, code=code, by=by, now=NOW + MINUTE, given=given)
        for complaint in first:  # fills caches
            act(complaint.pk)
        compare(
            f"act: {code}",
            [partial(act, complaint.pk) for complaint in bare],
            [partial(act, complaint.pk) for complaint in ours],
        )
