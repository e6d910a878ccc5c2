"""Workers and schedulers as real processes, and waiting for what they do."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.infrastructure.services import _address_of_test_database

SECONDS = 90


def until(condition, what, *, seconds=SECONDS):
    """Look again and again until the condition holds; its value. Fails the test after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    return pytest.fail(f"in {seconds} seconds not: {what}")


class Processes:
    """Starts processes on the test's database, each in a group of its own, and ends whatever is left."""

    def __init__(self, folder: Path):
        self.folder, self.mails = folder, folder / "mails"
        self.mails.mkdir()
        self.running: dict[str, subprocess.Popen] = {}

    def start(self, name, *command, **options):
        """Start a program under a name."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.deadlines.chaos_settings",
            "TEST_DATABASE_URL": _address_of_test_database(),
            "PROCESS_NAME": name,
            "MAIL_FOLDER": str(self.mails),
            "PYTHONWARNINGS": "default",
        }
        with self.log(name).open("ab") as output:
            given = {"stdout": output, "stderr": output} | options
            self.running[name] = subprocess.Popen(
                [sys.executable, *command], env=environment, start_new_session=True, **given
            )
        return self.running[name]

    def worker(self, name, app="config"):
        """Start a Celery worker with one child process; does not wait."""
        quiet = ("--without-gossip", "--without-mingle", "--loglevel=INFO")
        command = ("-m", "celery", "-A", app, "worker", "--concurrency=1", "--queues=deadlines")
        return self.start(name, *command, f"--hostname={name}@%h", *quiet)

    def scheduler(self, name):
        """Start a Celery beat."""
        return self.start(
            name, "-m", "celery", "-A", "config", "beat", "--loglevel=INFO", f"--pidfile={self.folder / name}.pid"
        )

    def kill(self, name):
        """End a process and its children at once, as a power cut would."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self):
        """Ask all to end, and wait."""
        for process in self.running.values():
            process.terminate()
        for name, process in list(self.running.items()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)
            if process.poll() is None:
                self.kill(name)
        self.running.clear()

    def log(self, name):
        """Where a process writes."""
        return self.folder / f"{name}.log"

    def sent(self):
        """Message ids of all mails that went out."""
        return [
            found
            for path in self.mails.iterdir()
            for found in re.findall(r"^Message-ID: <notice-(\d+)@", path.read_text(encoding="utf-8"), re.MULTILINE)
        ]


@pytest.fixture
def processes(transactional_db, tmp_path):
    """Processes that end with the test, however it ends."""
    started = Processes(tmp_path)
    try:
        yield started
    finally:
        for name in list(started.running):
            started.kill(name)
