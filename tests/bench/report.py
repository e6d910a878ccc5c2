"""Building and printing a quarterly report over a hundred thousand and a million rounds: time, and the most memory.

What is kept of a quarter grows with its groups, so printing takes the same memory whatever the number of cases.
"""

import os
import subprocess
import sys

from django.db import transaction
from django.utils import timezone

from reporting.models import CaseFact, Report
from tests.bench.figures import ASKED, fill
from tests.bench.measuring import address, line

SIZES = (100_000, 1_000_000)


def run(*, small: bool = False) -> None:
    """Fill, build, print, at both sizes."""
    found = {}
    for rounds in (size // 10 if small else size for size in SIZES):
        with transaction.atomic():
            Report.objects.all().delete()
            CaseFact.objects.all().delete()
            fill(rounds, timezone.get_default_timezone())
        for what in ("build", "print"):
            took, peak, size = one(what)
            found[rounds, what] = peak
            line(f"report: {what}", unit="MiB", rounds=rounds, peak=peak, seconds=took, bytes=size)
    few, many = (size // 10 if small else size for size in SIZES)
    for what in ("build", "print"):
        line(f"report: {what}, memory", unit="MiB", ratio=found[many, what] / found[few, what])


def one(what: str) -> tuple[float, int, int]:
    """Seconds, MiB and bytes of one process."""
    command = [sys.executable, "-m", "tests.bench.one_report", what, ASKED.code]
    environment = os.environ | {"TEST_DATABASE_URL": address()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    took, peak, size = done.stdout.split()
    return float(took), int(peak), int(size)
