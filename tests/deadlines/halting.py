"""A sweep that stops in the middle of its batch: `python -m tests.deadlines.halting`.

Everything but the notices is written when it leaves the file `halted` and waits to be killed. As the application of a
Celery worker (`celery -A tests.deadlines.halting worker`) it halts in its first sweep.
"""

import sys
import threading
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from config.celery import app

__all__ = ["app"]


def halt(batch: Any) -> None:
    """Leave a sign, and stay."""
    (Path(settings.EMAIL_FILE_PATH).parent / "halted").touch()
    threading.Event().wait()


def arm() -> None:
    """Put the halt into the sweep of this process."""
    from complaints.services import sweep  # noqa: PLC0415 - models are not loaded before

    sweep.Batch._write_notices = halt  # type: ignore[method-assign, assignment]


@app.on_after_finalize.connect
def arm_worker(**_: Any) -> None:
    """Once the worker has its tasks."""
    django.setup()
    arm()


if __name__ == "__main__":
    django.setup()
    arm()
    from django.core.management import call_command

    call_command("sweep_deadlines")
    sys.exit(0)
